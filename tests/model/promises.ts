/** What the program promises, checked against both models; written from the rules, not from the program. */
import type { Patient, Reception } from "../../src/reception/reception.ts";
import type { PortalContact, PortalLead, PortalValue } from "../../src/sync/ports.ts";
import { comparePositions } from "../../src/sync/position.ts";
import { isClosedByManager, type ModelDeal } from "./model_records.ts";
import { CLINIC_OFFSET, CONTACT, DEAL, PROTECTED_STAGES, STAGE_OF } from "./model_settings.ts";
import type { Office } from "./office.ts";

const text = (value: PortalValue | undefined): string => value === undefined || value === null ? "" : String(value);

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * The names of the deal's fields that do not show what the clinic has. What the clinic does not know may stand on a
 * manager's deal.
 */
export function wrongFields(deal: ModelDeal, reception: Reception): string[] {
  const { fields, ours } = deal;
  const shows = (name: string, wanted: string) => text(fields[name]) === wanted || (!ours && wanted === "");
  const same: Record<string, boolean> = {
    [DEAL.status]: shows(DEAL.status, reception.status),
    [DEAL.comment]: shows(DEAL.comment, reception.comment),
    [DEAL.services]: shows(DEAL.services, reception.services.join(", ")),
    [DEAL.cardNumber]: shows(DEAL.cardNumber, reception.patient.cardNumber),
    [DEAL.startTime]: Date.parse(text(fields[DEAL.startTime])) === Date.parse(reception.start + CLINIC_OFFSET),
    OPPORTUNITY: reception.amount === undefined || Number(text(fields.OPPORTUNITY)) === Number(reception.amount),
  };
  return Object.keys(same).filter((name) => !same[name]);
}

const isCarried = (deal: ModelDeal | undefined, reception: Reception): boolean =>
  deal !== undefined && (isClosedByManager(deal) || wrongFields(deal, reception).length === 0);

/**
 * Receptions that the watermark on the disk has passed, though the portal does not show them and the queue on the disk
 * does not hold them. What became visible only after the cycle began is found by the next one's overlap.
 */
export function lostBehindWatermark({ clinic, portal, items, state }: Office, since: number): string[] {
  const { watermark } = state;
  if (watermark === undefined) return [];
  const broken: string[] = [];
  for (const id of clinic.ids) {
    const place = clinic.positionOf(id);
    if (place === undefined || place.visibleAt >= since || comparePositions(place.position, watermark) > 0) continue;
    const { content } = clinic.visible(id)!;
    if (items.some(({ key }) => key === content.key)) continue;
    const deal = [...portal.deals.values()].find(({ key }) => key === content.key);
    if (!isCarried(deal, content)) broken.push(`the watermark has passed ${content.key}, which is not carried over`);
  }
  return broken;
}

/** Records as managers left them, to be compared with what became of them. */
export interface Untouched {
  /** Keys of the receptions that were given to another patient; a contact that a manager chose stays on their deals. */
  readonly reassigned: ReadonlySet<string>;
  /** Who was to come and does not: what was filled in for them before that stays. */
  readonly formerPatients: ReadonlySet<Patient>;
  readonly contacts: ReadonlyMap<number, PortalContact>;
  readonly deals: ReadonlyMap<number, ModelDeal>;
  readonly leads: ReadonlyMap<number, PortalLead>;
}

