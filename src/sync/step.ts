/**
 * Steps: writes that are still to be sent, and what each stands on.
 */
import type { PortalFields } from "./ports.ts";

/** A record's id, or the step whose acceptance brings it. */
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
    readonly fields: PortalFields;
  }
  | {
    readonly kind: "link-lead";
    readonly record: "contact" | "deal";
    readonly target: Target;
    readonly leadId: number;
  }
  | { readonly kind: "close-lead"; readonly leadId: number; readonly after: readonly Step[] };

/** The steps that must be accepted before this one can go. */
export function needsOf(step: Step): readonly Step[] {
  const isStep = (target: Target | undefined): target is Step => typeof target === "object";
  switch (step.kind) {
    case "add-contact":
    case "update-contact":
      return [];
    case "add-deal":
    case "update-deal":
      return [step.contact].filter(isStep);
    case "link-lead":
      return [step.target].filter(isStep);
    case "close-lead":
      return step.after;
  }
}
