/**
 * Where a reception stands in the clinic's history: the pair (change time, reception ID).
 */

import { type ChangeTime, changeTime } from "../reception/clinic_time.ts";

export type { ChangeTime };

export interface Position {
  readonly time: ChangeTime;
  readonly id: number;
}

/** Negative when `a` stands before `b`, 0 for the same, positive after. */
export function comparePositions(a: Position, b: Position): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.id - b.id;
}

/** `time` moved by a number of minutes (negative: back). */
export function shiftMinutes(time: ChangeTime, minutes: number): ChangeTime {
  return changeTime(Temporal.PlainDateTime.from(time).add({ minutes }).toString());
}
