/**
 * What is written to a patient's contact: everything of a new one, and of an existing one what it lacks.
 */
import type { Config } from "../../config/config.ts";
import { isNamed, nameIn, namesAlready, patronymicIn } from "../../reception/person_name.ts";
import type { Patient } from "../../reception/reception.ts";
import { fitAll } from "../fields/fit.ts";
import { differences, filled } from "../fields/same.ts";
import { contactFieldsOf, namelessPatient } from "../fields/wanted.ts";
import { ORIGINATOR, type PortalContact, type PortalFacts, type PortalFields, type PortalValue } from "../ports.ts";
import { isThisPatient } from "./contact.ts";
import type { RuleContext } from "./decision.ts";
import type { Step, Target } from "./step.ts";

export interface ContactFieldContext {
  readonly config: Pick<Config, "contactFields" | "sync" | "portal">;
  readonly facts: PortalFacts;
}

/** The contact of a patient, and what has to be sent for it. */
export interface ContactPlan {
  readonly target: Target;
  readonly step: Step | undefined;
  /** The contact as it was on the portal; `undefined`: it was not there before this cycle. */
  readonly found: PortalContact | undefined;
}

/** What becomes of the contact of a patient who needs one; `found`: the one that is the patient's. */
export function planContact(patient: Patient, found: PortalContact | undefined, context: RuleContext): ContactPlan {
  const { config, sent } = context;
  const known = sent.contactOf(patient.key);
  if (known !== undefined) return { target: known, step: undefined, found };
  if (found === undefined) {
    const step: Step = { kind: "add-contact", patient: patient.key, fields: newContactFields(patient, context) };
    return { target: step, step, found };
  }
  const fields = config.sync.updateExisting ? missingFields(found, patient, context) : {};
  if (Object.keys(fields).length === 0) return { target: found.id, step: undefined, found };
  if (isThisPatient(found, patient)) {
    const step: Step = { kind: "update-contact", patient: patient.key, id: found.id, fields };
    return { target: found.id, step, found };
  }
  const step: Step = { kind: "give-contact", patient: patient.key, id: found.id, fields };
  return { target: step, step, found };
}

const mobile = (phones: readonly string[]): PortalValue => phones.map((VALUE) => ({ VALUE, VALUE_TYPE: "MOBILE" }));

const origin = (patient: Patient) => ({ ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: patient.key });

function newContactFields(patient: Patient, { facts, config }: ContactFieldContext): PortalFields {
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
  { facts, config }: ContactFieldContext,
): PortalFields {
  const missing: Record<string, PortalValue> = {};
  const named = isNamed(contact) && contact.surname !== namelessPatient(patient);
  const name = (field: string, present: string, value: string, said: string) => {
    // What stands in another field of the name already would be shown twice.
    const empty = said === "" && value !== "" && !namesAlready(contact, value);
    if (empty || (!named && present !== value)) missing[field] = value;
  };
  if (isNamed(patient)) {
    name("LAST_NAME", contact.surname, patient.surname, nameIn(contact.surname));
    name("NAME", contact.name, patient.name, nameIn(contact.name));
    name("SECOND_NAME", contact.patronymic, patient.patronymic, patronymicIn(contact.patronymic));
  }
  const phones = newPhones(contact, patient);
  if (phones.length > 0) missing.PHONE = mobile(phones);
  if (contact.originator.trim() === "" && contact.originId.trim() === "") Object.assign(missing, origin(patient));
  const wanted = contactFieldsOf(patient, config.contactFields);
  return { ...missing, ...filled(differences(wanted, contact.fields, facts.contactFields, config.sync.timeZone)) };
}

/**
 * The phones to add: all of them to a contact that has none, and the new ones to a contact that the portal already shows
 * as this patient. One that is only being matched by name and phone keeps to its own: it may turn out to be a relative.
 */
const newPhones = (contact: PortalContact, patient: Patient): string[] =>
  contact.phones.length === 0 || isThisPatient(contact, patient)
    ? patient.phones.filter((phone) => !contact.phones.includes(phone))
    : [];
