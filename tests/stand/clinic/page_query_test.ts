import assert from "node:assert/strict";
import sql from "mssql";
import { changedReceptions, receptionsById } from "../../../src/ident/queries.ts";
import { startClinicStand } from "./clinic_stand.ts";
import { type Client, connectTo } from "./client.ts";
import { generateClinic } from "./generate.ts";
import type { ClinicRows } from "./schema.ts";

const NOW = "2026-03-01T10:30:00";
const OPTIONAL = new Set(["Receptions.ID_ReceptionCancelReasons"]);
const stand = await startClinicStand();
Deno.test.afterAll(async () => await stand[Symbol.asyncDispose]());

const text = (time: string) => `${time.replace("T", " ").padEnd(19, ":00").padEnd(20, ".").padEnd(27, "0")}`;
const textOrNull = (time: string | null | undefined) => time == null ? null : text(time);
const amount = (value: string | number | null | undefined) => value == null ? null : Number(value).toFixed(4);

interface Place {
  readonly from: string;
  readonly afterId: number;
}

/** A page as the query answers it. */
async function page(
  client: Client,
  size: number,
  { from, afterId }: Place,
  upper: string | null,
  query = changedReceptions(OPTIONAL),
) {
  const { recordsets } = await client.pool.request()
    .input("size", sql.Int, size)
    .input("upperText", sql.VarChar(27), upper)
    .input("fromText", sql.VarChar(27), from)
    .input("initialDays", sql.Int, 7)
    .input("afterId", sql.BigInt, afterId)
    .query(query);
  return recordsets as unknown as Record<string, unknown>[][];
}

/** The receptions with a patient and their change times not after `upper`, in watermark order: thought out anew here. */
function inOrder(rows: ClinicRows, upper: string): readonly { readonly id: number; readonly changed: string }[] {
  return rows.Receptions.filter((reception) => reception.ID_Patients != null).flatMap((reception) => {
    const bills = rows.Orders.filter((order) => order.ID_Receptions === reception.ID);
    const times = [
      reception.DateTimeAdded,
      reception.DateTimeChanged,
      reception.PatientAppeared,
      reception.ReceptionStarted,
      reception.ReceptionEnded,
      reception.ReceptionCanceled,
      reception.CheckIssued,
      ...bills.flatMap((bill) => [bill.DateTimeOrder, bill.DateTimeBillFormed]),
    ].filter((time) => time != null).map(text).filter((time) => time <= upper).sort();
    const changed = times.at(-1);
    return changed === undefined ? [] : [{ id: reception.ID, changed }];
  }).sort((a, b) => a.changed < b.changed ? -1 : a.changed > b.changed ? 1 : a.id - b.id);
}

/** The first of the rows with this key. */
const find = <T extends object>(list: readonly T[], key: keyof T, value: unknown) =>
  value == null ? undefined : list.find((row) => row[key] === value);

/** What the second result set must hold for a reception. */
function details(rows: ClinicRows, id: number, changed: string): Record<string, unknown> {
  const r = find(rows.Receptions, "ID", id)!;
  const patient = find(rows.Persons, "ID", r.ID_Patients);
  const card = find(rows.Patients, "ID_Persons", r.ID_Patients);
  const doctor = find(rows.Persons, "ID", r.ID_Staffs);
  const chair = find(rows.Armchairs, "ID", r.ID_Armchairs);
  const profession = rows.Items.filter((item) => item.ID_Staffs === r.ID_Staffs).sort((a, b) => a.ID - b.ID)[0];
  const bills = rows.Orders.filter((order) => order.ID_Receptions === id);
  const [bill] = bills.sort((a, b) => (b.DateTimeOrder ?? "").localeCompare(a.DateTimeOrder ?? "") || b.ID - a.ID);
  const branch = bills.find((each) => each.ID_OwnCompanies != null)?.ID_OwnCompanies ?? chair?.ID_OwnCompanies ?? null;
  return {
    ID: String(id),
    Changed: changed,
    PlanStart: textOrNull(r.PlanStart),
    PlanEnd: textOrNull(r.PlanEnd),
    PatientAppeared: textOrNull(r.PatientAppeared),
    ReceptionStarted: textOrNull(r.ReceptionStarted),
    ReceptionEnded: textOrNull(r.ReceptionEnded),
    ReceptionCanceled: textOrNull(r.ReceptionCanceled),
    CheckIssued: textOrNull(r.CheckIssued),
    CancelReasonId: r.ID_ReceptionCancelReasons ?? null,
    Comment: r.Comment,
    PatientId: r.ID_Patients,
    PatientSurname: patient?.Surname ?? null,
    PatientName: patient?.Name ?? null,
    PatientPatronymic: patient?.Patronymic ?? null,
    PatientPhone: patient?.MobilePhone ?? null,
    CardNumber: card?.CardNumber ?? null,
    ParentSNP: card?.ParentSNP ?? null,
    DoctorSurname: doctor?.Surname ?? null,
    DoctorName: doctor?.Name ?? null,
    DoctorPatronymic: doctor?.Patronymic ?? null,
    DoctorProfession: find(rows.ProfessionNames, "ID", profession?.ID_ProfessionNames)?.NameProfession ?? null,
    Armchair: chair?.NameArmchair ?? null,
    BranchId: branch,
    BranchName: find(rows.OwnCompanies, "ID", branch)?.Name ?? null,
    OrderTime: textOrNull(bill?.DateTimeOrder),
  };
}

