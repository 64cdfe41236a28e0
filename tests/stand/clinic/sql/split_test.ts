import assert from "node:assert/strict";
import { textOf, tokens } from "./lexer.ts";
import { columnNames } from "./select_list.ts";
import { statements } from "./split.ts";

const split = (sql: string) => statements(tokens(sql)).map(textOf);

Deno.test("statements end at a semicolon, or where the next one begins", () => {
  assert.deepEqual(split("SET NOCOUNT ON; SELECT 1 SELECT 2;;\n"), ["SET NOCOUNT ON", "SELECT 1", "SELECT 2"]);
  assert.deepEqual(split("set ansi_nulls on\nset lock_timeout -1"), ["set ansi_nulls on", "set lock_timeout -1"]);
  assert.deepEqual(split("DECLARE @a int = 1 SET @a = 2 SELECT @a"), ["DECLARE @a int = 1", "SET @a = 2", "SELECT @a"]);
});

Deno.test("what belongs to a statement does not end it", () => {
  for (
    const statement of [
      "SELECT 1 UNION ALL SELECT 2",
      "INSERT INTO @t (ID) SELECT ID FROM x WHERE ID IN (SELECT 1)",
      "WITH a AS (SELECT 1 AS n), b AS (SELECT 2 AS n) SELECT n FROM a UNION SELECT n FROM b",
      "UPDATE @t SET a = 1",
      "SELECT 'a;b', [c;d], (SELECT 1)",
    ]
  ) assert.deepEqual(split(statement), [statement]);
});

Deno.test("strings, quoted names and comments are no statements", () => {
  assert.deepEqual(split("SELECT 'it''s; SELECT' -- SELECT 2;\n, [x]]; y] /* ; SELECT\n3 */ AS z; SELECT 4"), [
    "SELECT 'it''s; SELECT' , [x]]; y] AS z",
    "SELECT 4",
  ]);
});

Deno.test("columns have the names that the query gives them", () => {
  const names = (sql: string) => columnNames(tokens(sql));
  assert.deepEqual(
    names("SELECT TOP (5) r.ID, r.[Order], Surname s, COUNT(*), MAX(x) AS Big, 1 + n, N'x' Txt FROM t"),
    [
      "ID",
      "Order",
      "s",
      "",
      "Big",
      "",
      "Txt",
    ],
  ); // deno-fmt-ignore
  assert.deepEqual(names("SELECT DISTINCT a = 1, b = MAX(c) FROM t GROUP BY x"), ["a", "b"]);
  assert.deepEqual(names("WITH q AS (SELECT a AS b FROM t) SELECT CASE WHEN b = 1 THEN 2 END, NULL, q.b FROM q"), [
    "",
    "",
    "b",
  ]);
  assert.equal(names("SELECT t.*, 1 AS n FROM t"), undefined);
});
