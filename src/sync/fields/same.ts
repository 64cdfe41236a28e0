/**
 * What the portal shows, compared with what is meant.
 */
import type { PortalField, PortalFields, PortalValue } from "../ports.ts";
import { fitAll, foldText, type KnownFields, unfitted } from "./fit.ts";
import type { WantedFields } from "./wanted.ts";

/** Whether a portal's value is one of its many ways of "nothing". */
export function isEmpty(value: PortalValue | undefined): boolean {
  return value === undefined || value === null || value === "" || value === false ||
    (Array.isArray(value) && value.every(isEmpty));
}

/** The fields that hold something. */
export const filled = (fields: PortalFields): PortalFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

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

/**
 * Those of the wanted values that the portal does not show yet. Where a field cannot hold the value, what stands there is
 * of an earlier one, and the field is emptied.
 */
export function differences(
  wanted: WantedFields,
  shown: PortalFields,
  known: KnownFields,
  timeZone: string,
): PortalFields {
  const emptied = Object.fromEntries(unfitted(wanted, known, timeZone).map((name) => [name, ""]));
  const all = { ...fitAll(wanted, known, timeZone), ...emptied };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => !shows(shown[name], value, known[name])));
}
