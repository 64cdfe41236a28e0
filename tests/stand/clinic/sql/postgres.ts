/** PostgreSQL inside this process (PGlite): its quick start, prepared statements, and rows as text. */

import { messages, PGlite, protocol } from "@electric-sql/pglite";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joined } from "../tds/bytes.ts";

const { serialize } = protocol;

/** A column of a result, as PostgreSQL describes it. */
export interface PostgresColumn {
  readonly name: string;
  /** OID of the table that the value comes from unchanged, else 0. */
  readonly table: number;
  /** Number of the column in that table, from 1. */
  readonly column: number;
  /** OID of the type; a domain's is that of its base. */
  readonly type: number;
  readonly modifier: number;
}

/** A statement that PostgreSQL has prepared. */
export interface Prepared {
  readonly name: string;
  /** Empty if the statement answers no rows. */
  readonly columns: readonly PostgresColumn[];
}

export interface PostgresResult {
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows answered or changed. */
  readonly count: number;
}

/** What PostgreSQL says about a statement that failed. */
export class PostgresError extends Error {
  /** The SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** New databases are made of these two; a stand makes none, and without them its start unpacks half as much. */
const WITHOUT_TEMPLATES = ["template0", "template1"].flatMap((name) => [
  `ALTER DATABASE ${name} IS_TEMPLATE false`,
  `DROP DATABASE ${name}`,
]).concat("CHECKPOINT");

/**
 * The data directory of a new PostgreSQL in which `setUp` has run. Making one takes seconds, so it is kept in the
 * directory for temporary files, under a name that changes with its content.
 */
async function preparedDirectory(setUp: string): Promise<Blob> {
  const version = import.meta.resolve("@electric-sql/pglite");
  const key = createHash("sha256").update(version).update(setUp).update(WITHOUT_TEMPLATES.join()).digest("hex").slice(
    0,
    16,
  );
  const path = join(tmpdir(), `ident-sync-clinic-stand-${key}.tar.gz`);
  try {
    return new Blob([await Deno.readFile(path)]);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const database = await PGlite.create();
  await database.exec(setUp);
  for (const statement of WITHOUT_TEMPLATES) await database.exec(statement);
  const directory = await database.dumpDataDir("gzip");
  await database.close();
  const unfinished = `${path}.${crypto.randomUUID()}`;
  await Deno.writeFile(unfinished, new Uint8Array(await directory.arrayBuffer()));
  await Deno.rename(unfinished, path);
  return directory;
}

export class Postgres implements AsyncDisposable {
  readonly #database: PGlite;
  #count = 0;
  /** One after the other: PGlite is one session. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(database: PGlite) {
    this.#database = database;
  }

  /** A PostgreSQL in which `setUp` has run. */
  static async start(setUp: string): Promise<Postgres> {
    const database = await PGlite.create({ loadDataDir: await preparedDirectory(setUp), relaxedDurability: true });
    return new Postgres(database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#database.close();
  }

  /** Does `work` while nothing else is done here. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Runs statements that answer nothing. */
  async run(sql: string): Promise<void> {
    await this.#database.exec(sql);
  }

  /** Runs one statement with parameters; `$1` … have the types that the statement gives them. */
  async rows(sql: string, parameters: readonly (string | null)[]): Promise<PostgresResult> {
    return await this.execute(await this.prepare(sql), parameters);
  }

  async #exchange(parts: readonly Uint8Array[]): Promise<readonly messages.BackendMessage[]> {
    const answer = await this.#database.execProtocol(joined([...parts, serialize.sync()]), { throwOnError: false });
    const failure = answer.messages.find((message) => message instanceof messages.DatabaseError);
    if (failure !== undefined) throw new PostgresError(failure.code ?? "XX000", failure.message);
    return answer.messages;
  }

  /** Prepares a statement; it stays for the life of this PostgreSQL. */
  async prepare(sql: string): Promise<Prepared> {
    const name = `s${this.#count++}`;
    const answer = await this.#exchange([
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: "S", name }),
    ]);
    const description = answer.find((message) => message instanceof messages.RowDescriptionMessage);
    const columns = (description?.fields ?? []).map((field) => ({
      name: field.name,
      table: field.tableID,
      column: field.columnID,
      type: field.dataTypeID,
      modifier: field.dataTypeModifier,
    }));
    return { name, columns };
  }

  /** Runs a prepared statement; parameters and values are text. */
  async execute(prepared: Prepared, parameters: readonly (string | null)[]): Promise<PostgresResult> {
    const answer = await this.#exchange([
      serialize.bind({ statement: prepared.name, values: [...parameters] }),
      serialize.execute({}),
    ]);
    const rows = answer.filter((message) => message instanceof messages.DataRowMessage).map((message) =>
      message.fields
    );
    const complete = answer.find((message) => message instanceof messages.CommandCompleteMessage);
    return { rows, count: Number(complete?.text.split(" ").at(-1) ?? 0) || 0 };
  }
}
