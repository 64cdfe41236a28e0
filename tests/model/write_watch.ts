/**
 * Each write once, and none over another that may still be in work: between an unanswered write and the next one for the
 * same record there must be a look-up, late enough.
 */
import type { PortalView, Write } from "../../src/sync/ports.ts";
import { type ModelRecords, text } from "./model_records.ts";
import { DEAL, PORTAL_WORKS_FOR, SECOND } from "./model_settings.ts";
import type { ModelTime } from "./model_time.ts";

interface Unanswered {
  readonly sentAt: number;
  lookedUp: boolean;
}

export class WriteWatch {
  readonly #records: ModelRecords;
  readonly #time: ModelTime;
  readonly #unanswered = new Map<string, Unanswered>();

  constructor(records: ModelRecords, time: ModelTime) {
    this.#records = records;
    this.#time = time;
  }

  /** Whose write it is: the reception's or patient's key, and the record that it changes. */
  #keysOf(write: Write): string[] {
    const present = (...keys: readonly string[]) => keys.filter((key) => key !== "");
    switch (write.kind) {
      case "add-contact":
        return [text(write.fields.ORIGIN_ID)];
      case "add-deal":
        return [text(write.fields[DEAL.identId])];
      case "update-contact": {
        const { originator, originId } = this.#records.contacts.get(write.id)!;
        const known = originator === "IDENT" ? originId : "";
        return present(`contact ${write.id}`, known, text(write.fields.ORIGIN_ID));
      }
      case "update-deal":
        return present(
          `deal ${write.id}`,
          this.#records.deals.get(write.id)!.key,
          text(write.fields[DEAL.identId]),
        );
      case "link-lead":
        return [`lead ${write.leadId}`, `${write.record} ${write.id}`];
      case "close-lead":
        return [`lead ${write.id}`];
    }
  }

  /** Whether the write takes a record that is there already for a reception or patient. */
  isClaim(write: Write): boolean {
    return write.kind === "update-contact" || write.kind === "link-lead" || write.kind === "close-lead" ||
      (write.kind === "update-deal" && this.#records.deals.get(write.id)!.key === "");
  }

  /** Writes leave. */
  watch(writes: readonly Write[]): void {
    for (const write of writes) {
      for (const key of this.#keysOf(write)) {
        const before = this.#unanswered.get(key);
        if (before === undefined) continue;
        if (!before.lookedUp) {
          const seconds = Math.round((this.#time.now - before.sentAt) / SECOND);
          this.#records.broken.push(
            `${write.kind} for ${key} is sent ${seconds} s after one without an answer, not looked up`,
          );
        }
        this.#unanswered.delete(key);
      }
    }
  }

  /** A write is left without an answer. */
  note(write: Write): void {
    for (const key of this.#keysOf(write)) {
      this.#unanswered.set(key, { sentAt: this.#time.now, lookedUp: false });
    }
  }

  /** The program has looked: what it saw may be sent for again, once the portal is surely done with it. */
  noteLookUp(keys: readonly string[], { contacts, deals, leads }: PortalView): void {
    if (this.#unanswered.size === 0) return;
    const seen = [
      ...keys,
      ...contacts.map(({ id }) => `contact ${id}`),
      ...deals.map(({ id }) => `deal ${id}`),
      ...leads.map(({ id }) => `lead ${id}`),
    ];
    for (const key of seen) {
      const waiting = this.#unanswered.get(key);
      if (waiting !== undefined && waiting.sentAt + PORTAL_WORKS_FOR <= this.#time.now) waiting.lookedUp = true;
    }
  }
}
