/**
 * The heart: receptions + what the portal holds → the smallest set of changes. No I/O, no clock.
 */
import type { Config } from "../config/config.ts";
import { fullName } from "../reception/person_name.ts";
import type { Patient, Reception } from "../reception/reception.ts";
import { contactFieldsOf, dealFieldsOf } from "./fields.ts";
import { isIdentPatient, matchContact, ORIGINATOR } from "./match.ts";
import type { PortalContact, PortalDeal, PortalFacts, PortalFields, PortalValue, PortalView } from "./ports.ts";
import { closedByManager, stageFollows, type Stages, type StageSituation } from "./stages.ts";
import { fit, isEmpty, shows, textOf, type Wanted } from "./values.ts";

/** A record's id, or the step whose acceptance brings it. */
export type Target = number | Step;

/** One write that is still to be sent; what it stands on, it names. */
export type Step =
  | { readonly kind: "add-contact"; readonly patient: string; readonly fields: PortalFields }
  | { readonly kind: "update-contact"; readonly id: number; readonly fields: PortalFields }
  | { readonly kind: "add-deal"; readonly contact: Target; readonly fields: PortalFields }
  | { readonly kind: "update-deal"; readonly id: number; readonly contact?: Target; readonly fields: PortalFields };

/** What is to be done for one reception. */
export interface Decision {
  readonly reception: Reception;
  /** In the order of their standing on each other; the same step may serve several receptions of one patient. */
  readonly steps: readonly Step[];
  /** Why the reception cannot be carried over as things are; `undefined`: it can. In Russian, without personal data. */
  readonly refused: string | undefined;
  /** A manager closed the deal: it is left as it is. */
  readonly untouched: boolean;
  /** Further deals with the same key (ids), which somebody made by hand or by an older program. */
  readonly doubles: readonly number[];
}

/** What is known beside the receptions and the portal's records. */
export interface PlanContext {
  readonly config: Pick<
    Config,
    "pipeline" | "contactFields" | "dealFields" | "sync" | "portal"
  >;
  readonly facts: PortalFacts;
  readonly stages: Stages;
  /** Ids of the contacts that this cycle has made, by patient key: the portal's look-up may lag behind. */
  readonly madeContacts: ReadonlyMap<string, number>;
}

/** Everything to be done for these receptions (of one or several pages), in their order. */
export function plan(receptions: readonly Reception[], view: PortalView, context: PlanContext): Decision[] {
  const contacts = new Map<string, { target: Target; steps: Step[] }>();
  const contactOf = (patient: Patient) => {
    const known = contacts.get(patient.key) ?? planContact(patient, view.contacts, context);
    contacts.set(patient.key, known);
    return known;
  };
  return receptions.map((reception) => {
    const [deal, ...doubles] = dealsByKey(reception, view.deals);
    const base = { reception, doubles: doubles.map(({ id }) => id), refused: undefined, untouched: false };
    if (deal !== undefined) {
      const situation = situationOf(deal, reception, context);
      if (closedByManager(situation, context.stages)) return { ...base, steps: [], untouched: true };
      if (!context.config.sync.updateExisting) return { ...base, steps: [] };
      const contact = contactOf(reception.patient);
      const change = planDealChange(deal, situation, reception, contact.target, view.contacts, context);
      if ("refused" in change) return { ...base, steps: [], refused: change.refused };
      return { ...base, steps: [...contact.steps, ...change.steps] };
    }
    const stage = stageFor(reception, context.stages);
    if ("refused" in stage) return { ...base, steps: [], refused: stage.refused };
    const contact = contactOf(reception.patient);
    return { ...base, steps: [...contact.steps, newDeal(reception, stage.id, contact.target, context)] };
  });
}

/** The deals with the reception's key: the one that is used first (the oldest open one, else the oldest). */
function dealsByKey(reception: Reception, deals: readonly PortalDeal[]): PortalDeal[] {
  return deals.filter(({ key }) => key === reception.key)
    .sort((a, b) => Number(a.closed) - Number(b.closed) || a.id - b.id);
}

