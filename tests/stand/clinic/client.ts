/** A real client of the stand: a connection pool of mssql, closed at the end of its block. */

import sql from "mssql";
import { mendSocketOfOldDeno } from "../../../src/ident/old_deno_socket.ts";
import type { ClinicStand } from "./clinic_stand.ts";

/** Where a stand is, and its login. */
type Place = Pick<ClinicStand, "host" | "port" | "database" | "username" | "password">;

/** What differs from the stand's own login. */
export interface ClientSettings {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly encrypt?: boolean;
  readonly requestTimeout?: number;
  readonly connectionTimeout?: number;
}

export interface Client extends AsyncDisposable {
  readonly pool: sql.ConnectionPool;
  /** The rows of the first result set. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** Logs in to the stand; a login that fails is mssql's error. */
export async function connectTo(stand: Place, settings: ClientSettings = {}): Promise<Client> {
  const pool = new sql.ConnectionPool({
    server: stand.host,
    port: stand.port,
    user: settings.user ?? stand.username,
    password: settings.password ?? stand.password,
    database: settings.database ?? stand.database,
    requestTimeout: settings.requestTimeout ?? 15_000,
    connectionTimeout: settings.connectionTimeout ?? 15_000,
    options: { encrypt: settings.encrypt ?? false, trustServerCertificate: true },
    beforeConnect: mendSocketOfOldDeno,
  });
  await pool.connect();
  return {
    pool,
    query: async (text) => (await pool.request().query(text)).recordset ?? [],
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** What a promise is rejected with, as the errors of mssql show it. */
export interface ClientError extends Error {
  readonly code?: string;
  readonly number?: number;
  readonly class?: number;
  readonly state?: number;
  readonly lineNumber?: number;
  readonly originalError?: { readonly errors?: readonly Error[]; readonly info?: { readonly number: number } };
}

/** The error that a promise is rejected with; a promise that is kept is an error itself. */
export async function errorOf(promise: Promise<unknown>): Promise<ClientError> {
  try {
    await promise;
  } catch (error) {
    return error as ClientError;
  }
  throw new Error("no error came");
}
