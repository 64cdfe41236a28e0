/** Puts rows into the clinic's tables and takes them out, past SQL and its permissions. */

import type { CatalogueColumn, CatalogueTable } from "./sql/catalogue.ts";
import type { Postgres } from "./sql/postgres.ts";
import { fromThreeHundredths, parseDayTime, toMinutes, toThreeHundredths } from "./tds/wall_clock.ts";
import { dayAfter1900, dayTimeText } from "./tds/wall_clock.ts";
import type { ClinicRows, ClinicTables, TableName } from "./schema.ts";

const MANY = 500;

export class ClinicStore {
  readonly #postgres: Postgres;
  readonly #tables: ReadonlyMap<TableName, CatalogueTable>;
  readonly #keepThirds: boolean;

  /** @param keepThirds a `datetime` becomes `datetime2` with the thirds of 10 ms (compatibility level 130 and later) */
  constructor(postgres: Postgres, tables: readonly CatalogueTable[], keepThirds: boolean) {
    this.#postgres = postgres;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.#keepThirds = keepThirds;
  }

  async insert(rows: Partial<ClinicRows>): Promise<void> {
    const entries = Object.entries(rows) as [TableName, Record<string, unknown>[]][];
    await this.#postgres.exclusively(async () => {
      for (const [name, list] of entries) {
        if (list.length === 0) continue;
        const json = JSON.stringify(list.map((row) => this.#stored(name, row)));
        const table = `dbo."${name.toLowerCase()}"`;
        await this.#postgres.rows(
          `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`,
          [json],
        );
      }
      if (entries.some(([, list]) => list.length > MANY)) await this.#postgres.run("ANALYZE");
    });
  }

  async update<T extends TableName>(name: T, id: number, changes: Partial<ClinicTables[T]>): Promise<void> {
    const stored = this.#stored(name, changes);
    const columns = Object.keys(stored).map((column) => `"${column}"`);
    const table = `dbo."${name.toLowerCase()}"`;
    const [key] = this.#table(name).columns;
    const { count } = await this.#postgres.exclusively(() =>
      this.#postgres.rows(
        `UPDATE ${table} SET (${columns.join(", ")}) = ROW(${columns.map((column) => `new.${column}`).join(", ")}) ` +
          `FROM json_populate_record(NULL::${table}, $1::json) AS new WHERE ${table}."${key.name.toLowerCase()}" = $2::bigint`,
        [JSON.stringify(stored), String(id)],
      )
    );
    if (count === 0) throw new RangeError(`${name} has no row ${id}`);
  }

  async remove(name: TableName, id: number): Promise<void> {
    const [key] = this.#table(name).columns;
    const { count } = await this.#postgres.exclusively(() =>
      this.#postgres.rows(
        `DELETE FROM dbo."${name.toLowerCase()}" WHERE "${key.name.toLowerCase()}" = $1::bigint`,
        [String(id)],
      )
    );
    if (count === 0) throw new RangeError(`${name} has no row ${id}`);
  }

  async clear(): Promise<void> {
    const tables = [...this.#tables.keys()].map((name) => `dbo."${name.toLowerCase()}"`);
    await this.#postgres.exclusively(() => this.#postgres.run(`TRUNCATE ${tables.join(", ")}`));
  }

  #table(name: TableName): CatalogueTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new TypeError(`no such table: ${name}`);
    return table;
  }

  /** A row as PostgreSQL takes it: names in lower case, values as the column's type keeps them. */
  #stored(name: TableName, row: object): Record<string, unknown> {
    const columns = new Map(this.#table(name).columns.map((column) => [column.name, column]));
    return Object.fromEntries(
      Object.entries(row).map(([key, value]) => {
        const column = columns.get(key);
        if (column === undefined) throw new TypeError(`${name} has no column ${key}`);
        return [key.toLowerCase(), this.#value(column, value)];
      }),
    );
  }

  #value(column: CatalogueColumn, value: unknown): unknown {
    if (value === null || value === undefined) return null;
    const { type } = column;
    switch (type.name) {
      case "bit":
        return value ? 1 : 0;
      case "datetime": {
        const { day, units } = toThreeHundredths(parseDayTime(String(value)));
        if (!this.#keepThirds) return dayTimeText(fromThreeHundredths(day, units));
        const ticks = (BigInt(units) * 10_000_000n + 150n) / 300n;
        return dayTimeText({ day: dayAfter1900(day), ticks });
      }
      case "smalldatetime": {
        const { day, minutes } = toMinutes(parseDayTime(String(value)));
        return dayTimeText({ day: dayAfter1900(day), ticks: BigInt(minutes) * 600_000_000n });
      }
      case "nvarchar":
      case "varchar":
        if (type.length !== "max" && String(value).length > type.length) {
          throw new RangeError(`${column.name} holds ${type.length} characters at most`);
        }
        return value;
      default:
        return value;
    }
  }
}
