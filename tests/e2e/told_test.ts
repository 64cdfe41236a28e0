/** What a person at the screen is told, and what the log keeps of each deal: by the command line. */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const COMMENT = "UF_CRM_1769494714842";

/** A clinic with one visit at 11:00, the clock at 10:00. */
async function oneVisit(columns: Parameters<ClinicDay["reception"]>[2] = {}): Promise<ClinicDay> {
  const day = new ClinicDay();
  day.reception(day.patient("Ромашкина Анна Львовна", "8 900 000-11-11"), "2026-03-02T09:00:00", {
    ID: 501,
    PlanStart: "2026-03-02T11:00:00",
    ...columns,
  });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  return day;
}

const refuseDeal = () =>
  portal.faults.command({ method: "crm.deal.add", kind: "error", code: "", description: "Поле занято", count: 1 });

Deno.test("a portal without the configured fields is told on the screen, in a dry run too, the gravest first", async () => {
  await using pc = await office.begin();
  await oneVisit();
  const gone = ["UF_CRM_1769009157", "UF_CRM_STATUS", "UF_CRM_1769008996"];
  const { deal } = portal.settings.userFields;
  deal.splice(0, deal.length, ...deal.filter(({ name }) => !gone.includes(name)));
  for (const args of [["once", "--dry-run"], ["once"]]) {
    const { code, err } = await pc.run(args);
    assert.equal(code, 0);
    assert.match(
      err,
      /На портале нет поля для статуса приёма[^]*Не заполняются поля сделок: .*врач \(doctor_name = UF_CRM_1769008996\)/,
    );
  }
});

Deno.test("why a reception was not carried over ends the result, with the time of the visit and what to do", async () => {
  await using pc = await office.begin();
  await oneVisit();
  refuseDeal();
  const { code, out } = await pc.run(["once"]);
  assert.equal(code, 1);
  assert.match(out, /Не перенесено, по причинам:\n {2}1 — .*Поле занято/);
  assert.match(out, /Записи: F1_501 \(приём 02\.03\.2026 11:00\)\n {4}Что делать: /);
});

Deno.test("what was given up keeps the exit code at 1 and says what to do; once --full takes it up again", async () => {
  await using pc = await office.begin({ Queue: { max_retry_attempts: 1 } });
  await oneVisit();
  refuseDeal();
  const first = await pc.run(["once"]);
  assert.equal(first.code, 1);
  assert.match(first.out, /Что делать: исправьте .*, затем запустите: ident-sync once --full$/m);
  assert.doesNotMatch(first.out, /повторит сама/);
  clinic.setClock("2026-03-02T10:10:00");
  const later = await pc.run(["once"]);
  assert.equal(later.code, 1);
  assert.match(later.out, /failed=1[^]*Все попытки исчерпаны: 1\. .*ident-sync once --full/);
  const full = await pc.run(["once", "--full"]);
  assert.deepEqual([full.code, portal.deals.size], [0, 1]);
  assert.match(full.out, /Очередь: всего=0/);
});

Deno.test("once --full takes up what waits for its time as well, and says what it compared and repaired", async () => {
  await using pc = await office.begin();
  const day = await oneVisit();
  day.reception(day.patient("Лютиков Олег", "8 900 000-22-22"), "2026-03-02T09:30:00", { ID: 502 });
  await clinic.insert(day.take());
  refuseDeal();
  assert.equal((await pc.run(["once"])).code, 1);
  const [deal] = portal.deals.all();
  portal.deals.update(deal.ID, { [COMMENT]: "чужое" });
  const rehearsal = await pc.run(["once", "--full", "--dry-run"]);
  assert.match(rehearsal.out, /^Сверено с порталом записей: 1, будет исправлено: 1$/m);
  const { code, out } = await pc.run(["once", "--full"]);
  assert.deepEqual([code, portal.deals.size], [0, 2]);
  assert.match(out, /Сверено с порталом записей: 1, исправлено: 1/);
});

Deno.test("the log tells of each deal that was written what was done, without values", async () => {
  await using pc = await office.begin();
  await oneVisit({ Comment: "Боится уколов" });
  await pc.run(["once"]);
  await clinic.update("Receptions", 501, {
    ReceptionStarted: "2026-03-02T11:00:00",
    Comment: "Снимок",
    DateTimeChanged: "2026-03-02T11:01:00",
  });
  clinic.setClock("2026-03-02T11:02:00");
  await pc.run(["once"]);
  const log = await pc.log();
  const [{ ID }] = portal.deals.all();
  assert.match(log, new RegExp(`INFO .*Сделка ${ID} записи F1_501 создана, приём 02\\.03\\.2026 11:00.*\\(NEW\\)`));
  assert.match(log, new RegExp(`INFO .*сделка ${ID} \\(F1_501\\): .*комментарий, .*\\(NEW\\) → .*\\(PREPARATION\\)`));
  assert.doesNotMatch(log, /Снимок|уколов/);
});

Deno.test("a comment that is too long for the field is carried as far as it fits, and that is told once", async () => {
  await using pc = await office.begin();
  await oneVisit({ Comment: "ы".repeat(40_000) });
  assert.equal((await pc.run(["once"])).code, 0);
  const [deal] = portal.deals.all();
  const shown = String(deal[COMMENT]);
  assert.ok(new TextEncoder().encode(shown).length <= 65_000 && shown.endsWith("ы..."));
  const robots = portal.robots.length;
  await pc.run(["once", "--full"]);
  assert.equal(portal.robots.length, robots);
  assert.equal((await pc.log()).match(/Комментарий записи F1_501 длиннее/g)?.length, 1);
});
