/**
 * The words of the scenarios for the portal's fields, and values as the scenarios write them.
 */
import type { Kind } from "../stand/portal/stand.ts";

const PERSON = {
  surname: "LAST_NAME",
  name: "NAME",
  patronymic: "SECOND_NAME",
  phone: "PHONE",
  responsible: "ASSIGNED_BY_ID",
  originator: "ORIGINATOR_ID",
  origin: "ORIGIN_ID",
  created: "DATE_CREATE",
} as const;

/** Fields by their words. */
export const WORDS: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  contact: {
    ...PERSON,
    type: "TYPE_ID",
    lead: "LEAD_ID",
    card: "UF_CRM_1769083788971",
    parent: "UF_CRM_1769087537061",
  },
  lead: { ...PERSON, title: "TITLE", status: "STATUS_ID", contact: "CONTACT_ID" },
  deal: {
    key: "UF_CRM_1769072841035",
    title: "TITLE",
    stage: "STAGE_ID",
    pipeline: "CATEGORY_ID",
    contact: "CONTACT_ID",
    lead: "LEAD_ID",
    responsible: "ASSIGNED_BY_ID",
    amount: "OPPORTUNITY",
    currency: "CURRENCY_ID",
    "manual amount": "IS_MANUAL_OPPORTUNITY",
    created: "DATE_CREATE",
    start: "UF_CRM_1769008900",
    end: "UF_CRM_1769008947",
    doctor: "UF_CRM_1769008996",
    services: "UF_CRM_1769009098",
    status: "UF_CRM_1769009157",
    card: "UF_CRM_1769083581481",
    parent: "UF_CRM_1769087458477",
    comment: "UF_CRM_1769494714842",
    branch: "UF_CRM_FILIAL",
    armchair: "UF_CRM_ARMCHAIR",
    "status text": "UF_CRM_STATUS",
    "old card": "UF_CRM_CARD_NUMBER",
    "order date": "UF_CRM_ORDER_DATE",
    specialty: "UF_CRM_DOCTOR_SPECIALITY",
  },
};

/** The portal's field for a word; a name in capitals is one already. */
export const fieldNamed = (kind: Kind, word: string): string => WORDS[kind][word] ?? word;

/** The word for a field, or its name where there is none. */
export function wordFor(kind: Kind, field: string): string {
  if (field === "CONTACT_IDS") return "contact";
  return Object.entries(WORDS[kind]).find(([, name]) => name === field)?.[0] ?? field;
}

/** Fields whose values are records of another kind, written as labels. */
export const LINKS: Readonly<Record<string, Kind>> = { CONTACT_ID: "contact", LEAD_ID: "lead" };

/** How a scenario writes that there is no value. */
export const NOTHING = "nothing";

interface Phone {
  readonly VALUE: string;
}

/** A value as a scenario would write it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === "" || value === 0) return NOTHING;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(itemShown).join(", ");
  return String(value);
}

const itemShown = (item: unknown): string =>
  typeof item === "object" && item !== null ? (item as Phone).VALUE : String(item);

/** Moscow, where the scenarios' clinic is. */
export const OFFSET = "+03:00";

/** Whether the portal's value is what the scenario wants: a wall clock is the clinic's, `0.10` is `0.1`. */
export function isShown(value: unknown, wanted: string): boolean {
  if (typeof value === "number" && wanted.trim() !== "" && value === Number(wanted)) return true;
  const text = shown(value);
  const wall = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)?$/.exec(wanted);
  if (wall === null || !/^\d{4}-\d\d-\d\dT.*\d$/.test(text)) return text === wanted;
  return Date.parse(text) === Date.parse(`${wall[1]}T${wall[2]}${wall[3] ?? ":00"}${OFFSET}`);
}
