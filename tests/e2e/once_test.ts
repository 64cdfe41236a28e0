import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";
import { clockFrom } from "../stand/workplace.ts";
import type { RecordedRequest } from "../stand/portal/stand.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const NOW = "2026-03-02T10:00:00";
const KEY = "UF_CRM_1769072841035";

const methodsOf = ({ commands }: RecordedRequest) => [...new Set(commands.map(({ method }) => method))].join(",");

/** Requests of a piece of work. */
async function requestsOf(work: () => Promise<unknown>): Promise<RecordedRequest[]> {
  const before = portal.requests.length;
  await work();
  return portal.requests.slice(before);
}

Deno.test("50 new receptions take three requests, two more to get to know the portal and the keys on it, and none of those again", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  for (let index = 0; index < 50; index++) {
    const patient = day.patient(
      `Пациентов Иван${index} Петрович`,
      `8 900 000-${String(1000 + index)}`.replace(/(\d\d)(\d\d)$/, "$1-$2"),
    );
    day.reception(patient, `2026-03-02T09:00:${String(index % 60).padStart(2, "0")}`);
  }
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  const first = await requestsOf(async () => assert.equal((await pc.run(["once"])).code, 0));
  assert.deepEqual(first.map(methodsOf), [
    "crm.settings.mode.get,crm.status.list,crm.deal.fields,crm.contact.fields",
    "crm.deal.list",
    "crm.duplicate.findbycomm,crm.deal.list,crm.contact.list,crm.status.list",
    "crm.contact.add",
    "crm.deal.add",
  ]);
  assert.equal(portal.deals.size, 50);
  assert.equal(new Set(portal.deals.all().map((deal) => deal[KEY])).size, 50);
  assert.equal(portal.contacts.size, 50);

  day.reception(day.patient("Новиков Пётр", "89000009999"), "2026-03-02T10:01:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:02:00");
  const second = await requestsOf(() => pc.run(["once"]));
  assert.deepEqual(second.map(methodsOf), [
    "server.time",
    "crm.duplicate.findbycomm,crm.deal.list,crm.contact.list,crm.status.list",
    "crm.contact.add",
    "crm.deal.add",
  ]);
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("a new reception becomes a deal and a contact that are right in every field", async () => {
  await using pc = await office.begin({ Bitrix24: { default_assigned_by_id: 7 } });
  const day = new ClinicDay();
  const patient = day.patient("Ёлкина Анна Сергеевна", "+7 (900) 000-12-34, 8 900 000 56 78", {
    CardNumber: "A-77",
    ParentSNP: "Ёлкин Сергей Петрович",
  });
  const doctor = day.doctor("Зубов Пётр Ильич", "Ортодонт", "Терапевт");
  const { armchair } = day.branch("Филиал на Садовой", "Кресло 3");
  const other = day.branch("Филиал в центре", "Кресло 1");
  const reception = day.reception(patient, "2026-03-02T09:00:00", {
    ID_Staffs: doctor,
    ID_Armchairs: armchair,
    PlanStart: "2026-03-05T10:00:00",
    PlanEnd: "2026-03-05T11:30:00",
    ReceptionStarted: "2026-03-02T09:10:00",
    Comment: "Боится уколов\r\nпозвонить «заранее» & 100% 😀 #1 <b>",
  });
  day.bill(reception, "2026-03-02T09:20:00", [["Осмотр", 1, 1500, 100], ["Снимок & <x>", "2.50", "300.10", null]]);
  day.bill(reception, "2026-03-02T09:30:00", [["Осмотр", 1, "0.07", null]], { ID_OwnCompanies: other.company });
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  assert.equal((await pc.run(["once"])).code, 0);

  const [contact] = portal.contacts.all();
  const [deal] = portal.deals.all();
  const pick = (record: Readonly<Record<string, unknown>>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, record[name]]));
  const expectedDeal = {
    TITLE: "Ёлкина Анна Сергеевна",
    CATEGORY_ID: 0,
    STAGE_ID: "PREPARATION",
    CONTACT_ID: contact.ID,
    ASSIGNED_BY_ID: 7,
    OPPORTUNITY: 2150.32,
    CURRENCY_ID: "RUB",
    [KEY]: `F1_${reception}`,
    UF_CRM_1769008900: "2026-03-05T10:00:00+03:00",
    UF_CRM_1769008947: "2026-03-05T11:30:00+03:00",
    UF_CRM_1769008996: "Зубов Пётр Ильич",
    UF_CRM_1769009098: "Осмотр, Снимок & <x>",
    UF_CRM_1769009157: "В процессе",
    UF_CRM_1769083581481: "A-77",
    UF_CRM_1769087458477: "Ёлкин Сергей Петрович",
    UF_CRM_1769494714842: "Боится уколов\nпозвонить «заранее» & 100% 😀 #1 <b>",
    UF_CRM_FILIAL: "Филиал в центре",
    UF_CRM_ARMCHAIR: "Кресло 3",
    UF_CRM_STATUS: "В процессе",
    UF_CRM_CARD_NUMBER: "A-77",
    UF_CRM_ORDER_DATE: "2026-03-02T09:30:00+03:00",
    UF_CRM_DOCTOR_SPECIALITY: "Ортодонт",
  };
  assert.deepEqual(pick(deal, Object.keys(expectedDeal)), expectedDeal);
  const expectedContact = {
    LAST_NAME: "Ёлкина",
    NAME: "Анна",
    SECOND_NAME: "Сергеевна",
    TYPE_ID: "CLIENT",
    ASSIGNED_BY_ID: 7,
    ORIGINATOR_ID: "IDENT",
    ORIGIN_ID: `F1_P${patient}`,
    UF_CRM_1769083788971: "A-77",
    UF_CRM_1769087537061: "Ёлкин Сергей Петрович",
  };
  assert.deepEqual(pick(contact, Object.keys(expectedContact)), expectedContact);
  assert.deepEqual(
    contact.PHONE?.map(({ VALUE, VALUE_TYPE }) => [VALUE, VALUE_TYPE]),
    [["+79000001234", "MOBILE"], ["+79000005678", "MOBILE"]],
  );
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("a second once with nothing changed sends one harmless request, writes nothing and ends with 0", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  day.reception(day.patient("Иванов Иван", "89000001234"), "2026-03-02T09:59:00");
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  await pc.run(["once"]);
  const [deals, contacts] = [portal.deals.all(), portal.contacts.all()];
  const requests = await requestsOf(async () => {
    const { code, out } = await pc.run(["once"]);
    assert.equal(code, 0);
    assert.match(out, /Получено из БД: {7}0\n/);
  });
  assert.deepEqual(requests.map(methodsOf), ["server.time"]);
  assert.deepEqual([portal.deals.all(), portal.contacts.all()], [deals, contacts]);
});