function stageFor(reception: Reception, stages: Stages): { id: string } | { refused: string } {
  const stage = stages.ofStatus[reception.status];
  if ("id" in stage) return stage;
  return { refused: `стадии «${stage.missing}» (статус «${reception.status}») нет в воронке сделок Битрикс24` };
}

// ── contact ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function planContact(
  patient: Patient,
  contacts: readonly PortalContact[],
  context: PlanContext,
): { target: Target; steps: Step[] } {
  const made = context.madeContacts.get(patient.key);
  if (made !== undefined) return { target: made, steps: [] };
  const found = matchContact(patient, contacts, context.config.contactFields.cardNumber);
  if (found === undefined) {
    const step: Step = { kind: "add-contact", patient: patient.key, fields: newContactFields(patient, context) };
    return { target: step, steps: [step] };
  }
  const fields = context.config.sync.updateExisting ? contactChanges(found, patient, context) : {};
  if (Object.keys(fields).length === 0) return { target: found.id, steps: [] };
  return { target: found.id, steps: [{ kind: "update-contact", id: found.id, fields }] };
}

const mobile = (phones: readonly string[]): PortalValue => phones.map((VALUE) => ({ VALUE, VALUE_TYPE: "MOBILE" }));

function newContactFields(patient: Patient, context: PlanContext): PortalFields {
  const { facts, config } = context;
  const named = patient.surname !== "" || patient.name !== "";
  return {
    // The portal takes no contact without NAME and LAST_NAME: a patient without both is named by the key.
    ...filled({ LAST_NAME: named ? patient.surname : `Пациент ${patient.key}`, NAME: patient.name }),
    ...filled({ SECOND_NAME: patient.patronymic }),
    ...(patient.phones.length > 0 ? { PHONE: mobile(patient.phones) } : {}),
    TYPE_ID: "CLIENT",
    ORIGINATOR_ID: ORIGINATOR,
    ORIGIN_ID: patient.key,
    ...filled(fitAll(contactFieldsOf(patient, config.contactFields), facts.contactFields, config.sync.timeZone)),
    ...assigned(context),
  };
}

/** What an existing contact lacks: its name and phones are never overwritten, only what is empty is filled in. */
function contactChanges(contact: PortalContact, patient: Patient, { facts, config }: PlanContext): PortalFields {
  const missing: Record<string, PortalValue> = {};
  const fill = (field: string, present: string, value: string) => {
    if (present.trim() === "" && value !== "") missing[field] = value;
  };
  fill("LAST_NAME", contact.surname, patient.surname);
  fill("NAME", contact.name, patient.name);
  fill("SECOND_NAME", contact.patronymic, patient.patronymic);
  if (contact.phones.length === 0 && patient.phones.length > 0) missing.PHONE = mobile(patient.phones);
  if (contact.originator.trim() === "" && contact.originId.trim() === "") {
    Object.assign(missing, { ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: patient.key });
  }
  const wanted = contactFieldsOf(patient, config.contactFields);
  const differing = differences(wanted, contact.fields, facts.contactFields, config.sync.timeZone);
  return { ...missing, ...filled(differing) };
}

// ── deal ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function newDeal(reception: Reception, stage: string, contact: Target, context: PlanContext): Step {
  const { config, facts } = context;
  return {
    kind: "add-deal",
    contact,
    fields: {
      TITLE: titleOf(reception.patient),
      CATEGORY_ID: config.pipeline,
      STAGE_ID: stage,
      [config.dealFields.identId]: reception.key,
      ...filled(fitAll(dealFieldsOf(reception, config.dealFields), facts.dealFields, config.sync.timeZone)),
      ...amountFields(reception),
      ...assigned(context),
    },
  };
}

