/**
 * Whether two records name the same person, as a registrar and a manager would have typed the name.
 */
import { visible } from "./invisible.ts";

export interface PersonName {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
}

/** Latin letters that look like Cyrillic ones when typed in the wrong layout. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: "а",
  b: "в",
  c: "с",
  e: "е",
  h: "н",
  k: "к",
  m: "м",
  o: "о",
  p: "р",
  t: "т",
  x: "х",
  y: "у",
};

/** A name folded for comparison: case, ё/е, look-alike letters, dashes, dots, blanks and what is invisible do not count. */
export function foldName(text: string): string {
  return visible(text).normalize("NFC").toLowerCase()
    .replace(/[abcehkmoptxy]/g, (letter) => LOOK_ALIKES[letter])
    .replaceAll("ё", "е")
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/\s*-\s*/g, "-")
    .replace(/[.,]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

const MISSING = ["отчества", "отч", "имени", "фамилии", "данных"];

/** What is typed into a field of the name to say that there is none. */
const SAYS_NOTHING: readonly [why: string, words: readonly string[]][] = [
  ["the plain word", ["нет", "нету", "отсутствует", "прочерк", "пусто"]],
  ["what is missing is named", MISSING.flatMap((part) => [`нет ${part}`, `без ${part}`])],
  ["nobody asked the patient", ["не указано", "не указан", "не указана", "не известно", "неизвестно", "не имеет"]],
  ["abbreviations with a slash: no name is written so", ["б/о", "б\\о", "б/отч", "н/д", "н\\д", "н/у", "б/и", "б/ф"]],
  ["another program had nothing", ["null", "none", "n/a"]],
];

/** The same with dots; only of a patronymic, since beside a surname they are initials: `Б. О.` */
const SAYS_NO_PATRONYMIC = /^(?:б о|б отч|н д|н у)$/;

/** Longest first, and as whole words: «Нетребко» is a surname. */
const NOTHING = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?:${
    SAYS_NOTHING.flatMap(([, words]) => words).map(foldName).sort((a, b) => b.length - a.length)
      .map((words) => words.replaceAll("\\", "\\\\")).join("|")
  })(?![\\p{L}\\p{N}-])`,
  "gu",
);

/** Son and daughter of, as the languages and the registrars spell them. */
const SON = "[оуў][гғ]л[ыиу]|у?улы|уулу";
const DAUGHTER = "[кгқ][ыи]з[ыи]";
const PARTICLE = new RegExp(`(?<=\\p{L})[\\s-]+(?:(${SON})|${DAUGHTER})(?![\\p{L}\\p{N}])`, "gu");
const WITH_PARTICLE = new RegExp(`^(?:(.+)-|(\\p{L}{3,}?))(?:(${SON})|${DAUGHTER})$`, "u");

/** In a note these tell namesakes of one family apart, so they count. */
const RELATIVES = new Set(
  ("отец папа мать мама сын дочь дочка брат сестра муж жена дед дедушка бабушка внук внучка ребенок " +
    "старший старшая ст младший младшая мл").split(" "),
);

/** A note in brackets behind a name: `Иванов (ДМС)`. */
const NOTE = /(?<=\p{L}.*)[([]([^()[\]]*)[)\]]?/gu;

/**
 * The folded words of a field that have letters: what telephony puts there (a phone) is none, nor are the registrar's
 * marks (`Иванов*`) and notes. A double name with dashes is one word, and so is a patronymic with its particle.
 */
function wordsIn(text: string, withNotes: boolean): string[] {
  const noted = foldName(text).replace(NOTE, (_, note: string) => {
    const counts = withNotes || note.split(" ").some((word) => RELATIVES.has(word));
    return counts ? ` ${note} ` : " ";
  });
  return noted.replace(/['’ʼ`]/g, "").replace(/[^\p{L}\p{M}\p{N}/\\-]+/gu, " ")
    .replace(/-+/g, "-").replace(/(?<![^ ])-|-(?![^ ])/g, " ")
    .replace(NOTHING, " ").replace(PARTICLE, (_, son?: string) => son === undefined ? "-кызы" : "-оглы")
    .split(" ").filter((word) => /\p{L}/u.test(word));
}

const wordsOf = (...fields: readonly string[]): string[] => fields.flatMap((field) => wordsIn(field, false));

function wordsOfPatronymic(text: string): string[] {
  const words = wordsOf(text);
  return SAYS_NO_PATRONYMIC.test(words.join(" ")) ? [] : words;
}

const allWordsOf = ({ surname, name, patronymic }: PersonName): string[] => [
  ...wordsOf(surname, name),
  ...wordsOfPatronymic(patronymic),
];

/**
 * What a field of the clinic's says of a name, as it was typed; `""` where it only says that there is none (`-`, `нет`,
 * `б/о`). Marks and notes behind the name are sent: they are the registrar's own, and whoever made them will look for them.
 */
export const nameIn = (text: string): string => /\p{N}/u.test(text) || wordsOf(text).length > 0 ? text : "";

/** The same for the field of the patronymic. */
export const patronymicIn = (text: string): string =>
  /\p{N}/u.test(text) || wordsOfPatronymic(text).length > 0 ? text : "";

/** Whether the record has any name at all, other than a phone or a dash put in its place. */
export const isNamed = (person: PersonName): boolean => allWordsOf(person).length > 0;

/** `words` where two of them that `others` write with a dash are one as well. */
function joinedAs(words: readonly string[], others: readonly string[]): string[] {
  const doubles = others.filter((word) => word.includes("-"));
  const text = doubles.reduce(
    (joined, double) => joined.replaceAll(` ${double.replaceAll("-", " ")} `, ` ${double} `),
    ` ${words.join(" ")} `,
  );
  return text.split(" ").filter(Boolean);
}

