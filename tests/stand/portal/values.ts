/**
 * From what a program writes to what is stored.
 */
import type { Field } from "./fields.ts";
import { formatMoment, readMoment } from "./moment.ts";
import { type Param, phpEmpty } from "./php_query.ts";
import type { Settings } from "./settings.ts";

/** `undefined`: the portal leaves the field as it is. */
export type Stored = { readonly value: unknown } | undefined;

export interface Reading {
  readonly settings: Settings;
  readonly face: "classic" | "universal";
  readonly mistake: (text: string) => void;
}

/** Reads the new value of a field (not of PHONE, EMAIL, CONTACT_IDS). */
export function readValue(field: Field, raw: Param, reading: Reading): Stored {
  if (!field.multiple) return readSingle(field, raw, reading);
  const items = Array.isArray(raw) ? raw : typeof raw === "object" && raw !== null ? Object.values(raw) : [raw];
  if (reading.face === "universal" && Array.isArray(raw) && raw.length === 0) {
    reading.mistake(`[] does not clear the multiple field ${field.name}`);
    return undefined;
  }
  const values = items.filter((item) => item !== "" && item !== null && item !== false)
    .map((item) => readSingle(field, item, reading)).filter((stored) => stored !== undefined);
  return { value: values.map(({ value }) => value) };
}

function readSingle(field: Field, raw: Param, reading: Reading): Stored {
  if (typeof raw === "object" && raw !== null) {
    reading.mistake(`${field.name}: a list where one value is wanted`);
    return undefined;
  }
  const empty = raw === "" || raw === null || (reading.face === "universal" && phpEmpty(raw));
  switch (field.type) {
    case "date":
    case "datetime":
      return readTime(field, raw, reading);
    case "integer":
    case "double":
    case "user":
    case "crm_category":
    case "crm_company":
    case "crm_contact":
    case "crm_lead":
    case "crm_quote":
      if (empty) return { value: field.name === "OPPORTUNITY" || field.name === "CATEGORY_ID" ? 0 : null };
      return readNumber(field, raw, reading);
    case "char":
      if (raw !== "Y" && raw !== "N") reading.mistake(`${field.name}: a flag is Y or N, not ${JSON.stringify(raw)}`);
      return { value: raw === "Y" ? "Y" : "N" };
    case "boolean":
      return { value: empty ? null : raw === "Y" || raw === "1" || raw === 1 || raw === true ? 1 : 0 };
    case "enumeration":
      return readChoice(field, raw, empty, reading);
    default:
      return { value: readText(field, raw, reading) };
  }
}

function readText(field: Field, raw: string | number | boolean | null, { settings, mistake }: Reading): string | null {
  const text = raw === null || raw === false ? "" : raw === true ? "1" : String(raw);
  const trimmed = settings.trimStrings ? text.trim() : text;
  if (field.name === "COMMENTS") return reformatted(trimmed);
  if (field.type === "crm_status" && trimmed !== "" && !inDirectory(field, trimmed, settings)) {
    mistake(`${field.name}: ${trimmed} is not in the directory ${field.directory}`);
  }
  return trimmed;
}

/** What the portal makes of comments: line ends become `<br>`, tags that it does not know go. */
function reformatted(text: string): string {
  return text.replace(/<(?!\/?(b|i|u|s|br|p|a)\b)[^>]*>/gi, "").replace(/(<br ?\/?>)?\r?\n/gi, "<br>\n");
}

/** Stages have rules of their own, so only plain directories are looked at. */
function inDirectory(field: Field, id: string, settings: Settings): boolean {
  const rows = settings.directories[field.directory ?? ""];
  return rows === undefined || rows.some((row) => row.id === id);
}

function readNumber(field: Field, raw: string | number | boolean | null, { mistake }: Reading): Stored {
  const text = String(raw).trim();
  const number = raw === true ? 1 : Number(text);
  if (text === "" || !Number.isFinite(number)) mistake(`${field.name}: ${JSON.stringify(raw)} is not a number`);
  const value = Number.isFinite(number) ? number : parseFloat(text) || 0;
  if (field.type !== "double") return { value: Math.trunc(value) };
  return { value: Number(value.toFixed(field.userField?.precision ?? 2)) };
}

function readTime(field: Field, raw: string | number | boolean | null, { settings, face, mistake }: Reading): Stored {
  if (raw === "" || (raw === null && face === "universal")) return { value: null };
  const moment = typeof raw === "string" ? readMoment(raw, settings.offset) : undefined;
  if (moment === undefined) {
    mistake(`${field.name}: ${JSON.stringify(raw)} is not a time, the portal keeps the old value`);
    return undefined;
  }
  if (field.type === "date") return { value: moment.date };
  if (!moment.hasOffset) mistake(`${field.name}: a datetime without offset: ${raw}`);
  return { value: formatMoment(moment.instant, settings.offset) };
}

function readChoice(field: Field, raw: string | number | boolean | null, empty: boolean, { mistake }: Reading): Stored {
  if (empty) return { value: null };
  const known = field.userField?.choices?.some(({ id }) => String(id) === String(raw)) ?? false;
  if (!known) mistake(`${field.name}: ${JSON.stringify(raw)} is not the ID of a list item`);
  return { value: known ? Number(raw) : null };
}
