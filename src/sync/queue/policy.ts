/**
 * What the queue goes by, and what it counts.
 */
import type { PatientKey } from "../../reception/reception.ts";

/** What an intent decides, so that nothing else decides otherwise before it is confirmed. */
export interface Claims {
  readonly patient: PatientKey;
  /** Whether the patient's other receptions must wait. */
  readonly holds: boolean;
  readonly lead: number | undefined;
  readonly contact: number | undefined;
}

export interface QueuePolicy {
  /** The limit of a request: so long it may take to leave. */
  readonly requestMs: number;
  /** How long after it has left an unanswered write may still be in work on the portal. */
  readonly settleMs: number;
  /** The first delay; each further one is twice as long, up to a day. */
  readonly retryMs: number;
  readonly maxRetries: number;
}

/** However often it was tried. */
export const LONGEST_DELAY_MS = 86_400_000;

/** How long a reception waits after so many attempts. Milliseconds. */
export const delayAfter = (attempts: number, { retryMs }: QueuePolicy): number =>
  Math.min(retryMs * 2 ** (attempts - 1), LONGEST_DELAY_MS);

/** Counts as the users know them. */
export interface QueueCounts {
  readonly total: number;
  readonly pending: number;
  readonly processing: number;
  readonly failed: number;
  readonly completed: number;
}
