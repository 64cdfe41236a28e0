/**
 * The fields of deals, contacts and leads: types, what is read-only, and their names in both families of methods.
 */
import type { Choice, Kind, Settings, UserField } from "./settings.ts";

export type FieldType =
  | "integer"
  | "string"
  | "double"
  | "char"
  | "date"
  | "datetime"
  | "boolean"
  | "enumeration"
  | "user"
  | "crm_status"
  | "crm_category"
  | "crm_currency"
  | "crm_company"
  | "crm_contact"
  | "crm_lead"
  | "crm_quote"
  | "crm_multifield";

export interface Field {
  /** Classic name, upper case. */
  readonly name: string;
  /** Name in `crm.item.*`, camel case. */
  readonly universal: string;
  readonly type: FieldType;
  readonly readOnly: boolean;
  /** Can be written by `add` only. */
  readonly immutable: boolean;
  /** Writable through `crm.item.*` although the classic methods say read-only or immutable. */
  readonly universalWritable: boolean;
  readonly multiple: boolean;
  /** ENTITY_ID of the directory, of a `crm_status`. */
  readonly directory: string | undefined;
  /** Set by the portal from other fields; what is written is ignored. */
  readonly computed: boolean;
  readonly userField: UserField | undefined;
}

type Traits = Partial<Omit<Field, "name" | "type">>;

function field(name: string, type: FieldType, traits: Traits = {}): Field {
  return {
    name,
    type,
    universal: universalName(name),
    readOnly: false,
    immutable: false,
    universalWritable: false,
    multiple: type === "crm_multifield",
    directory: undefined,
    computed: false,
    userField: undefined,
    ...traits,
  };
}

/** `STAGE_ID` → `stageId`; a number after the underscore keeps it: `UF_CRM_1747309879` → `ufCrm_1747309879`. */
export function universalName(name: string): string {
  const dynamic = /^UF_CRM_(\d+)_(\d.*)$/.exec(name);
  if (dynamic !== null) return `ufCrm${dynamic[1]}_${dynamic[2]}`;
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const readOnly: Traits = { readOnly: true };

const STAMPS: readonly Field[] = [
  field("CREATED_BY_ID", "user", { readOnly: true, universal: "createdBy" }),
  field("MODIFY_BY_ID", "user", { readOnly: true, universal: "updatedBy" }),
  field("DATE_CREATE", "datetime", { readOnly: true, universal: "createdTime" }),
  field("DATE_MODIFY", "datetime", { readOnly: true, universal: "updatedTime" }),
];

const MOVES: readonly Field[] = [
  field("MOVED_BY_ID", "user", { readOnly: true, universal: "movedBy" }),
  field("MOVED_TIME", "datetime", readOnly),
];

const COMMON: readonly Field[] = [
  field("ID", "integer", readOnly),
  field("ASSIGNED_BY_ID", "user"),
  field("OPENED", "char"),
  field("COMMENTS", "string"),
  field("SOURCE_ID", "crm_status", { directory: "SOURCE" }),
  field("SOURCE_DESCRIPTION", "string"),
  field("COMPANY_ID", "crm_company"),
  field("ORIGINATOR_ID", "string"),
  field("ORIGIN_ID", "string"),
  field("UTM_SOURCE", "string"),
  field("UTM_MEDIUM", "string"),
  field("UTM_CAMPAIGN", "string"),
  field("UTM_CONTENT", "string"),
  field("UTM_TERM", "string"),
  ...STAMPS,
];

const MONEY: readonly Field[] = [
  field("OPPORTUNITY", "double"),
  field("IS_MANUAL_OPPORTUNITY", "char"),
  field("CURRENCY_ID", "crm_currency"),
];

const PERSON: readonly Field[] = [
  field("HONORIFIC", "crm_status", { directory: "HONORIFIC" }),
  field("NAME", "string"),
  field("SECOND_NAME", "string"),
  field("LAST_NAME", "string"),
  field("BIRTHDATE", "date"),
  field("POST", "string"),
  field("ADDRESS", "string"),
  field("HAS_PHONE", "char", readOnly),
  field("HAS_EMAIL", "char", readOnly),
  field("PHONE", "crm_multifield"),
  field("EMAIL", "crm_multifield"),
];

const SYSTEM: Readonly<Record<Kind, readonly Field[]>> = {
  deal: [
    ...COMMON,
    ...MONEY,
    ...MOVES,
    field("TITLE", "string"),
    field("TYPE_ID", "crm_status", { directory: "DEAL_TYPE" }),
    field("CATEGORY_ID", "crm_category", { immutable: true, universalWritable: true }),
    field("STAGE_ID", "crm_status", { directory: "DEAL_STAGE" }),
    field("STAGE_SEMANTIC_ID", "string", readOnly),
    field("IS_NEW", "char", readOnly),
    field("PROBABILITY", "integer"),
    field("CONTACT_ID", "crm_contact"),
    field("CONTACT_IDS", "crm_contact", { multiple: true }),
    field("QUOTE_ID", "crm_quote", readOnly),
    field("LEAD_ID", "crm_lead", { readOnly: true, universalWritable: true }),
    field("BEGINDATE", "date"),
    field("CLOSEDATE", "date"),
    field("CLOSED", "char", { computed: true }),
    field("ADDITIONAL_INFO", "string"),
  ],
  contact: [
    ...COMMON,
    ...PERSON,
    field("TYPE_ID", "crm_status", { directory: "CONTACT_TYPE" }),
    field("LEAD_ID", "crm_lead", { readOnly: true, universalWritable: true }),
    field("EXPORT", "char"),
    field("ORIGIN_VERSION", "string"),
  ],
  lead: [
    ...COMMON,
    ...PERSON,
    ...MONEY,
    ...MOVES,
    field("TITLE", "string"),
    field("COMPANY_TITLE", "string"),
    field("STATUS_ID", "crm_status", { directory: "STATUS", universal: "stageId" }),
    field("STATUS_DESCRIPTION", "string", { universal: "stageDescription" }),
    field("STATUS_SEMANTIC_ID", "string", { readOnly: true, universal: "stageSemanticId" }),
    field("CONTACT_ID", "crm_contact"),
    field("IS_RETURN_CUSTOMER", "char", readOnly),
    field("DATE_CLOSED", "datetime", { readOnly: true, universal: "closedTime" }),
  ],
};

/** All fields of a kind by their classic names, the user fields of the settings included. */
export function fieldsOf(kind: Kind, settings: Settings): ReadonlyMap<string, Field> {
  const own = settings.userFields[kind].map((userField) =>
    field(userField.name, userField.type, { multiple: userField.multiple ?? false, userField })
  );
  return new Map([...SYSTEM[kind], ...own].map((each) => [each.name, each]));
}

/** Whether the field is a user field (`UF_…`). */
export function isUserField(field: Field): boolean {
  return field.userField !== undefined;
}

/** Choices as `*.fields` and `*.userfield.list` spell them. */
export function choiceRows(choices: readonly Choice[]): { ID: string; VALUE: string }[] {
  return choices.map(({ id, value }) => ({ ID: String(id), VALUE: value }));
}
