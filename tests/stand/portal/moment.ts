/**
 * Times as the portal takes and gives them: ISO 8601, answered in the offset of its own server.
 */

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

export interface ReadMoment {
  /** Milliseconds since 1970. */
  readonly instant: number;
  /** `YYYY-MM-DD` as it was written. */
  readonly date: string;
  readonly hasOffset: boolean;
}

/** Reads a date or a datetime; without an offset the server's is taken. `undefined`: not a time. */
export function readMoment(text: string, serverOffset: string): ReadMoment | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, date, minutes = "00:00", seconds = "00", offset] = match;
  const instant = Date.parse(`${date}T${minutes}:${seconds}${withColon(offset ?? serverOffset)}`);
  if (Number.isNaN(instant)) return undefined;
  return { instant, date: date!, hasOffset: offset !== undefined };
}

function withColon(offset: string): string {
  return /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
}

/** Minutes east of Greenwich of `+03:00`. */
function offsetMinutes(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset)!;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** An instant in the server's offset, to the second: `2026-03-01T10:30:00+03:00`. */
export function formatMoment(instant: number, offset: string): string {
  return new Date(instant + offsetMinutes(offset) * 60_000).toISOString().slice(0, 19) + offset;
}
