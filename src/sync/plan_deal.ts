/**
 * What becomes of a reception's deal: made, changed, or a manager's open deal bound to it.
 */
import type { Config, DealFieldNames } from "../config/config.ts";
import { fullName } from "../reception/person_name.ts";
import type { Patient, Reception } from "../reception/reception.ts";
import { statusNamed } from "../reception/status.ts";
import type { ContactIndex } from "./contact_index.ts";
import { dealFieldsOf, statusFieldsOf } from "./fields.ts";
import { isIdentPatient } from "./match.ts";
import { differences, filled, fitAll, namelessPatient } from "./portal_fields.ts";
import {
  ORIGINATOR,
  type PortalContact,
  type PortalDeal,
  type PortalFacts,
  type PortalFields,
  type PortalValue,
} from "./ports.ts";
import { stageFollows, type Stages, type StageSituation } from "./stages.ts";
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

/** The deals with one of the reception's keys: the one that is used first (the oldest open one, else the oldest). */
export const dealsOf = ({ key, formerKeys }: Reception, deals: DealsByKey): PortalDeal[] =>
  [key, ...formerKeys].flatMap((each) => deals.get(each) ?? [])
    .sort((a, b) => Number(a.closed) - Number(b.closed) || a.id - b.id);

/** What decides about an existing deal's stage. */
export function situationOf(deal: PortalDeal, { status }: Reception, { config, facts }: DealContext): StageSituation {
  const present = statusFieldsOf(config.dealFields).filter((name) => facts.dealFields[name] !== undefined);
  const memory = present.find((name) => statusesMissingIn(facts.dealFields[name]).length === 0) ?? present[0];
  const text = memory === undefined ? undefined : textOf(deal.fields[memory], facts.dealFields[memory]);
  const remembered = text === undefined ? undefined : statusNamed(text) ?? text;
  return { stage: deal.stage, closed: deal.closed, status, remembered };
}

/** Everything that differs between a deal and its reception; `undefined`: nothing does. */
export function changeDeal(
  deal: PortalDeal,
  reception: Reception,
  contact: Target,
  contacts: ContactIndex,
  context: DealContext,
): Step | undefined | Refusal {
  const { config, facts, stages } = context;
  const wanted = dealFieldsOf(reception, config.dealFields);
  const differing = differences(wanted, deal.fields, facts.dealFields, config.sync.timeZone);
  const moved = contactMoves(deal, contact, reception, contacts, context);
  const fields: Record<string, PortalValue> = {
    // On a deal that a manager made, what the clinic does not know stays as the manager wrote it.
    ...(deal.ours ? differing : filled(differing)),
    ...(moved && deal.contactId !== undefined ? ofPatient(differing, config.dealFields) : {}),
    ...changedAmount(reception, deal),
  };
  if (stageFollows(situationOf(deal, reception, context), stages)) {
    const stage = stageFor(reception, context);
    if ("refused" in stage) return stage;
    if (deal.pipeline !== config.pipeline) return { refused: otherPipeline(deal, stage.id) };
    if (stage.id !== deal.stage) fields.STAGE_ID = stage.id;
  }
  if (Object.keys(fields).length === 0 && !moved) return undefined;
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

/** Of the fields those that tell of the patient: of another patient they tell nothing true, not even on a manager's deal. */
function ofPatient(fields: PortalFields, { cardNumber, legacyCardNumber, parentName }: DealFieldNames): PortalFields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => [cardNumber, legacyCardNumber, parentName].includes(name)),
  );
}

const otherPipeline = ({ id }: PortalDeal, stage: string): string =>
  `сделка ${id} перенесена в другую воронку, стадии ${stage} там нет`;

/**
 * Whether the deal's contact must change: it has none, or it has another patient of the clinic (the registrar took the
 * wrong relative and corrected it). A contact that a manager chose stays: one that is no patient, or any where our own
 * deal shows this patient's card already. The original program put a whole family on one contact, each deal with the
 * card of its patient, so on its deals the card says nothing.
 */
function contactMoves(
  deal: PortalDeal,
  contact: Target,
  { patient }: Reception,
  contacts: ContactIndex,
  context: DealContext,
): boolean {
  if (deal.contactId === undefined) return true;
  if (deal.contactId === idOfTarget(contact) || showsCardOf(deal, patient, context)) return false;
  const present = contacts.get(deal.contactId);
  return present !== undefined && isIdentPatient(present) && present.originId !== patient.key;
}

function showsCardOf({ ours, fields }: PortalDeal, { cardNumber }: Patient, { config, facts }: DealContext): boolean {
  return ours && [config.dealFields.cardNumber, config.dealFields.legacyCardNumber].some((name) => {
    const field = name === undefined ? undefined : facts.dealFields[name];
    if (name === undefined || field === undefined || cardNumber === "") return false;
    const value = fit({ text: cardNumber }, field, "UTC");
    return value !== undefined && shows(fields[name], value, field);
  });
}

/** The newest open deal of a contact in the pipeline that is nobody's yet. */
export function dealToBind(
  contact: PortalContact,
  deals: readonly PortalDeal[],
  isTaken: (deal: PortalDeal) => boolean,
  { config, stages }: DealContext,
): PortalDeal | undefined {
  return deals.filter((deal) =>
    deal.contactId === contact.id && deal.key === "" && !deal.closed && !stages.final.has(deal.stage) &&
    deal.pipeline === config.pipeline && !isTaken(deal)
  ).sort((a, b) => b.id - a.id)[0];
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
  const placeOf = (id: string) => facts.stages.findIndex((each) => each.id === id);
  const forward = !stages.protected.has(deal.stage) && placeOf(stage) > placeOf(deal.stage);
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
      ...filled(differences(wanted, deal.fields, facts.dealFields, config.sync.timeZone)),
      ...changedAmount(reception, deal),
      ...(forward ? { STAGE_ID: stage } : {}),
    },
  };
}
