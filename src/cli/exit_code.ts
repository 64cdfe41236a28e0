/**
 * Exit codes: what the caller (Task Scheduler, a script) learns of a run.
 */
import type { ErrorCode } from "../error.ts";

export const EXIT = {
  /** All well; older receptions may still wait in the queue for their next attempt. */
  ok: 0,
  /**
   * Done, but receptions are not carried over: of this run, refused or unconfirmed; or of any run, as long as the queue
   * holds some that were given up (`failed`).
   */
  incomplete: 1,
  /** Wrong command line or configuration, an unreadable secret, or a damaged file of the program's own. */
  configuration: 2,
  database: 3,
  portal: 4,
  /** Another instance is running. */
  locked: 5,
  /** A defect of the program itself. */
  defect: 70,
  /** Stopped by Ctrl+C. */
  interrupted: 130,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

const OF_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  config: EXIT.configuration,
  secret: EXIT.configuration,
  state: EXIT.configuration,
  database: EXIT.database,
  portal: EXIT.portal,
  locked: EXIT.locked,
  interrupted: EXIT.interrupted,
};

export const exitCodeOf = (code: ErrorCode): ExitCode => OF_ERROR[code];
