/** The tables as one stand has them: the catalogue, with the column types that the stand was started with. */

import { CATALOGUE, INDEXES, TABLE_NAMES, type TableName } from "../schema.ts";
import { parseSqlType, postgresType, type SqlType } from "./sql_type.ts";

export interface CatalogueColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

export interface CatalogueTable {
  readonly name: TableName;
  /** The first one is the key. */
  readonly columns: readonly CatalogueColumn[];
}

/** Other types for some columns, by `Table.Column`: `{"Receptions.DateTimeChanged": "datetime2(7)"}`. */
export type ColumnTypes = Readonly<Record<string, string>>;

/**
 * The tables with the types asked for, less some columns (`Receptions.ID_ReceptionCancelReasons`) or whole tables
 * (`Items`); what does not exist is a `TypeError`.
 */
export function catalogueWith(types: ColumnTypes = {}, without: readonly string[] = []): readonly CatalogueTable[] {
  const all = wholeCatalogue(types);
  const names = new Set(
    all.flatMap(({ name, columns }) => [name, ...columns.map((column) => `${name}.${column.name}`)]),
  );
  const unknown = without.filter((name) => !names.has(name));
  if (unknown.length > 0) throw new TypeError(`no such table or column: ${unknown.join(", ")}`);
  return all.filter(({ name }) => !without.includes(name)).map(({ name, columns }) => ({
    name,
    columns: columns.filter((column) => !without.includes(`${name}.${column.name}`)),
  }));
}

function wholeCatalogue(types: ColumnTypes): readonly CatalogueTable[] {
  const left = new Map(Object.entries(types));
  const tables = TABLE_NAMES.map((name) => ({
    name,
    columns: Object.entries(CATALOGUE[name] as Readonly<Record<string, string>>).map(([column, written]) => {
      const asked = left.get(`${name}.${column}`);
      left.delete(`${name}.${column}`);
      const type = parseSqlType(asked ?? written.replace("!", ""));
      if (type === undefined) throw new TypeError(`the stand does not know the type ${asked}`);
      return { name: column, type, nullable: !written.endsWith("!") };
    }),
  }));
  if (left.size > 0) throw new TypeError(`no such column: ${[...left.keys()].join(", ")}`);
  return tables;
}

const quoted = (name: string) => `"${name.toLowerCase()}"`;

const tableName = (name: TableName) => `dbo.${quoted(name)}`;

export const dropTable = (name: TableName): string => `DROP TABLE IF EXISTS ${tableName(name)};`;

/** The statements that make a table anew in PostgreSQL; all names are lower case there. */
export function createTable(table: CatalogueTable): string {
  const name = tableName(table.name);
  const columns = table.columns.map((column, index) =>
    `${quoted(column.name)} ${postgresType(column.type)}${
      index === 0 ? " PRIMARY KEY" : column.nullable ? "" : " NOT NULL"
    }`
  );
  const indexes = INDEXES.filter(([of]) => of === table.name).map(([, column]) =>
    `CREATE INDEX ON ${name} (${column});`
  );
  return [dropTable(table.name), `CREATE TABLE ${name} (${columns.join(", ")});`, ...indexes].join("\n");
}

/** The rows of INFORMATION_SCHEMA.COLUMNS. */
export function describedColumns(tables: readonly CatalogueTable[], database: string): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const rows = tables.flatMap((table) =>
    table.columns.map(({ name, type, nullable }, index) => {
      const length = "length" in type ? (type.length === "max" ? -1 : type.length) : "NULL";
      const [precision, scale] = type.name === "decimal" ? [type.precision, type.scale] : ["NULL", "NULL"];
      return `(${text(database)}, 'dbo', ${text(table.name)}, ${text(name)}, ${index + 1}, ${
        text(nullable ? "YES" : "NO")
      }, ${text(type.name)}, ${length}, ${precision}, ${scale})`;
    })
  );
  return `DELETE FROM stand_columns; INSERT INTO stand_columns VALUES ${rows.join(",\n")};`;
}