/** Whether all words of `part` stand in the record's name already, in whichever field. */
export function namesAlready(record: PersonName, part: string): boolean {
  const [words, wanted] = [allWordsOf(record), wordsOf(part)];
  const present = joinedAs(words, wanted);
  return joinedAs(wanted, words).every((word) => present.includes(word));
}

/** A patronymic without its particle, and whose it is where the particle tells. */
function stemOf(text: string): { readonly stem: string; readonly sex: "son" | "daughter" | undefined } {
  const whole = wordsOfPatronymic(text).join("-");
  const [, before, glued, son] = WITH_PARTICLE.exec(whole) ?? [];
  const stem = before ?? glued;
  return stem === undefined ? { stem: whole, sex: undefined } : { stem, sex: son === undefined ? "daughter" : "son" };
}

/**
 * Whether two patronymics can be one: equal, one of them empty (a dash or «нет» is nothing), or one the initial of the
 * other. «Самед» agrees with «Самед оглы», however that is spelled; «Самед оглы» is no «Самед кызы».
 */
export function patronymicsAgree(one: string, other: string): boolean {
  const [a, b] = [stemOf(one), stemOf(other)];
  if (a.stem === "" || b.stem === "") return true;
  if (a.sex !== undefined && b.sex !== undefined && a.sex !== b.sex) return false;
  return a.stem === b.stem || ((a.stem.length === 1 || b.stem.length === 1) && a.stem[0] === b.stem[0]);
}

/** Whether both patronymics are known, as more than an initial, and are one. */
export const patronymicsMatch = (one: string, other: string): boolean =>
  patronymicsAgree(one, other) && stemOf(one).stem.length > 1 && stemOf(other).stem.length > 1;

/** `words` without one occurrence of each of `taken`; `undefined` where one of those is missing. */
function without(words: readonly string[], taken: readonly string[]): string[] | undefined {
  const rest = [...words];
  for (const word of taken) {
    const index = rest.indexOf(word);
    if (index === -1) return undefined;
    rest.splice(index, 1);
  }
  return rest;
}

const endsAsPatronymic = (word: string): boolean =>
  /(?:вич|ьич|мич|кич|вна|чна)$/.test(word) || WITH_PARTICLE.test(word);

/**
 * The name read otherwise: the patronymic typed behind the name, or the whole name typed into the surname's field.
 *
 * @param known the patronymic that the other record has
 */
function otherReading({ surname, name, patronymic }: PersonName, known: string): PersonName | undefined {
  if (wordsOfPatronymic(patronymic).length > 0) return undefined;
  const [surnames, names] = [wordsOf(surname), wordsOf(name)];
  const words = names.length === 0 ? surnames : [surname, ...names];
  const last = words.at(-1);
  if (words.length < 3 || last === undefined) return undefined;
  if (!endsAsPatronymic(last) && !patronymicsMatch(last, known)) return undefined;
  return { surname: words[0], name: words.slice(1, -1).join(" "), patronymic: last };
}

/**
 * Whether a record of the portal is this person: it has the surname and the name, in whichever of its fields, and no
 * patronymic that contradicts. A person without surname or name equals nobody.
 */
export function isSamePerson(record: PersonName, person: PersonName): boolean {
  const other = otherReading(person, record.patronymic);
  return hasNameOf(record, person) || (other !== undefined && hasNameOf(record, other));
}

function hasNameOf(record: PersonName, person: PersonName): boolean {
  const [surname, name, typed] = [wordsOf(person.surname), wordsOf(person.name), wordsOf(record.surname, record.name)];
  if (surname.length === 0 || name.length === 0) return false;
  const own = [...joinedAs(surname, typed), ...joinedAs(name, typed)];
  const rest = without(joinedAs(typed, own), own);
  if (rest === undefined || rest.length > 1) return false;
  // One word more can only be the patronymic, typed into the field of the name, and no second surname or name.
  const [further = ""] = rest;
  const known = [record.patronymic, person.patronymic];
  return patronymicsAgree(record.patronymic, person.patronymic) &&
    known.every((patronymic) => patronymicsAgree(further, patronymic)) &&
    (further.length <= 1 || endsAsPatronymic(further) ||
      known.some((patronymic) => patronymicsMatch(further, patronymic)));
}

/**
 * Whether what a record says of the name cannot be this person: a word that is none of the person's, or another
 * patronymic. A record that says nothing contradicts nobody.
 */
export function contradicts(record: PersonName, person: PersonName): boolean {
  if (!patronymicsAgree(record.patronymic, person.patronymic)) return true;
  const fields = [record.surname, record.name];
  // Beside a single word the brackets may hold the surname: «Мария (Петрова)».
  const typed = wordsOf(...fields).length > 1 ? wordsOf(...fields) : fields.flatMap((field) => wordsIn(field, true));
  const known = joinedAs(allWordsOf(person), typed);
  const words = joinedAs(typed, known);
  const strange = words.filter((word) =>
    !known.some((other) => other === word || (word.length === 1 && other.startsWith(word)))
  );
  if (strange.length === 0) return false;
  // A full name in one field may have the patronymic that the clinic lacks, or has with its particle.
  const mayBePatronymic = wordsOfPatronymic(person.patronymic).length === 0
    ? endsAsPatronymic(strange[0])
    : patronymicsMatch(strange[0], person.patronymic);
  return strange.length > 1 || words.length < 3 || !mayBePatronymic;
}

/** `Иванов Иван Иванович`, without the parts that are missing. */
export function fullName({ surname, name, patronymic }: PersonName): string {
  return [surname, name, patronymic].filter(Boolean).join(" ");
}
