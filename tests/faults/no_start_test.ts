/**
 * Receptions without a time, as old rows of IDENT have them.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite } from "./site.ts";

const START = "UF_CRM_1769008900";
const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

async function clinicWith(PlanStart: string | null): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  const patient = day.patient("Безвременная Анна", "89000001111");
  day.reception(patient, "2026-03-02T09:00:00", { ID: 501, PlanStart });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

for (const PlanStart of [null, "1900-01-01T00:00:00"]) {
  Deno.test(`one that has no deal is skipped and counted, not an error for ever (${PlanStart}); with a time it is carried over`, async () => {
    await clinicWith(PlanStart);
    await using site = await openSite(clinic);
    site.portal.leads.add({ TITLE: "С сайта", NAME: "Анна", PHONE: ["89000001111"] });
    const rehearsal = await site.run(["once", "--dry-run"]);
    assert.match(rehearsal.out, /^Записей к переносу: {3}0$[^]*^Записей без времени приёма пропущено: 1$/m);
    const { code, out } = await site.run(["once"]);
    assert.equal(code, 0);
    assert.match(out, /Ошибок: {15}0\n/);
    assert.match(out, /^Записей без времени приёма пропущено: 1$/m);
    assert.match(out, /Очередь: всего=0/);
    assert.deepEqual([site.portal.deals.size, site.portal.contacts.size], [0, 0]);
    assert.doesNotMatch((await site.run(["once"])).out, /пропущено/);
    await clinic.update("Receptions", 501, {
      PlanStart: "2026-03-03T12:00:00",
      DateTimeChanged: "2026-03-02T10:30:00",
    });
    clinic.setClock("2026-03-02T11:00:00");
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, ["F1_501"]);
  });
}

Deno.test("one that lost its time keeps the deal's, and its status is followed", async () => {
  await clinicWith("2026-03-03T12:00:00");
  await using site = await openSite(clinic);
  await site.run(["once"]);
  const [before] = site.portal.deals.all();
  assert.ok(before[START]);
  await clinic.update("Receptions", 501, {
    PlanStart: null,
    ReceptionCanceled: "2026-03-02T10:30:00",
    Comment: "отменил по телефону",
  });
  clinic.setClock("2026-03-02T11:00:00");
  const { code, out } = await site.run(["once"]);
  assert.equal(code, 0);
  assert.doesNotMatch(out, /пропущено/);
  const [after] = site.portal.deals.all();
  assert.deepEqual([after[START], after.STAGE_ID], [before[START], "LOSE"]);
});