const titleOf = (patient: Patient): string => fullName(patient) || `Пациент ${patient.key}`;

/** The amount stands by itself (`IS_MANUAL_OPPORTUNITY`), or product rows that a manager adds would override it. */
const amountFields = ({ amount }: Reception): PortalFields =>
  amount === undefined ? {} : { OPPORTUNITY: amount, CURRENCY_ID: "RUB", IS_MANUAL_OPPORTUNITY: "Y" };

function situationOf(deal: PortalDeal, reception: Reception, { config, facts }: PlanContext): StageSituation {
  const memory = [config.dealFields.status, config.dealFields.statusText].find((name) =>
    name !== undefined && facts.dealFields[name] !== undefined
  );
  const remembered = memory === undefined ? undefined : textOf(deal.fields[memory], facts.dealFields[memory]);
  return { stage: deal.stage, status: reception.status, remembered };
}

/** Everything that differs between an existing deal and its reception. */
function planDealChange(
  deal: PortalDeal,
  situation: StageSituation,
  reception: Reception,
  contact: Target,
  contacts: readonly PortalContact[],
  context: PlanContext,
): { steps: Step[] } | { refused: string } {
  const { config, facts, stages } = context;
  const fields: Record<string, PortalValue> = differences(
    dealFieldsOf(reception, config.dealFields),
    deal.fields,
    facts.dealFields,
    config.sync.timeZone,
  );
  if (reception.amount !== undefined) {
    const shown = deal.fields.OPPORTUNITY;
    const differs = isEmpty(shown) || Math.abs(Number(shown) - Number(reception.amount)) >= 0.005;
    if (differs || deal.fields.CURRENCY_ID !== "RUB") Object.assign(fields, amountFields(reception));
  }
  if (stageFollows(situation, stages)) {
    const stage = stageFor(reception, stages);
    if ("refused" in stage) return stage;
    if (stage.id !== deal.stage) fields.STAGE_ID = stage.id;
  }
  const moved = contactMoves(deal, contact, contacts);
  if (Object.keys(fields).length === 0 && !moved) return { steps: [] };
  return { steps: [{ kind: "update-deal", id: deal.id, fields, ...(moved ? { contact } : {}) }] };
}

/**
 * Whether the deal's contact must change: it has none, or it has another patient of the clinic (the registrar took the
 * wrong relative and corrected it). A contact that a manager chose stays.
 */
function contactMoves(deal: PortalDeal, contact: Target, contacts: readonly PortalContact[]): boolean {
  if (deal.contactId === undefined) return true;
  if (deal.contactId === contact) return false;
  const present = contacts.find(({ id }) => id === deal.contactId);
  return present !== undefined && isIdentPatient(present);
}

// ── fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const assigned = ({ config }: PlanContext): PortalFields =>
  config.portal.defaultAssignedById === undefined ? {} : { ASSIGNED_BY_ID: config.portal.defaultAssignedById };

const filled = (fields: PortalFields): PortalFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

/** The wanted values in the portal's types; fields that the portal lacks or that cannot hold the value are left out. */
function fitAll(
  wanted: ReadonlyMap<string, Wanted>,
  known: PortalFacts["dealFields"],
  timeZone: string,
): Record<string, PortalValue> {
  const fields: Record<string, PortalValue> = {};
  for (const [name, value] of wanted) {
    const field = known[name];
    const fitted = field === undefined ? undefined : fit(value, field, timeZone);
    if (fitted !== undefined) fields[name] = fitted;
  }
  return fields;
}

/** Those of the wanted values that the portal does not show yet. */
function differences(
  wanted: ReadonlyMap<string, Wanted>,
  shown: PortalFields,
  known: PortalFacts["dealFields"],
  timeZone: string,
): Record<string, PortalValue> {
  return Object.fromEntries(
    Object.entries(fitAll(wanted, known, timeZone)).filter(([name, value]) => !shows(shown[name], value, known[name])),
  );
}
