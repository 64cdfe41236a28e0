/**
 * A failure → what the user reads, what the log keeps, the exit code.
 */
import { IdentSyncError } from "../error.ts";
import type { RunningLog } from "../logging/start.ts";
import type { Output } from "../world.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit_code.ts";
import { defectAt, defectIn } from "./text.ts";

/** The stack and causes, for the log only: messages may repeat what was being worked on, and the log masks it. */
function trace(error: unknown): string {
  const lines: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    lines.push(each.stack ?? String(each));
  }
  return lines.join("\n");
}

/** What kind of defect and where in the program, without its message: `TypeError, main.js:83:12`. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const [, file] = /^\s+at .*?([^/\\( ]+:\d+:\d+)\)?$/m.exec(error.stack ?? "") ?? [];
  return [error.name, file].filter((part) => part !== undefined).join(", ");
}

/** Tells the failure on `err` and, where there is one already, in the log: a defect with its stack at whatever level. */
export function reportError(
  error: unknown,
  err: Output,
  logging: Pick<RunningLog, "log" | "folder"> | undefined,
): ExitCode {
  if (error instanceof IdentSyncError) {
    err.write(`${error.message}\n`);
    logging?.log.error(error.message);
    logging?.log.debug(trace(error));
    return exitCodeOf(error.code);
  }
  logging?.log.error(`Внутренняя ошибка программы.\n${trace(error)}`);
  // After the attempt to write it: only then is it known whether there is a log to be handed over.
  const folder = logging?.folder;
  err.write(`${folder === undefined ? defectAt(placeOf(error)) : defectIn(folder)}\n`);
  return EXIT.defect;
}
