/**
 * Ctrl+C while a side says nothing: the program does not wait for what it only wanted to know, and what it has sent is
 * waited for once.
 */
import assert from "node:assert/strict";
import { sleep } from "../../src/cli/sleep.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { until } from "../stand/portal/plain_client.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

async function receptions(count: number, nameOf: (index: number) => string): Promise<string[]> {
  await clinic.clear();
  const day = new ClinicDay();
  for (let index = 0; index < count; index++) {
    day.reception(day.patient(nameOf(index), `8900000${1000 + index}`), "2026-03-02T09:00:00", { ID: 501 + index });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  return Array.from({ length: count }, (_, index) => `F1_${501 + index}`);
}

/** The program's own limits; a run that waits for what never comes lasts as long. */
const PATIENT = { Database: { query_timeout: 3600 }, Bitrix24: { request_timeout: 300 } };
/** A run that waits is given up by then, and its test fails. */
const GIVEN_UP_MS = 60_000;

/** Runs `once` on the real clock and asks it to stop as soon as nobody answers it. */
async function stopped(site: Site, isSilent: () => boolean) {
  const stop = new AbortController();
  const running = site.run(["once"], { stop: stop.signal, sleep });
  await until(isSilent);
  stop.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the program waits for what never comes")), GIVEN_UP_MS);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

const asksForPages = () => clinic.queries.filter(({ text }) => text.includes("INSERT INTO @page")).length;

/** Has a side say nothing. Returns whether it has been asked. */
type Silence = (site: Site) => () => boolean;

const silentPortal = (carrying: string): Silence => ({ portal }) => {
  const hung = portal.faults.request({ carrying, kind: "hang" });
  return () => hung.fired > 0;
};

const SILENT: readonly (readonly [what: string, silence: Silence])[] = [
  ["the portal", silentPortal("crm.deal.list")],
  ["the portal's greeting", silentPortal("crm.deal.fields")],
  ["SQL Server", () => {
    clinic.faults.hangQueries({ times: 10, matching: /INSERT INTO @page/ });
    return () => asksForPages() > 0;
  }],
];

for (const [who, silence] of SILENT) {
  Deno.test(`${who} says nothing when it is asked: Ctrl+C ends at once, with 130, and nothing is lost`, async () => {
    const keys = await receptions(1, () => "Тихая Анна");
    await using site = await openSite(clinic, PATIENT);
    const { code, out, err } = await stopped(site, silence(site));
    clinic.faults.clear();
    assert.equal(code, 130, out + err);
    assert.match(out + err, /Остановлено по просьбе пользователя\./);
    site.portal.faults.clear();
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, keys);
  });
}

Deno.test("Ctrl+C while a query that failed waits for its next attempt: none is made", async () => {
  await receptions(1, () => "Паузова Анна");
  await using site = await openSite(clinic);
  const stop = new AbortController();
  clinic.faults.failQueries({ number: 1205 }, { times: 1, matching: /INSERT INTO @page/ });
  site.clock.onWait = (milliseconds) => {
    if (milliseconds > 0) stop.abort();
  };
  const { code, out } = await site.run(["once"], { stop: stop.signal });
  clinic.faults.clear();
  assert.equal(code, 130, out);
  assert.equal(asksForPages(), 1);
});

for (
  const [command, pause] of [["once", 1_000], ["once", 2_000], ["once", 8_000], ["run", 1_000], ["run", 8_000]] as const
) {
  const when = `waits ${pause / 1000} s for a connection`;
  Deno.test(`${command}: Ctrl+C while a write ${when} ends with 130, and is no failure of the portal`, async () => {
    const keys = await receptions(3, (index) => `Связев Пётр${index}`);
    await using site = await openSite(clinic);
    const { clock, proxy, pc } = site;
    const stop = new AbortController();
    let isDown = false;
    clock.onWait = async (milliseconds) => {
      if (isDown && milliseconds === pause) return stop.abort();
      const queue = await pc.json("queue.json");
      if (isDown || (queue?.items.length ?? 0) === 0) return;
      isDown = true;
      await proxy.down();
    };
    const { code, out, err } = await site.run([command], { stop: stop.signal });
    assert.equal(code, 130, out + err);
    assert.ok(isDown);
    assert.doesNotMatch(out + err, /недоступен|Следующая попытка/);
    await proxy.up();
    clock.onWait = () => {};
    clock.pass(60_000);
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, keys);
  });
}

Deno.test("writes that leave alone: after one that is not answered the others are not sent", async () => {
  const keys = await receptions(8, (index) => `Странный $result[${index}] Пётр`);
  await using site = await openSite(clinic, { Bitrix24: { request_timeout: 5 } });
  const { portal, clock } = site;
  const hung = portal.faults.request({ on: "crm.contact.add", kind: "hang", count: 50 });
  const { code, out } = await stopped(site, () => hung.fired > 0);
  assert.equal(code, 130, out);
  assert.equal(portal.calls("crm.contact.add").length, 1);
  const { items } = await site.pc.json("queue.json");
  assert.deepEqual([...new Set(items.map(({ last_error }: { last_error: string }) => last_error))].sort(), [
    "не отправлено: портал не ответил на предыдущую запись",
    "нет ответа за 5 с",
  ]);
  portal.faults.clear();
  for (const runs of [1, 2]) {
    clock.pass(10 * 60_000);
    assert.equal((await site.run(["once"])).code, 0, `run ${runs}`);
  }
  assertOneEach(portal, keys);
  assert.equal(portal.contacts.size, 8);
});

Deno.test("a portal that needs longer than a run may take is carried to all the same, a part each time", async () => {
  const keys = await receptions(3, (index) => `Долгий Пётр${index}`);
  await using site = await openSite(clinic, { Sync: { max_run_minutes: 1 } });
  const { portal, clock } = site;
  portal.settings.rate = undefined;
  // Every request takes so long.
  clock.onWait = () => clock.pass(35_000);
  for (let runs = 0; runs < 3; runs++) await site.run(["once"]);
  assertOneEach(portal, keys);
});
