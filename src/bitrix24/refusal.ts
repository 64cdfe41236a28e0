/**
 * What is kept of the portal's words when it refuses a command or fails in it. They go to the log and, with the
 * reception, to queue.json, and the portal repeats in them what it was sent, or names others: "похож на «Петров Иван»".
 */
import type { Config } from "../config/config.ts";
import { maskText, PORTAL_FAILED, PORTAL_REFUSED, QUOTED_NAME } from "../logging/mask.ts";
import type { PortalValue } from "../sync/ports.ts";
import type { PortalError } from "./reply.ts";

/** The longest text of the portal that is kept of a refusal. */
const REASON_LIMIT = 200;
/** The longest that is looked at: the portal may repeat a long comment. */
const WORDS_LIMIT = 5_000;
/** Shorter texts are personal only where they are somebody's name. */
const SHORTEST_WORD = 3;

/** The fields of a write. */
type Fields = Readonly<Record<string, PortalValue>>;
/** Where the fields with names stand that the portal does not name itself. */
type FieldCodes = Pick<Config, "dealFields" | "contactFields">;

/** Why the portal refused, in its own words, less everything of the patient's that it repeats in them. */
export const reasonOf = (error: PortalError, fields: Fields, codes: FieldCodes): string =>
  `${PORTAL_REFUSED}${wordsOf(error, fields, namesIn(fields, codes))}`;

/** The same where the portal says that it failed. */
export const failureOf = (error: PortalError, fields: Fields, codes: FieldCodes): string =>
  `${PORTAL_FAILED}${wordsOf(error, fields, namesIn(fields, codes))}`;

/** The portal's words and code. `fields`: what was sent; `names`: what of it is masked however short it is. */
export function wordsOf({ code, description }: PortalError, fields: Fields, names: readonly string[] = []): string {
  const texts = [...textsIn(fields)].flatMap((text) => [text, ...text.split(/\s+/)])
    .filter((text) => text.length >= SHORTEST_WORD);
  const bare = description.slice(0, WORDS_LIMIT).replace(/<[^>]*>/g, " ").replace(/&(?:quot|laquo|raquo|#0?34);/g, '"')
    .replace(/\s+/g, " ")
    .trim();
  const masked = maskText(bare, { secrets: [], personal: [...texts, ...names], maskPersonal: true })
    .replace(QUOTED_NAME, "[имя]").slice(0, REASON_LIMIT);
  return [masked, code && `(${code})`].filter(Boolean).join(" ") || "без объяснения";
}

/** Every word of the names in a write, however short, also the parts of a double name. */
function namesIn(fields: Fields, { dealFields, contactFields }: FieldCodes): string[] {
  const named = ["LAST_NAME", "NAME", "SECOND_NAME", "TITLE", dealFields.parentName, contactFields.parentName];
  return Object.entries(fields).filter(([name]) => named.includes(name)).flatMap(([, value]) => [...textsIn(value)])
    .flatMap((text) => [...text.split(/\s+/), ...text.split(/[\s\p{P}]+/u)]);
}

function* textsIn(value: PortalValue): Iterable<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) {
      yield* textsIn(each);
    }
  }
}
