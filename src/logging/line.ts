/**
 * A message as it stands in the log: `2026-01-21 10:30:00 INFO    сообщение`.
 */
import { printable } from "../printable.ts";

export type LevelName = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** Continuation lines of a message are indented by it, so that every line that begins with a date is a new message. */
const INDENT = "    ";

/**
 * The line or lines of one message, each ended by `lineEnd`.
 *
 * @param time the clinic's wall clock
 */
export function logLines(time: Temporal.PlainDateTime, level: LevelName, message: string, lineEnd: string): string {
  const [first, ...more] = message.trimEnd().split(/\r\n|\n|\r/).map((line) => printable(line).trimEnd());
  const stamp = `${time.toPlainDate()} ${
    time.toPlainTime().toString({ smallestUnit: "second", roundingMode: "trunc" })
  }`;
  const head = `${stamp} ${level.padEnd("WARNING".length)} ${first}`;
  return [head, ...more.map((line) => line === "" ? "" : INDENT + line)].map((line) => line + lineEnd).join("");
}
