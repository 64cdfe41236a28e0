/**
 * From what is stored to what a program reads: the classic face gives strings, the universal one numbers.
 */
import { type Field, fieldsOf, isUserField } from "./fields.ts";
import { formatMoment, readMoment } from "./moment.ts";
import type { Kind, Settings } from "./settings.ts";
import type { MultiValue, StandRecord } from "./store.ts";

/** A stored time in the offset that the server has now. */
function time(field: Field, value: string, settings: Settings): string {
  if (field.type === "date") return `${value}T00:00:00${settings.offset}`;
  return formatMoment(readMoment(value, settings.offset)!.instant, settings.offset);
}

/** Fields that read as `""`, not as null, while nothing stands in them. */
const EMPTY_TEXT = new Set(["BIRTHDATE", "DATE_CLOSED", "COMMENTS"]);

function classicValue(field: Field, value: unknown, settings: Settings, call: "get" | "list"): unknown {
  if (field.multiple) {
    const items = (value as unknown[] | undefined) ?? [];
    if (items.length === 0) return call === "get" ? [] : false;
    return items.map((item) => classicValue({ ...field, multiple: false }, item, settings, call));
  }
  if (value === null || value === undefined || value === "") {
    if (isUserField(field)) return call === "get" ? "" : null;
    if (field.name === "COMPANY_ID") return "0";
    return EMPTY_TEXT.has(field.name) || value === "" ? "" : null;
  }
  if (field.type === "date" || field.type === "datetime") return time(field, value as string, settings);
  if (field.name === "OPPORTUNITY") return (value as number).toFixed(2);
  return String(value);
}

function classicMulti(type: string, values: readonly MultiValue[]): Record<string, string>[] {
  return values.map(({ ID, VALUE_TYPE, VALUE }) => ({ ID: String(ID), VALUE_TYPE, VALUE, TYPE_ID: type }));
}

/** Names that `select` of a classic list asks for; `undefined` (and an empty list): `*` and `UF_*`. */
export function classicSelection(kind: Kind, settings: Settings, select: readonly string[] | undefined): Set<string> {
  const wanted = select === undefined || select.length === 0 ? ["*", "UF_*"] : select;
  const names = new Set<string>(["ID"]);
  for (const field of fieldsOf(kind, settings).values()) {
    const masked = field.type !== "crm_multifield" && field.name !== "CONTACT_IDS" &&
      wanted.includes(isUserField(field) ? "UF_*" : "*");
    if (field.name !== "CONTACT_IDS" && (masked || wanted.includes(field.name))) names.add(field.name);
  }
  return names;
}

/** A row as `crm.{deal,contact,lead}.get` and `.list` give it. */
export function classicRow(
  kind: Kind,
  record: StandRecord,
  settings: Settings,
  call: "get" | "list",
  selection?: ReadonlySet<string>,
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const field of fieldsOf(kind, settings).values()) {
    if (field.name === "CONTACT_IDS" || (selection !== undefined && !selection.has(field.name))) continue;
    if (field.type === "crm_multifield") {
      const values = record[field.name] as MultiValue[] | undefined;
      if (values !== undefined && values.length > 0) row[field.name] = classicMulti(field.name, values);
    } else {
      row[field.name] = classicValue(field, record[field.name], settings, call);
    }
  }
  return row;
}

function universalValue(field: Field, value: unknown, settings: Settings): unknown {
  if (field.multiple) {
    return ((value as unknown[] | undefined) ?? []).map((item) =>
      universalValue({ ...field, multiple: false }, item, settings)
    );
  }
  if (field.type === "boolean") return value === 1 ? "Y" : "N";
  if (value === null || value === undefined) return field.name === "COMPANY_ID" ? 0 : null;
  if (field.type === "date" || field.type === "datetime") {
    return value === "" ? null : time(field, value as string, settings);
  }
  return value;
}

/** The name a field has in `crm.item.*`. */
export function universalKey(field: Field, originalUserNames: boolean): string {
  return originalUserNames && isUserField(field) ? field.name : field.universal;
}

/** Numbers of the entity types in `crm.item.*`. */
export const ENTITY_TYPES: Readonly<Record<Kind, number>> = { lead: 1, deal: 2, contact: 3 };

/** An item as `crm.item.*` gives it. */
export function universalItem(
  kind: Kind,
  record: StandRecord,
  settings: Settings,
  originalUserNames: boolean,
): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  const multi: Record<string, unknown>[] = [];
  for (const field of fieldsOf(kind, settings).values()) {
    if (field.type === "crm_multifield") {
      for (const { ID, VALUE_TYPE, VALUE } of (record[field.name] as MultiValue[] | undefined) ?? []) {
        multi.push({ id: ID, valueType: VALUE_TYPE, value: VALUE, typeId: field.name });
      }
    } else {
      item[universalKey(field, originalUserNames)] = universalValue(field, record[field.name], settings);
    }
  }
  if (kind !== "deal") item.fm = multi;
  item.entityTypeId = ENTITY_TYPES[kind];
  return item;
}
