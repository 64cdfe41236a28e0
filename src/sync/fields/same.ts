/**
 * Values as the clinic means them, fitted to the types of the portal's fields, and compared with what the portal shows.
 */
import { withOffset } from "../../reception/clinic_time.ts";
import { foldLabel } from "../../reception/label.ts";
import type { WallClock } from "../../reception/reception.ts";
import { type Status, STATUSES } from "../../reception/status.ts";
import type { PortalField, PortalValue } from "../ports.ts";

/** What a field shall hold; an empty text or no moment: nothing. */
export type Wanted = { readonly text: string } | { readonly moment: WallClock | undefined };

/** Whether a portal's value is one of its many ways of "nothing". */
export function isEmpty(value: PortalValue | undefined): boolean {
  return value === undefined || value === null || value === "" || value === false ||
    (Array.isArray(value) && value.every(isEmpty));
}

/** The statuses that a list on the portal lacks: a deal would forget them. */
export const statusesMissingIn = (field: PortalField | undefined): Status[] =>
  field?.type === "enumeration" ? STATUSES.filter((text) => fit({ text }, field, "UTC") === undefined) : [];

/** Text as the portal may show it after saving: other line breaks, blanks at the ends. */
const foldText = (text: string) => text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trim();

const TAGS =
  "a|b|br|center|code|color|div|em|font|h[1-6]|i|img|left|li|list|ol|p|pre|quote|right|s|script|size|span|strong|" +
  "style|table|tbody|td|th|tr|u|ul|url";
const LINE_BREAK = /<br\s*\/?>|\[br\]/gi;
const MARKUP = new RegExp(
  `<\\/?(?:${TAGS})\\b[^>]*>|\\[\\/?(?:${TAGS})(?:=[^\\]]*|\\s+\\w+=[^\\]]*)?\\]`,
  "gi",
);
const ENTITIES = new Map([["nbsp", " "], ["lt", "<"], ["gt", ">"], ["quot", '"'], ["#39", "'"], ["#039", "'"], [
  "amp",
  "&",
]]);

/** Text without the markup that the portal adds to some fields (COMMENTS) or takes out of them. */
const withoutMarkup = (text: string): string =>
  foldText(
    text.replace(LINE_BREAK, "\n").replace(MARKUP, "").replace(
      /&(\w+|#\d+);/g,
      (whole, name) => ENTITIES.get(name) ?? whole,
    ),
  ).replace(/\n{2,}/g, "\n");

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

function instant(value: PortalValue): bigint | undefined {
  try {
    return Temporal.Instant.from(String(value)).epochNanoseconds;
  } catch {
    return undefined;
  }
}

const isYes = (shown: PortalValue | undefined): boolean => shown === true || shown === "1" || shown === "Y";

/** Whether the portal already shows `sent` (a result of `fit`) in a field of this type, in whatever form. */
export function shows(shown: PortalValue | undefined, sent: PortalValue, field: PortalField): boolean {
  // A flag has no "nothing": emptied, it shows "no".
  if (field.type === "boolean" && isEmpty(sent)) return !isYes(shown);
  if (isEmpty(shown) || isEmpty(sent)) return isEmpty(shown) && isEmpty(sent);
  switch (field.type) {
    case "datetime": {
      const at = instant(shown!);
      return at !== undefined && at === instant(sent);
    }
    case "date":
      return String(shown).slice(0, 10) === String(sent).slice(0, 10);
    case "integer":
    case "double":
      return Math.abs(Number(shown) - Number(sent)) < 0.005;
    case "boolean":
      return isYes(shown) === (sent === "1");
    case "enumeration":
      return String(shown) === String(sent);
    default:
      return foldText(String(shown)) === foldText(String(sent)) ||
        withoutMarkup(String(shown)) === withoutMarkup(String(sent));
  }
}

/** The text behind a field's value: an enumeration's item by its name, everything else as it is. */
export function textOf(value: PortalValue | undefined, field: PortalField | undefined): string {
  if (value === undefined || isEmpty(value)) return "";
  if (field?.type !== "enumeration") return String(value);
  return Object.entries(field.items).find(([, id]) => id === String(value))?.[0] ?? "";
}
