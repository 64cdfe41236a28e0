/**
 * Takes out of a text what a log must not keep: secrets always, personal data where it can be recognised. Pure.
 */

export interface MaskRules {
  /** Strings that must not be seen in any form: passwords, the webhook's address and code. */
  readonly secrets: readonly string[];
  /**
   * Strings known to be personal (names, phones, cards of the receptions in hand), masked where they stand whole in words
   * that are not the program's own; of one or two letters only with a capital letter; numbers, in the midst of the
   * program's words, only where they stand as a card.
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

const WEBHOOK_CODE = /(?<=\/rest\/\d+\/)[^\s/"'?#<>]+/gi;
const ENCRYPTED = /(?<=DPAPI:)[0-9a-f]+/gi;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/**
 * Phones of Russian shape: +7, 8 or 7 before ten digits, in any groups; ten digits that begin as area codes do (an id of
 * SQL Server or a time in seconds begins with 1 or 2), in the groups of a phone; and any number that begins with a plus.
 */
const SEPARATORS = String.raw` \t\u00a0\u2007\u2009\u202f.\-\u2010-\u2015\u2212`;
const BETWEEN = `[${SEPARATORS}]`;
const AROUND = `[()${SEPARATORS}]`;
const PHONE = whole([
  String.raw`\+?[78]${AROUND}{0,4}[3-9](?:${AROUND}{0,4}\d){9}`,
  String.raw`\(${BETWEEN}?[3-9]\d{2}${BETWEEN}?\)(?:${BETWEEN}{0,4}\d){7}`,
  String.raw`[3-9]\d{2}${BETWEEN}\d{3}${BETWEEN}\d{2}${BETWEEN}?\d{2}`,
  String.raw`9\d{2}${BETWEEN}\d{2}${BETWEEN}\d{2}${BETWEEN}\d{3}`,
  String.raw`9\d{2}${BETWEEN}\d{7}`,
  String.raw`[3-9]\d{9}`,
  String.raw`\+\d(?:${AROUND}{0,2}\d){9,14}`,
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

/** A number stands as a card's after these, or in quotes. */
const CARD = String.raw`(?<=(?:карт\p{L}*|card\p{L}*|№)[\s:=№-]*(?:номер\p{L}*[\s:=№-]*)?)`;
const IN_QUOTES = [String.raw`(?<=[«"“„'])`, String.raw`(?=[»"”“'])`] as const;

/** What the program puts before the portal's words; who shows them uses these, so that here they are known for others'. */
export const PORTAL_REFUSED = "портал отказал: ";
export const PORTAL_FAILED = "ошибка портала: ";

/** Where the words of others stand in the program's own lines. */
const FOREIGN: readonly RegExp[] = [
  // The portal's, of a write and of a reading.
  new RegExp(`(?<=${PORTAL_REFUSED}|${PORTAL_FAILED}).+`, "g"),
  /(?<=на портале \S+ не удалось: ).+/g,
  // Of an exception, up to its stack.
  /^[\w.]*Error: [^]*?(?=^\s+at |\s*$(?![^]))/gm,
];

/**
 * Whose words a text is. `own`: the program's own, with nothing of others in it, so that what is known to be personal is
 * there by chance only: a count, a year, the word of a comment. `mixed`: others' words may stand in it. `foreign`:
 * others' altogether.
 */
export type Words = "own" | "mixed" | "foreign";

/** Others' words without secrets, and without personal data where the rules say so. */
export function maskText(text: string, rules: MaskRules): string {
  return maskerOf(rules)(text, "foreign");
}

/**
 * `maskText` for many texts, whosever words they are: the rules are prepared once. Each rule sees the whole text: a
 * number that is known must not hide a phone of which it is a part, nor a phone the comment that holds it.
 */
export function maskerOf({ secrets, personal, maskPersonal }: MaskRules): (text: string, words: Words) => string {
  const texts = personal.map((text) => text.trim()).filter((text) => text !== "");
  const folded = texts.map((text) => [text, fold(text)] as const);
  const secret: readonly Rule[] = rules("***", [secretPattern(secrets), WEBHOOK_CODE, ENCRYPTED]);
  const shapes: readonly Rule[] = [
    ...rules("[почта]", [EMAIL]),
    ...rules("[телефон]", [PHONE]),
    ...rules("[имя]", [FULL_NAME, SURNAME_WITH_INITIALS]),
  ];
  return (text, words) => {
    const found = placesOf(text, secret);
    if (!maskPersonal) return withMasks(text, found);
    found.push(...placesOf(text, shapes));
    if (words === "own") return withMasks(text, found);
    // A pattern of all of them may be too large to be one: a comment may have a hundred thousand letters.
    const line = fold(text);
    const present = folded.filter(([, each]) => line.includes(each)).map(([each]) => each);
    const numbers = present.filter(isNumber);
    const known = rules("[скрыто]", [knownPattern(present), shortNamePattern(present), cardPattern(numbers)]);
    const bare = placesOf(text, rules("[скрыто]", [standingWhole(numbers.filter(isLong).map(escaped), "gu")]));
    found.push(...placesOf(text, known));
    found.push(...words === "foreign" ? bare : bare.filter(isInside(placesOf(text, rules("", FOREIGN)))));
    return withMasks(text, found);
  };
}

const fold = (text: string): string => text.toLowerCase().replaceAll("ё", "е");

interface Rule {
  readonly mask: string;
  readonly pattern: RegExp;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly mask: string;
}

function rules(mask: string, patterns: readonly (RegExp | undefined)[]): Rule[] {
  return patterns.filter((pattern) => pattern !== undefined).map((pattern) => ({ mask, pattern }));
}

function placesOf(text: string, of: readonly Rule[]): Place[] {
  return of.flatMap(({ mask, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length, mask }))
  );
}

const isInside = (others: readonly Place[]) => ({ start, end }: Place): boolean =>
  others.some((other) => other.start <= start && end <= other.end);

/** The text with a mask in each place; of places that overlap, one mask, the longest place's. */
function withMasks(text: string, places: readonly Place[]): string {
  const inOrder = [...places].sort((one, other) => one.start - other.start || other.end - one.end);
  let masked = "";
  let at = 0;
  for (let index = 0; index < inOrder.length;) {
    let longest = inOrder[index];
    const { start } = longest;
    let end = longest.end;
    for (index++; index < inOrder.length && inOrder[index].start < end; index++) {
      const next = inOrder[index];
      if (next.end - next.start > longest.end - longest.start) longest = next;
      end = Math.max(end, next.end);
    }
    masked += text.slice(at, start) + longest.mask;
    at = end;
  }
  return masked + text.slice(at);
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

/** Digits without a letter, as cards have them; the ten and more digits of a phone are nothing else. */
const isNumber = (text: string): boolean => !/\p{L}/u.test(text) && !/^\+?\d{10,}$/.test(text);
const isLong = (text: string): boolean => text.length >= SHORTEST_IN_ANY_CASE;

function knownPattern(texts: readonly string[]): RegExp | undefined {
  const parts = texts.filter((text) => isLong(text) && !isNumber(text));
  return standingWhole(parts.map((text) => escaped(text).replace(/[её]/gi, "[её]")), "giu");
}

function cardPattern(numbers: readonly string[]): RegExp | undefined {
  const pattern = standingWhole(numbers.map(escaped), "giu");
  return pattern &&
    new RegExp(`${CARD}${pattern.source}|${IN_QUOTES[0]}${pattern.source}${IN_QUOTES[1]}`, "giu");
}

function shortNamePattern(texts: readonly string[]): RegExp | undefined {
  const names = texts.filter((text) => SHORT_NAME.test(text));
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
