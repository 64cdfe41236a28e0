import assert from "node:assert/strict";
import { COLUMNS, visibleOf } from "../../src/ident/columns.ts";
import { changedReceptions, plannedReceptions, receptionsById } from "../../src/ident/queries.ts";

const OPTIONAL = new Set(
  COLUMNS.filter(({ need }) => need === "optional").map(({ table, column }) => `${table}.${column}`),
);
const ROWS = COLUMNS.map(({ table, column }) => ({ TableName: table, ColumnName: column }));

/** `Table.Column` of everything that a query reads through the names that it gives its tables. */
function readBy(query: string): Set<string> {
  const tables = new Map<string, Set<string>>();
  for (const [, table, alias] of query.matchAll(/\b(?:FROM|JOIN) (\w+) AS (\w+)/g)) {
    tables.set(alias, (tables.get(alias) ?? new Set()).add(table));
  }
  const known = new Set(COLUMNS.map(({ table, column }) => `${table}.${column}`));
  return new Set([...query.matchAll(/\b(\w+)\.(\w+)\b/g)].flatMap(([, alias, column]) => {
    const names = [...tables.get(alias) ?? []].map((table) => `${table}.${column}`);
    // A name may stand for two tables in different places: the column is one of theirs.
    return names.length < 2
      ? names
      : names.filter((name) => known.has(name)).length > 0
      ? names.filter((name) => known.has(name))
      : names;
  }));
}

Deno.test("the list of columns is exactly what the queries read", () => {
  const read = [changedReceptions(OPTIONAL), plannedReceptions(OPTIONAL), receptionsById(2, OPTIONAL)].map(readBy);
  const all = read.reduce((one, other) => one.union(other));
  assert.deepEqual([...all].sort(), COLUMNS.map(({ table, column }) => `${table}.${column}`).sort());
});

Deno.test("an optional column that is not there stands in no query", () => {
  for (const query of [changedReceptions(new Set()), plannedReceptions(new Set()), receptionsById(2, new Set())]) {
    assert.deepEqual(readBy(query).intersection(OPTIONAL), new Set());
    assert.match(query, /NULL AS CancelReasonId/);
  }
});

Deno.test("what is there is known whatever the case of its name, and what is missing is named, a whole table by its name", () => {
  const lower = ROWS.map(({ TableName, ColumnName }) => ({
    TableName: TableName.toLowerCase(),
    ColumnName: ColumnName.toUpperCase(),
  }));
  assert.deepEqual(visibleOf(lower), { optional: OPTIONAL, missing: [] });
  const less = ROWS.filter(({ TableName, ColumnName }) => TableName !== "Items" && ColumnName !== "CheckIssued");
  assert.deepEqual(visibleOf(less).missing, ["Receptions.CheckIssued", "Items"]);
  const without = ROWS.filter(({ ColumnName }) => ColumnName !== "ID_ReceptionCancelReasons");
  assert.deepEqual(visibleOf(without), { optional: new Set(), missing: [] });
});
