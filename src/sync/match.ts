/**
 * Patient + what the portal holds → which contact the patient is.
 */
import { isSamePerson } from "../reception/person_name.ts";
import { foldPhone } from "../reception/phone.ts";
import type { Patient } from "../reception/reception.ts";
import type { PortalContact } from "./ports.ts";
import { textOf } from "./values.ts";

/** ORIGINATOR_ID of everything that comes from the clinic. */
export const ORIGINATOR = "IDENT";

/** Whether the contact is known to be one of the clinic's patients. */
export const isIdentPatient = (contact: PortalContact): boolean =>
  contact.originator === ORIGINATOR && contact.originId !== "";

/** Whether the contact is, by its origin, this very patient. */
const isThisPatient = (contact: PortalContact, patient: Patient): boolean =>
  contact.originator === ORIGINATOR && contact.originId === patient.key;

const hasPhoneOf = (contact: PortalContact, patient: Patient): boolean =>
  contact.phones.some((phone) => patient.phones.includes(foldPhone(phone)));

/** The contact carries the card of somebody else. */
function cardContradicts(contact: PortalContact, patient: Patient, cardField: string | undefined): boolean {
  const card = cardField === undefined ? "" : textOf(contact.fields[cardField], undefined).trim();
  return card !== "" && patient.cardNumber !== "" && card !== patient.cardNumber;
}

const oldest = (contacts: readonly PortalContact[]): PortalContact | undefined =>
  contacts.reduce<PortalContact | undefined>((first, next) => first && first.id < next.id ? first : next, undefined);

/**
 * The contact that is this patient, first that holds:
 * 1. the contact with the patient's ORIGIN_ID;
 * 2. a contact with the patient's phone and name, that is no other patient of the clinic and carries no other card;
 *    of several the oldest.
 * `undefined`: the portal does not have the patient yet.
 */
export function matchContact(
  patient: Patient,
  contacts: readonly PortalContact[],
  cardField: string | undefined,
): PortalContact | undefined {
  return oldest(contacts.filter((contact) => isThisPatient(contact, patient))) ??
    oldest(
      contacts.filter((contact) =>
        !isIdentPatient(contact) && hasPhoneOf(contact, patient) && isSamePerson(contact, patient) &&
        !cardContradicts(contact, patient, cardField)
      ),
    );
}
