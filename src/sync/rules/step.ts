/**
 * Steps: the writes that a decision needs, and which of them must wait for others.
 */
import type { PatientKey, ReceptionKey } from "../../reception/reception.ts";
import type { PortalFields } from "../ports.ts";

/** A record that exists, by its id, or the step that makes it or gives it to the patient and must be accepted first. */
export type Target = number | Step;

export type Step =
  | { readonly kind: "add-contact"; readonly patient: PatientKey; readonly fields: PortalFields }
  /** The contact was nobody's patient and becomes this one; its deals wait, for it may still become somebody else's. */
  | { readonly kind: "give-contact"; readonly patient: PatientKey; readonly id: number; readonly fields: PortalFields }
  /** Fills in a contact that is the patient's already. */
  | {
    readonly kind: "update-contact";
    readonly patient: PatientKey;
    readonly id: number;
    readonly fields: PortalFields;
  }
  | {
    readonly kind: "add-deal";
    readonly reception: ReceptionKey;
    readonly contact: Target;
    readonly fields: PortalFields;
  }
  /** A manager's own deal becomes the reception's. */
  | {
    readonly kind: "bind-deal";
    readonly reception: ReceptionKey;
    readonly id: number;
    /** The contact whose deal it is. */
    readonly contact: Target;
    readonly stageBefore: string;
    readonly fields: PortalFields;
  }
  | {
    readonly kind: "update-deal";
    readonly reception: ReceptionKey;
    readonly id: number;
    /** The deal's contact changes to this one; `undefined`: it stays. */
    readonly contact: Target | undefined;
    readonly stageBefore: string;
    readonly fields: PortalFields;
  }
  | {
    readonly kind: "link-lead";
    readonly record: "contact" | "deal";
    readonly target: Target;
    readonly leadId: number;
  }
  | { readonly kind: "close-lead"; readonly leadId: number; readonly after: readonly Step[] };

/** The id of an existing record that a target stands for; `undefined`: the record is yet to be made. */
export function idOfTarget(target: Target): number | undefined {
  if (typeof target === "number") return target;
  return "id" in target ? target.id : undefined;
}

/** The steps that must be accepted before this one can go. */
export function needsOf(step: Step): readonly Step[] {
  const isStep = (target: Target | undefined): target is Step => typeof target === "object";
  switch (step.kind) {
    case "add-contact":
    case "give-contact":
    case "update-contact":
      return [];
    case "add-deal":
    case "bind-deal":
    case "update-deal":
      return [step.contact].filter(isStep);
    case "link-lead":
      return [step.target].filter(isStep);
    case "close-lead":
      return step.after;
  }
}
