import assert from "node:assert/strict";
import { startClinicStand } from "./clinic_stand.ts";
import { connectTo, errorOf } from "./client.ts";

const stand = await startClinicStand();
const client = await connectTo(stand);
Deno.test.beforeEach(async () => {
  await stand.clear();
  await stand.insert({
    Persons: [{ ID: 1, Surname: "Орлов" }, { ID: 2, Surname: "Лебедева" }, { ID: 3 }],
    Receptions: [
      { ID: 1, PlanStart: "2026-03-01T10:00:00", ID_Patients: 1, DateTimeAdded: "2026-02-01T00:00:00" },
      { ID: 2, PlanStart: "2026-03-02T10:00:00", ID_Patients: 2 },
      { ID: 3, PlanStart: "2026-03-03T10:00:00", ID_Patients: null, DateTimeAdded: "2026-01-01T00:00:00" },
    ],
    Orders: [{ ID: 5, ID_Receptions: 1 }, { ID: 6, ID_Receptions: null }],
  });
});
Deno.test.afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

/** Queries and the rows they must answer. */
const ANSWERS: readonly (readonly [string, readonly Record<string, unknown>[]])[] = [
  ["SELECT 1", [{ "": 1 }]],
  ["SELECT COUNT(*) AS Number FROM Receptions", [{ Number: 3 }]],
  ["select count(*) from RECEPTIONS", [{ "": 3 }]],
  ["SELECT COUNT_BIG(*) AS Number FROM dbo.Receptions WITH (NOLOCK)", [{ Number: "3" }]],
  ["SELECT TOP 1 ID FROM [IDENT].[dbo].[Receptions] ORDER BY ID DESC", [{ ID: 3 }]],
  ["SELECT TOP (2) r.ID FROM IDENT..Receptions AS r (NOLOCK) ORDER BY r.DateTimeAdded", [{ ID: 2 }, { ID: 3 }]],
  ["SELECT ID FROM Receptions ORDER BY DateTimeAdded DESC", [{ ID: 1 }, { ID: 3 }, { ID: 2 }]],
  ["SELECT ID FROM Receptions WHERE ID NOT IN (SELECT ID_Receptions FROM Orders)", []],
  ["SELECT ID FROM Receptions WHERE ID IN (SELECT ID_Receptions FROM Orders)", [{ ID: 1 }]],
  ["SELECT ISNULL(Surname, N'?') AS who FROM Persons WHERE ID = 3 -- ; not 'this", [{ who: "?" }]],
  ["SELECT N'a;b' AS [Semi ;] /* SELECT 2 */, 'it''s' AS Quote", [{ "Semi ;": "a;b", Quote: "it's" }]],
  ["SELECT N'Ж' + Surname + '.' AS Joined FROM Persons WHERE ID = 1", [{ Joined: "ЖОрлов." }]],
  ["SELECT DATEADD(day, -1, PlanStart) AS d FROM Receptions WHERE ID = 1", [{ d: new Date("2026-02-28T10:00:00Z") }]],
  ["SELECT DATEDIFF(hour, '2026-01-01T00:59:00', '2026-01-01T02:00:00') AS Hours", [{ Hours: 2 }]],
  ["SELECT CONVERT(varchar(40), CONVERT(decimal(19, 4), 1.5)) AS Amount", [{ Amount: "1.5000" }]],
  ["SELECT CAST('12' AS int) + 1 AS n, CAST(2.9 AS int) AS Cut, 7 / 2 AS Half", [{ n: 13, Cut: 2, Half: 3 }]],
  ["SELECT CASE WHEN ID = 1 THEN 'one' ELSE 'more' END AS Which FROM Persons WHERE ID < 3 ORDER BY ID", [
    { Which: "one" },
    { Which: "more" },
  ]],
  ["DECLARE @n int = 2, @s nvarchar(10); SET @s = N'x'; SELECT @n AS n, @s AS s, @N + 1 AS m", [{
    n: 2,
    s: "x",
    m: 3,
  }]],
  [
    "DECLARE @t TABLE (ID int PRIMARY KEY, Name nvarchar(20)); INSERT INTO @t SELECT ID, Surname FROM Persons " +
    "SELECT t.Name FROM @t AS t JOIN Receptions AS r ON r.ID_Patients = t.ID ORDER BY t.ID",
    [
      { Name: "Орлов" },
      { Name: "Лебедева" },
    ],
  ],
  ["WITH own AS (SELECT ID FROM Receptions WHERE ID_Patients IS NULL) SELECT ID FROM own", [{ ID: 3 }]],
  [
    "SELECT HAS_PERMS_BY_NAME(N'dbo.Receptions', 'OBJECT', 'SELECT') AS s, HAS_PERMS_BY_NAME('Receptions', 'OBJECT', " +
    "'UPDATE') AS u, HAS_PERMS_BY_NAME('Nothing', 'OBJECT', 'SELECT') AS n",
    [{ s: 1, u: 0, n: null }],
  ],
  ["SELECT SERVERPROPERTY('ProductVersion') AS Version, DB_NAME() AS Db, OBJECT_ID(N'Nothing') AS o", [
    { Version: "15.0.2000.5", Db: "IDENT", o: null },
  ]],
  ["SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'Staffs'", [
    { COLUMN_NAME: "ID_Persons", DATA_TYPE: "int", IS_NULLABLE: "NO" },
  ]],
]; // deno-fmt-ignore

