/**
 * Rows of the classic methods → what the sync knows of contacts and deals. Everything comes as text there; what is
 * missing comes as null, "", false, "0" or not at all.
 */
import { foldPhone } from "../reception/phone.ts";
import {
  ORIGINATOR,
  type PortalContact,
  type PortalDeal,
  type PortalFields,
  type PortalLead,
  type PortalValue,
} from "../sync/ports.ts";

/** A row of a `*.list` answer. */
export type Row = Readonly<Record<string, PortalValue | undefined>>;

const textOf = (value: PortalValue | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

/** An id, or `undefined` where there is none (`"0"`, `0`, `null`, `""`). */
export function idOf(value: unknown): number | undefined {
  const id = typeof value === "string" || typeof value === "number" ? Number(value) : 0;
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** A time as the portal shows it → milliseconds since 1970; 0 where there is none. */
const momentOf = (value: PortalValue | undefined): number => Date.parse(textOf(value)) || 0;

function pick(row: Row, names: Iterable<string>): PortalFields {
  return Object.fromEntries([...names].map((name) => [name, row[name] ?? null]));
}

/** `PHONE` of a contact or lead, folded for comparison; what is no phone stays as it is, since it fills the field. */
export function phonesOf(row: Row): string[] {
  const { PHONE } = row;
  if (!Array.isArray(PHONE)) return [];
  const typed = PHONE.map((phone: PortalValue) => textOf((phone as Row | null)?.VALUE)).filter(Boolean);
  return typed.map((text) => foldPhone(text) || text);
}

/** Rows of an answer: a list, whatever else it may be by mistake. */
export function rowsOf(result: unknown): Row[] {
  return Array.isArray(result) ? result.filter((row) => typeof row === "object" && row !== null) : [];
}

export function contactOf(row: Row, fields: Iterable<string>): PortalContact {
  return {
    id: idOf(row.ID) ?? 0,
    surname: textOf(row.LAST_NAME),
    name: textOf(row.NAME),
    patronymic: textOf(row.SECOND_NAME),
    phones: phonesOf(row),
    originator: textOf(row.ORIGINATOR_ID),
    originId: textOf(row.ORIGIN_ID),
    leadId: idOf(row.LEAD_ID),
    createdAt: momentOf(row.DATE_CREATE),
    fields: pick(row, fields),
  };
}

export function dealOf(row: Row, keyField: string, fields: Iterable<string>): PortalDeal {
  return {
    id: idOf(row.ID) ?? 0,
    ours: textOf(row.ORIGINATOR_ID) === ORIGINATOR,
    originId: textOf(row.ORIGIN_ID),
    key: textOf(row[keyField]),
    pipeline: Number(textOf(row.CATEGORY_ID)) || 0,
    stage: textOf(row.STAGE_ID),
    closed: textOf(row.CLOSED) === "Y",
    contactId: idOf(row.CONTACT_ID),
    leadId: idOf(row.LEAD_ID),
    createdAt: momentOf(row.DATE_CREATE),
    fields: pick(row, fields),
  };
}

export function leadOf(row: Row): PortalLead {
  return {
    id: idOf(row.ID) ?? 0,
    surname: textOf(row.LAST_NAME),
    name: textOf(row.NAME),
    patronymic: textOf(row.SECOND_NAME),
    phones: phonesOf(row),
    status: textOf(row.STATUS_ID),
    closed: ["S", "F"].includes(textOf(row.STATUS_SEMANTIC_ID)),
    contactId: idOf(row.CONTACT_ID),
    createdAt: momentOf(row.DATE_CREATE),
  };
}
