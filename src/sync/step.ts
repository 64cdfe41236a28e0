/**
 * Steps: writes that are still to be sent, and what each stands on.
 */
import type { PortalFields } from "./ports.ts";

/**
 * A record's id, or the step that must be accepted before the record may be used: it makes the contact or deal, or it
 * gives an existing contact to the patient.
 */
export type Target = number | Step;

export type Step =
  | { readonly kind: "add-contact"; readonly patient: string; readonly fields: PortalFields }
  | { readonly kind: "update-contact"; readonly patient: string; readonly id: number; readonly fields: PortalFields }
  | { readonly kind: "add-deal"; readonly reception: string; readonly contact: Target; readonly fields: PortalFields }
  | {
    readonly kind: "update-deal";
    readonly reception: string;
    readonly id: number;
    /** The deal was a manager's own and becomes the reception's. */
    readonly binds: boolean;
    /** The deal's contact changes to this one. */
    readonly contact: Target | undefined;
    /** Gives the deal's contact to the patient; the deal is nobody's before that. */
    readonly after: Step | undefined;
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
    case "update-contact":
      return [];
    case "add-deal":
      return [step.contact].filter(isStep);
    case "update-deal":
      return [step.contact, step.after].filter(isStep);
    case "link-lead":
      return [step.target].filter(isStep);
    case "close-lead":
      return step.after;
  }
}