for (const [query, rows] of ANSWERS) {
  Deno.test(`it is answered as by SQL Server: ${query}`, async () => {
    assert.deepEqual(await client.query(query), rows);
  });
}

/** Queries and the numbers, severities and wordings of their errors. */
const ERRORS: readonly (readonly [string, number, number, RegExp])[] = [
  ["SELECT ID FROM Reception", 208, 16, /^Invalid object name 'Reception'\.$/],
  ["SELECT Status FROM Receptions", 207, 16, /^Invalid column name 'Status'\.$/],
  ["SELECT r.Status FROM Receptions AS r", 207, 16, /^Invalid column name 'Status'\.$/],
  ["SELECT x.ID FROM Receptions AS r", 4104, 16, /"x" could not be bound|"x\.ID"/],
  ["SELECT ID FROM Receptions WHERE", 102, 15, /^Incorrect syntax near/],
  ["SELECT ID FROM Receptions WHERE ID = @id", 137, 15, /^Must declare the scalar variable "@id"\.$/],
  ["SELECT 1 / 0", 8134, 16, /^Divide by zero error encountered\.$/],
  ["SELECT CONVERT(datetime2(7), 'yesterday', 121)", 241, 16, /^Conversion failed/],
  ["SELECT CAST('x' AS int)", 245, 16, /^Conversion failed/],
  ["SELECT NO_SUCH(1)", 195, 15, /^'NO_SUCH' is not a recognized built-in function name\.$/],
  ["SELECT STRING_AGG(Surname, ',') FROM Persons", 195, 15, /^'STRING_AGG' is not a recognized/],
  ["SELECT ID FROM Receptions ORDER BY ID OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", 102, 15, /OFFSET/],
  ["UPDATE Receptions SET Comment = 'x'", 229, 14, /^The UPDATE permission was denied on the object 'Receptions'/],
  ["DELETE FROM dbo.Orders", 229, 14, /^The DELETE permission was denied on the object 'Orders', database 'IDENT'/],
  ["INSERT INTO Persons (ID) VALUES (9)", 229, 14, /^The INSERT permission was denied on the object 'Persons'/],
  ["CREATE TABLE x (ID int)", 262, 14, /^CREATE TABLE permission denied in database 'IDENT'\.$/],
  ["SELECT ID INTO x FROM Persons", 262, 14, /^CREATE TABLE permission denied/],
  ["USE Other", 911, 16, /^Database 'Other' does not exist/],
  ["EXEC sp_help", 50000, 16, /clinic stand/],
];

