import assert from "node:assert/strict";
import sql from "mssql";
import { startClinicStand } from "./clinic_stand.ts";
import { connectTo } from "./client.ts";

const stand = await startClinicStand();
Deno.test.beforeEach(() => stand.clear());
Deno.test.afterAll(async () => await stand[Symbol.asyncDispose]());

Deno.test("columns arrive with the types of the catalogue", async () => {
  await stand.insert({
    Receptions: [{ ID: 7, PlanStart: "2026-03-01T10:30:00.003", Comment: "Ёж 😀", ID_Patients: 5 }],
    OrderServiceRelation: [{ ID: 1, CountService: "1.25", DiscountSum: "99.9999" }],
    ServiceItemPrices: [{ ID: 1, Price: -12345678.1234 }],
    TreatmentPlans: [{ ID: 1, IsActive: true }, { ID: 2, IsActive: false }, { ID: 3 }],
    TreatmentPlanStages: [{ ID: 1, Name: "Санация", Order: 3 }],
  });
  await using client = await connectTo(stand);
  assert.deepEqual(await client.query("SELECT ID, PlanStart, PlanEnd, ID_Patients, Comment FROM Receptions"), [
    { ID: 7, PlanStart: new Date("2026-03-01T10:30:00.003Z"), PlanEnd: null, ID_Patients: 5, Comment: "Ёж 😀" },
  ]);
  assert.deepEqual(await client.query("SELECT CountService, DiscountSum FROM OrderServiceRelation"), [
    { CountService: 1.25, DiscountSum: 99.9999 },
  ]);
  assert.deepEqual(await client.query("SELECT Price FROM ServiceItemPrices"), [{ Price: -12345678.1234 }]);
  assert.deepEqual(
    (await client.query("SELECT IsActive FROM TreatmentPlans ORDER BY ID")).map((row) => row.IsActive),
    [true, false, null],
  );
  assert.deepEqual(await client.query("SELECT [Order], name FROM TreatmentPlanStages WHERE [Order] = 3"), [
    { Order: 3, name: "Санация" },
  ]);
  const { recordset } = await client.pool.request().query(
    "SELECT r.ID, r.PlanStart, r.PlanEnd, r.Comment, p.Surname, l.CountService, l.DiscountSum " +
      "FROM Receptions r LEFT JOIN Persons p ON p.ID = r.ID LEFT JOIN OrderServiceRelation l ON l.ID = r.ID",
  );
  const types = Object.values(recordset.columns).map(({ type, length }) => [type, length]);
  assert.deepEqual(types, [
    [sql.Int, undefined],
    [sql.DateTime, 8],
    [sql.DateTime, 8],
    [sql.NVarChar, 65535],
    [sql.NVarChar, 200],
    [sql.Decimal, 9],
    [sql.Money, 8],
  ]);
});

Deno.test("a datetime is rounded to 1/300 s when it is stored", async () => {
  const stored = async (time: string) => {
    await stand.clear();
    await stand.insert({ Receptions: [{ ID: 1, PlanStart: time }] });
    await using client = await connectTo(stand);
    const [row] = await client.query("SELECT PlanStart, CONVERT(varchar(30), PlanStart, 121) AS Text FROM Receptions");
    assert.equal((row.PlanStart as Date).toISOString().slice(0, 23).replace("T", " "), row.Text);
    return row.Text;
  };
  assert.equal(await stored("2026-03-01T10:30:00.001"), "2026-03-01 10:30:00.000");
  assert.equal(await stored("2026-03-01T10:30:00.002"), "2026-03-01 10:30:00.003");
  assert.equal(await stored("2026-03-01T10:30:00.005"), "2026-03-01 10:30:00.007");
  assert.equal(await stored("2026-12-31T23:59:59.999"), "2027-01-01 00:00:00.000");
});

Deno.test("style 121 of a datetime2(7) has seven digits, of a datetime three", async () => {
  await stand.insert({ Receptions: [{ ID: 1, PlanStart: "2026-03-01T10:30:00", PlanEnd: "2026-03-01T11:00:00.003" }] });
  await using client = await connectTo(stand);
  assert.deepEqual(
    await client.query(`SELECT
      CONVERT(varchar(27), CONVERT(datetime2(7), PlanStart), 121) AS Start2, CONVERT(varchar(27), PlanStart, 121) AS Start,
      CONVERT(varchar(27), CONVERT(datetime2(7), PlanEnd), 121) AS End2,
      CONVERT(varchar(33), PlanEnd, 126) AS EndIso, CONVERT(varchar(10), PlanEnd, 104) AS Day,
      CONVERT(varchar(27), CONVERT(datetime2(7), CheckIssued), 121) AS Nothing FROM Receptions`),
    [{
      Start2: "2026-03-01 10:30:00.0000000",
      Start: "2026-03-01 10:30:00.000",
      End2: "2026-03-01 11:00:00.0030000",
      EndIso: "2026-03-01T11:00:00.003",
      Day: "01.03.2026",
      Nothing: null,
    }],
  );
});