/** What the third result set must hold for these receptions. */
function lines(rows: ClinicRows, ids: readonly number[]): readonly Record<string, unknown>[] {
  return rows.OrderServiceRelation.flatMap((line) => {
    const order = find(rows.Orders, "ID", line.ID_Orders);
    if (order?.ID_Receptions == null || !ids.includes(order.ID_Receptions)) return [];
    const price = find(rows.ServiceItemPrices, "ID", line.ID_ServicePrices);
    return [{
      line: line.ID,
      ReceptionId: order.ID_Receptions,
      OrderId: order.ID,
      ServiceName: find(rows.ServiceItems, "ID", price?.ID_ServiceItems)?.Name ?? null,
      CountService: amount(line.CountService),
      Price: amount(price?.Price),
      DiscountSum: amount(line.DiscountSum),
    }];
  }).sort((a, b) => a.ReceptionId - b.ReceptionId || a.OrderId - b.OrderId || a.line - b.line)
    .map(({ line: _, ...rest }) => rest);
}

Deno.test("pages give every reception once, in watermark order, with its details and bill lines", async () => {
  await stand.clear();
  stand.setClock(NOW);
  const rows = generateClinic({ seed: 7, receptions: 240, now: NOW, days: 20 });
  await stand.insert(rows);
  await using client = await connectTo(stand);
  const upper = text(NOW);
  const expected = inOrder(rows, upper);
  let place: Place = { from: "2026-01-01 00:00:00.0000000", afterId: 0 };
  const seen: number[] = [];
  for (let count = 37; count === 37;) {
    const [times, receptions, billLines] = await page(client, 37, place, null);
    count = receptions.length;
    assert.deepEqual(times, [{ Now: upper, UtcNow: text("2026-03-01T07:30:00"), Upper: upper }]);
    const due = expected.slice(seen.length, seen.length + 37);
    assert.deepEqual(receptions, due.map(({ id, changed }) => details(rows, id, changed)));
    assert.deepEqual(billLines, lines(rows, due.map(({ id }) => id)));
    seen.push(...due.map(({ id }) => id));
    const last = receptions.at(-1);
    if (last !== undefined) place = { from: String(last.Changed), afterId: Number(last.ID) };
  }
  assert.equal(seen.length, expected.length);
  assert.ok(expected.length > 200);
});

Deno.test("a reception that is deleted, or loses its patient, after the page was chosen keeps its place on the page", async () => {
  await stand.clear();
  stand.setClock(NOW);
  await stand.insert({
    Persons: [{ ID: 1, Surname: "Страницын" }],
    Patients: [{ ID_Persons: 1 }],
    Receptions: [
      { ID: 10, PlanStart: NOW, ID_Patients: 1, DateTimeAdded: NOW },
      { ID: 11, PlanStart: NOW, ID_Patients: null, DateTimeAdded: NOW },
    ],
  });
  await using client = await connectTo(stand);
  const query = changedReceptions(OPTIONAL);
  const chosenBefore = query.replace(
    "SELECT CONVERT(varchar(27), @now",
    "INSERT INTO @page (ID, Changed) SELECT 11, @upper UNION SELECT 12, @upper;\n$&",
  );
  assert.notEqual(chosenBefore, query);
  const [, receptions] = await page(
    client,
    50,
    { from: "2026-01-01 00:00:00.0000000", afterId: 0 },
    null,
    chosenBefore,
  );
  assert.deepEqual(
    receptions.map(({ ID, PatientId, Changed }) => [ID, PatientId, Changed]),
    [["10", 1, text(NOW)], ["11", null, text(NOW)], ["12", null, text(NOW)]],
  );
});