for (const [query, number, severity, message] of ERRORS) {
  Deno.test(`error ${number} answers ${query}`, async () => {
    const error = await errorOf(client.query(query));
    assert.deepEqual([error.number, error.class], [number, severity]);
    assert.match(error.message, message);
    assert.equal((await client.query("SELECT COUNT(*) AS n FROM Receptions"))[0].n, 3);
  });
}

Deno.test("several results of one batch arrive in order, and a batch ends at its first error", async () => {
  const { recordsets, rowsAffected } = await client.pool.request().query(
    "SET NOCOUNT ON\nSELECT 1 AS a SELECT 2 AS b;\nSELECT ID AS c FROM Persons WHERE ID > 5",
  );
  assert.deepEqual(recordsets as unknown, [[{ a: 1 }], [{ b: 2 }], []]);
  assert.deepEqual(rowsAffected, [1, 1, 0]);
  const error = await errorOf(client.query("SELECT 1 AS a;\n\nSELECT 1 / 0 AS b;\nSELECT 3 AS c"));
  assert.deepEqual([error.number, error.lineNumber], [8134, 3]);
});

Deno.test("the clock can be set, stands still or runs, and goes back to real time", async () => {
  const now = async () => {
    const [row] = await client.query("SELECT CONVERT(varchar(27), SYSDATETIME(), 121) AS Now, GETDATE() AS Old");
    return { now: String(row.Now), old: (row.Old as Date).toISOString() };
  };
  stand.setClock("2026-03-01T10:30:00.125");
  assert.deepEqual(await now(), { now: "2026-03-01 10:30:00.1250000", old: "2026-03-01T10:30:00.127Z" });
  assert.equal((await now()).now, "2026-03-01 10:30:00.1250000");
  stand.setClock("2026-03-01T10:30:00", { running: true });
  const first = (await now()).now;
  const second = (await now()).now;
  assert.ok("2026-03-01 10:30:00" < first && first < second && second < "2026-03-01 10:31:00", `${first} ${second}`);
  stand.setClock(undefined);
  assert.ok(Math.abs(Date.parse((await now()).old) - 3 * 3_600_000 - Date.now()) < 600_000, "in Moscow, as by default");
  assert.throws(() => stand.setClock("tomorrow"), TypeError);
});

Deno.test("rows are changed and removed by their key, and a clinic can be cleared", async () => {
  await stand.update("Persons", 2, { Surname: "Орлова", MobilePhone: "+7 900 000-00-01" });
  await stand.remove("Persons", 1);
  assert.deepEqual(await client.query("SELECT * FROM Persons ORDER BY ID"), [
    { ID: 2, Surname: "Орлова", Name: null, Patronymic: null, MobilePhone: "+7 900 000-00-01" },
    { ID: 3, Surname: null, Name: null, Patronymic: null, MobilePhone: null },
  ]);
  await assert.rejects(stand.update("Persons", 1, { Surname: "x" }), RangeError);
  await assert.rejects(stand.remove("Orders", 1), RangeError);
  await assert.rejects(stand.insert({ Persons: [{ ID: 4, Surname: "я".repeat(101) }] }), /100/);
  await stand.clear();
  assert.deepEqual(await client.query("SELECT ID FROM Persons"), []);
});

Deno.test("what was asked is recorded with its parameters, without what the libraries send by themselves", async () => {
  await client.pool.request().input("id", 5).input("name", "x").query("SELECT @id AS Id, @name AS Name");
  await client.pool.request().batch("SELECT 7 AS Seven");
  assert.deepEqual(stand.queries.map(({ text, parameters }) => ({ text, parameters })), [
    { text: "SELECT @id AS Id, @name AS Name", parameters: { id: "5", name: "x" } },
    { text: "SELECT 7 AS Seven", parameters: {} },
  ]);
  assert.ok(Math.abs(stand.queries[0].at - Date.now()) < 60_000);
});
