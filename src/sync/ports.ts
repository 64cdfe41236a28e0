/**
 * The two sides as the sync sees them: a clinic that tells what changed, a portal that can be asked and written to.
 */
import type { IdentSyncError } from "../error.ts";
import type { Reception, ReceptionKey, WallClock } from "../reception/reception.ts";
import type { ChangeTime, Position } from "./position.ts";

/** Why an entry is not carried over: its row cannot be understood, or its branch is not among the enabled ones. */
export type Passed = { readonly unreadable: string; readonly start?: WallClock | undefined } | {
  readonly otherBranch: true;
};

/** One changed reception as the clinic gives it. */
export interface Entry {
  readonly key: ReceptionKey;
  readonly id: number;
  /** `undefined` only where the reception was asked for by ID and has no change time at all. */
  readonly changed: ChangeTime | undefined;
  readonly reception: Reception | Passed;
}

export interface Page {
  /** The database's time when it answered. */
  readonly now: ChangeTime;
  /** Changes after it belong to the next cycle. */
  readonly upper: ChangeTime;
  /** In watermark order. */
  readonly entries: readonly Entry[];
  /** The position after which the next page begins; `undefined`: there are no more. */
  readonly next: Position | undefined;
}

export interface PlannedPage {
  /** In order of their IDs. */
  readonly entries: readonly Entry[];
  /** The ID after which the next page begins; `undefined`: there are no more. */
  readonly next: number | undefined;
}

export interface PageRequest {
  /** Receptions after this position; `undefined`: from `initialDays` before the upper bound. */
  readonly after: Position | undefined;
  /** The cycle's upper bound; `undefined`: the database's time now. */
  readonly upper: ChangeTime | undefined;
  readonly size: number;
  readonly initialDays: number;
}

/** The clinic's database. Throws IdentSyncError("database") when it cannot be used. */
export interface Clinic {
  changedReceptions(request: PageRequest): Promise<Page>;
  /** At most `size` receptions planned within `days` before and after now, in order of their IDs, after `afterId`. */
  plannedReceptions(days: number, afterId: number, size: number): Promise<PlannedPage>;
  /** The receptions with these IDs, as they are now; those that are gone are missing from the answer. */
  receptionsById(ids: readonly number[]): Promise<readonly Entry[]>;
}

/** ORIGINATOR_ID of everything that comes from the clinic. */
export const ORIGINATOR = "IDENT";

/** A value as the portal gives or takes it: text, number, or a list of such. */
export type PortalValue = string | number | boolean | null | readonly PortalValue[] | {
  readonly [key: string]: PortalValue;
};

/** Field values by the portal's field name. */
export type PortalFields = Readonly<Record<string, PortalValue>>;

export interface PortalContact {
  readonly id: number;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
  /** Folded as `foldPhone` does. */
  readonly phones: readonly string[];
  readonly originator: string;
  readonly originId: string;
  readonly leadId: number | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The configured fields (card number, parent) as the portal gives them. */
  readonly fields: PortalFields;
}

