/**
 * The clinic's database over TDS: the one place that speaks to SQL Server.
 */
import sql from "mssql";
import type { DatabaseConfig } from "../config/config.ts";
import { IdentSyncError, interruptedError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import { changeTime, wallClock } from "../reception/clinic_time.ts";
import type { WallClock } from "../reception/reception.ts";
import type { FilialRule } from "../reception/filial.ts";
import { receptionFrom } from "../reception/from_rows.ts";
import type { Clinic, Entry, Page, PageRequest, PlannedPage } from "../sync/ports.ts";
import { mendSocketOfOldDeno } from "./old_deno_socket.ts";
import { askBrowser, type BrowserAnswer } from "./browser.ts";
import type { DatabaseClock, Span } from "./clocks.ts";
import {
  isFresh,
  type KnownColumns,
  type OptionalColumns,
  type Visible,
  VISIBLE_COLUMNS,
  type VisibleColumnRow,
  visibleOf,
} from "./columns.ts";
import { databaseError, notReadable, type Told } from "./errors.ts";
import { failureOf, isAboutColumns, isTransient, isTransientLogin } from "./failure.ts";
import { changedReceptions, plannedReceptions, receptionsById } from "./queries.ts";
import type { BillLineRow, ClocksRow, ReceptionRow } from "./rows.ts";

const CONNECTIONS = 3;
/** Waits before a query that failed in passing is sent again, milliseconds. */
const PAUSES = [500, 2_000, 5_000] as const;

export interface ClinicDeps {
  readonly config: DatabaseConfig;
  readonly filials: FilialRule;
  readonly sleep: (milliseconds: number, until?: AbortSignal) => Promise<void>;
  /** The user asks to stop: a query is given up, and none is sent again. */
  readonly stop: AbortSignal;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The columns as an earlier process found them; `undefined`: nothing is known. */
  readonly remembered: () => Promise<KnownColumns | undefined>;
  readonly remember: (columns: KnownColumns) => Promise<void>;
  /** Told what the database's clocks show at the beginning of a cycle, and when it was asked and had answered. */
  readonly clocks: (clock: DatabaseClock, here: Span) => Promise<void>;
}

type Bind = (request: sql.Request) => sql.Request;

/** A connected database; dispose of it to close its connections. */
export class IdentClinic implements Clinic, AsyncDisposable {
  readonly #pool: sql.ConnectionPool;
  readonly #deps: ClinicDeps;
  #columns: KnownColumns | undefined;

  private constructor(pool: sql.ConnectionPool, deps: ClinicDeps) {
    this.#pool = pool;
    this.#deps = deps;
  }

  /** Logs in. Throws IdentSyncError database. */
  static async connect(deps: ClinicDeps): Promise<IdentClinic> {
    return await retrying(deps, async () => {
      const { pool, told } = poolOf(deps);
      try {
        await pool.connect();
        return new IdentClinic(pool, deps);
      } catch (error) {
        await pool.close().catch(() => {});
        const browser = await browserAbout(error, deps.config);
        throw new Failed(error, { numbers: told, browser }, isTransientLogin(error, told));
      }
    });
  }

  async changedReceptions({ after, upper, size, initialDays }: PageRequest): Promise<Page> {
    const asked = this.#deps.now();
    const [clocks, receptions, lines] = await this.#query(changedReceptions, (request) =>
      request
        .input("size", sql.Int, size)
        .input("upperText", sql.VarChar(27), upper ?? null)
        .input("fromText", sql.VarChar(27), after?.time ?? null)
        .input("afterId", sql.BigInt, after?.id ?? -1)
        .input("initialDays", sql.Int, initialDays));
    const { Now, UtcNow, Upper } = clocks[0] as ClocksRow;
    const now = changeTime(Now);
    if (upper === undefined) {
      await this.#deps.clocks({ local: now, utc: changeTime(UtcNow) }, { from: asked, to: this.#deps.now() });
    }
    const last = lastOfFull(receptions as ReceptionRow[], size);
    const next = last && { time: changeTime(last.Changed!), id: Number(last.ID) };
    return { now, upper: changeTime(Upper), entries: this.#entries(receptions, lines), next };
  }

  async plannedReceptions(days: number, afterId: number, size: number): Promise<PlannedPage> {
    const [, answer, lines] = await this.#query(
      plannedReceptions,
      (request) =>
        request.input("days", sql.Int, days).input("afterId", sql.BigInt, afterId).input("size", sql.Int, size),
    );
    // The page is by ID; the details come by time of change.
    const receptions = (answer as ReceptionRow[]).toSorted((a, b) => Number(a.ID) - Number(b.ID));
    const last = lastOfFull(receptions, size);
    return { entries: this.#entries(receptions, lines), next: last && Number(last.ID) };
  }

  async receptionsById(ids: readonly number[]): Promise<readonly Entry[]> {
    const [, receptions, lines] = await this.#query(
      (columns) => receptionsById(ids.length, columns),
      (request) => ids.reduce((bound, id, index) => bound.input(`id${index}`, sql.BigInt, id), request),
    );
    return this.#entries(receptions, lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close().catch(() => {});
  }

  #entries(receptions: unknown[], lines: unknown[]): Entry[] {
    const linesOf = Map.groupBy(lines as BillLineRow[], ({ ReceptionId }) => String(ReceptionId));
    return (receptions as ReceptionRow[]).filter(({ PatientId }) => PatientId !== null).map((row) =>
      entryOf(row, linesOf.get(String(row.ID)) ?? [], this.#deps.filials)
    );
  }

  /** The result sets of a query, sent again where the failure may pass: it only reads. */
  async #query(textFor: (columns: OptionalColumns) => string, bind: Bind): Promise<unknown[][]> {
    return await retrying(this.#deps, async () => {
      try {
        return await this.#ask(textFor, bind);
      } catch (error) {
        throw error instanceof IdentSyncError ? error : new Failed(error, {}, isTransient(error));
      }
    });
  }

  /** Asks with the columns that are known; where they may be others by now, looks them up and asks once more. */
  async #ask(textFor: (columns: OptionalColumns) => string, bind: Bind): Promise<unknown[][]> {
    const known = await this.#optionalColumns();
    try {
      return await this.#send(textFor(known), bind);
    } catch (error) {
      if (!isAboutColumns(error)) throw error;
      const { optional, missing } = await this.#lookUpColumns();
      if (missing.length > 0) throw notReadable(missing, this.#deps.config);
      if (optional.symmetricDifference(known).size === 0) throw error;
      return await this.#send(textFor(optional), bind);
    }
  }

  /** As they were found within a day, by this process or an earlier one; else they are looked up. */
  async #optionalColumns(): Promise<OptionalColumns> {
    const { now, remembered } = this.#deps;
    this.#columns ??= await remembered();
    if (this.#columns !== undefined && isFresh(this.#columns, now())) return this.#columns.optional;
    return (await this.#lookUpColumns()).optional;
  }

  /** What is missing fails no query that may do without: a table may also be reached by a synonym, which is not listed. */
  async #lookUpColumns(): Promise<Visible> {
    const [rows] = await this.#send(VISIBLE_COLUMNS, (request) => request);
    const visible = visibleOf(rows as VisibleColumnRow[]);
    this.#columns = { optional: visible.optional, since: this.#deps.now() };
    await this.#deps.remember(this.#columns);
    return visible;
  }

  /** Sends a query once. Throws what the library throws. */
  async #send(text: string, bind: Bind): Promise<unknown[][]> {
    const { stop } = this.#deps;
    const request = bind(this.#pool.request());
    const cancel = () => request.cancel();
    stop.addEventListener("abort", cancel);
    try {
      const { recordsets } = await request.query(text);
      return recordsets as unknown as unknown[][];
    } finally {
      stop.removeEventListener("abort", cancel);
    }
  }
}

