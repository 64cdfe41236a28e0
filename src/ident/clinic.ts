/**
 * The clinic's database over TDS: the one place that speaks to SQL Server.
 */
import sql from "mssql";
import type { DatabaseConfig } from "../config/config.ts";
import { interruptedError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import type { FilialRule } from "../reception/filial.ts";
import { receptionFrom } from "../reception/from_rows.ts";
import type { Clinic, Entry, Page, PageRequest, PlannedPage } from "../sync/ports.ts";
import { mendSocketOfOldDeno } from "./old_deno_socket.ts";
import { CHANGED_RECEPTIONS, PLANNED_RECEPTIONS, receptionsById } from "./queries.ts";
import type { BillLineRow, ReceptionRow } from "./rows.ts";
import { askBrowser, type BrowserAnswer } from "./browser.ts";
import { databaseError, type Told } from "./errors.ts";
import { failureOf, isTransient, isTransientLogin } from "./failure.ts";

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
}

type Bind = (request: sql.Request) => sql.Request;

/** A connected database; dispose of it to close its connections. */
export class IdentClinic implements Clinic, AsyncDisposable {
  readonly #pool: sql.ConnectionPool;
  readonly #deps: ClinicDeps;

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
    const [bounds, receptions, lines] = await this.#query(CHANGED_RECEPTIONS, (request) =>
      request
        .input("size", sql.Int, size)
        .input("upperText", sql.VarChar(27), upper ?? null)
        .input("fromText", sql.VarChar(27), after?.time ?? null)
        .input("afterId", sql.BigInt, after?.id ?? -1)
        .input("initialDays", sql.Int, initialDays));
    const { Now: now, Upper } = bounds[0] as { Now: string; Upper: string };
    const last = lastOfFull(receptions as ReceptionRow[], size);
    const next = last && { time: last.Changed!, id: Number(last.ID) };
    return { now, upper: Upper, entries: this.#entries(receptions, lines), next };
  }

  async plannedReceptions(days: number, afterId: number, size: number): Promise<PlannedPage> {
    const [, answer, lines] = await this.#query(
      PLANNED_RECEPTIONS,
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
      receptionsById(ids.length),
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
  async #query(text: string, bind: Bind): Promise<unknown[][]> {
    const { stop } = this.#deps;
    return await retrying(this.#deps, async () => {
      const request = bind(this.#pool.request());
      const cancel = () => request.cancel();
      stop.addEventListener("abort", cancel);
      try {
        const { recordsets } = await request.query(text);
        return recordsets as unknown as unknown[][];
      } catch (error) {
        throw new Failed(error, {}, isTransient(error));
      } finally {
        stop.removeEventListener("abort", cancel);
      }
    });
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

function entryOf(row: ReceptionRow, lines: readonly BillLineRow[], filials: FilialRule): Entry {
  const id = Number(row.ID);
  const entry = { key: `F${filials.filialId}_${id}`, id, changed: row.Changed ?? undefined };
  try {
    const reception = receptionFrom(row, lines, filials);
    return reception === undefined
      ? { ...entry, reception: { otherBranch: true } }
      : { ...entry, key: reception.key, reception };
  } catch {
    return { ...entry, reception: { unreadable: "в строке записи есть значение, которое не читается" } };
  }
}