export interface PortalLead {
  readonly id: number;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
  /** Folded as `foldPhone` does. */
  readonly phones: readonly string[];
  readonly status: string;
  /** Whether the portal itself counts the lead as closed. */
  readonly closed: boolean;
  readonly contactId: number | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface PortalDeal {
  readonly id: number;
  /** Whether the program made the deal itself, so that what the clinic empties may be emptied there. */
  readonly ours: boolean;
  /** The deal's origin; on one that the program did not make, the key is its mark that it has settled the contact. */
  readonly originId: string;
  /** Value of the configured key field; `""`: a deal that is not ours. */
  readonly key: string;
  readonly pipeline: number;
  readonly stage: string;
  /** Whether the portal itself counts the deal as closed. */
  readonly closed: boolean;
  readonly contactId: number | undefined;
  readonly leadId: number | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The configured fields and OPPORTUNITY, CURRENCY_ID as the portal gives them. */
  readonly fields: PortalFields;
}

/** What the portal holds that concerns the receptions asked about. */
export interface PortalView {
  readonly contacts: readonly PortalContact[];
  /** The deals with the keys, and the open deals of the contacts in the configured pipeline. */
  readonly deals: readonly PortalDeal[];
  readonly leads: readonly PortalLead[];
  /** The pipeline's stages as they are now, where they could be read along; else what is remembered holds. */
  readonly stages?: readonly PortalStage[] | undefined;
}

/** What the sync needs to see of the portal. */
export interface Question {
  /** For each reception all keys that its deal may have; a reception is new when no deal has any of them. */
  readonly receptionKeys: readonly (readonly string[])[];
  readonly patientKeys: readonly string[];
  /** In international form. */
  readonly phones: readonly string[];
  /** Whether leads count: the portal's classic mode. */
  readonly leads: boolean;
  /** Leads whose conversion was begun, to be read whatever their phones. */
  readonly leadIds?: readonly number[];
  readonly fields: FieldNames;
}

/** Names of the fields that are to be read beside the usual ones: those that the portal has. */
export interface FieldNames {
  readonly deal: readonly string[];
  readonly contact: readonly string[];
}

export interface PortalStage {
  readonly id: string;
  readonly name: string;
  /** Place in the pipeline. */
  readonly sort: number;
  readonly semantics: "process" | "success" | "failure";
}

export interface PortalField {
  /** `string`, `datetime`, `date`, `double`, `integer`, `boolean`, `enumeration`, `money`… */
  readonly type: string;
  readonly multiple: boolean;
  readonly readOnly: boolean;
  /** Item id by its text, of an enumeration. */
  readonly items: Readonly<Record<string, string>>;
}

/** What the program must know of the portal itself; changes rarely, so it is remembered between runs. */
export interface PortalFacts {
  readonly mode: "classic" | "simple";
  /** Stages of the configured pipeline, in their order. */
  readonly stages: readonly PortalStage[];
  /** The configured deal fields that exist, by name. */
  readonly dealFields: Readonly<Record<string, PortalField>>;
  readonly contactFields: Readonly<Record<string, PortalField>>;
}

export const fieldNamesOf = ({ dealFields, contactFields }: PortalFacts): FieldNames => ({
  deal: Object.keys(dealFields),
  contact: Object.keys(contactFields),
});

/** One change of the portal. */
export type Write =
  | { readonly kind: "add-contact"; readonly fields: PortalFields }
  | { readonly kind: "update-contact"; readonly id: number; readonly fields: PortalFields }
  | { readonly kind: "add-deal"; readonly fields: PortalFields }
  | { readonly kind: "update-deal"; readonly id: number; readonly fields: PortalFields }
  /** Tells a contact or deal from which lead it came; confirmed only when the portal shows it back. */
  | { readonly kind: "link-lead"; readonly record: "contact" | "deal"; readonly id: number; readonly leadId: number }
  | { readonly kind: "close-lead"; readonly id: number };

/**
 * What became of a write:
 * - `accepted`: done, confirmed by its own result (`id`: of the new record);
 * - `refused`: surely not done, and the portal says why;
 * - `limited`: surely not done, may be tried again from `until` (milliseconds since 1970);
 * - `unknown`: no answer that can be trusted; it may be done, be in work, or not;
 * - `unusable`: surely not done, and nothing else will be until somebody mends the portal or its webhook.
 */
export type Outcome =
  | { readonly kind: "accepted"; readonly id: number | undefined }
  | {
    readonly kind: "refused";
    readonly reason: string;
    /** Not by the portal: something on the way to it does not let this write pass. */
    readonly onTheWay?: true;
  }
  | { readonly kind: "limited"; readonly until: number; readonly reason: string }
  | {
    readonly kind: "unknown";
    readonly reason: string;
    /** The portal itself said that it failed: the look-up tells whether anything was done. */
    readonly failedByPortal?: true;
  }
  | { readonly kind: "unusable"; readonly error: IdentSyncError };

export interface OpenDeals {
  readonly deals: readonly PortalDeal[];
  readonly stages: readonly PortalStage[];
}

/** The portal. Its reads throw IdentSyncError("portal") when it cannot be used at all. */
export interface Portal {
  /** Learns the facts, in one request. */
  learn(): Promise<PortalFacts>;
  lookUp(question: Question): Promise<PortalView>;
  /** The deals that have one of the keys, and nothing else. */
  dealsByKey(keys: readonly string[], fields: FieldNames): Promise<readonly PortalDeal[]>;
  /** The contacts with these ids; those that are gone are missing from the answer. */
  contactsById(ids: readonly number[], fields: FieldNames): Promise<readonly PortalContact[]>;
  /**
   * The open deals of the pipeline whose reception begins between two moments of the clinic's clock, managers' own deals
   * among them, and the pipeline's stages as they are now; `undefined`: the configuration has no field that tells.
   *
   * @param expected about how many there are
   */
  openDealsBetween(
    from: WallClock,
    to: WallClock,
    fields: FieldNames,
    expected?: number,
  ): Promise<OpenDeals | undefined>;
  /** All deals that have any key, of every pipeline, closed ones among them: fifty pages to a request. */
  keyedDeals(fields: FieldNames): Promise<readonly PortalDeal[]>;
  /**
   * Sends at most `WRITES_PER_REQUEST` writes, each at most once. Outcomes stand in the writes' order.
   *
   * @param leaving told the places of the writes in a request just before it leaves (again, where it had not been done);
   *   what it throws ends the call, and nothing else does
   */
  write(writes: readonly Write[], leaving?: (indexes: readonly number[]) => Promise<void>): Promise<readonly Outcome[]>;
}

/** How many writes one request takes. */
export const WRITES_PER_REQUEST = 50;
