/**
 * Changes that come late, or leave no time of change, or come while a cycle is at work.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach, COMMENT, KEY } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

let day = new ClinicDay();

async function oneReception(): Promise<void> {
  await clinic.clear();
  day = new ClinicDay();
  day.reception(day.patient("Позднев Пётр", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

const dealOf = ({ portal }: Site, id: number) => portal.deals.find({ [KEY]: `F1_${id}` })!;

/** The clinic's clock, which the PC's goes along with, and a run by it. */
async function runAt(site: Site, time: string): Promise<number> {
  clinic.setClock(time);
  site.clock.pass(Math.max(Date.parse(`${time}+03:00`) - site.clock.now(), 0));
  const { code, err } = await site.run(["once"]);
  assert.equal(err, "");
  return code;
}

Deno.test("a reception that is committed late, with a time before the watermark, arrives", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  await runAt(site, "2026-03-02T10:00:00");
  day.reception(day.patient("Поздняя Анна", "89000002222"), "2026-03-02T09:55:30", { ID: 502 });
  await clinic.insert(day.take());
  assert.equal(await runAt(site, "2026-03-02T10:00:10"), 0);
  assertOneEach(site.portal, ["F1_501", "F1_502"]);
});

Deno.test("an edit that is committed late, with a time before the watermark, arrives", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  await runAt(site, "2026-03-02T10:00:00");
  await clinic.update("Receptions", 501, { Comment: "поздно", DateTimeChanged: "2026-03-02T09:56:00" });
  await runAt(site, "2026-03-02T10:00:20");
  assert.equal(dealOf(site, 501)[COMMENT], "поздно");
});

Deno.test("CheckIssued alone moves the deal, without DateTimeChanged", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  await runAt(site, "2026-03-02T10:00:00");
  await clinic.update("Receptions", 501, { CheckIssued: "2026-03-02T11:30:00" });
  await runAt(site, "2026-03-02T11:31:00");
  assert.equal(dealOf(site, 501).STAGE_ID, "WON");
});

Deno.test("a bill alone brings its amount, without DateTimeChanged", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  await runAt(site, "2026-03-02T10:00:00");
  day.bill(501, "2026-03-02T11:30:00", [["Осмотр", 2, "750.50"]]);
  await clinic.insert(day.take());
  await runAt(site, "2026-03-02T11:31:00");
  assert.equal(dealOf(site, 501).OPPORTUNITY, 1501);
});

Deno.test("a bill that was formed later than it was made brings its changes then", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  const bill = day.bill(501, "2026-03-02T09:10:00", []);
  await clinic.insert(day.take());
  await runAt(site, "2026-03-02T10:00:00");
  await clinic.insert({
    ServiceItems: [{ ID: 9001, Name: "Снимок" }],
    ServiceItemPrices: [{ ID: 9002, ID_ServiceItems: 9001, Price: 300 }],
    OrderServiceRelation: [{ ID: 9003, ID_Orders: bill, ID_ServicePrices: 9002, CountService: 1 }],
  });
  await clinic.update("Orders", bill, { DateTimeBillFormed: "2026-03-02T11:00:00" });
  await runAt(site, "2026-03-02T11:01:00");
  assert.equal(dealOf(site, 501).OPPORTUNITY, 300);
});

Deno.test("a bill of tomorrow hides no change of today, and is no change again tomorrow", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  day.bill(501, "2026-03-03T09:00:00", [["Осмотр", 1, 100]]);
  await clinic.insert(day.take());
  await runAt(site, "2026-03-02T10:00:00");
  assert.equal(dealOf(site, 501).OPPORTUNITY, 100);
  await clinic.update("Receptions", 501, { Comment: "сегодня", DateTimeChanged: "2026-03-02T10:30:00" });
  await runAt(site, "2026-03-02T10:31:00");
  assert.equal(dealOf(site, 501)[COMMENT], "сегодня");
  const robots = site.portal.robots.length;
  await runAt(site, "2026-03-03T09:01:00");
  assert.equal(site.portal.robots.length, robots);
});

Deno.test("a reception that is edited while the cycle works on it shows the edit after the next one", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  let edited = false;
  // The first look-up: the page has been read by then.
  site.clock.onWait = async () => {
    if (edited || site.portal.requests.length < 2) return;
    edited = true;
    await clinic.update("Receptions", 501, { Comment: "в это время", DateTimeChanged: "2026-03-02T10:00:01" });
  };
  await runAt(site, "2026-03-02T10:00:00");
  assert.deepEqual([edited, dealOf(site, 501)[COMMENT]], [true, undefined]);
  await runAt(site, "2026-03-02T10:00:30");
  assert.equal(dealOf(site, 501)[COMMENT], "в это время");
  assertOneEach(site.portal, ["F1_501"]);
});

Deno.test("an edit back to what was sent minutes ago arrives, though a comparison has sent something else in between", async () => {
  await oneReception();
  await clinic.update("Receptions", 501, { Comment: "Б", DateTimeChanged: "2026-03-02T09:59:30" });
  await using site = await openSite(clinic);
  await site.run(["once"]);
  await clinic.update("Receptions", 501, { Comment: "А" });
  clinic.setClock("2026-03-02T10:01:00");
  await site.run(["once", "--full"]);
  assert.equal(dealOf(site, 501)[COMMENT], "А");
  await clinic.update("Receptions", 501, { Comment: "Б", DateTimeChanged: "2026-03-02T10:02:00" });
  clinic.setClock("2026-03-02T10:02:10");
  await site.run(["once"]);
  assert.equal(dealOf(site, 501)[COMMENT], "Б");
});
