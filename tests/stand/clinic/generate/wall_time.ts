/** Wall-clock times as SQL Server's `datetime` keeps them, so that what goes in comes out unchanged. */

const THIRDS = [0, 0, 3, 3, 3, 7, 7, 7, 7, 10];

/** `2026-03-01T10:30:00` as milliseconds of an imagined zone without summer time. */
export function millisecondsOf(wallTime: string): number {
  return Date.parse(`${wallTime}Z`);
}

/** Milliseconds as `2026-03-01T10:30:00.003`, rounded to 1/300 s (last digit 0, 3 or 7). */
export function wallTimeOf(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const rounded = whole - (whole % 10) + THIRDS[whole % 10];
  return new Date(rounded).toISOString().slice(0, 23);
}
