/**
 * This computer's clock, set ahead between two looks at it: by a time service after a start with a wrong clock. Whatever
 * counts by it how long ago a write was sent would take that for long ago, though the portal may still be at work on it.
 */
import type { QueueItem } from "./item.ts";

/** What the clock shows, and how long the computer has been running. Milliseconds. */
export interface ClockMark {
  /** Since 1970. */
  readonly now: number;
  /** Since the computer's start, however the clock is set. */
  readonly uptime: number;
}

/** The two do not run quite alike, and the uptime is known to the second. */
const TOLERANCE_MS = 5_000;

/** By how much the clock was set ahead, milliseconds: what has passed by it, less what has passed for sure. */
export function setAhead(before: ClockMark, after: ClockMark): number {
  // After a restart no more is sure than the time since then.
  const passed = after.uptime < before.uptime ? after.uptime : after.uptime - before.uptime;
  const ahead = after.now - before.now - passed;
  return ahead > TOLERANCE_MS ? ahead : 0;
}

/**
 * An item of which nothing lies in the future, when nothing is being sent: nothing was sent later than now, and nothing
 * waits longer than the longest delay. Milliseconds.
 */
export function notInFuture(item: QueueItem, now: number, longestDelay: number): QueueItem {
  const ahead = Math.max(0, item.updatedAt - now);
  const notSentYet = Math.max(0, (item.sentAt ?? now) - now);
  return {
    ...item,
    sentAt: item.sentAt === undefined ? undefined : item.sentAt - notSentYet,
    nextRetryAt: item.nextRetryAt === undefined
      ? undefined
      : Math.min(item.nextRetryAt - Math.max(ahead, notSentYet), now + longestDelay),
    updatedAt: item.updatedAt - ahead,
  };
}

/** The item once it is known that the clock was set ahead: what is in flight was sent later than it seems. */
export function sentLater(item: QueueItem, ahead: number): QueueItem {
  if (item.sentAt === undefined) return item;
  const nextRetryAt = item.nextRetryAt === undefined ? undefined : item.nextRetryAt + ahead;
  return { ...item, sentAt: item.sentAt + ahead, nextRetryAt };
}