Deno.test("an upper bound in the past hides what changed later", async () => {
  await stand.clear();
  stand.setClock(NOW);
  const rows = generateClinic({ seed: 8, receptions: 100, now: NOW, days: 20 });
  await stand.insert(rows);
  await using client = await connectTo(stand);
  const upper = "2026-02-20 12:00:00.0000000";
  const [times, receptions] = await page(client, 1000, { from: "2026-01-01 00:00:00.0000000", afterId: 0 }, upper);
  assert.deepEqual(times, [{ Now: text(NOW), UtcNow: text("2026-03-01T07:30:00"), Upper: upper }]);
  assert.deepEqual(
    receptions.map(({ ID, Changed }) => ({ id: Number(ID), changed: Changed })),
    inOrder(rows, upper).map(({ id, changed }) => ({ id, changed })),
  );
});

Deno.test("receptions by their IDs come with the same details", async () => {
  await stand.clear();
  stand.setClock(NOW);
  const rows = generateClinic({ seed: 9, receptions: 80, now: NOW, days: 20 });
  await stand.insert(rows);
  await using client = await connectTo(stand);
  const chosen = inOrder(rows, text(NOW)).filter((_, index) => index % 4 === 0);
  const request = client.pool.request();
  [...chosen.map(({ id }) => id), 999_999].forEach((id, index) => request.input(`id${index}`, sql.BigInt, id));
  const { recordsets } = await request.query(receptionsById(chosen.length + 1, OPTIONAL));
  const [, receptions, billLines] = recordsets as unknown as Record<string, unknown>[][];
  assert.deepEqual(receptions, chosen.map(({ id, changed }) => details(rows, id, changed)));
  assert.deepEqual(billLines, lines(rows, chosen.map(({ id }) => id)));
});

Deno.test("the branch is that of the latest bill that names one, else the armchair's; the bill's time is the latest bill's", async () => {
  await stand.clear();
  stand.setClock(NOW);
  const at = (hour: number) => `2026-03-01T0${hour}:00:00`;
  const reception = (ID: number) => ({ ID, PlanStart: NOW, ID_Patients: 1, ID_Armchairs: 5, DateTimeAdded: NOW });
  const bill = (ID: number, ID_Receptions: number, hour: number, ID_OwnCompanies: number | null) => ({
    ID,
    ID_Receptions,
    DateTimeOrder: at(hour),
    ID_OwnCompanies,
  });
  await stand.insert({
    Persons: [{ ID: 1 }],
    Armchairs: [{ ID: 5, ID_OwnCompanies: 30 }],
    OwnCompanies: [10, 20, 30].map((ID) => ({ ID, Name: `Филиал ${ID}` })),
    Receptions: [10, 11, 12].map(reception),
    Orders: [
      ...[bill(1, 10, 1, 10), bill(2, 10, 2, 20), bill(3, 10, 3, null)],
      bill(4, 11, 4, null),
    ],
  });
  await using client = await connectTo(stand);
  const [, receptions] = await page(client, 50, { from: "2026-01-01 00:00:00.0000000", afterId: 0 }, null);
  assert.deepEqual(
    receptions.map(({ ID, BranchId, BranchName, OrderTime }) => [ID, BranchId, BranchName, OrderTime]),
    [
      ["10", 20, "Филиал 20", text(at(3))],
      ["11", 30, "Филиал 30", text(at(4))],
      ["12", 30, "Филиал 30", null],
    ],
  );
});

Deno.test("two clients page at once without disturbing each other", async () => {
  await stand.clear();
  stand.setClock(NOW);
  const rows = generateClinic({ seed: 10, receptions: 120, now: NOW, days: 20 });
  await stand.insert(rows);
  await using first = await connectTo(stand);
  await using second = await connectTo(stand, { encrypt: true });
  const expected = inOrder(rows, text(NOW)).map(({ id }) => id);
  const everything = { from: "2026-01-01 00:00:00.0000000", afterId: 0 };
  const answers = await Promise.all(
    [5, 60, 10, 50, 1, 100].map((size, index) => page(index % 2 === 0 ? first : second, size, everything, null)),
  );
  assert.deepEqual(
    answers.map(([, receptions]) => receptions.map(({ ID }) => Number(ID))),
    [5, 60, 10, 50, 1, 100].map((size) => expected.slice(0, size)),
  );
});
