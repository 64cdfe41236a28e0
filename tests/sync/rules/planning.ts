/** Plans over a made-up portal, and what tests look at of the decisions. */
import assert from "node:assert/strict";
import type { Patient, Reception } from "../../../src/reception/reception.ts";
import type { PortalContact, PortalDeal, PortalFields, PortalView } from "../../../src/sync/ports.ts";
import { Contacts } from "../../../src/sync/rules/contact.ts";
import { type RuleContext, stepsOf } from "../../../src/sync/rules/decision.ts";
import { plan } from "../../../src/sync/rules/plan.ts";
import type { Step } from "../../../src/sync/rules/step.ts";
import { contactFor, context, fieldsOf } from "../made_up.ts";

/** A decision, laid flat. */
export interface Seen {
  readonly kind: "carry" | "leave" | "skip" | "refuse";
  readonly steps: readonly Step[];
  readonly refused: string | undefined;
  readonly untouched: boolean;
  /** Ids. */
  readonly doubles: readonly number[];
}

export function planned(
  receptions: readonly Reception[],
  held: Partial<PortalView> = {},
  under: RuleContext = context(),
): Seen[] {
  return plan(receptions, { contacts: [], deals: [], leads: [], ...held }, under).map((decision) => ({
    kind: decision.kind,
    steps: stepsOf(decision),
    refused: decision.kind === "refuse" ? decision.reason : undefined,
    untouched: decision.kind === "leave",
    doubles: decision.doubles.map(({ id }) => id),
  }));
}

/** The decision over one reception whose patient is contact 7. */
export function overDeal(of: Reception, deal: PortalDeal, under?: RuleContext): Seen {
  return planned([of], { contacts: [contactFor(7, of.patient)], deals: [deal] }, under)[0];
}

/** The fields of the only step, an update of the deal. */
export function changes({ steps }: Pick<Seen, "steps">): PortalFields {
  assert.equal(steps.length, 1);
  assert.equal(steps[0].kind, "update-deal");
  return fieldsOf(steps[0]);
}

export const kinds = ({ steps }: Pick<Seen, "steps">): string[] => steps.map(({ kind }) => kind);

/** The contact that a patient gets who stands alone before these. */
export function contactOf(
  patient: Patient,
  contacts: readonly PortalContact[],
  { ownDeals = [], under = context() }: { readonly ownDeals?: readonly number[]; readonly under?: RuleContext } = {},
): PortalContact | undefined {
  const all = new Contacts([{ patient, needs: true, ofOwnDeals: new Set(ownDeals) }], contacts, under);
  all.assignByLeads(() => []);
  return all.of(patient);
}
