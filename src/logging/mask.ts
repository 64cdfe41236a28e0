/**
 * Takes out of a text what a log must not keep: secrets always, personal data where it can be recognised. Pure.
 */

export interface MaskRules {
  /** Strings that must not be seen in any form: passwords, the webhook's address and code. */
  readonly secrets: readonly string[];
  /**
   * Strings known to be personal (names and phones of the receptions in hand), masked where they stand whole; of one or
   * two letters only with a capital letter.
   */
  readonly personal: readonly string[];
  /** Whether personal data is masked at all. */
  readonly maskPersonal: boolean;
}

/**
 * Shorter strings occur in any text by chance. A short name («Ли», «Ян») is told from a particle by its capital letter.
 */
const SHORTEST_IN_ANY_CASE = 3;
const SHORT_NAME = /^\p{Lu}\p{L}?$/u;
const SHORTEST_SECRET_INSIDE_WORDS = 4;

const NOT_AFTER_WORD = String.raw`(?<![\p{L}\p{N}_])`;
const NOT_BEFORE_WORD = String.raw`(?![\p{L}\p{N}_])`;

const WEBHOOK = /\/rest\/(\d+)\/[^\s/"'?#<>]+/gi;
const ENCRYPTED = /DPAPI:[0-9a-f]+/gi;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/**
 * Phones of Russian shape: +7, 8 or 7 before ten digits, in any groups; ten digits that begin as area codes do (an id of
 * SQL Server or a time in seconds begins with 1 or 2); and any number that begins with a plus.
 */
const BETWEEN = String.raw`[ \u00a0.-]`;
const PHONE = whole([
  String.raw`\+?[78]${BETWEEN}{0,3}\(?[ ]?[3-9](?:[ \u00a0.()-]{0,3}\d){9}`,
  String.raw`\([3-9]\d{2}\)${BETWEEN}*\d{3}${BETWEEN}*\d{2}${BETWEEN}*\d{2}`,
  String.raw`[3-9]\d{2}${BETWEEN}\d{3}${BETWEEN}\d{2}${BETWEEN}\d{2}`,
  String.raw`9\d{2}${BETWEEN}\d{2}${BETWEEN}\d{2}${BETWEEN}\d{3}`,
  String.raw`[3-9]\d{9}`,
  String.raw`\+\d(?:[ \u00a0.()-]{0,2}\d){9,14}`,
]);

const WORD = String.raw`(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*|[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})*)`;
const PATRONYMIC = String.raw`(?:[А-ЯЁ][а-яё]*(?:вич|ьич|мич|кич|вна|чна)|[А-ЯЁ]+(?:ВИЧ|ЬИЧ|МИЧ|КИЧ|ВНА|ЧНА))`;
const GAP = String.raw`[ \u00a0]+`;
const INITIAL = String.raw`[А-ЯЁ]\.`;
const FULL_NAME = whole([
  // The word before a name may be no part of it ("Приём Иван Петрович Сидоров"), so one more after it goes too.
  `${WORD}${GAP}${WORD}${GAP}${PATRONYMIC}(?:${GAP}${WORD})?`,
  `${WORD}${GAP}${PATRONYMIC}${GAP}${WORD}`,
  `${WORD}${GAP}${WORD}${GAP}${WORD}${GAP}(?:оглы|кызы)`,
]);
/** Two or three words with capital letters in quotes: a name as the portal tells it, though a title may look so. */
export const QUOTED_NAME = new RegExp(
  `(?<=[«"“„'])${WORD}${GAP}(?:${WORD}|${INITIAL})(?:${GAP}(?:${WORD}|${INITIAL}))?(?=[»"”“'])`,
  "gu",
);
const SURNAME_WITH_INITIALS = new RegExp(`${NOT_AFTER_WORD}${WORD}${GAP}${INITIAL}[ ]?${INITIAL}`, "gu");

/** The text without secrets, and without personal data where the rules say so. */
export function maskText(text: string, rules: MaskRules): string {
  return maskerOf(rules)(text);
}

/** `maskText` for many texts: the rules are prepared once. */
export function maskerOf({ secrets, personal, maskPersonal }: MaskRules): (text: string) => string {
  const secret = secretPattern(secrets);
  const folded = personal.map((each) => [each, fold(each.trim())] as const);
  return (text) => {
    const open = replaced(text, secret, "***").replace(WEBHOOK, "/rest/$1/***").replace(ENCRYPTED, "DPAPI:***");
    if (!maskPersonal) return open;
    // A pattern of all of them may be too large to be one: a comment may have a hundred thousand letters.
    const line = fold(open);
    const present = folded.filter(([, each]) => line.includes(each)).map(([each]) => each);
    return replaced(replaced(open, personalPattern(present), "[скрыто]"), shortNamePattern(present), "[скрыто]")
      .replace(EMAIL, "[почта]")
      .replace(PHONE, "[телефон]")
      .replace(FULL_NAME, "[имя]")
      .replace(SURNAME_WITH_INITIALS, "[имя]");
  };
}

const fold = (text: string): string => text.toLowerCase().replaceAll("ё", "е");

function replaced(text: string, pattern: RegExp | undefined, mask: string): string {
  return pattern === undefined ? text : text.replace(pattern, mask);
}

/** Also as a URL and as JSON carry them. Very short ones only where they stand whole: they are in every word. */
function secretPattern(secrets: readonly string[]): RegExp | undefined {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
  ]);
  const long = forms.filter((form) => form.length >= SHORTEST_SECRET_INSIDE_WORDS).map(escaped);
  const short = forms.filter((form) => form.length < SHORTEST_SECRET_INSIDE_WORDS && form !== "")
    .map((form) => `${NOT_AFTER_WORD}${escaped(form)}${NOT_BEFORE_WORD}`);
  return anyOf([...long, ...short], "gu");
}

function personalPattern(personal: readonly string[]): RegExp | undefined {
  const parts = personal.map((text) => text.trim()).filter((text) => text.length >= SHORTEST_IN_ANY_CASE);
  return standingWhole(parts.map((text) => escaped(text).replace(/[её]/gi, "[её]")), "giu");
}

function shortNamePattern(personal: readonly string[]): RegExp | undefined {
  const names = personal.map((text) => text.trim()).filter((text) => SHORT_NAME.test(text));
  return standingWhole(names.flatMap((name) => [name, name.toUpperCase()]), "gu");
}

function standingWhole(parts: readonly string[], flags: string): RegExp | undefined {
  const pattern = anyOf(parts, flags);
  return pattern && new RegExp(`${NOT_AFTER_WORD}${pattern.source}${NOT_BEFORE_WORD}`, flags);
}

/** The longest first, so that none is hidden by a part of it. */
function anyOf(parts: readonly string[], flags: string): RegExp | undefined {
  if (parts.length === 0) return undefined;
  const sorted = [...new Set(parts)].sort((one, other) => other.length - one.length);
  return new RegExp(`(?:${sorted.join("|")})`, flags);
}

function whole(parts: readonly string[]): RegExp {
  return new RegExp(`${NOT_AFTER_WORD}(?:${parts.join("|")})${NOT_BEFORE_WORD}`, "gu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
