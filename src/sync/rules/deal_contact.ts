/**
 * May the contact of an existing deal change?
 */
import type { Config } from "../../config/config.ts";
import { isReceptionKey, type Patient, type Reception } from "../../reception/reception.ts";
import { fit } from "../fields/fit.ts";
import { shows } from "../fields/same.ts";
import type { PortalDeal, PortalFacts } from "../ports.ts";
import { idOfTarget, type Target } from "./step.ts";

export interface DealContactContext {
  readonly config: Pick<Config, "dealFields">;
  readonly facts: PortalFacts;
}

/** The keys of the patients that a contact (its id) is; none: it is no patient of the clinic. */
export type PatientsOf = (contactId: number) => readonly string[];

/**
 * Whether the deal's contact must change: it has none, or it has another patient of the clinic (the registrar took the
 * wrong relative and corrected it). A contact that a manager chose stays: one that is no patient, or any where the deal
 * shows this patient's card already and its contact was settled before. The original program put a whole family on one
 * contact, each deal with the card of its patient, so on its deals the card says nothing.
 */
export function contactMoves(
  deal: PortalDeal,
  contact: Target,
  { patient }: Reception,
  patientsOf: PatientsOf,
  context: DealContactContext,
): boolean {
  if (deal.contactId === undefined) return true;
  if (deal.contactId === idOfTarget(contact) || showsCardOf(deal, patient, context)) return false;
  const present = patientsOf(deal.contactId);
  return present.length > 0 && !present.includes(patient.key);
}

function showsCardOf(deal: PortalDeal, { cardNumber }: Patient, { config, facts }: DealContactContext): boolean {
  const { ours, originId, fields } = deal;
  return (ours || isReceptionKey(originId)) &&
    [config.dealFields.cardNumber, config.dealFields.legacyCardNumber].some((name) => {
      const field = name === undefined ? undefined : facts.dealFields[name];
      if (name === undefined || field === undefined || cardNumber === "") return false;
      const value = fit({ text: cardNumber }, field, "UTC");
      return value !== undefined && shows(fields[name], value, field);
    });
}
