import assert from "node:assert/strict";
import fc from "fast-check";
import { type ClinicSize, generateClinic } from "./generate.ts";
import { CATALOGUE, TABLE_NAMES } from "./schema.ts";
import { parseSqlType } from "./sql/sql_type.ts";

const SIZE: ClinicSize = { seed: 1, receptions: 200, now: "2026-03-01T10:30:00", days: 30 };
const clinic = generateClinic(SIZE);

const sizes = fc.record({
  seed: fc.integer(),
  receptions: fc.integer({ min: 0, max: 150 }),
  now: fc.constantFrom("2026-03-01T10:30:00", "2024-02-29T23:59:59", "2025-12-31T00:00:00"),
  days: fc.integer({ min: 1, max: 400 }),
});

Deno.test("the same seed gives the same clinic, another one another", () => {
  assert.deepEqual(generateClinic(SIZE), clinic);
  assert.notDeepEqual(generateClinic({ ...SIZE, seed: 2 }), clinic);
});

Deno.test("every row fits its columns, and keys occur once", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const rows = generateClinic(size);
      assert.equal(rows.Receptions.length, size.receptions);
      for (const table of TABLE_NAMES) {
        const columns = CATALOGUE[table] as Readonly<Record<string, string>>;
        const [key] = Object.keys(columns);
        const list = rows[table] as unknown as readonly Record<string, unknown>[];
        assert.equal(new Set(list.map((row) => row[key])).size, list.length, table);
        for (const row of list) {
          for (const [name, value] of Object.entries(row)) {
            const type = parseSqlType(columns[name].replace("!", ""));
            assert.ok(value !== null || !columns[name].endsWith("!"), `${table}.${name} is NULL`);
            if (type?.name === "nvarchar" && type.length !== "max") {
              assert.ok(String(value ?? "").length <= type.length, `${table}.${name}: ${value}`);
            }
            if (type?.name === "datetime" && value !== null) {
              assert.match(String(value), /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d\d[037]$/);
            }
          }
        }
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("references lead to rows that exist", () => {
  const ids = (list: readonly { readonly ID: number }[]) => new Set(list.map(({ ID }) => ID));
  const persons = ids(clinic.Persons);
  const patients = new Set(clinic.Patients.map(({ ID_Persons }) => ID_Persons));
  const orders = ids(clinic.Orders);
  assert.ok([...patients].every((id) => persons.has(id)));
  assert.ok(clinic.Receptions.every(({ ID_Patients }) => ID_Patients == null || patients.has(ID_Patients)));
  assert.ok(clinic.OrderServiceRelation.every(({ ID_Orders }) => ID_Orders != null && orders.has(ID_Orders)));
});

Deno.test("nothing has happened after the clinic's time now", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const rows = generateClinic(size);
      for (const { PlanStart: _, PlanEnd: __, ...reception } of rows.Receptions) {
        for (const value of Object.values(reception)) {
          if (/^\d{4}-\d\d-\d\dT/.test(String(value))) assert.ok(String(value) <= `${size.now}.000`, String(value));
        }
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("a clinic of 200 receptions has everything that has broken integrations", () => {
  const { Receptions, Orders, OrderServiceRelation, Persons, Items, Staffs, ServiceItems, ServiceItemPrices } = clinic;
  const has = (what: string, count: number) => assert.ok(count > 0, `no ${what}`);
  const status = (r: (typeof Receptions)[number]) =>
    r.ReceptionCanceled
      ? 6
      : r.CheckIssued
      ? 5
      : r.ReceptionEnded
      ? 4
      : r.ReceptionStarted
      ? 3
      : r.PatientAppeared
      ? 2
      : 1;
  for (const each of [1, 2, 3, 4, 5, 6]) has(`status ${each}`, Receptions.filter((r) => status(r) === each).length);
  has("blocked slot", Receptions.filter((r) => r.ID_Patients == null).length);
  const bills = (id: number) => Orders.filter((order) => order.ID_Receptions === id);
  for (const count of [0, 1, 2]) has(`${count} bills`, Receptions.filter((r) => bills(r.ID).length === count).length);
  const professions = (id: number) => Items.filter((item) => item.ID_Staffs === id).length;
  for (const count of [0, 1, 2]) {
    has(
      `${count} professions`,
      Staffs.filter((s) => professions(s.ID_Persons) === count).length,
    );
  }
  const services = (id: number) => {
    const orders = bills(id).map(({ ID }) => ID);
    const prices = OrderServiceRelation.filter((line) => orders.includes(line.ID_Orders!)).map((l) =>
      l.ID_ServicePrices
    );
    return prices.map((price) => {
      const item = ServiceItemPrices.find(({ ID }) => ID === price)?.ID_ServiceItems;
      return ServiceItems.find(({ ID }) => ID === item)?.Name ?? "";
    });
  };
  has("long list of services", Receptions.filter(({ ID }) => services(ID).join(", ").length > 3000).length);
  has("discount", OrderServiceRelation.filter((line) => Number(line.DiscountSum) > 0).length);
  has("fraction", OrderServiceRelation.filter((line) => Number(line.CountService) % 1 !== 0).length);
  const phones = Persons.map(({ MobilePhone }) => MobilePhone);
  has("junk phone", phones.filter((phone) => phone === "-" || phone === "нет").length);
  has("two phones", phones.filter((phone) => (phone ?? "").replace(/\D/g, "").length > 20).length);
  has("no phone", phones.filter((phone) => phone === null).length);
  const ten = phones.map((phone) => (phone ?? "").replace(/\D/g, "").slice(-10)).filter((digits) =>
    digits.length === 10
  );
  assert.ok(ten.every((digits) => digits.startsWith("900000") || digits.includes("9")), "made-up numbers only");
  has("shared phone", ten.length - new Set(ten).size);
  const comments = Receptions.map(({ Comment }) => Comment ?? "");
  for (const part of ["😬", "&", "<", "%", "$result[", "\r\n", '"', "'"]) {
    has(part, comments.filter((comment) => comment.includes(part)).length);
  }
  has("long comment", comments.filter((comment) => comment.length > 4000).length);
  has(
    "lagging change time",
    Receptions.filter((r) => r.CheckIssued && (r.DateTimeChanged ?? "") < r.CheckIssued).length,
  );
  const changed = Receptions.map(({ DateTimeAdded }) => DateTimeAdded);
  has("equal times", changed.length - new Set(changed).size);
});
