/**
 * The portal's contacts by what may name a patient, so that thousands of them are looked through once.
 */
import type { Patient } from "../../reception/reception.ts";
import type { PortalContact } from "../ports.ts";

export class ContactIndex {
  readonly #byId: ReadonlyMap<number, PortalContact>;
  readonly #byOriginId: ReadonlyMap<string, readonly PortalContact[]>;
  readonly #byPhone = new Map<string, PortalContact[]>();

  constructor(contacts: readonly PortalContact[]) {
    this.#byId = new Map(contacts.map((contact) => [contact.id, contact]));
    this.#byOriginId = Map.groupBy(contacts, ({ originId }) => originId);
    for (const contact of contacts) {
      for (const phone of new Set(contact.phones)) {
        const others = this.#byPhone.get(phone);
        if (others === undefined) this.#byPhone.set(phone, [contact]);
        else others.push(contact);
      }
    }
  }

  get(id: number): PortalContact | undefined {
    return this.#byId.get(id);
  }

  /** All that may be the patient: with the patient's origin or a phone, and those with the given ids. */
  candidates(patient: Patient, ids: Iterable<number> = []): PortalContact[] {
    return [
      ...new Set([
        ...this.#byOriginId.get(patient.key) ?? [],
        ...patient.phones.flatMap((phone) => this.#byPhone.get(phone) ?? []),
        ...[...ids].map((id) => this.#byId.get(id)).filter((contact) => contact !== undefined),
      ]),
    ];
  }
}
