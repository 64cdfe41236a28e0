/**
 * Values as the clinic means them, fitted to the types of the portal's fields.
 */
import type { Wanted } from "../../reception/fields.ts";
import { withOffset } from "../../reception/clinic_time.ts";
import { foldLabel } from "../../reception/label.ts";
import { type Status, STATUSES } from "../../reception/status.ts";
import type { PortalFacts, PortalField, PortalFields, PortalValue } from "../ports.ts";
import type { WantedFields } from "./wanted.ts";

export type KnownFields = PortalFacts["dealFields"];

/** Text as the portal may show it after saving: other line breaks, blanks at the ends. */
export const foldText = (text: string): string =>
  text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trim();

const foldItem = (text: string) => foldLabel(foldText(text));

function fitText(text: string, field: PortalField): PortalValue | undefined {
  switch (field.type) {
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? text : undefined;
    case "double":
      return /^-?\d{1,15}([.,]\d+)?$/.test(text) ? text.replace(",", ".") : undefined;
    case "boolean":
      if (/^(1|y|yes|true|да)$/i.test(text)) return "1";
      return /^(0|n|no|false|нет)$/i.test(text) ? "0" : undefined;
    case "enumeration": {
      const item = Object.entries(field.items).find(([name]) => foldItem(name) === foldItem(text));
      return item?.[1];
    }
    case "date":
    case "datetime":
      return undefined;
    default:
      return text;
  }
}

/**
 * The value to send to a field of this type: a moment as ISO 8601 with offset for `datetime`, its day for `date`,
 * `01.03.2026 10:30` for text; text for text, numbers where it is one, the item's id for `enumeration`.
 *
 * @returns `""` for "nothing", `undefined` where the field cannot hold such a value
 */
export function fit(wanted: Wanted, field: PortalField, timeZone: string): PortalValue | undefined {
  if ("text" in wanted) return wanted.text === "" ? "" : fitText(wanted.text, field);
  if (wanted.moment === undefined) return "";
  if (field.type === "datetime") return withOffset(wanted.moment, timeZone);
  if (field.type === "date") return wanted.moment.slice(0, 10);
  const [day, clock] = wanted.moment.split("T");
  return fitText(`${day.split("-").reverse().join(".")} ${clock.slice(0, 5)}`, field);
}

/** The wanted values in the portal's types; fields that the portal lacks or that cannot hold the value are left out. */
export function fitAll(wanted: WantedFields, known: KnownFields, timeZone: string): PortalFields {
  const fields: Record<string, PortalValue> = {};
  for (const [name, value] of wanted) {
    const fitted = known[name] === undefined ? undefined : fit(value, known[name], timeZone);
    if (fitted !== undefined) fields[name] = fitted;
  }
  return fields;
}

/** Names of the portal's fields that cannot hold their value: a list without it, a number field and a text. */
export function unfitted(wanted: WantedFields, known: KnownFields, timeZone: string): string[] {
  return [...wanted].filter(([name, value]) =>
    known[name] !== undefined && fit(value, known[name], timeZone) === undefined
  ).map(([name]) => name);
}

/** The statuses that a list on the portal lacks: a deal would forget them. */
export const statusesMissingIn = (field: PortalField | undefined): Status[] =>
  field?.type === "enumeration" ? STATUSES.filter((text) => fit({ text }, field, "UTC") === undefined) : [];
