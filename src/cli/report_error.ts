/**
 * A failure → what the user reads, what the log keeps, the exit code.
 */
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import type { Output } from "../world.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit_code.ts";
import { DEFECT } from "./text.ts";

/** The stack and causes, for the log at DEBUG only. */
function trace(error: unknown): string {
  const lines: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    lines.push(each.stack ?? String(each));
  }
  return lines.join("\n");
}

/** Tells the failure on `err` and, where there is one already, in the log. */
export function reportError(error: unknown, err: Output, log: Log | undefined): ExitCode {
  const known = error instanceof IdentSyncError;
  const text = known ? error.message : DEFECT;
  err.write(`${text}\n`);
  log?.error(text);
  log?.debug(trace(error));
  return known ? exitCodeOf(error.code) : EXIT.defect;
}
