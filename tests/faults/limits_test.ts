/**
 * The portal's limits, used up by this program or by another one: the work becomes slower, and nothing fails.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { call } from "../stand/portal/plain_client.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

/** So many receptions, each of a patient of its own. */
async function begin(count: number, nameOf: (index: number) => string): Promise<string[]> {
  await clinic.clear();
  const day = new ClinicDay();
  day.nextId(10_000);
  const ids = Array.from({ length: count }, (_, index) => 501 + index);
  for (const ID of ids) day.reception(day.patient(nameOf(ID), `7900${1_000_000 + ID}`), "2026-03-02T09:00:00", { ID });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  return ids.map((ID) => `F1_${ID}`);
}

Deno.test("300 requests while another program uses up the bucket: slower, and nothing fails", async () => {
  // Names that a batch would replace: each contact and each deal goes by a request of its own.
  const keys = await begin(150, (ID) => `Лимитов $result[${ID}]`);
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  const begun = clock.now();
  let others = 0;
  let waits = 0;
  clock.onWait = async (milliseconds) => {
    if (milliseconds === 0) return;
    // It empties the bucket again and again, and between takes half of what becomes free.
    const free = milliseconds / 500;
    const count = others > 500 ? 0 : ++waits % 5 === 0 ? 60 : Math.ceil(free / 2);
    for (let each = 0; each < count; each++) await call(portal, "profile");
    others += count;
  };
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 0, out + err);
  assert.match(out, /Ошибок: {15}0\n/);
  assertOneEach(portal, keys);
  const own = portal.requests.filter(({ method }) => method !== "profile");
  const refused = own.filter(({ answer }) => answer === 503).length;
  const seconds = Math.round((clock.now() - begun) / 1000);
  console.log(
    `${own.length} requests, of them ${refused} refused for the rate, in ${seconds} s; ${others} of the other`,
  );
  assert.ok(own.length - refused >= 300 && refused > 0);
  // Two a second, less the bucket.
  assert.ok(seconds >= (own.length - refused - 50) / 2, `${seconds} s`);
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("crm.deal.add is blocked inside a batch: contacts go on, deals wait until the portal counts anew, nothing fails", async () => {
  const keys = await begin(250, (ID) => `Трудов Пётр${ID}`);
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  portal.settings.operatingSeconds = { "crm.deal.add": 2, "*": 0.01 };
  portal.settings.operatingLimit = 240;
  const first = await site.run(["once"]);
  assert.equal(first.code, 1, first.err);
  assert.equal(portal.contacts.size, 250);
  const made = portal.deals.size;
  assert.ok(made >= 100 && made < 200, `${made} deals`);
  const { items } = await site.pc.json("queue.json");
  const waiting = items.map(({ status }: { status: string }) => status);
  assert.deepEqual([...new Set(waiting)], ["pending"]);
  assert.equal(items.length, 250 - made);
  const until = Math.max(...items.map((each: { next_retry_at: string }) => Date.parse(each.next_retry_at)));
  assert.deepEqual(new Set(items.map((each: { retry_count: number }) => each.retry_count)), new Set([0]));
  assert.ok(until - clock.now() > 8 * 60_000 && until - clock.now() <= 10 * 60_000, new Date(until).toISOString());

  const calls = () => portal.calls("crm.deal.add").length;
  const before = calls();
  clock.pass(until - clock.now() - 30_000);
  assert.equal((await site.run(["once"])).code, 0);
  assert.equal(calls(), before, "asked before its time");
  clock.pass(60_000);
  for (let runs = 0; runs < 3; runs++) {
    await site.run(["once"]);
    clock.pass(11 * 60_000);
  }
  assertOneEach(portal, keys);
  assert.equal(portal.contacts.size, 250);
  assert.deepEqual((await site.pc.json("queue.json")).items, []);
});
