import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const WRITES = /\.(add|update|set|delete)$/;
const methods = () => portal.requests.flatMap(({ commands }) => commands).map(({ method }) => method);

/** A clinic and a portal on which every kind of change is due. */
async function everyKindOfChange(): Promise<void> {
  const day = new ClinicDay();
  const at = "2026-03-02T09:00:00";
  day.reception(day.patient("Новикова Анна Петровна", "8 900 000-11-11"), at);
  day.reception(day.patient("Звонков Пётр Ильич", "8 900 000-22-22"), at);
  day.reception(day.patient("Лидов Олег", "8 900 000-33-33"), at);
  day.reception(day.patient("Сделкин Иван", "8 900 000-44-44"), at);
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  portal.contacts.add({ NAME: "+79000002222", PHONE: ["+79000002222"] });
  portal.leads.add({ TITLE: "С сайта", NAME: "Олег", PHONE: ["89000003333"] });
  const contact = portal.contacts.add({ NAME: "Иван", LAST_NAME: "Сделкин", PHONE: ["+79000004444"] });
  portal.deals.add({ TITLE: "Звонок", CONTACT_ID: contact.ID, STAGE_ID: "NEW" });
}

Deno.test("a dry run shows what would be done, without personal data, and changes nothing anywhere", async () => {
  await using pc = await office.begin();
  await everyKindOfChange();
  const before = [portal.deals.all(), portal.contacts.all(), portal.leads.all()];
  const { code, out } = await pc.run(["once", "--dry-run"]);
  assert.equal(code, 0);
  assert.match(out, /^Пробный запуск: ни в IDENT, ни в Битрикс24 ничего не изменено\.\n/);
  for (
    const line of [
      /^Контактов создать: {4}2$/m,
      /^Контактов изменить: {3}2$/m,
      /^Сделок создать: {7}3$/m,
      /^Сделок привязать: {5}1$/m,
      /^Лидов качественных: {3}1$/m,
      /^Без изменений: {8}0$/m,
      /^\+ контакт F1_P1$/m,
      /^\+ сделка F1_2: приём 02\.03\.2026 10:00 \+03:00, стадия «[^»]+» \(NEW\)$/m,
      /^~ контакт \d+ \(F1_P3\): фамилия, имя, отчество, номер в IDENT$/m,
      /^= сделка \d+ станет сделкой записи F1_8: номер записи, начало приёма, статус$/m,
      /^~ сделка F1_6: связь с лидом \d+$/m,
      /^× лид \d+ станет качественным$/m,
    ]
  ) assert.match(out, line);
  assert.doesNotMatch(out, /Новиков|Анна|9000001111|Олег|Сделкин/);
  assert.doesNotMatch(out, /UF_|_ID\b|[{}[\]"]/, "no codes of fields");
  assert.deepEqual([portal.deals.all(), portal.contacts.all(), portal.leads.all()], before);
  assert.deepEqual(methods().filter((method) => WRITES.test(method)), []);
  const files = [...Deno.readDirSync(pc.folder)].map(({ name }) => name).sort();
  assert.deepEqual(files, ["config.ini", "logs"]);
  assert.doesNotMatch(await pc.log(), /Новиков|9000001111/);
});

Deno.test("a dry run names what cannot be carried over with the time of the visit, by which it is found in IDENT", async () => {
  await using pc = await office.begin({ deal_stages: { mapping: "Запланирован:NEWW" } });
  await everyKindOfChange();
  const { out } = await pc.run(["once", "--dry-run"]);
  assert.match(out, /^! запись F1_2 \(приём 02\.03\.2026 10:00 \+03:00\): стадии «NEWW»/m);
});

Deno.test("what a dry run shows is what the next run does", async () => {
  await using pc = await office.begin();
  await everyKindOfChange();
  await pc.run(["once", "--dry-run"]);
  assert.equal((await pc.run(["once"])).code, 0);
  const count = (method: string) => methods().filter((each) => each === method).length;
  assert.deepEqual(
    ["crm.contact.add", "crm.contact.update", "crm.deal.add", "crm.deal.update", "crm.lead.update"].map(count),
    [2, 2, 3, 1, 1],
  );
  const again = await pc.run(["once", "--dry-run"]);
  assert.match(again.out, /^Записей к переносу: {3}0$/m);
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("--show-personal shows the values on the screen, and the log still does not", async () => {
  await using pc = await office.begin({ Advanced: { dry_run: "True" } });
  await everyKindOfChange();
  const { out } = await pc.run(["once", "--show-personal"]);
  assert.match(out, /^\+ контакт F1_P1: фамилия Новикова; имя Анна; отчество Петровна; телефон \+79000001111; /m);
  assert.match(out, /^\+ сделка F1_2: приём 02\.03\.2026 10:00 \+03:00, стадия .*; название Новикова Анна Петровна; /m);
  assert.match(out, /; начало приёма 02\.03\.2026 10:00 \+03:00; /);
  assert.doesNotMatch(out, /UF_|_ID\b|[{}[\]"]/);
  assert.doesNotMatch(await pc.log(), /Новиков|9000001111/);
  assert.equal(portal.deals.size, 1);
});

Deno.test("a dry run names what changes in a deal: fields, stage, and the contact, whose number is shown with the values", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const [anna, petr] = [day.patient("Планова Анна", "8 900 000-55-55"), day.patient("Планов Пётр", "8 900 000-66-66")];
  day.reception(anna, "2026-03-02T09:00:00", { ID: 901 });
  day.reception(petr, "2026-03-02T10:00:00", { ID: 902 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  assert.equal((await pc.run(["once"])).code, 0);
  const contactOf = (key: string) => portal.contacts.all().find(({ ORIGIN_ID }) => ORIGIN_ID === key)!.ID;
  await clinic.update("Receptions", 901, {
    ID_Patients: petr,
    Comment: "другой",
    DateTimeAdded: "2026-03-02T10:30:00",
  });
  clinic.setClock("2026-03-02T11:00:00");
  const { out } = await pc.run(["once", "--dry-run"]);
  assert.match(out, /^~ сделка \d+ \(F1_901\): комментарий, контакт$/m);
  const shown = await pc.run(["once", "--dry-run", "--show-personal"]);
  assert.match(
    shown.out,
    new RegExp(`^~ сделка \\d+ \\(F1_901\\): комментарий другой; контакт ${contactOf(`F1_P${petr}`)}$`, "m"),
  );
});

Deno.test("a dry run shows the deals of deleted receptions that [Sync] deleted = lose would close, and closes none", async () => {
  await using pc = await office.begin({ Sync: { filial_id: 1, timezone: "Europe/Moscow", deleted: "lose" } });
  const day = new ClinicDay();
  const patient = day.patient("Удалова Анна", "8 900 000-77-77");
  day.reception(patient, "2026-03-02T09:00:00", { ID: 901 });
  day.reception(patient, "2026-03-02T09:30:00", { ID: 902 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  assert.equal((await pc.run(["once"])).code, 0);
  await clinic.remove("Receptions", 901);
  const { code, out } = await pc.run(["once", "--dry-run", "--full"]);
  assert.equal(code, 0);
  assert.match(out, /^Сделок закрыть: {7}1$/m);
  assert.match(out, /^× сделка \d+ \(F1_901\): записи в IDENT больше нет, стадия «[^»]+» \(LOSE\)$/m);
  assert.deepEqual(portal.deals.all().map(({ STAGE_ID }) => STAGE_ID), ["NEW", "NEW"]);
  await pc.run(["once", "--full"]);
  assert.deepEqual(portal.deals.all().map(({ STAGE_ID }) => STAGE_ID).sort(), ["LOSE", "NEW"]);
});

Deno.test("--show-personal without a dry run carries nothing over, and says what it belongs to", async () => {
  await using pc = await office.begin();
  await everyKindOfChange();
  const { code, out, err } = await pc.run(["once", "--show-personal"]);
  assert.equal(code, 2);
  assert.equal(
    err,
    "Ключ --show-personal действует только вместе с --dry-run.\n" +
      "Посмотреть план: ident-sync once --dry-run --show-personal\n",
  );
  assert.equal(out, "");
  assert.deepEqual(portal.requests, []);
});

Deno.test("run refuses to begin while config.ini asks for a dry run: it would claim what was not done", async () => {
  await using pc = await office.begin({ Advanced: { dry_run: "True" } });
  await everyKindOfChange();
  const stop = new AbortController();
  const sleep = () => Promise.resolve(stop.abort());
  const { code, out, err } = await pc.run(["run"], { stop: stop.signal, sleep });
  assert.equal(code, 2);
  assert.match(err, /^В config\.ini включён пробный режим \(\[Advanced\] dry_run = True\): команда run /);
  assert.match(err, /ident-sync once --dry-run\. Чтобы переносить, поставьте dry_run = False\.\n$/);
  assert.equal(out, "");
  assert.deepEqual(portal.requests, []);
});
