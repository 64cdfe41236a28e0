/**
 * Patient + what the portal holds → which contact the patient is, and which lead the patient came from.
 * The rules stand here in the order in which they hold.
 */
import { contradicts, foldName, isNamed, isSamePerson } from "../reception/person_name.ts";
import type { Patient } from "../reception/reception.ts";
import { ORIGINATOR, type PortalContact, type PortalLead } from "./ports.ts";

/** Whether the contact is known to be one of the clinic's patients. */
export const isIdentPatient = (contact: PortalContact): boolean =>
  contact.originator === ORIGINATOR && contact.originId !== "";

export const isThisPatient = (contact: PortalContact, patient: Patient): boolean =>
  contact.originator === ORIGINATOR && contact.originId === patient.key;

const hasPhoneOf = ({ phones }: { readonly phones: readonly string[] }, patient: Patient): boolean =>
  phones.some((phone) => patient.phones.includes(phone));

const oldest = <T extends { readonly id: number }>(records: readonly T[]): T | undefined =>
  records.reduce<T | undefined>((first, next) => first !== undefined && first.id < next.id ? first : next, undefined);

export interface ContactRules {
  /** The card number that a contact shows; `""`: none. */
  readonly cardOf: (contact: PortalContact) => string;
  /** Whether another patient has been given the contact already. */
  readonly isTaken: (contact: PortalContact) => boolean;
  /** Ids of the contacts that the deals of the patient's own receptions have. */
  readonly ofOwnDeals: ReadonlySet<number>;
  /** Whether a contact without a name can be filled in: else a relative would take it as well. */
  readonly mayFillIn: boolean;
}

/** Whether the contact can be this patient at all: it is no other patient and carries no other card. */
function isFree(contact: PortalContact, patient: Patient, { cardOf, isTaken }: ContactRules): boolean {
  if (isIdentPatient(contact) || isTaken(contact)) return false;
  const [card, own] = [foldCard(cardOf(contact)), foldCard(patient.cardNumber)];
  return card === "" || own === "" || card === own;
}

/** How surely a contact with the phone and name is the patient: 0 by the card number, 1 by the patronymic, 2 by those. */
function suretyOf(contact: PortalContact, patient: Patient, cardOf: ContactRules["cardOf"]): number {
  const card = foldCard(cardOf(contact));
  if (card !== "" && card === foldCard(patient.cardNumber)) return 0;
  const patronymic = foldName(patient.patronymic);
  return patronymic.length > 1 && foldName(contact.patronymic) === patronymic ? 1 : 2;
}

/**
 * How surely the portal's contacts name the patient, 0 the surest. The surest patients choose first: a namesake of whom
 * the clinic knows less must not take a contact that names another one exactly.
 */
export function suretyOfBest(
  patient: Patient,
  contacts: readonly PortalContact[],
  cardOf: ContactRules["cardOf"],
): number {
  const own = contacts.filter((contact) => hasPhoneOf(contact, patient) && isSamePerson(contact, patient));
  return Math.min(2, ...own.map((contact) => suretyOf(contact, patient, cardOf)));
}

/** A card number folded for comparison, as a name is; a field for numbers drops the zeros in front. */
const foldCard = (card: string): string => foldName(card).replaceAll(" ", "").replace(/^0+(?=\d+$)/, "");

/**
 * The contact that is this patient, first that holds; of several the oldest:
 * 1. the contact with the patient's ORIGIN_ID;
 *    else the free contact of the patient's own deal, where it has the patient's name (deals of the original program,
 *    whose contacts have no ORIGIN_ID);
 * 2. a free contact with the patient's phone and name, one that has the card number as well before the others;
 * 3. a free contact with the phone and no real name, as telephony makes them, where it can be filled in;
 * 4. the contact of the lead that the patient came from, where it is free and its name does not contradict.
 *
 * @returns `undefined`: the portal does not have the patient yet
 */
export function matchContact(
  patient: Patient,
  contacts: readonly PortalContact[],
  lead: PortalLead | undefined,
  rules: ContactRules,
): PortalContact | undefined {
  const free = contacts.filter((contact) => isFree(contact, patient, rules));
  const withPhone = free.filter((contact) => hasPhoneOf(contact, patient));
  const namesakes = withPhone.filter((contact) => isSamePerson(contact, patient));
  return oldest(contacts.filter((contact) => isThisPatient(contact, patient))) ??
    oldest(free.filter((contact) => rules.ofOwnDeals.has(contact.id) && isSamePerson(contact, patient))) ??
    oldest(namesakes.filter((contact) => suretyOf(contact, patient, rules.cardOf) === 0)) ??
    oldest(namesakes) ??
    oldest(withPhone.filter((contact) => rules.mayFillIn && !isNamed(contact))) ??
    free.find((contact) => contact.id === lead?.contactId && !contradicts(contact, patient));
}

/** Whether neither the portal nor the configuration counts the lead as closed. */
export const isOpenLead = (lead: PortalLead, closedStatuses: readonly string[]): boolean =>
  !lead.closed && !closedStatuses.includes(lead.status);

/** The open lead that this patient came from: with the phone, and no name that contradicts; of several the oldest. */
export function matchLead(
  patient: Patient,
  leads: readonly PortalLead[],
  closedStatuses: readonly string[],
): PortalLead | undefined {
  return oldest(
    leads.filter((lead) =>
      isOpenLead(lead, closedStatuses) && hasPhoneOf(lead, patient) && !contradicts(lead, patient)
    ),
  );
}
