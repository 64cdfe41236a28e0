/**
 * What is written to a reception's deal, apart from its stage: everything of a new one, and of an existing one what differs.
 */
import type { Config, DealFieldNames } from "../../config/config.ts";
import { DEAL_FIELDS } from "../../reception/fields.ts";
import { fullName } from "../../reception/person_name.ts";
import type { Reception } from "../../reception/reception.ts";
import { fitAll } from "../fields/fit.ts";
import { meantFor } from "../fields/kinds.ts";
import { differences, filled, isEmpty } from "../fields/same.ts";
import { dealFieldsOf, namelessPatient } from "../fields/wanted.ts";
import { ORIGINATOR, type PortalDeal, type PortalFacts, type PortalFields } from "../ports.ts";

interface FieldContext {
  readonly config: Pick<Config, "dealFields" | "pipeline" | "sync" | "portal">;
  readonly facts: PortalFacts;
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

/** All fields of a new deal on a stage; TITLE and the responsible person are written here and never again. */
export function newDealFields(reception: Reception, stage: string, { config, facts }: FieldContext): PortalFields {
  return {
    TITLE: fullName(reception.patient) || namelessPatient(reception.patient),
    CATEGORY_ID: config.pipeline,
    STAGE_ID: stage,
    [config.dealFields.identId]: reception.key,
    ORIGINATOR_ID: ORIGINATOR,
    ORIGIN_ID: reception.key,
    ...filled(fitAll(dealFieldsOf(reception, config.dealFields), facts.dealFields, config.sync.timeZone)),
    ...amountFields(reception),
    ...(config.portal.defaultAssignedById === undefined ? {} : { ASSIGNED_BY_ID: config.portal.defaultAssignedById }),
  };
}

/**
 * What differs on the reception's deal. What the clinic emptied is emptied on deals that the program made; on a manager's
 * it stays as the manager wrote it, except what tells of the patient where that is another one now.
 */
export function changedFields(
  deal: PortalDeal,
  reception: Reception,
  isOtherPatient: boolean,
  { config, facts }: FieldContext,
): PortalFields {
  const wanted = dealFieldsOf(reception, config.dealFields);
  const differing = differences(wanted, deal.fields, facts.dealFields, config.sync.timeZone);
  return {
    ...(deal.ours ? differing : filled(differing)),
    ...(isOtherPatient ? patientFields(differing, config.dealFields) : {}),
    ...changedAmount(reception, deal),
  };
}

function patientFields(fields: PortalFields, names: DealFieldNames): PortalFields {
  const meant = meantFor(DEAL_FIELDS, names);
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => meant.get(name)?.some(({ ofPatient }) => ofPatient)),
  );
}

/** What a manager's deal needs to become the reception's. What the clinic does not know stays as the manager wrote it. */
export function boundFields(deal: PortalDeal, reception: Reception, context: FieldContext): PortalFields {
  return {
    [context.config.dealFields.identId]: reception.key,
    ...settledMark(deal, reception),
    ...changedFields({ ...deal, ours: false }, reception, false, context),
  };
}

/**
 * The mark of a deal that the program did not make: its contact is settled, and a manager's choice of another one stands
 * from now on. ORIGINATOR_ID stays as it is, for what the clinic does not know is still the manager's there.
 */
export const settledMark = ({ ours, originId }: PortalDeal, { key }: Reception): PortalFields =>
  ours || originId !== "" ? {} : { ORIGIN_ID: key };
