import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { until } from "../stand/portal/plain_client.ts";
import { assertOneEach, KEY, keysOf } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

async function oneReception(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  day.reception(day.patient("Тестова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

/** The next hours, a run each. */
async function laterRuns({ clock, run }: Site): Promise<void> {
  for (const hour of [11, 12, 13]) {
    clock.pass(3_600_000);
    clinic.setClock(`2026-03-02T${hour}:00:00`);
    await run(["once"]);
  }
}

Deno.test("settle_seconds count from the sending, also when the sending had to wait for the portal's rate", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  // The stand's bucket does not know that a held request is older than its clock.
  portal.settings.rate = undefined;
  const full = { error: "QUERY_LIMIT_EXCEEDED" };
  portal.faults.request({ carrying: "crm.contact.add", kind: "answer", status: 503, body: full, count: 55 });
  const held = portal.faults.request({ carrying: "crm.contact.add", nth: 56, kind: "hold" });
  assert.equal((await site.runUntilCut(held, ["once"])).code, 1);
  const sent = portal.requests.at(-1)!.at;
  // 25 s after the sending; the portal may work on a request for 60 s.
  clock.pass(sent + 25_000 - clock.now());
  await site.run(["once"]);
  held.release();
  await until(() => portal.contacts.size > 0);
  await laterRuns(site);
  assert.equal(portal.contacts.size, 1);
  assertOneEach(portal, ["F1_501"]);
});

Deno.test("a patient's write in flight keeps the patient's other receptions waiting, whatever it writes", async () => {
  await clinic.clear();
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  const day = new ClinicDay();
  const patient = day.patient("Сделкин Иван", "89000004444");
  day.reception(patient, "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const contact = portal.contacts.add({ NAME: "Иван", LAST_NAME: "Сделкин", PHONE: ["+79000004444"] });
  portal.deals.add({ TITLE: "Звонок", CONTACT_ID: contact.ID, STAGE_ID: "NEW" });
  const held = portal.faults.request({ carrying: "crm.deal.update", kind: "hold" });
  await site.runUntilCut(held, ["once"]);
  clock.pass(20_000);
  day.reception(patient, "2026-03-02T10:00:10", { ID: 502 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:20");
  await site.run(["once"]);
  held.release();
  await until(() => portal.deals.all().some((deal) => deal[KEY] === "F1_501"));
  await laterRuns(site);
  assertOneEach(portal, ["F1_501", "F1_502"]);
});

Deno.test("a lead whose conversion is in flight is not given to the patient's next reception", async () => {
  await clinic.clear();
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  const day = new ClinicDay();
  const patient = day.patient("Лидов Олег", "89000003333");
  day.reception(patient, "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const lead = portal.leads.add({ TITLE: "С сайта", NAME: "Олег", PHONE: ["89000003333"] });
  const held = portal.faults.request({ carrying: "crm.item.update", kind: "hold" });
  await site.runUntilCut(held, ["once"]);
  clock.pass(20_000);
  day.reception(patient, "2026-03-02T10:00:10", { ID: 502 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:20");
  await site.run(["once"]);
  held.release();
  await laterRuns(site);
  assert.deepEqual(portal.deals.where({ LEAD_ID: lead.ID }).map((deal) => deal[KEY]), ["F1_501"]);
  assertOneEach(portal, ["F1_501", "F1_502"]);
});

Deno.test("a failed reception that changes within the settling time is taken up after it", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Queue: { max_retry_attempts: 1 } });
  site.portal.faults.request({ carrying: "crm.contact.add", kind: "close" });
  await site.run(["once"]);
  site.clock.pass(30_000);
  await clinic.update("Receptions", 501, { Comment: "правка", DateTimeChanged: "2026-03-02T10:00:20" });
  clinic.setClock("2026-03-02T10:00:30");
  await site.run(["once"]);
  for (const day of [3, 4, 5]) {
    site.clock.pass(86_400_000);
    clinic.setClock(`2026-03-0${day}T10:00:30`);
    await site.run(["once"]);
  }
  assert.deepEqual(keysOf(site.portal), ["F1_501"]);
});

for (const [how, uptime] of [["", undefined], [", and the PC was restarted", () => 20_000]] as const) {
  Deno.test(`the clock is set ahead while a write is in work on the portal: it is waited for all the same${how}`, async () => {
    await oneReception();
    await using site = await openSite(clinic);
    const { portal, clock } = site;
    portal.settings.rate = undefined;
    const held = portal.faults.request({ carrying: "crm.contact.add", kind: "hold" });
    assert.equal((await site.runUntilCut(held, ["once"])).code, 1);
    clock.set(3_600_000);
    const later = await site.run(["once"], uptime === undefined ? {} : { uptime });
    assert.equal(later.code, 0, "nothing of it is looked at yet");
    assert.equal(portal.calls("crm.contact.add").length, 1);
    held.release();
    await until(() => portal.contacts.size === 1);
    await laterRuns(site);
    assertOneEach(portal, ["F1_501"]);
    assert.equal(portal.contacts.size, 1);
  });
}