Deno.test("the result block and the queue line look as the users know them", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  day.reception(day.patient("Иванов Иван", "89000001234"), "2026-03-02T09:59:00");
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  const { out, err } = await pc.run(["once"], clockFrom(`${NOW}+03:00`));
  assert.match(
    out,
    new RegExp(
      `^={80}\nРезультаты синхронизации\n={80}\n` +
        `Получено из БД: {7}1\nТрансформировано: {5}1\nСинхронизировано: {5}1\nОшибок: {15}0\n` +
        `Время выполнения: {5}\\d+\\.\\d\\dс\n={80}\n` +
        `Очередь: всего=0, pending=0, failed=0, completed=0\n$`,
    ),
  );
  assert.equal(err, "");
});

for (const batch of [50, 1]) {
  Deno.test(`230 receptions with one and the same change time all arrive in one once, ${batch} a page`, async () => {
    await using pc = await office.begin({ Sync: { batch_size: batch } });
    const day = new ClinicDay();
    for (let index = 0; index < 230; index++) {
      day.reception(day.patient(`Пациентов Пётр${index}`, `+7900${1_000_000 + index}`), "2026-03-02T09:00:00");
    }
    await clinic.insert(day.take());
    clinic.setClock(NOW);
    const { code, out } = await pc.run(["once"]);
    assert.equal(code, 0);
    assert.match(out, /Синхронизировано: {5}230\n/);
    assert.equal(new Set(portal.deals.all().map((deal) => deal[KEY])).size, 230);
    assert.equal(portal.deals.size, 230);
    assert.equal(portal.contacts.size, 230);
    assert.deepEqual(portal.mistakes, []);
  });
}

Deno.test("two bills and a doctor with two professions give one deal with the sum of all lines less discounts", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const reception = day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00", {
    ID_Staffs: day.doctor("Зубов Пётр", "Хирург", "Терапевт"),
  });
  day.bill(reception, "2026-03-02T09:20:00", [["Осмотр", 2, 1000, 150], ["Снимок", 1, "0.10", null]]);
  day.bill(reception, "2026-03-02T09:25:00", [["Пломба", "1.5", "2000.20", "0.30"]]);
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  await pc.run(["once"]);
  assert.deepEqual(portal.deals.all().map(({ OPPORTUNITY }) => OPPORTUNITY), [4850.1]);
});

Deno.test("relatives on one phone are two contacts; no phone and no doctor are carried over; a blocked slot is ignored", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const [mother, son] = [
    day.patient("Иванова Мария Петровна", "8 900 000-12-34"),
    day.patient("Иванов Пётр Ильич", "+79000001234"),
  ];
  const silent = day.patient("Тихонов Олег", "-");
  for (const patient of [mother, son, silent, null]) day.reception(patient, "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  const { code, out } = await pc.run(["once"]);
  assert.equal(code, 0);
  assert.match(out, /Получено из БД: {7}3\n/);
  assert.deepEqual(
    portal.contacts.all().map(({ NAME, ORIGIN_ID, PHONE }) => [NAME, ORIGIN_ID, PHONE?.length ?? 0]),
    [["Мария", `F1_P${mother}`, 1], ["Пётр", `F1_P${son}`, 1], ["Олег", `F1_P${silent}`, 0]],
  );
  assert.equal(new Set(portal.deals.all().map(({ CONTACT_ID }) => CONTACT_ID)).size, 3);
});

