/**
 * What the rules decide, and from what.
 */
import type { Config } from "../../config/config.ts";
import type { PatientKey, Reception, ReceptionKey } from "../../reception/reception.ts";
import type { PortalFacts } from "../ports.ts";
import type { Stages } from "../stages.ts";
import type { Sent } from "./sent.ts";
import type { Step } from "./step.ts";

interface Decided {
  readonly reception: Reception;
  /** Further deals with the reception's key, which somebody made by hand or by an older program. They are left alone. */
  readonly doubles: readonly Double[];
}

/** A deal with the key of a reception that another deal carries on. */
export interface Double {
  readonly id: number;
  /** Two open deals of one visit are for a manager to sort out; a closed one is history. */
  readonly open: boolean;
  /** The deal that is followed. */
  readonly followed: number;
}

export type Decision =
  | Decided & {
    readonly kind: "carry";
    /** In the order in which they need each other; none: all is as it should be. Receptions of one patient share some. */
    readonly steps: readonly Step[];
  }
  /** A manager closed the deal: it stays as it is. A lead that it was made from may still have to be closed. */
  | Decided & { readonly kind: "leave"; readonly steps: readonly Step[] }
  /** The clinic has no time for it, and the portal no deal: nothing is made of it. */
  | Decided & { readonly kind: "skip" }
  /** It cannot be carried over as things are. `reason`: in Russian, without personal data. */
  | Decided & { readonly kind: "refuse"; readonly reason: string };

/** The steps of a decision; what is refused or skipped has none. */
export const stepsOf = (decision: Decision): readonly Step[] =>
  decision.kind === "carry" || decision.kind === "leave" ? decision.steps : [];

/** What the rules go by, beside the receptions and what the portal holds of them. */
export interface RuleContext {
  readonly config: Pick<
    Config,
    "pipeline" | "contactFields" | "dealFields" | "closedLeadStatuses" | "sync" | "portal"
  >;
  readonly facts: PortalFacts;
  readonly stages: Stages;
  readonly sent: Sent;
  /** What earlier cycles began and did not finish. */
  readonly unfinished: Unfinished;
}

export interface Unfinished {
  /** Leads that are being converted, by reception key. */
  readonly leads: ReadonlyMap<ReceptionKey, number>;
  /** Patient keys by the id of the contact that was given to the patient. */
  readonly contacts: ReadonlyMap<number, PatientKey>;
}
