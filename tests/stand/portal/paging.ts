/**
 * Pages of 50, `start`, `next` and `total`, and the order of rows.
 */
import { type Field, fieldsOf } from "./fields.ts";
import type { Param } from "./php_query.ts";
import type { Kind, Settings } from "./settings.ts";
import type { StandRecord } from "./store.ts";

export const PAGE = 50;

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next?: number;
}

/** The page that begins at `start`; -1: the first page, not counted. */
export function pageOf<Row>(
  rows: readonly Row[],
  start: Param | undefined,
  mistake: (text: string) => void,
): Page<Row> {
  const wished = Number(start ?? 0);
  if (wished === -1) return { rows: rows.slice(0, PAGE), total: 0 };
  if (!(wished >= 0) || wished % PAGE !== 0) mistake(`start ${start} is not a multiple of ${PAGE}`);
  const from = wished >= 0 ? Math.floor(wished / PAGE) * PAGE : 0;
  const to = from + PAGE;
  return { rows: rows.slice(from, to), total: rows.length, ...(to < rows.length ? { next: to } : {}) };
}

function compare(a: unknown, b: unknown, field: Field): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  if (field.type === "datetime") return Date.parse(a as string) - Date.parse(b as string);
  return a < b ? -1 : 1;
}

/** Rows in the wished order (field name, direction); newest first where none is wished. */
export function sorted(
  rows: readonly StandRecord[],
  kind: Kind,
  settings: Settings,
  wished: readonly (readonly [string, Param])[],
): StandRecord[] {
  const fields = fieldsOf(kind, settings);
  const keys = [...wished, ["ID", "DESC"] as const];
  return rows.toSorted((a, b) => {
    for (const [name, direction] of keys) {
      const outcome = compare(a[name], b[name], fields.get(name)!);
      if (outcome !== 0) return String(direction).toUpperCase() === "DESC" ? -outcome : outcome;
    }
    return 0;
  });
}