for (
  const [zone, wall, expected] of [
    ["Europe/Moscow", "2026-03-05T10:00:00", "2026-03-05T07:00:00Z"],
    ["Asia/Yekaterinburg", "2026-03-05T10:00:00", "2026-03-05T05:00:00Z"],
    ["Europe/Berlin", "2026-03-28T10:00:00", "2026-03-28T09:00:00Z"],
    ["Europe/Berlin", "2026-03-29T10:00:00", "2026-03-29T08:00:00Z"],
    ["Europe/Berlin", "2026-10-24T10:00:00", "2026-10-24T08:00:00Z"],
    ["Europe/Berlin", "2026-10-25T10:00:00", "2026-10-25T09:00:00Z"],
  ]
) {
  Deno.test(`${wall} on a clinic's clock in ${zone} is ${expected} on the portal`, async () => {
    await using pc = await office.begin({ Sync: { timezone: zone } });
    const day = new ClinicDay();
    day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00", { PlanStart: wall });
    await clinic.insert(day.take());
    clinic.setClock(NOW);
    await pc.run(["once"]);
    const [deal] = portal.deals.all();
    assert.equal(new Date(String(deal.UF_CRM_1769008900)).toISOString(), new Date(expected).toISOString());
  });
}

Deno.test("only what differs is sent, and only where something differs", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const patient = day.patient("Иванов Иван", "89000001234");
  const changed = day.reception(patient, "2026-03-02T09:00:00");
  const touched = day.reception(patient, "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  await pc.run(["once"]);
  // One is moved in time, the other only saved again.
  await clinic.update("Receptions", changed, {
    PlanStart: "2026-03-07T12:00:00",
    DateTimeChanged: "2026-03-02T10:30:00",
  });
  await clinic.update("Receptions", touched, { DateTimeChanged: "2026-03-02T10:30:00" });
  clinic.setClock("2026-03-02T10:31:00");
  const robots = portal.robots.length;
  assert.equal((await pc.run(["once"])).code, 0);
  assert.equal(portal.robots.length, robots + 1);
  const [update, ...others] = portal.calls("crm.deal.update");
  assert.deepEqual(others, []);
  assert.deepEqual(Object.keys(update.params.fields as object), ["UF_CRM_1769008900"]);
  assert.deepEqual(portal.mistakes, []);
});

Deno.test("a visit moves the deal along its stages; a protected stage and a manager's final one stay", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const patient = day.patient("Иванов Иван", "89000001234");
  const [usual, guarded, closed] = [1, 2, 3].map(() => day.reception(patient, "2026-03-02T09:00:00"));
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  await pc.run(["once"]);
  const dealOf = (reception: number) => portal.deals.find({ [KEY]: `F1_${reception}` })!;
  portal.deals.update(dealOf(guarded).ID, { STAGE_ID: "EXECUTING" });
  portal.deals.update(dealOf(closed).ID, { STAGE_ID: "LOSE" });
  const before = dealOf(closed);
  for (const id of [usual, guarded, closed]) {
    await clinic.update("Receptions", id, { ReceptionEnded: "2026-03-02T11:00:00", Comment: "Осмотр проведён" });
  }
  clinic.setClock("2026-03-02T11:01:00");
  await pc.run(["once"]);
  assert.deepEqual(
    [usual, guarded, closed].map((id) => [dealOf(id).STAGE_ID, dealOf(id).UF_CRM_1769494714842]),
    [["UC_NO40X0", "Осмотр проведён"], ["EXECUTING", "Осмотр проведён"], ["LOSE", undefined]],
  );
  assert.deepEqual(dealOf(closed), before);
});

Deno.test("a refused reception waits in the queue, the others arrive, the exit code is 1, and the queue line tells", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const bad = day.reception(day.patient("Отказов Олег", null), "2026-03-02T09:00:00", {
    ReceptionEnded: "2026-03-02T09:30:00",
  });
  const good = day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock(NOW);
  const [pipeline] = portal.settings.pipelines;
  pipeline.stages = pipeline.stages.filter(({ id }) => id !== "UC_NO40X0");
  const { code, out } = await pc.run(["once"]);
  assert.equal(code, 1);
  assert.match(out, /Ошибок: {15}1\n/);
  assert.match(out, /Очередь: всего=1, pending=1, failed=0, completed=0\n/);
  assert.deepEqual(portal.deals.all().map((deal) => deal[KEY]), [`F1_${good}`]);
  const { items } = await pc.json("queue.json");
  assert.equal(items.length, 1);
  assert.equal(items[0].unique_id, `F1_${bad}`);
  assert.match(items[0].last_error, /UC_NO40X0/);
});
