/**
 * Clocks that jump, the database's and the PC's, and what the original program has left behind.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { until } from "../stand/portal/plain_client.ts";
import { assertOneEach, COMMENT, KEY } from "./holdings.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const HOUR = 3_600_000;
let day = new ClinicDay();

/** A clinic at ten o'clock, with receptions of nine o'clock. */
async function begin(...ids: readonly number[]): Promise<void> {
  await clinic.clear();
  day = new ClinicDay();
  for (const ID of ids) await add(ID, "2026-03-02T09:00:00");
  clinic.setClock("2026-03-02T10:00:00");
}

async function add(ID: number, at: string): Promise<void> {
  day.reception(day.patient(`Часов Пётр${ID}`, `8900000${1000 + ID}`), at, { ID });
  await clinic.insert(day.take());
}

Deno.test("a watermark in the database's future is told and mended: what is new arrives, nothing is there twice", async () => {
  await begin(501, 502);
  await using site = await openSite(clinic);
  clinic.setClock("2026-03-05T10:00:00");
  assert.equal((await site.run(["once"])).code, 0);
  clinic.setClock("2026-03-02T10:00:00");
  await add(503, "2026-03-02T09:59:00");
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.match(err, /^Часы базы IDENT отстали.*дублей не будет\.\n$/);
  assertOneEach(site.portal, ["F1_501", "F1_502", "F1_503"]);
  const { watermark } = await site.pc.json("sync_state.json");
  assert.equal(watermark.time.slice(0, 16), "2026-03-02 10:00");
  await add(504, "2026-03-02T10:05:00");
  clinic.setClock("2026-03-02T10:06:00");
  assert.equal((await site.run(["once"])).err, "");
  assertOneEach(site.portal, ["F1_501", "F1_502", "F1_503", "F1_504"]);
});

for (const hours of [-5, 5]) {
  const how = hours < 0 ? "back" : "ahead";
  Deno.test(`the PC's clock is set ${how} by hours between two runs: nothing is missing, nothing is there twice`, async () => {
    await begin(501);
    await using site = await openSite(clinic);
    await site.run(["once"]);
    site.clock.pass(hours * HOUR);
    await add(502, "2026-03-02T10:01:00");
    clinic.setClock("2026-03-02T10:02:00");
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, ["F1_501", "F1_502"]);
  });
}

Deno.test("the PC's clock is set back while a write is in flight: it is still waited for, and then looked up", async () => {
  await begin(501);
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  portal.settings.rate = undefined;
  const held = portal.faults.request({ carrying: "crm.contact.add", kind: "hold" });
  await site.runUntilCut(held, ["once"]);
  clock.pass(-5 * HOUR);
  await clinic.update("Receptions", 501, { Comment: "правка", DateTimeChanged: "2026-03-02T10:00:30" });
  clinic.setClock("2026-03-02T10:01:00");
  for (const seconds of [10, 20, 20]) {
    clock.pass(seconds * 1000);
    await site.run(["once"]);
  }
  assert.equal(portal.calls("crm.contact.add").length, 1);
  held.release();
  await until(() => portal.contacts.size > 0);
  for (let hour = 0; hour < 7; hour++) {
    clock.pass(HOUR);
    await site.run(["once"]);
  }
  assert.equal(portal.contacts.size, 1);
  assertOneEach(portal, ["F1_501"]);
  assert.equal(portal.deals.all()[0][COMMENT], "правка");
});

Deno.test("an unconfirmed reception is looked up after settling, not after hours, when the PC's clock is set back", async () => {
  await begin(501);
  await using site = await openSite(clinic);
  site.portal.faults.request({ carrying: "crm.contact.add", kind: "close" });
  assert.equal((await site.run(["once"])).code, 1);
  site.clock.pass(-3 * HOUR);
  await site.run(["once"]);
  site.clock.pass(10 * 60_000);
  await site.run(["once"]);
  assertOneEach(site.portal, ["F1_501"]);
});

Deno.test("the original's state and queue are taken over, and its patients' data are gone from the disk", async () => {
  await begin(501, 502);
  await using site = await openSite(clinic);
  const item = (unique_id: string, status: string) => ({
    unique_id,
    status,
    data: { patient: { full_name: "Тайнова Анна", phone: "+79000007777" } },
    retry_count: 3,
    last_error: "Тайнова Анна: timeout",
    created_at: "2026-03-01T09:00:00.123456",
    next_retry_at: "2026-03-02T12:00:00",
  });
  await Deno.writeTextFile(
    site.pc.path("sync_state.json"),
    JSON.stringify({ last_sync_time: "2026-03-02T09:58:00", filial_id: 1, updated_at: "2026-03-02T09:58:00" }),
  );
  await Deno.writeTextFile(
    site.pc.path("queue.json"),
    JSON.stringify({ items: [item("F1_501", "failed"), item("F1_300", "pending"), item("F1_301", "completed")] }),
  );
  // A reception that the queue alone knows of: it changed long before.
  await add(300, "2026-02-20T09:00:00");
  // Carried over by the original already.
  site.portal.deals.add({ TITLE: "Часов", [KEY]: "F1_502", STAGE_ID: "NEW" });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assertOneEach(site.portal, ["F1_300", "F1_501", "F1_502"]);
  for (const file of Deno.readDirSync(site.pc.folder)) {
    if (!file.isFile) continue;
    assert.doesNotMatch(await Deno.readTextFile(site.pc.path(file.name)), /Тайнов|9000007777/, file.name);
  }
  assert.deepEqual((await site.pc.json("queue.json")).items, []);
  assert.doesNotMatch(await site.pc.log(), /Тайнов|9000007777/);
});
