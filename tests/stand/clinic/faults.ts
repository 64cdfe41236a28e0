/** Switches that make the stand fail as a real server or a real network does. */

import { pause } from "./sql/engine.ts";
import { errorOfNumber } from "./sql/sql_server_errors.ts";
import type { SqlServerError } from "./tds/tokens.ts";

/** How many answers a fault is for (default: all until `clear`), and for which queries (default: all). */
export interface FaultScope {
  readonly times?: number;
  readonly matching?: RegExp;
}

/** The error that a fault answers with: its number is enough. */
export interface FaultError {
  readonly number: number;
  readonly message?: string;
}

/** What becomes of an answer. */
export type Fate =
  | { readonly kind: "answer" }
  | { readonly kind: "error"; readonly error: SqlServerError }
  | { readonly kind: "hang" }
  /** The connection is closed before the answer, or when half of its bytes are sent. */
  | { readonly kind: "drop"; readonly sent: "nothing" | "half" };

interface Rule {
  readonly fate: Fate;
  left: number;
  readonly matching: RegExp | undefined;
}

/** The faults of one stand. What the clients' libraries send by themselves (see `queries`) meets `refuseLogins` only. */
export class ClinicFaults {
  #rules: Rule[] = [];
  #logins: { readonly error: SqlServerError; left: number } | undefined;
  #delay = 0;
  #clearing = new AbortController();

  /** Queries are answered with an error, e.g. 1205 deadlock, 229 permission denied, 40501 busy. Severity 20 and more closes the connection. */
  failQueries(error: FaultError, scope: FaultScope = {}): void {
    this.#add({ kind: "error", error: errorOfNumber(error.number, error.message) }, scope);
  }

  /** Queries are never answered; they end by attention (a request timeout), or when the client or the stand closes. */
  hangQueries(scope: FaultScope = {}): void {
    this.#add({ kind: "hang" }, scope);
  }

  /** The connection is cut instead of an answer (`nothing` sent) or in the middle of it (`half`). */
  dropConnections(sent: "nothing" | "half", scope: FaultScope = {}): void {
    this.#add({ kind: "drop", sent }, scope);
  }

  /** Every answer to a query comes this much later. */
  delayAnswers(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** Logins are refused with an error, e.g. 18470 disabled account, 18487 expired password. */
  refuseLogins(error: FaultError, times = Infinity): void {
    this.#logins = { error: errorOfNumber(error.number, error.message), left: times };
  }

  /** No more faults; queries that hang are answered now. */
  clear(): void {
    this.#rules = [];
    this.#logins = undefined;
    this.#delay = 0;
    this.#clearing.abort();
    this.#clearing = new AbortController();
  }

  #add(fate: Fate, { times = Infinity, matching }: FaultScope): void {
    this.#rules.push({ fate, left: times, matching });
  }

  /** The refusal of this login, if it is to be refused. */
  refusalOfLogin(): SqlServerError | undefined {
    if (this.#logins === undefined || this.#logins.left <= 0) return undefined;
    this.#logins.left--;
    return this.#logins.error;
  }

  /** What becomes of the answer to this query; rules apply in the order in which they were made. */
  fateOf(query: string): Fate {
    const rule = this.#rules.find((each) => each.left > 0 && (each.matching?.test(query) ?? true));
    if (rule === undefined) return { kind: "answer" };
    rule.left--;
    return rule.fate;
  }

  /** Waits as long as answers are delayed. */
  async delay(signal: AbortSignal): Promise<void> {
    if (this.#delay > 0) await pause(this.#delay, signal);
  }

  /** Waits until the signal comes, or the faults are cleared. */
  async hang(signal: AbortSignal): Promise<void> {
    await pause(Infinity, AbortSignal.any([signal, this.#clearing.signal]));
  }
}