/** All that must hold when nothing changes any more and everything has been tried again. */
export function* brokenAtTheEnd({ clinic, portal, items }: Office, managers: Untouched): Iterable<string> {
  const deals = [...portal.deals.values()];
  const contacts = [...portal.contacts.values()];
  const patientOfContact = new Map<number, string>();
  if (items.length > 0) yield `the queue still holds ${items.map(({ key }) => key).join(", ")}`;
  for (const id of clinic.ids) {
    const reception = clinic.newest(id)!;
    const own = deals.filter(({ key }) => key === reception.key);
    if (own.length !== 1) yield `${reception.key} has ${own.length} deals`;
    for (const deal of own) {
      if (isClosedByManager(deal)) continue;
      yield* wrongDeal(deal, reception);
      const contact = portal.contacts.get(deal.contactId!);
      const chosen = contact?.originator !== "IDENT" && managers.reassigned.has(reception.key);
      if (!chosen) yield* wrongPerson(reception, contact, patientOfContact);
    }
    yield* wrongContact(reception.patient, contacts);
  }
  const used = new Set(deals.filter(({ key }) => key !== "").map(({ contactId }) => contactId));
  for (const [id, contact] of managers.contacts) {
    const now = portal.contacts.get(id)!;
    const wasSomebodys = [...managers.formerPatients].some(({ surname, name }) =>
      isSame(now.surname, surname) && isSame(now.name, name)
    );
    if (!used.has(id) && !wasSomebodys && now.originator !== "IDENT" && now !== contact) {
      yield `contact ${id} is nobody's, and is changed`;
    }
  }
  for (const [id, deal] of managers.deals) {
    const now = portal.deals.get(id)!;
    if (now.key === "" && now !== deal) yield `deal ${id} is a manager's own, and is changed`;
    if (now.title !== deal.title) yield `the title of deal ${id} is changed`;
  }
  for (const [id, lead] of managers.leads) yield* wrongLead(portal.leads.get(id)!, lead, deals);
}

function* wrongDeal(deal: ModelDeal, reception: Reception): Iterable<string> {
  const wrong = wrongFields(deal, reception);
  if (wrong.length > 0) yield `the deal of ${reception.key} does not show the clinic's ${wrong.join(", ")}`;
  const stage = STAGE_OF[reception.status];
  if (!deal.stageByManager && !PROTECTED_STAGES.has(deal.stage) && deal.stage !== stage) {
    yield `the deal of ${reception.key} stands on ${deal.stage}, not on ${stage}`;
  }
}

/** Two persons must never be one contact. */
function* wrongPerson(
  { key, patient }: Reception,
  contact: PortalContact | undefined,
  patientOfContact: Map<number, string>,
): Iterable<string> {
  if (contact === undefined) yield `the deal of ${key} has no contact`;
  else if (contact.originator === "IDENT") {
    if (contact.originId !== patient.key) yield `the deal of ${key} has the contact of ${contact.originId}`;
  } else {
    if (!isSame(contact.surname, patient.surname) || !isSame(contact.name, patient.name)) {
      yield `the deal of ${key} has a stranger's contact`;
    }
    const other = patientOfContact.get(contact.id);
    if (other !== undefined && other !== patient.key) yield `contact ${contact.id} is ${other} and ${patient.key}`;
    patientOfContact.set(contact.id, patient.key);
  }
}

function* wrongContact(patient: Patient, contacts: readonly PortalContact[]): Iterable<string> {
  const own = contacts.filter(({ originator, originId }) => originator === "IDENT" && originId === patient.key);
  if (own.length > 1) yield `${patient.key} has ${own.length} contacts`;
  for (const { id, fields, surname, phones } of own) {
    if (!isSame(surname, patient.surname)) yield `contact ${id} of ${patient.key} is called ${surname}`;
    if (text(fields[CONTACT.cardNumber]) !== patient.cardNumber) yield `contact ${id} does not show the card number`;
    if (phones.length === 0 && patient.phones.length > 0) yield `contact ${id} does not show the phone`;
  }
}

function* wrongLead(now: PortalLead, before: PortalLead, deals: readonly ModelDeal[]): Iterable<string> {
  const linked = deals.filter(({ leadId, key }) => leadId === now.id && key !== "");
  if (now.status === "CONVERTED") {
    if (linked.length !== 1) yield `lead ${now.id} is converted into ${linked.length} deals`;
    return;
  }
  if (now !== before) yield `lead ${now.id} is changed`;
  if (!now.closed && linked.some((deal) => !isClosedByManager(deal))) yield `lead ${now.id} has a deal and stays open`;
}
