/**
 * The six statuses of a reception, in the words of IDENT, and how they follow from its times.
 */
import { foldLabel } from "./label.ts";

/** All statuses, in the order of a visit. */
export const STATUSES = [
  "Запланирован",
  "Пациент пришел",
  "В процессе",
  "Завершен",
  "Завершен (счет выдан)",
  "Отменен",
] as const;

export type Status = typeof STATUSES[number];

const fold = (name: string): string => foldLabel(name).replaceAll(" ", "");

/** The status of a name as a portal's list or a person may write it: case, ё/е and blanks do not count. */
export function statusNamed(text: string): Status | undefined {
  return STATUSES.find((status) => fold(status) === fold(text));
}

/** What decides the status; a time that is `undefined` is "has not happened". */
export interface VisitTimes {
  readonly patientAppeared: string | undefined;
  readonly receptionStarted: string | undefined;
  readonly receptionEnded: string | undefined;
  readonly checkIssued: string | undefined;
  readonly isCancelled: boolean;
}

/** The status of a reception: the first that holds, in the order that IDENT itself uses. */
export function statusOf(times: VisitTimes): Status {
  if (times.isCancelled) return "Отменен";
  if (times.checkIssued !== undefined) return "Завершен (счет выдан)";
  if (times.receptionEnded !== undefined) return "Завершен";
  if (times.receptionStarted !== undefined) return "В процессе";
  if (times.patientAppeared !== undefined) return "Пациент пришел";
  return "Запланирован";
}
