/**
 * The clinic's wall clock and moments on the world's clock.
 */
import type { WallClock } from "./reception.ts";

/** The database's own wall clock, 27 characters (`2026-03-01 10:30:00.0000000`), so that text order is time order. */
export type ChangeTime = `${number}-${number}-${number} ${number}:${number}:${number}`;

/** Days that stand for "no date": the zeros of SQL Server's types, of OLE, and of programs that write no NULL. */
const NO_DAYS: ReadonlySet<string> = new Set(["0001-01-01", "1753-01-01", "1899-12-30", "1900-01-01"]);

/**
 * SQL Server's text of style 121 (`2026-03-01 10:30:00.0000000`) → wall clock to the second, fractions cut off.
 *
 * @returns `undefined` where it is a day that stands for "no date"
 * @throws RangeError where it is no time
 */
export function wallClock(sqlText: string): WallClock | undefined {
  const time = Temporal.PlainDateTime.from(sqlText);
  if (NO_DAYS.has(time.toPlainDate().toString())) return undefined;
  return time.toString({ smallestUnit: "second", roundingMode: "trunc" }) as WallClock;
}

/**
 * A time of the database in the one form that is compared, saved and sent back, `2026-03-01 10:30:00.1234567`, whatever
 * server or driver wrote it.
 *
 * @param text date and time, with 0 to 9 digits of a fraction; those after the seventh are cut off
 * @throws RangeError where it is no time
 */
export function changeTime(text: string): ChangeTime {
  const time = Temporal.PlainDateTime.from(text);
  return time.toString({ fractionalSecondDigits: 7, roundingMode: "trunc" }).replace("T", " ") as ChangeTime;
}

/**
 * The moment of a wall clock in a time zone, as the portal takes it: `2026-03-01T10:30:00+03:00`.
 * An hour that a clock change leaves out moves forward by it; one that comes twice is the first.
 *
 * @param timeZone IANA name, known to be valid
 */
export function withOffset(time: WallClock, timeZone: string): string {
  return Temporal.PlainDateTime.from(time).toZonedDateTime(timeZone).toString({
    timeZoneName: "never",
    smallestUnit: "second",
  });
}

/** The day of a moment (milliseconds since 1970) in a time zone: `2026-03-01`. */
export const dayOf = (moment: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone).toPlainDate().toString();
