/** Wall-clock text, as PostgreSQL writes it, and the day and tick numbers of the wire. */

const DAY_MS = 86_400_000;
const DAYS_TO_1900 = 693_595;
const DAYS_TO_1970 = 719_162;

/** A time as days since 0001-01-01 and units of 100 ns since midnight. */
export interface DayTime {
  readonly day: number;
  readonly ticks: bigint;
}

/** Reads `2026-03-01 10:30:00.123456` (blank or T, the time and its fraction may be missing). */
export function parseDayTime(text: string): DayTime {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?$/.exec(text);
  if (match === null) throw new RangeError(`not a wall-clock time: ${text}`);
  const [, year, month, date, hour = "0", minute = "0", second = "0", fraction = ""] = match;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return {
    day: midnight.getTime() / DAY_MS + DAYS_TO_1970,
    ticks: BigInt(seconds) * 10_000_000n + BigInt(fraction.padEnd(7, "0")),
  };
}

/** The text of a time, always with seven digits of the second: `2026-03-01 10:30:00.0000000`. */
export function dayTimeText({ day, ticks }: DayTime): string {
  const date = new Date((day - DAYS_TO_1970) * DAY_MS).toISOString().slice(0, 10);
  const seconds = Number(ticks / 10_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, "0")).join(":");
  return `${date} ${clock}.${String(ticks % 10_000_000n).padStart(7, "0")}`;
}

/** `datetime` of the wire: days since 1900-01-01 and 1/300 s since midnight, rounded to the nearest. */
export function toThreeHundredths(time: DayTime): { readonly day: number; readonly units: number } {
  const units = Number((time.ticks * 300n + 5_000_000n) / 10_000_000n);
  const A_DAY = 300 * 86_400;
  return units === A_DAY ? { day: time.day - DAYS_TO_1900 + 1, units: 0 } : { day: time.day - DAYS_TO_1900, units };
}

/** The time that a `datetime` of the wire means, in whole milliseconds (.000, .003, .007) as SQL Server shows it. */
export function fromThreeHundredths(day: number, units: number): DayTime {
  const milliseconds = BigInt(Math.round(units * 10 / 3));
  return { day: day + DAYS_TO_1900, ticks: milliseconds * 10_000n };
}

/** `smalldatetime` of the wire: days since 1900-01-01 and minutes since midnight, rounded. */
export function toMinutes(time: DayTime): { readonly day: number; readonly minutes: number } {
  const minutes = Number((time.ticks + 300_000_000n) / 600_000_000n);
  return minutes === 1440
    ? { day: time.day - DAYS_TO_1900 + 1, minutes: 0 }
    : { day: time.day - DAYS_TO_1900, minutes };
}

/** The day number of `days` after 1900-01-01. */
export function dayAfter1900(days: number): number {
  return days + DAYS_TO_1900;
}
