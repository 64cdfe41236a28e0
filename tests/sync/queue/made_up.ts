/** What the tests of the queue have in common: a policy, a time, what intents claim. */
import assert from "node:assert/strict";
import type { Claims, QueuePolicy } from "../../../src/sync/queue/policy.ts";
import { Queue } from "../../../src/sync/queue/queue.ts";
import type { QueueItem } from "../../../src/sync/queue/item.ts";

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const POLICY: QueuePolicy = { requestMs: 0, settleMs: 75_000, retryMs: 5 * MINUTE, maxRetries: 4 };
export const NOW = 1_772_000_000_000;

export const NOTHING: Claims = { patient: "F1_P1", holds: false, lead: undefined, contact: undefined };
export const OF_PATIENT: Claims = { ...NOTHING, holds: true };
export const ALL: Claims = { ...OF_PATIENT, lead: 40, contact: 7 };

export const empty = (policy: QueuePolicy = POLICY) => new Queue([], policy);

export function itemOf(queue: Queue, key = "F1_1"): QueueItem {
  const item = queue.items().find((each) => each.key === key);
  assert.ok(item !== undefined, `${key} is not in the queue`);
  return item;
}