Deno.test("from compatibility level 130 on a datetime keeps the thirds of 10 ms as datetime2", async () => {
  await using modern = await startClinicStand({ compatibilityLevel: 150 });
  await modern.insert({
    Receptions: [{ ID: 1, PlanStart: "2026-03-01T10:30:00.003", PlanEnd: "2026-03-01T10:30:00.007" }],
  });
  await using client = await connectTo(modern);
  const text = (value: string) => `CONVERT(varchar(27), CONVERT(datetime2(7), ${value}), 121)`;
  const [row] = await client.query(
    `SELECT ${text("PlanStart")} AS A, ${text("PlanEnd")} AS B, ${text("'2026-03-01 10:30:00.0033333'")} AS Same,
      PlanStart, CONVERT(varchar(27), PlanEnd, 121) AS Short FROM Receptions`,
  );
  assert.deepEqual(row, {
    A: "2026-03-01 10:30:00.0033333",
    B: "2026-03-01 10:30:00.0066667",
    Same: "2026-03-01 10:30:00.0033333",
    PlanStart: new Date("2026-03-01T10:30:00.003Z"),
    Short: "2026-03-01 10:30:00.007",
  });
});

Deno.test("columns can have other types than the catalogue's", async () => {
  await using other = await startClinicStand({
    types: {
      "Receptions.ID": "bigint",
      "Receptions.DateTimeChanged": "datetime2(7)",
      "Receptions.PlanStart": "smalldatetime",
      "Receptions.Comment": "varchar(max)",
      "Persons.Surname": "varchar(100)",
      "ServiceItemPrices.Price": "float",
      "OrderServiceRelation.CountService": "int",
      "OrderServiceRelation.DiscountSum": "decimal(19, 4)",
    },
  });
  const comment = "Ёлки & «палки» № 5 ".repeat(1000);
  await other.insert({
    Receptions: [{
      ID: 1,
      PlanStart: "2026-03-01T10:30:31",
      Comment: `${comment}😀`,
      DateTimeChanged: "2026-03-01T10:30:00.123456",
    }],
    Persons: [{ ID: 1, Surname: "Щукин" }],
    ServiceItemPrices: [{ ID: 1, Price: 0.1 }],
    OrderServiceRelation: [{ ID: 1, CountService: 3, DiscountSum: "1.5" }],
  });
  await using client = await connectTo(other);
  const { recordset } = await client.pool.request().query(
    `SELECT r.ID, PlanStart, DateTimeChanged, Comment, Surname, Price, CountService, DiscountSum
    FROM Receptions r, Persons, ServiceItemPrices, OrderServiceRelation`,
  );
  const changed = new Date("2026-03-01T10:30:00.123Z");
  assert.deepEqual({ ...recordset[0], DateTimeChanged: new Date(recordset[0].DateTimeChanged) }, {
    ID: "1",
    PlanStart: new Date("2026-03-01T10:31:00Z"),
    DateTimeChanged: changed,
    Comment: `${comment}??`,
    Surname: "Щукин",
    Price: 0.1,
    CountService: 3,
    DiscountSum: 1.5,
  });
  assert.deepEqual(Object.values(recordset.columns).map(({ type }) => type), [
    sql.BigInt,
    sql.SmallDateTime,
    sql.DateTime2,
    sql.VarChar,
    sql.VarChar,
    sql.Float,
    sql.Int,
    sql.Decimal,
  ]);
  await assert.rejects(startClinicStand({ types: { "Receptions.No": "int" } }), /Receptions\.No/);
  await assert.rejects(startClinicStand({ types: { "Receptions.ID": "geometry" } }), /geometry/);
});

Deno.test("parameters of all usual types arrive with their values", async () => {
  await using client = await connectTo(stand);
  const { recordset } = await client.pool.request()
    .input("int", sql.Int, -5)
    .input("big", sql.BigInt, "9007199254740993")
    .input("text", sql.NVarChar, "Ёж '; -- 😀")
    .input("long", sql.NVarChar(sql.MAX), "я".repeat(9000))
    .input("narrow", sql.VarChar(27), "2026-03-01 10:30:00.0000000")
    .input("bit", sql.Bit, true)
    .input("money", sql.Money, 12.34)
    .input("decimal", sql.Decimal(19, 4), -1.5)
    .input("float", sql.Float, 0.25)
    .input("time", sql.DateTime2(7), new Date("2026-03-01T10:30:00.123Z"))
    .input("old", sql.DateTime, new Date("2026-03-01T10:30:00.123Z"))
    .input("none", sql.Int, null)
    .query(`SELECT @int AS I, @big AS B, @text AS T, LEN(@long) AS L, @narrow AS N, @bit AS Bit, @money AS M,
      @decimal AS D, @float AS F, @time AS At, @old AS Old, @none AS Nothing, @INT + 1 AS Sum`);
  assert.deepEqual(recordset[0], {
    I: -5,
    B: "9007199254740993",
    T: "Ёж '; -- 😀",
    L: 9000,
    N: "2026-03-01 10:30:00.0000000",
    Bit: true,
    M: 12.34,
    D: -1.5,
    F: 0.25,
    At: recordset[0].At,
    Old: new Date("2026-03-01T10:30:00.123Z"),
    Nothing: null,
    Sum: -4,
  });
  assert.equal(new Date(recordset[0].At).toISOString(), "2026-03-01T10:30:00.123Z");
});
