/** Plans over a made-up portal, and what tests look at of the decisions. */
import assert from "node:assert/strict";
import type { Reception } from "../../src/reception/reception.ts";
import { type Decision, plan, type PlanContext } from "../../src/sync/plan.ts";
import type { PortalDeal, PortalFields, PortalView } from "../../src/sync/ports.ts";
import { contactFor, context, fieldsOf } from "./made_up.ts";

export function planned(
  receptions: readonly Reception[],
  held: Partial<PortalView> = {},
  under: PlanContext = context(),
): Decision[] {
  return plan(receptions, { contacts: [], deals: [], leads: [], ...held }, under);
}

/** The decision over one reception whose patient is contact 7. */
export function overDeal(of: Reception, deal: PortalDeal, under?: PlanContext): Decision {
  return planned([of], { contacts: [contactFor(7, of.patient)], deals: [deal] }, under)[0];
}

/** The fields of the only step, an update of the deal. */
export function changes({ steps }: Decision): PortalFields {
  assert.equal(steps.length, 1);
  assert.equal(steps[0].kind, "update-deal");
  return fieldsOf(steps[0]);
}

export const kinds = ({ steps }: Decision): string[] => steps.map(({ kind }) => kind);
