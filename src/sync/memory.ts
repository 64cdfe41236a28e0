/**
 * What a cycle has done so far. The portal's look-up may lag behind its writes, so the cycle does not rely on seeing
 * them there.
 */
import type { Step } from "./step.ts";

export class Memory {
  /** Ids of the contacts that were made or given, by patient key. */
  readonly #contacts = new Map<string, number>();
  /** Patient keys by the id of the existing contact that was given to the patient. */
  readonly takenContacts = new Map<number, string>();
  /** Ids of the managers' deals that were bound to a reception. */
  readonly takenDeals = new Set<number>();
  /** Ids of the leads that were converted. */
  readonly takenLeads = new Set<number>();

  /** The contact that was made for the patient, or given to the patient; `undefined`: neither. */
  contactOf(patient: string): number | undefined {
    return this.#contacts.get(patient);
  }

  /** Notes a write that the portal has confirmed; `id`: of the record that it made. */
  note(step: Step, id: number | undefined): void {
    switch (step.kind) {
      case "add-contact":
        if (id !== undefined) this.#contacts.set(step.patient, id);
        return;
      case "update-contact":
        this.#contacts.set(step.patient, step.id);
        this.takenContacts.set(step.id, step.patient);
        return;
      case "update-deal":
        if (step.binds) this.takenDeals.add(step.id);
        return;
      case "close-lead":
        this.takenLeads.add(step.leadId);
        return;
      case "add-deal":
      case "link-lead":
        return;
    }
  }
}
