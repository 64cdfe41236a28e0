/**
 * A database in another time zone, or with a wrong clock, is told once a day, and costs no query.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { openSite } from "./site.ts";

const HOURS = 3_600_000;
const NIGHT = 24 * HOURS;

/** Two hours ahead of the zone that is configured: the clinic's VPS. */
const east = await startClinicStand({ utcOffset: 300 });
globalThis.addEventListener("unload", () => void east[Symbol.asyncDispose]());

const ZONE = /UTC\+5, .*Europe\/Moscow \(UTC\+3\)\. Приём в 10:00 на портале окажется в 12:00 по часам/;
const DRIFT = /расходятся: на сервере 02\.03\.2026 10:00:00, здесь 02\.03\.2026 09:49:00/;

/** A reception, and the clock of the server when the PC's is at 10:00 in Moscow. */
async function oneReception(): Promise<void> {
  await east.clear();
  const day = new ClinicDay();
  day.reception(day.patient("Поясова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await east.insert(day.take());
  east.setClock("2026-03-02T12:00:00");
}

Deno.test("another zone is told on the screen and in the log, once a day, by whatever process", async () => {
  await oneReception();
  await using site = await openSite(east);
  const first = await site.run(["once"]);
  assert.equal(first.code, 0);
  assert.match(first.err, ZONE);
  assert.match(await site.pc.log(), /WARNING .*UTC\+5/);
  site.clock.pass(2 * HOURS);
  east.setClock("2026-03-02T14:00:00");
  assert.equal((await site.run(["once"])).err, "");
  site.clock.pass(NIGHT);
  east.setClock("2026-03-03T14:00:00");
  assert.match((await site.run(["once"])).err, ZONE);
});

Deno.test("a dry run tells of another zone every time, shows the times with their offset, and leaves no file", async () => {
  await oneReception();
  await using site = await openSite(east);
  for (let time = 0; time < 2; time++) {
    const { out, err } = await site.run(["once", "--dry-run"]);
    assert.match(err, ZONE);
    assert.match(out, /приём 02\.03\.2026 10:00 \+03:00/);
  }
  assert.equal(await site.pc.json("clinic_facts.json"), undefined);
});

Deno.test("with the clinic's own zone nothing is told", async () => {
  await oneReception();
  await using site = await openSite(east, { Sync: { timezone: "Asia/Yekaterinburg" } });
  assert.equal((await site.run(["once"])).err, "");
});

Deno.test("a clock that is off by more than five minutes is told with both times, once a day; less is not", async () => {
  await oneReception();
  await using site = await openSite(east);
  const told = async (milliseconds: number) => {
    site.clock.set(milliseconds);
    return (await site.run(["once"])).err;
  };
  assert.doesNotMatch(await told(-4 * 60_000), /расходятся/);
  assert.match(await told(-7 * 60_000), DRIFT);
  assert.equal(await told(0), "");
});

Deno.test("a cycle without changes costs one query, in a new process as well", async () => {
  await oneReception();
  await using site = await openSite(east);
  await site.run(["once"]);
  const before = east.queries.length;
  assert.match((await site.run(["once"])).out, /Получено из БД: {7}0\n/);
  assert.equal(east.queries.length - before, 1);
});
