/**
 * What becomes of a reception's deal: made, changed, or a manager's open deal bound to it.
 */
import type { Config, DealFieldNames } from "../config/config.ts";
import { dayOf } from "../reception/clinic_time.ts";
import { fullName } from "../reception/person_name.ts";
import { isReceptionKey, type Patient, type Reception } from "../reception/reception.ts";
import { statusNamed } from "../reception/status.ts";
import { dealFieldsOf, statusFieldsOf } from "./fields.ts";
import { differences, filled, fitAll, namelessPatient } from "./portal_fields.ts";
import {
  ORIGINATOR,
  type PortalContact,
  type PortalDeal,
  type PortalFacts,
  type PortalFields,
  type PortalValue,
} from "./ports.ts";
import { closedByManager, stageFollows, type Stages, type StageSituation } from "./stages.ts";
import { idOfTarget, type Step, type Target } from "./step.ts";
import { fit, isEmpty, shows, statusesMissingIn, textOf } from "./values.ts";

export interface DealContext {
  readonly config: Pick<Config, "dealFields" | "pipeline" | "sync" | "portal">;
  readonly facts: PortalFacts;
  readonly stages: Stages;
}

/** Why a reception cannot be carried over as things are. */
export interface Refusal {
  readonly refused: string;
}

/** The stage of the reception's status, checked against the pipeline: the portal ignores a foreign stage silently. */
export function stageFor({ status }: Reception, { stages }: DealContext): { readonly id: string } | Refusal {
  const stage = stages.ofStatus[status];
  if ("id" in stage) return stage;
  return { refused: `стадии «${stage.missing}» (статус «${status}») нет в воронке сделок Битрикс24` };
}

/** The amount stands by itself (`IS_MANUAL_OPPORTUNITY`), or product rows that a manager adds would override it. */
const amountFields = ({ amount }: Reception): PortalFields =>
  amount === undefined ? {} : { OPPORTUNITY: amount, CURRENCY_ID: "RUB", IS_MANUAL_OPPORTUNITY: "Y" };

function changedAmount(reception: Reception, { fields }: PortalDeal): PortalFields {
  if (reception.amount === undefined) return {};
  const shown = fields.OPPORTUNITY;
  const same = !isEmpty(shown) && Math.abs(Number(shown) - Number(reception.amount)) < 0.005;
  return same && fields.CURRENCY_ID === "RUB" ? {} : amountFields(reception);
}

/** A new deal on a stage of the pipeline. */
export function newDeal(reception: Reception, stage: string, contact: Target, { config, facts }: DealContext): Step {
  return {
    kind: "add-deal",
    reception: reception.key,
    contact,
    fields: {
      TITLE: fullName(reception.patient) || namelessPatient(reception.patient),
      CATEGORY_ID: config.pipeline,
      STAGE_ID: stage,
      [config.dealFields.identId]: reception.key,
      ORIGINATOR_ID: ORIGINATOR,
      ORIGIN_ID: reception.key,
      ...filled(fitAll(dealFieldsOf(reception, config.dealFields), facts.dealFields, config.sync.timeZone)),
      ...amountFields(reception),
      ...(config.portal.defaultAssignedById === undefined ? {} : { ASSIGNED_BY_ID: config.portal.defaultAssignedById }),
    },
  };
}

export type DealsByKey = ReadonlyMap<string, readonly PortalDeal[]>;

export const dealsByKey = (deals: readonly PortalDeal[]): DealsByKey => Map.groupBy(deals, ({ key }) => key);

/**
 * The deals with one of the reception's keys, the one that is used first: the oldest that no manager closed. One that the
 * program closed itself goes on being used, or a copy of it would get the amount a second time.
 */
export function dealsOf(reception: Reception, deals: DealsByKey, context: DealContext): PortalDeal[] {
  const { key, formerKeys } = reception;
  const rank = (deal: PortalDeal): number => {
    const situation = situationOf(deal, reception, context);
    if (closedByManager(situation, context.stages)) return 2;
    return deal.closed && situation.remembered === undefined ? 1 : 0;
  };
  return [key, ...formerKeys].flatMap((each) => deals.get(each) ?? [])
    .sort((a, b) => rank(a) - rank(b) || a.id - b.id);
}

/** What decides about an existing deal's stage. */
export function situationOf(deal: PortalDeal, { status }: Reception, { config, facts }: DealContext): StageSituation {
  const present = statusFieldsOf(config.dealFields).filter((name) => facts.dealFields[name] !== undefined);
  const holdsEvery = (name: string) => statusesMissingIn(facts.dealFields[name]).length === 0;
  const memories = [...present.filter(holdsEvery), ...present.slice(0, 1)];
  const texts = memories.map((name) => textOf(deal.fields[name], facts.dealFields[name]));
  // The original program filled one of the fields only.
  const text = texts.find((each) => each !== "") ?? texts[0];
  const remembered = text === undefined ? undefined : statusNamed(text) ?? text;
  return { stage: deal.stage, closed: deal.closed, status, remembered };
}

/** The keys of the patients that a contact (its id) is; none: it is no patient of the clinic. */
export type PatientsOf = (contactId: number) => readonly string[];

