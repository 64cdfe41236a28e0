/**
 * The daily comparison: what leaves no time of change arrives within a day, in a handful of requests.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach, COMMENT, KEY } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const START = "UF_CRM_1769008900";
let day = new ClinicDay();

/** A clinic at ten o'clock with so many receptions of today, from F1_501 on. */
async function begin(count: number): Promise<void> {
  await clinic.clear();
  day = new ClinicDay();
  day.nextId(10_000);
  for (let index = 0; index < count; index++) {
    const patient = day.patient(`Сверкин Пётр${index}`, index % 5 === 0 ? null : `7900${1_000_000 + index}`);
    day.reception(patient, "2026-03-02T09:00:00", { ID: 501 + index });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

const dealOf = ({ portal }: Site, id: number) => portal.deals.find({ [KEY]: `F1_${id}` })!;

/** Requests of a run at a time of the clinic's clock. */
async function requestsAt(site: Site, time: string, ...flags: readonly string[]) {
  clinic.setClock(time);
  site.clock.pass(7_200_000);
  const before = site.portal.requests.length;
  const { code, out, err } = await site.run(["once", ...flags]);
  assert.equal(code, 0, out + err);
  return site.portal.requests.slice(before);
}

Deno.test("of 1,000 receptions an edit without a time stamp, a deleted deal and a spoilt one are mended in a handful of requests", async () => {
  await begin(1000);
  await using site = await openSite(clinic);
  const { portal } = site;
  const first = await requestsAt(site, "2026-03-02T10:00:00");
  assert.equal(portal.deals.size, 1000);
  console.log(`1,000 new receptions: ${first.length} requests`);
  await clinic.update("Receptions", 700, { Comment: "без отметки времени" });
  portal.deals.delete(dealOf(site, 800).ID);
  portal.deals.update(dealOf(site, 900).ID, { [START]: "2020-01-01T00:00:00+03:00", CONTACT_ID: 0 });
  assert.equal((await requestsAt(site, "2026-03-02T18:00:00")).length, 1, "once a day");
  const second = await requestsAt(site, "2026-03-03T08:00:00");
  console.log(`the comparison of 1,000 with three repairs: ${second.length} requests`);
  assert.equal(dealOf(site, 700)[COMMENT], "без отметки времени");
  assert.notEqual(dealOf(site, 900)[START], "2020-01-01T00:00:00+03:00");
  assert.ok(Number(dealOf(site, 900).CONTACT_ID) > 0);
  assertOneEach(portal, Array.from({ length: 1000 }, (_, index) => `F1_${501 + index}`));
  assert.ok(second.length <= 7, `${second.length} requests`);
  const robots = portal.robots.length;
  const third = await requestsAt(site, "2026-03-04T08:00:00");
  assert.ok(third.length <= 4, `${third.length} requests where nothing differs`);
  assert.equal(portal.robots.length, robots);
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("once --full compares at once", async () => {
  await begin(3);
  await using site = await openSite(clinic);
  await requestsAt(site, "2026-03-02T10:00:00");
  await clinic.update("Receptions", 501, { Comment: "тихо" });
  await requestsAt(site, "2026-03-02T11:00:00");
  assert.equal(dealOf(site, 501)[COMMENT], undefined);
  await requestsAt(site, "2026-03-02T12:00:00", "--full");
  assert.equal(dealOf(site, 501)[COMMENT], "тихо");
});

Deno.test("what the portal shows in its own way is sent again by one comparison, not by every one", async () => {
  await begin(3);
  await clinic.update("Receptions", 501, { Comment: "первая строка\nвторая" });
  await using site = await openSite(clinic);
  const { portal } = site;
  const reformat = () => portal.deals.update(dealOf(site, 501).ID, { [COMMENT]: "<p>первая строка</p><p>вторая</p>" });
  await requestsAt(site, "2026-03-02T10:00:00");
  const updates: number[] = [];
  for (const day of [3, 4, 5, 6]) {
    reformat();
    const before = portal.calls("crm.deal.update").length;
    await requestsAt(site, `2026-03-0${day}T08:00:00`);
    updates.push(portal.calls("crm.deal.update").length - before);
  }
  assert.deepEqual(updates, [1, 0, 0, 0]);
  await clinic.update("Receptions", 501, { Comment: "другая" });
  await requestsAt(site, "2026-03-07T08:00:00");
  assert.equal(dealOf(site, 501)[COMMENT], "другая");
});

Deno.test("texts as registrars type them differ from what the portal shows in no comparison", async () => {
  await begin(4);
  const comments = ["  пробелы по краям  ", "а\tб  в", "строка\r\n\r\nещё ", '&amp; <b> 100% "кавычки" 😀'];
  for (const [index, Comment] of comments.entries()) await clinic.update("Receptions", 501 + index, { Comment });
  await using site = await openSite(clinic);
  await requestsAt(site, "2026-03-02T10:00:00");
  const robots = site.portal.robots.length;
  await requestsAt(site, "2026-03-02T11:00:00", "--full");
  assert.equal(site.portal.robots.length, robots);
});

Deno.test("a reception that was deleted in IDENT is told, and its deal stays as it is", async () => {
  await begin(2);
  await using site = await openSite(clinic);
  await requestsAt(site, "2026-03-02T10:00:00");
  await clinic.remove("Receptions", 501);
  const before = dealOf(site, 501);
  const { code, out } = await site.run(["once", "--full"]);
  assert.equal(code, 0);
  assert.match(out, /^Записей, удалённых в IDENT, с открытой сделкой: 1 \(номера — в журнале\)$/m);
  assert.deepEqual(dealOf(site, 501), before);
  assert.match(await site.pc.log(), /F1_501/);
});

Deno.test("deleted = lose closes the open, unprotected deals of this clinic only; a reception that is back is followed again", async () => {
  await begin(4);
  await using site = await openSite(clinic, { Sync: { deleted: "lose" } });
  const { portal } = site;
  await requestsAt(site, "2026-03-02T10:00:00");
  portal.deals.update(dealOf(site, 502).ID, { STAGE_ID: "EXECUTING" });
  portal.deals.update(dealOf(site, 503).ID, { STAGE_ID: "WON" });
  const start = { [START]: "2026-03-02T15:00:00+03:00" };
  const other = portal.deals.add({ TITLE: "Пациент клиники 2", STAGE_ID: "NEW", [KEY]: "F2_777", ...start });
  const own = portal.deals.add({ TITLE: "Сделка менеджера", STAGE_ID: "NEW", ...start });
  const [gone] = clinicRow(501);
  for (const id of [501, 502, 503]) await clinic.remove("Receptions", id);
  clinic.setClock("2026-03-02T12:00:00");
  site.clock.pass(7_200_000);
  const planned = await site.run(["once", "--full", "--dry-run"]);
  assert.doesNotMatch(planned.out + await site.pc.log(), /закрыто: 1|закрыта: стадия/);
  const { out } = await site.run(["once", "--full"]);
  assert.match(
    out,
    /^Записей, удалённых в IDENT, с открытой сделкой: 2, из них сделок закрыто: 1 \(номера — в журнале\)$/m,
  );
  assert.match(await site.pc.log(), /Сделка \d+ удалённой записи F1_501 закрыта: стадия «Отменено» \(LOSE\)\./);
  const stages = () =>
    [501, 502, 503, 504].map((id) => dealOf(site, id).STAGE_ID).concat(
      [other, own].map(({ ID }) => portal.deals.get(ID)!.STAGE_ID),
    );
  assert.deepEqual(stages(), ["LOSE", "EXECUTING", "WON", "NEW", "NEW", "NEW"]);
  await clinic.insert({ Receptions: [gone] });
  await requestsAt(site, "2026-03-02T13:00:00", "--full");
  assert.deepEqual(stages(), ["NEW", "EXECUTING", "WON", "NEW", "NEW", "NEW"]);
  await clinic.update("Receptions", 501, { ReceptionEnded: "2026-03-02T13:30:00" });
  await requestsAt(site, "2026-03-02T13:31:00");
  assert.equal(dealOf(site, 501).STAGE_ID, "UC_NO40X0");
});

/** The row of a reception as `begin` made it. */
function clinicRow(ID: number) {
  const again = new ClinicDay();
  const patient = 10_000 + (ID - 501);
  again.reception(patient, "2026-03-02T09:00:00", { ID });
  return again.take().Receptions!;
}
