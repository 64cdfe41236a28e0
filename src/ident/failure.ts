/**
 * What mssql throws, taken apart: the numbers, codes and names of an error and of all that it wraps. And which failures
 * may pass by themselves.
 */

/** The error and everything that it wraps. */
function* chain(error: unknown, depth = 0): Iterable<Record<string, unknown>> {
  if (typeof error !== "object" || error === null || depth > 6) return;
  const record = error as Record<string, unknown>;
  yield record;
  yield* chain(record.originalError, depth + 1);
  yield* chain(record.cause, depth + 1);
  for (const list of [record.errors, record.precedingErrors]) {
    if (Array.isArray(list)) { for (const each of list) yield* chain(each, depth + 1); }
  }
}

/** SQL Server's numbers after which the same query may succeed at once. */
const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  // Deadlock victim; a lock that was not to be had.
  1205,
  1222,
  // What reading without locks may meet: a page that moved under the scan, or a row that came twice.
  601,
  605,
  2627,
  // Short of memory or workers for the moment.
  701,
  8645,
  8651,
  // Starting, stopping, recovering; the session was ended.
  596,
  922,
  6005,
  17142,
  18401,
  // The cloud form's own.
  40197,
  40501,
  40613,
  49918,
  49919,
  49920,
]);
/** mssql: the connection was lost, or the query took too long. */
const TRANSIENT_CODES = ["ETIMEOUT", "ESOCKET", "ECONNCLOSED", "ECONNRESET", "EPIPE"] as const;

/** A failure of the library, as far as the program tells one from another. */
export interface Failure {
  /** SQL Server's own error numbers, those that were told before the failure first. */
  readonly numbers: ReadonlySet<number>;
  has(...codes: readonly string[]): boolean;
  /** Whether it failed to connect; else a query failed. */
  readonly connecting: boolean;
  /** All messages, to be looked into, never to be shown. */
  readonly text: string;
  /** The number of an error that passes by itself; `undefined`: it has none. */
  readonly passing: number | undefined;
}

/** @param told numbers of the errors that the server sent before, where the library does not keep them */
export function failureOf(error: unknown, told: readonly number[] = []): Failure {
  const all = [...chain(error)];
  const numbers = new Set([...told, ...all.map(({ number }) => number).filter((number) => typeof number === "number")]);
  const codes = new Set(all.map(({ code }) => code));
  return {
    numbers,
    has: (...some) => some.some((code) => codes.has(code)),
    connecting: all.some(({ name }) => name === "ConnectionError"),
    text: all.map(({ message }) => String(message ?? "")).join("\n"),
    passing: [...numbers].find((number) => TRANSIENT_NUMBERS.has(number)),
  };
}

/** Whether a query that failed so is worth another try. */
export function isTransient(error: unknown): boolean {
  const { passing, has } = failureOf(error);
  return passing !== undefined || has(...TRANSIENT_CODES);
}

/**
 * Whether a login that failed so is worth another try: the server was there and cut the connection, or says itself that
 * it passes. A refused login or a missing database does not pass.
 */
export function isTransientLogin(error: unknown, told: readonly number[]): boolean {
  const { passing, numbers, has } = failureOf(error, told);
  return passing !== undefined || (numbers.size === 0 && has("ECONNRESET", "EPIPE"));
}

/** No such column, no such table, and no right to read either: what the login can read has changed, or never sufficed. */
const OF_COLUMNS: ReadonlySet<number> = new Set([207, 208, 229, 230]);

/** Whether a query failed because of what it reads. */
export const isAboutColumns = (error: unknown): boolean => !failureOf(error).numbers.isDisjointFrom(OF_COLUMNS);
