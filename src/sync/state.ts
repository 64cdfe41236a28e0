/**
 * How far the clinic's changes have been carried over, and which receptions of the last minutes are done already.
 */
import { type ChangeTime, comparePositions, type Position, shiftMinutes } from "./position.ts";

/** A change that was committed late, after newer ones were read, is still found within these minutes. */
export const OVERLAP_MINUTES = 5;

/** A reception of the overlap that was dealt with: done, or handed to the queue. */
export interface Recent {
  readonly changed: ChangeTime;
  /** Of its content then. */
  readonly fingerprint: string;
}

export interface SyncState {
  /** Host of the portal that it was carried over to; `undefined`: an older file does not say. */
  readonly portal: string | undefined;
  /** The branches whose keys, as the original program left them on this portal, have been looked through. */
  readonly settledFilials: readonly number[];
  /** How far it had been carried over to portals that were left, by their hosts. */
  readonly left: ReadonlyMap<string, Position>;
  /** `undefined`: nothing has been carried over yet. */
  readonly watermark: Position | undefined;
  /** By reception key. */
  readonly recent: ReadonlyMap<string, Recent>;
  readonly sweep: SweepState;
}

/** What the last daily comparison left behind. */
export interface SweepState {
  /** The database's day, `2026-03-01`; `undefined`: there was none yet. */
  readonly day: string | undefined;
  /**
   * For each reception that it sent: a mark of the clinic's content and of what the portal showed instead. When the next
   * comparison finds the very same, the portal shows that content in its own way, and sending it again would not help.
   */
  readonly repaired: ReadonlyMap<string, string>;
}

export const EMPTY_STATE: SyncState = {
  portal: undefined,
  settledFilials: [],
  left: new Map(),
  watermark: undefined,
  recent: new Map(),
  sweep: { day: undefined, repaired: new Map() },
};

/** Where the next cycle begins to read; `undefined`: at the initial depth. */
export function startOf(state: SyncState): Position | undefined {
  return state.watermark && { time: shiftMinutes(state.watermark.time, -OVERLAP_MINUTES), id: -1 };
}

/**
 * Whether the watermark lies in the database's future: its clock was set back, or an older copy was restored. Less than the
 * overlap does no harm.
 */
export function isAhead({ watermark }: SyncState, now: ChangeTime): boolean {
  return watermark !== undefined && watermark.time > shiftMinutes(now, OVERLAP_MINUTES);
}

/** The state with the watermark moved (never back), less what lies before the overlap. */
export function advance(state: SyncState, to: Position, dealtWith: Iterable<[string, Recent]>): SyncState {
  const watermark = state.watermark && comparePositions(state.watermark, to) > 0 ? state.watermark : to;
  const edge = shiftMinutes(watermark.time, -OVERLAP_MINUTES);
  const recent = new Map([...state.recent, ...dealtWith].filter(([, { changed }]) => changed >= edge));
  return { ...state, watermark, recent };
}
