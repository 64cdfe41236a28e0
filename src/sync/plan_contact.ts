/**
 * What becomes of a patient's contact: found and filled in, or made.
 */
import type { Config } from "../config/config.ts";
import { isNamed, namesAlready } from "../reception/person_name.ts";
import type { Patient } from "../reception/reception.ts";
import { contactFieldsOf } from "./fields.ts";
import { type ContactRules, matchContact } from "./match.ts";
import type { Memory } from "./memory.ts";
import { differences, filled, fitAll, namelessPatient } from "./portal_fields.ts";
import {
  ORIGINATOR,
  type PortalContact,
  type PortalFacts,
  type PortalFields,
  type PortalLead,
  type PortalValue,
} from "./ports.ts";
import type { Step, Target } from "./step.ts";
import { textOf } from "./values.ts";

export interface ContactContext {
  readonly config: Pick<Config, "contactFields" | "sync" | "portal">;
  readonly facts: PortalFacts;
  /** What this cycle has sent: the look-up may not show it yet. */
  readonly memory: Memory;
}

/** The contact of a patient, and what has to be sent for it. */
export interface ContactPlan {
  readonly target: Target;
  readonly step: Step | undefined;
  /** The contact as it was on the portal; `undefined`: it was not there before this cycle. */
  readonly found: PortalContact | undefined;
}

/** The card number that a contact shows, as a text. */
export const cardReader = ({ config, facts }: ContactContext): ContactRules["cardOf"] => {
  const name = config.contactFields.cardNumber;
  return ({ fields }) => name === undefined ? "" : textOf(fields[name], facts.contactFields[name]);
};

/**
 * Finds the patient's contact among those of the portal, or plans a new one.
 *
 * @param rules which contacts are taken, and which the patient's own deals have
 */
export function planContact(
  patient: Patient,
  contacts: readonly PortalContact[],
  lead: PortalLead | undefined,
  rules: Pick<ContactRules, "isTaken" | "ofOwnDeals">,
  context: ContactContext,
): ContactPlan {
  const { config, memory } = context;
  const known = memory.contactOf(patient.key);
  if (known !== undefined) {
    // One that was there before the cycle may have a manager's deal.
    const found = memory.takenContacts.has(known) ? contacts.find(({ id }) => id === known) : undefined;
    return { target: known, step: undefined, found };
  }
  const mayFillIn = config.sync.updateExisting;
  const found = matchContact(patient, contacts, lead, { ...rules, cardOf: cardReader(context), mayFillIn });
  if (found === undefined) {
    const step: Step = { kind: "add-contact", patient: patient.key, fields: newContactFields(patient, context) };
    return { target: step, step, found: undefined };
  }
  const fields = mayFillIn ? missingFields(found, patient, context) : {};
  const step: Step | undefined = Object.keys(fields).length === 0
    ? undefined
    : { kind: "update-contact", patient: patient.key, id: found.id, fields };
  // A contact that is given to the patient only now may still become somebody else's: its deals wait for the answer.
  const isClaimed = step === undefined || !("ORIGIN_ID" in fields);
  return { target: isClaimed ? found.id : step, step, found };
}

const mobile = (phones: readonly string[]): PortalValue => phones.map((VALUE) => ({ VALUE, VALUE_TYPE: "MOBILE" }));

const origin = (patient: Patient) => ({ ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: patient.key });

function newContactFields(patient: Patient, { facts, config }: ContactContext): PortalFields {
  return {
    // The portal takes no contact without NAME and LAST_NAME.
    ...filled({ LAST_NAME: isNamed(patient) ? patient.surname : namelessPatient(patient) }),
    ...filled({ NAME: patient.name, SECOND_NAME: patient.patronymic }),
    ...(patient.phones.length > 0 ? { PHONE: mobile(patient.phones) } : {}),
    TYPE_ID: "CLIENT",
    ...origin(patient),
    ...filled(fitAll(contactFieldsOf(patient, config.contactFields), facts.contactFields, config.sync.timeZone)),
    ...(config.portal.defaultAssignedById === undefined ? {} : { ASSIGNED_BY_ID: config.portal.defaultAssignedById }),
  };
}

/**
 * What an existing contact lacks. A name and phones that are there are never overwritten; a phone that telephony put in
 * the name's place is no name. Card number and parent are the clinic's own and follow it.
 */
export function missingFields(
  contact: PortalContact,
  patient: Patient,
  { facts, config }: Omit<ContactContext, "memory">,
): PortalFields {
  const missing: Record<string, PortalValue> = {};
  const named = isNamed(contact) && contact.surname !== namelessPatient(patient);
  const name = (field: string, present: string, value: string) => {
    // What stands in another field of the name already would be shown twice.
    const empty = present.trim() === "" && value !== "" && !namesAlready(contact, value);
    if (empty || (!named && present !== value)) missing[field] = value;
  };
  if (isNamed(patient)) {
    name("LAST_NAME", contact.surname, patient.surname);
    name("NAME", contact.name, patient.name);
    name("SECOND_NAME", contact.patronymic, patient.patronymic);
  }
  if (contact.phones.length === 0 && patient.phones.length > 0) missing.PHONE = mobile(patient.phones);
  if (contact.originator.trim() === "" && contact.originId.trim() === "") Object.assign(missing, origin(patient));
  const wanted = contactFieldsOf(patient, config.contactFields);
  return { ...missing, ...filled(differences(wanted, contact.fields, facts.contactFields, config.sync.timeZone)) };
}
