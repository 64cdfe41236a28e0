/**
 * A stand-in for the clinic's SQL Server: a TDS server on 127.0.0.1 that real clients log in to, with the tables of
 * IDENT and a real SQL engine behind it. It shows the wire protocol, logins, errors, types and the meaning of queries;
 * it does not show locks, query plans, collation rules of comparisons or the limits of a real server.
 */

import { WallClock } from "./clock.ts";
import { ClinicFaults } from "./faults.ts";
import type { ClinicRows, ClinicTables, TableName } from "./schema.ts";
import { catalogueWith, type ColumnTypes, createTable, describedColumns, dropTable } from "./sql/catalogue.ts";
import { Engine } from "./sql/engine.ts";
import { SET_UP, shortFractions } from "./sql/functions.ts";
import { Postgres } from "./sql/postgres.ts";
import { loadTranslator } from "./sql/translate.ts";
import { ClinicStore } from "./store.ts";
import { streamOf } from "./tds/packet.ts";
import type { EncryptionSetting } from "./tds/prelogin.ts";
import { type ReceivedQuery, Session } from "./tds/session.ts";
import { startTlsBridge } from "./tls_bridge.ts";

export interface ClinicStandOptions {
  /** 0, the default: a free one. */
  readonly port?: number;
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  /** `optional` (default): the client decides; `required`: plain clients are refused; `unsupported`: TLS is refused. */
  readonly encryption?: EncryptionSetting;
  /** Other types for some columns, by `Table.Column`: `{"Receptions.DateTimeChanged": "datetime2(7)"}`. */
  readonly types?: ColumnTypes;
  /** Columns (`Receptions.ID_ReceptionCancelReasons`) and tables (`Items`) that this database does not have. */
  readonly without?: readonly string[];
  /** A server or driver that shows so many digits (0 to 6) of a second, cut off, where SQL Server shows seven. */
  readonly fractionDigits?: number;
  /** How far the server's wall clock is ahead of UTC, minutes; 180 (Moscow) by default. */
  readonly utcOffset?: number;
  /**
   * The database's compatibility level. From 130 (SQL Server 2016) on, a `datetime` converted to `datetime2` keeps
   * the thirds of 10 ms (.0033333); below, and by default, it has whole milliseconds (.0030000).
   */
  readonly compatibilityLevel?: 100 | 110 | 120 | 130 | 140 | 150 | 160;
}

export interface ClinicStand extends AsyncDisposable {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Puts rows in; what a row leaves out is NULL. */
  insert(rows: Partial<ClinicRows>): Promise<void>;
  /** Changes a row by its key (the first column of its table); an unknown key is a RangeError. */
  update<T extends TableName>(table: T, id: number, changes: Partial<ClinicTables[T]>): Promise<void>;
  /** Deletes a row by its key; an unknown key is a RangeError. */
  remove(table: TableName, id: number): Promise<void>;
  /** All rows, faults, received queries and the set clock are gone; connections stay. */
  clear(): Promise<void>;
  /** The wall clock of the server, `2026-03-01T10:30:00`, standing still unless `running`; undefined: real time. */
  setClock(now: string | undefined, options?: { readonly running?: boolean }): void;
  /** What was received, in order, without what the clients' libraries send at login and the `SELECT 1;` of mssql's pool. */
  readonly queries: readonly ReceivedQuery[];
  readonly connections: { readonly open: number; readonly total: number };
  readonly faults: ClinicFaults;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Starts a stand with empty tables. */
export async function startClinicStand(options: ClinicStandOptions = {}): Promise<ClinicStand> {
  const { database = "IDENT", username = "ident", password = "Ident-2026!" } = options;
  const level = options.compatibilityLevel ?? 100;
  const tables = catalogueWith(options.types, options.without);
  const usual = catalogueWith();
  const setUp = [SET_UP, ...usual.map(createTable), describedColumns(usual, "IDENT")].join("\n");
  loadTranslator();
  const postgres = await Postgres.start(setUp);
  const usually = new Map(usual.map((table) => [table.name, JSON.stringify(table)]));
  const changed = tables.filter((table) => JSON.stringify(table) !== usually.get(table.name));
  const absent = usual.filter(({ name }) => !tables.some((table) => table.name === name));
  await postgres.run(
    `SET search_path = dbo, public;
    UPDATE stand_settings SET compatibility_level = ${level}, database = ${quoted(database)};
    ${changed.map(createTable).join("\n")}
    ${options.fractionDigits === undefined ? "" : shortFractions(options.fractionDigits)}
    ${absent.map(({ name }) => dropTable(name)).join("\n")}
    ${changed.length + absent.length > 0 || database !== "IDENT" ? describedColumns(tables, database) : ""}`,
  );
  const oids = await postgres.rows("SELECT relname, oid FROM pg_class WHERE relnamespace = 'dbo'::regnamespace", []);
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]));
  const byOid = new Map(oids.rows.flatMap(([name, oid]) => {
    const table = byName.get(name ?? "");
    return table === undefined ? [] : [[Number(oid), table] as const];
  }));

  const clock = new WallClock(options.utcOffset);
  const faults = new ClinicFaults();
  const store = new ClinicStore(postgres, tables, level >= 130);
  const engine = new Engine(postgres, database, clock, byOid);
  const bridge = startTlsBridge();
  const queries: ReceivedQuery[] = [];
  const sessions = new Map<Session, Promise<void>>();
  let total = 0;

  const listener = Deno.listen({ hostname: "127.0.0.1", port: options.port ?? 0 });
  const accepting = (async () => {
    for await (const connection of listener) {
      connection.setNoDelay();
      total++;
      const session = new Session(
        {
          server: "CLINIC-STAND",
          database,
          username,
          password,
          encryption: options.encryption ?? "optional",
          engine,
          faults,
          startTls: bridge.startTls,
          received: (query) => queries.push(query),
        },
        streamOf(connection),
      );
      sessions.set(session, session.run().finally(() => sessions.delete(session)));
    }
  })();

  return {
    host: "127.0.0.1",
    port: listener.addr.port,
    database,
    username,
    password,
    insert: (rows) => store.insert(rows),
    update: (table, id, changes) => store.update(table, id, changes),
    remove: (table, id) => store.remove(table, id),
    async clear() {
      faults.clear();
      clock.set(undefined);
      await store.clear();
      queries.length = 0;
    },
    setClock: (now, { running = false } = {}) => clock.set(now, running),
    queries,
    get connections() {
      return { open: sessions.size, total };
    },
    faults,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const session of sessions.keys()) session.close();
      await Promise.all(sessions.values());
      await bridge.close();
      await postgres[Symbol.asyncDispose]();
    },
  };
}