/** One attempt that failed, and whether another is worth it. */
class Failed extends Error {
  constructor(readonly error: unknown, readonly told: Told, readonly mayPass: boolean) {
    super("an attempt failed");
  }
}

/**
 * Tries, and tries again with growing waits as long as the failure may pass.
 *
 * @throws IdentSyncError database; interrupted, when the user asked to stop
 */
async function retrying<T>({ config, sleep, stop, log }: ClinicDeps, attempt: () => Promise<T>): Promise<T> {
  for (let pauses: readonly number[] = PAUSES;; pauses = pauses.slice(1)) {
    if (stop.aborted) throw interruptedError();
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof Failed)) throw failure;
      if (stop.aborted) throw interruptedError();
      const [pause] = pauses;
      if (!failure.mayPass || pause === undefined) throw databaseError(failure.error, config, failure.told);
      log.debug(`SQL Server не ответил как следует, повтор через ${pause / 1000} с.`);
      await sleep(pause, stop);
    }
  }
}

/** A pool that is not connected yet, and the numbers of the errors that the server will tell while it connects. */
function poolOf({ config, log }: ClinicDeps): { pool: sql.ConnectionPool; told: readonly number[] } {
  const told: number[] = [];
  const byPort = config.port === undefined ? {} : { port: config.port };
  const byInstance = config.port === undefined ? { instanceName: config.instance } : {};
  const pool = new sql.ConnectionPool(
    {
      server: config.host,
      ...byPort,
      database: config.database,
      user: config.username,
      password: config.password.reveal(),
      connectionTimeout: config.connectionTimeoutSeconds * 1000,
      requestTimeout: config.queryTimeoutSeconds * 1000,
      pool: { min: 0, max: CONNECTIONS },
      // Looks at the socket; the default would send a query of its own before each of ours.
      validateConnection: "socket",
      options: {
        encrypt: config.encrypt,
        trustServerCertificate: config.trustServerCertificate,
        appName: "ident-sync",
        ...byInstance,
      },
      beforeConnect(connection) {
        mendSocketOfOldDeno(connection);
        // A refused login ends with "login failed" whatever the reason; the reason itself goes before it.
        connection.on("errorMessage", ({ number }) => told.push(number));
      },
    } satisfies sql.config,
  );
  // An idle connection that dies is no failure: the next query opens another.
  pool.on("error", () => log.debug("Соединение с SQL Server закрылось, при следующем запросе откроется новое."));
  return { pool, told };
}

