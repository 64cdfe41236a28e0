/**
 * What the queue keeps of a reception: its key, times, numbers of the portal's records, and of a refusal the reason,
 * masked. No personal data lies on the disk.
 */
import { isReceptionKey, type PatientKey } from "../../reception/reception.ts";

export type QueueStatus = "pending" | "processing" | "failed" | "completed";

/** Times are milliseconds since 1970. */
export interface QueueItem {
  /** The reception's key. */
  readonly key: string;
  readonly status: QueueStatus;
  /** How many times the reception was refused. */
  readonly retries: number;
  /** How many times in a row a write of it stayed without an answer. */
  readonly unanswered: number;
  /** How many times the portal itself said that it failed at it, and nothing was done. */
  readonly failures: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastError: string | undefined;
  /** Not to be tried before; `undefined`: at once (`pending`), or not by itself (`failed`). */
  readonly nextRetryAt: number | undefined;
  /**
   * When its last write has left in full at the latest, as long as that is not answered: a slow line may take up to the
   * limit of a request for it, and only then the portal begins to work.
   */
  readonly sentAt: number | undefined;
  /** The reception's patient, as long as something is decided for the patient without confirmation. */
  readonly patient: PatientKey | undefined;
  /** Whether the patient's other receptions wait: the write made the contact, took a deal or a lead. */
  readonly holds: boolean;
  /** The lead that the reception is converting; known until all of it is confirmed. */
  readonly lead: number | undefined;
  /** The existing contact that it gives to its patient; known as long as that is in flight or unconfirmed. */
  readonly contact: number | undefined;
}

/** An item of which no write is unanswered. A lead that it began to convert stays known. */
export const NOTHING_IN_FLIGHT = {
  sentAt: undefined,
  unanswered: 0,
  failures: 0,
  patient: undefined,
  holds: false,
  contact: undefined,
} as const;

/**
 * The item for another portal than the one that it tells of: the numbers of records are of that one, and so are its
 * refusals. It is tried at once. A lead that it began to convert stays known: it is closed only where the deal with the key
 * is linked to it. (On another portal a lead of that very number waits until the reception is carried over.)
 */
export function ofOtherPortal(item: QueueItem): QueueItem {
  if (!isReceptionKey(item.key)) return item;
  return { ...item, ...NOTHING_IN_FLIGHT, status: "pending", retries: 0, nextRetryAt: undefined };
}
