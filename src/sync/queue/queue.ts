/**
 * The queue: which receptions may be in flight, and which wait to be tried again.
 *
 * It is the program's memory of its intentions. Before a request with writes leaves, the receptions in it stand here as
 * `processing`; what is confirmed goes. So after a lost answer or a crash the `processing` items are exactly what the
 * portal may have done without our knowing, and each is looked up before anything is sent for it again.
 * A retry reads the reception afresh.
 */
import { isReceptionKey, type PatientKey, type ReceptionKey } from "../../reception/reception.ts";
import { type Claims, delayAfter, LONGEST_DELAY_MS, type QueueCounts, type QueuePolicy } from "./policy.ts";
import { notInFuture, sentLater } from "./clock.ts";
import { NOTHING_IN_FLIGHT, ofOtherPortal, type QueueItem } from "./item.ts";

export class Queue {
  readonly #items: Map<string, QueueItem>;
  readonly #policy: QueuePolicy;
  /** Items as they stood before an intent was recorded, to be put back when the request surely did nothing. */
  readonly #before = new Map<string, QueueItem | undefined>();

  constructor(items: Iterable<QueueItem>, policy: QueuePolicy) {
    this.#items = new Map([...items].map((item) => [item.key, item]));
    this.#policy = policy;
  }

  /** All items, oldest first. */
  items(): QueueItem[] {
    return [...this.#items.values()];
  }

  /** Whether the reception will be tried by itself when its time comes. */
  awaits(key: string): boolean {
    const item = this.#items.get(key);
    return item !== undefined && item.status !== "failed";
  }

  counts(): QueueCounts {
    const counts = { total: this.#items.size, pending: 0, processing: 0, failed: 0, completed: 0 };
    for (const { status } of this.#items.values()) counts[status]++;
    return counts;
  }

  /**
   * Takes back what lies in the future, when nothing is being sent: this computer's clock was set back, or the program
   * ended in the middle of a request. Nothing was sent later than now, and nothing waits longer than the longest delay.
   */
  settleClock(now: number): void {
    for (const [key, item] of this.#items) this.#items.set(key, notInFuture(item, now, LONGEST_DELAY_MS));
  }

  /** The clock was set ahead by so many milliseconds: what is in flight was sent later than it seems. */
  moveClock(ahead: number): void {
    for (const [key, item] of this.#items) this.#items.set(key, sentLater(item, ahead));
  }

  /** Records that a write for the reception is about to leave. */
  begin(key: string, { patient, holds, lead, contact }: Claims, now: number): void {
    const item = this.#items.get(key);
    if (!this.#before.has(key)) this.#before.set(key, item);
    const sentAt = now + this.#policy.requestMs;
    this.#put(key, now, {
      status: "processing",
      sentAt,
      nextRetryAt: sentAt + this.#policy.settleMs,
      patient,
      holds,
      lead,
      contact,
    });
  }

  /**
   * The write of a recorded intent leaves now: what is unconfirmed is counted from here.
   *
   * @returns whether that is notably later than recorded, so that the record must be made durable again
   */
  leaves(key: string, now: number): boolean {
    const item = this.#items.get(key);
    const sentAt = now + this.#policy.requestMs;
    if (item?.sentAt === undefined || sentAt - item.sentAt < 1000) return false;
    this.#put(key, now, { sentAt, nextRetryAt: sentAt + this.#policy.settleMs });
    return true;
  }

  /**
   * Intents of a cycle that broke off stand as they are: from now on they are what may be in flight, and are withdrawn no
   * more.
   */
  settleIntents(): void {
    this.#before.clear();
  }

  /** The reception is carried over in full. */
  confirm(key: string): void {
    this.#items.delete(key);
    this.#before.delete(key);
  }

  /** The last intent came to nothing for sure: the item is as it was before, or gone. */
  withdraw(key: string): void {
    if (!this.#before.has(key)) return;
    const before = this.#before.get(key);
    if (before === undefined) this.#items.delete(key);
    else this.#items.set(key, before);
    this.#before.delete(key);
  }

  /** A part of the reception is confirmed, the rest was surely not done: it is taken up as soon as that is possible. */
  interrupt(key: string, now: number): void {
    this.#before.delete(key);
    this.#put(key, now, {
      status: "pending",
      lastError: "перенос прервался на середине",
      nextRetryAt: now,
      sentAt: undefined,
      unanswered: 0,
      failures: 0,
      holds: false,
    });
  }

  /** The reception was refused: it is tried again later, or waits for somebody when it was tried often enough. */
  refuse(key: string, reason: string, now: number): void {
    const retries = (this.#items.get(key)?.retries ?? 0) + 1;
    const failed = retries >= this.#policy.maxRetries;
    this.#before.delete(key);
    this.#put(key, now, {
      status: failed ? "failed" : "pending",
      retries,
      lastError: reason,
      nextRetryAt: failed ? undefined : now + delayAfter(retries, this.#policy),
      ...NOTHING_IN_FLIGHT,
    });
  }

  /**
   * A write for the reception has no trustworthy answer: it is looked up when the portal is surely done with it, however
   * often that happens. It never fails for good by itself: nobody knows yet whether it was done.
   *
   * @param failedByPortal whether the portal itself said that it failed
   */
  leaveUnknown(key: string, reason: string, now: number, failedByPortal = false): void {
    const item = this.#items.get(key);
    const unanswered = (item?.unanswered ?? 0) + 1;
    const failures = (item?.failures ?? 0) + Number(failedByPortal);
    const delay = unanswered === 1
      ? this.#policy.settleMs
      : Math.max(this.#policy.settleMs, delayAfter(unanswered, this.#policy));
    this.#before.delete(key);
    this.#put(key, now, {
      status: "processing",
      unanswered,
      failures,
      lastError: reason,
      sentAt: now,
      nextRetryAt: now + delay,
    });
  }

  /**
   * The reception is to be sent once more, so a look-up has shown that nothing was done: has the portal failed at it as often
   * as may be?
   *
   * @returns what it said last; then the reception is given up, and waits for somebody
   */
  giveUpIfHopeless(key: string, now: number): string | undefined {
    const item = this.#items.get(key);
    if (item === undefined || item.status === "failed" || item.failures < this.#policy.maxRetries) return undefined;
    this.#before.delete(key);
    this.#put(key, now, { status: "failed", nextRetryAt: undefined, ...NOTHING_IN_FLIGHT });
    return item.lastError ?? "портал отвечает ошибкой";
  }

  /** How many times in a row a write of the reception stayed without any answer. */
  silences(key: string): number {
    const item = this.#items.get(key);
    return item === undefined ? 0 : item.unanswered - item.failures;
  }

  /** The reception waits until a moment, through no fault of its own: that is no failed attempt. */
  postpone(key: string, reason: string, until: number, now: number): void {
    this.#before.delete(key);
    this.#put(key, now, {
      status: "pending",
      lastError: reason,
      nextRetryAt: until,
      ...NOTHING_IN_FLIGHT,
    });
  }

  /** The contacts that were given to a patient without confirmation yet: patient keys by the contact's id. */
  claimedContacts(): Map<number, PatientKey> {
    const contacts = new Map<number, PatientKey>();
    for (const { patient, contact } of this.#items.values()) {
      if (contact !== undefined && patient !== undefined) contacts.set(contact, patient);
    }
    return contacts;
  }

  /** The leads whose conversion was begun and is not confirmed, by reception key. */
  unfinishedLeads(): Map<ReceptionKey, number> {
    const leads = new Map<ReceptionKey, number>();
    for (const { key, lead } of this.#items.values()) {
      if (lead !== undefined && isReceptionKey(key)) leads.set(key, lead);
    }
    return leads;
  }

  /** Forgets the reception: it is no more in the clinic. */
  forget(key: string): void {
    this.confirm(key);
  }

  /** Everything that waits or was given up is tried again now, except what may still be in work on the portal. */
  retryAll(now: number): void {
    for (const { key, status } of this.#items.values()) {
      if (this.inFlightUntil(key, now) !== undefined) continue;
      this.#put(key, now, { status: status === "failed" ? "pending" : status, nextRetryAt: now });
    }
  }

  /** The reception has another key now, and so has its item. Should there be one already, what is in flight counts. */
  rename(from: string, to: string): void {
    const item = this.#items.get(from);
    if (item === undefined) return;
    this.forget(from);
    const present = this.#items.get(to);
    if (present === undefined || present.sentAt === undefined) this.#items.set(to, { ...item, key: to });
  }

  /** Until when a write of the reception may still be in work on the portal; `undefined`: nothing is in flight. */
  inFlightUntil(key: string, now: number): number | undefined {
    const sentAt = this.#items.get(key)?.sentAt;
    const until = sentAt === undefined ? undefined : sentAt + this.#policy.settleMs;
    return until !== undefined && until > now ? until : undefined;
  }

  /** For how many receptions a write may still be in work on the portal. */
  countInFlight(now: number): number {
    return this.items().filter(({ key }) => this.inFlightUntil(key, now) !== undefined).length;
  }

  /** From now on everything here is for another portal. Nothing is in flight. */
  goToOtherPortal(): void {
    for (const [key, item] of this.#items) this.#items.set(key, ofOtherPortal(item));
  }

  /** Patients for whom something is being decided on the portal, and until when. */
  patientsInFlight(now: number): Map<string, number> {
    const patients = new Map<string, number>();
    for (const { key, patient, holds } of this.#items.values()) {
      const until = this.inFlightUntil(key, now);
      if (holds && patient !== undefined && until !== undefined) {
        patients.set(patient, Math.max(until, patients.get(patient) ?? 0));
      }
    }
    return patients;
  }

  /** Keys of the receptions whose time to be tried has come. */
  due(now: number): string[] {
    return this.items().filter(({ status, nextRetryAt }) =>
      (status === "pending" || status === "processing") && (nextRetryAt === undefined || nextRetryAt <= now)
    ).map(({ key }) => key);
  }

  #put(key: string, now: number, changes: Partial<QueueItem>): void {
    const fresh: QueueItem = {
      key,
      status: "pending",
      retries: 0,
      createdAt: now,
      updatedAt: now,
      lastError: undefined,
      nextRetryAt: undefined,
      ...NOTHING_IN_FLIGHT,
      lead: undefined,
    };
    this.#items.set(key, { ...fresh, ...this.#items.get(key), ...changes, updatedAt: now });
  }
}