/** Why the look-up of an instance failed although SQL Server Browser answered, as the library does not tell. */
const browserAbout = async (error: unknown, { host, instance }: DatabaseConfig): Promise<BrowserAnswer | undefined> =>
  instance !== undefined && failureOf(error).has("EINSTLOOKUP") && /^Port for /m.test(failureOf(error).text)
    ? await askBrowser(host, instance)
    : undefined;

/** The last row of a page that is full; `undefined`: there are no more pages. */
const lastOfFull = (rows: readonly ReceptionRow[], size: number): ReceptionRow | undefined =>
  rows.length < size ? undefined : rows.at(-1);

/** The time of the visit, by which a person finds it, where that at least can be read. */
function startOf({ PlanStart }: ReceptionRow): WallClock | undefined {
  try {
    return PlanStart === null ? undefined : wallClock(PlanStart);
  } catch {
    return undefined;
  }
}

function entryOf(row: ReceptionRow, lines: readonly BillLineRow[], filials: FilialRule): Entry {
  const id = Number(row.ID);
  const entry: Omit<Entry, "reception"> = {
    key: `F${filials.filialId}_${id}`,
    id,
    changed: row.Changed === null ? undefined : changeTime(row.Changed),
  };
  try {
    const reception = receptionFrom(row, lines, filials);
    return reception === undefined
      ? { ...entry, reception: { otherBranch: true } }
      : { ...entry, key: reception.key, reception };
  } catch {
    const unreadable = "в строке записи есть значение, которое не читается";
    return { ...entry, reception: { unreadable, start: startOf(row) } };
  }
}