/** Everything that differs between a deal and its reception; `undefined`: nothing does. */
export function changeDeal(
  deal: PortalDeal,
  reception: Reception,
  contact: Target,
  patientsOf: PatientsOf,
  context: DealContext,
): Step | undefined | Refusal {
  const { config, facts, stages } = context;
  const wanted = dealFieldsOf(reception, config.dealFields);
  const differing = differences(wanted, deal.fields, facts.dealFields, config.sync.timeZone);
  const moved = contactMoves(deal, contact, reception, patientsOf, context);
  const fields: Record<string, PortalValue> = {
    // On a deal that a manager made, what the clinic does not know stays as the manager wrote it.
    ...(deal.ours ? differing : filled(differing)),
    ...(moved && deal.contactId !== undefined ? ofPatient(differing, config.dealFields) : {}),
    ...changedAmount(reception, deal),
  };
  const situation = situationOf(deal, reception, context);
  if (stageFollows(situation, stages)) {
    const stage = stageFor(reception, context);
    if ("refused" in stage) return stage;
    if (deal.pipeline !== config.pipeline) return { refused: otherPipeline(deal, stage.id) };
    // A deal that never knew a status stands where managers put it.
    const isNew = situation.remembered === "" && !deal.ours;
    if (isNew ? liesFurther(stage.id, deal, context) : stage.id !== deal.stage) fields.STAGE_ID = stage.id;
  }
  if (Object.keys(fields).length === 0 && !moved) return undefined;
  if (moved || deal.contactId === idOfTarget(contact)) Object.assign(fields, markOf(deal, reception));
  return {
    kind: "update-deal",
    reception: reception.key,
    id: deal.id,
    binds: false,
    contact: moved ? contact : undefined,
    after: undefined,
    fields,
  };
}

/** Whether a stage lies further on in the pipeline than the deal's. */
function liesFurther(stage: string, deal: PortalDeal, { facts }: DealContext): boolean {
  const placeOf = (id: string) => facts.stages.findIndex((each) => each.id === id);
  return placeOf(stage) > placeOf(deal.stage);
}

/** Of the fields those that tell of the patient: of another patient they tell nothing true, not even on a manager's deal. */
function ofPatient(fields: PortalFields, { cardNumber, legacyCardNumber, parentName }: DealFieldNames): PortalFields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => [cardNumber, legacyCardNumber, parentName].includes(name)),
  );
}

const otherPipeline = ({ id }: PortalDeal, stage: string): string =>
  `сделка ${id} перенесена в другую воронку, стадии ${stage} там нет`;

/**
 * The mark of a deal that the program did not make: its contact is settled. ORIGINATOR_ID stays as it is: what the clinic
 * does not know is still the manager's there.
 */
const markOf = ({ ours, originId }: PortalDeal, { key }: Reception): PortalFields =>
  ours || originId !== "" ? {} : { ORIGIN_ID: key };

/**
 * Whether the deal's contact must change: it has none, or it has another patient of the clinic (the registrar took the
 * wrong relative and corrected it). A contact that a manager chose stays: one that is no patient, or any where the deal
 * shows this patient's card already and its contact was settled before. The original program put a whole family on one
 * contact, each deal with the card of its patient, so on its deals the card says nothing.
 */
function contactMoves(
  deal: PortalDeal,
  contact: Target,
  { patient }: Reception,
  patientsOf: PatientsOf,
  context: DealContext,
): boolean {
  if (deal.contactId === undefined) return true;
  if (deal.contactId === idOfTarget(contact) || showsCardOf(deal, patient, context)) return false;
  const present = patientsOf(deal.contactId);
  return present.length > 0 && !present.includes(patient.key);
}

function showsCardOf(deal: PortalDeal, { cardNumber }: Patient, { config, facts }: DealContext): boolean {
  const { ours, originId, fields } = deal;
  return (ours || isReceptionKey(originId)) &&
    [config.dealFields.cardNumber, config.dealFields.legacyCardNumber].some((name) => {
      const field = name === undefined ? undefined : facts.dealFields[name];
      if (name === undefined || field === undefined || cardNumber === "") return false;
      const value = fit({ text: cardNumber }, field, "UTC");
      return value !== undefined && shows(fields[name], value, field);
    });
}

/** The newest open deal of a contact in the pipeline that is nobody's yet, and not about something later. */
export function dealToBind(
  reception: Reception,
  contact: PortalContact,
  deals: readonly PortalDeal[],
  isTaken: (deal: PortalDeal) => boolean,
  { config, stages }: DealContext,
): PortalDeal | undefined {
  return deals.filter((deal) =>
    deal.contactId === contact.id && deal.key === "" && !deal.closed && !stages.final.has(deal.stage) &&
    deal.pipeline === config.pipeline && !isTaken(deal) && !isAfterVisit(deal, reception, config.sync.timeZone)
  ).sort((a, b) => b.id - a.id)[0];
}

/** Whether a deal or lead was made on a later day than a visit that is over: it is about something else. */
export function isAfterVisit(
  { createdAt }: { readonly createdAt: number },
  { status, start }: Reception,
  timeZone: string,
): boolean {
  const isOver = status === "Завершен" || status === "Завершен (счет выдан)";
  return isOver && dayOf(createdAt, timeZone) > start.slice(0, 10);
}

/**
 * Makes a manager's deal the reception's: key and fields in one update. What the clinic does not know stays as the
 * manager wrote it, and the stage moves forward only.
 */
export function bindDeal(
  deal: PortalDeal,
  reception: Reception,
  stage: string,
  contact: Target,
  context: DealContext,
): Step {
  const { config, facts, stages } = context;
  const forward = !stages.protected.has(deal.stage) && liesFurther(stage, deal, context);
  const wanted = dealFieldsOf(reception, config.dealFields);
  return {
    kind: "update-deal",
    reception: reception.key,
    id: deal.id,
    binds: true,
    contact: undefined,
    after: typeof contact === "number" ? undefined : contact,
    fields: {
      [config.dealFields.identId]: reception.key,
      ...markOf(deal, reception),
      ...filled(differences(wanted, deal.fields, facts.dealFields, config.sync.timeZone)),
      ...changedAmount(reception, deal),
      ...(forward ? { STAGE_ID: stage } : {}),
    },
  };
}
