/**
 * What a cycle has written so far. The portal's look-up may lag behind its writes, so the rules do not rely on seeing
 * them there.
 */
import type { PatientKey, Reception, ReceptionKey } from "../../reception/reception.ts";
import type { Step } from "./step.ts";

export class Sent {
  /** Ids of the contacts that were made or given, by patient key. */
  readonly #contacts = new Map<PatientKey, number>();
  /** Patient keys by the id of the existing contact that was given to the patient. */
  readonly givenContacts = new Map<number, PatientKey>();
  /** Ids of the managers' deals that were bound to a reception. */
  readonly boundDeals = new Set<number>();
  /** Ids of the leads that were converted. */
  readonly closedLeads = new Set<number>();
  /** By the plain key that a deal gets: the key of the original program that it had until this cycle. */
  readonly #renamedKeys = new Map<ReceptionKey, string>();

  /** The contact that was made for the patient, or given to the patient; `undefined`: neither. */
  contactOf(patient: PatientKey): number | undefined {
    return this.#contacts.get(patient);
  }

  /** Notes that a deal gets the plain key of its reception; a look-up may show the former one for a while. */
  noteRenamed(key: ReceptionKey, former: string): void {
    this.#renamedKeys.set(key, former);
  }

  /** All keys under which the look-up may show the deal of a reception. */
  keysOf({ key, formerKeys }: Pick<Reception, "key" | "formerKeys">): string[] {
    const keys = [key, ...formerKeys];
    return [...keys, ...keys.map((each) => this.#renamedKeys.get(each)).filter((each) => each !== undefined)];
  }

  /** Notes a write that the portal has confirmed; `id`: of the record that it made. */
  note(step: Step, id: number | undefined): void {
    switch (step.kind) {
      case "add-contact":
        if (id !== undefined) this.#contacts.set(step.patient, id);
        return;
      case "give-contact":
      case "update-contact":
        this.#contacts.set(step.patient, step.id);
        this.givenContacts.set(step.id, step.patient);
        return;
      case "bind-deal":
        this.boundDeals.add(step.id);
        return;
      case "close-lead":
        this.closedLeads.add(step.leadId);
        return;
      case "add-deal":
      case "update-deal":
      case "link-lead":
        return;
    }
  }
}
