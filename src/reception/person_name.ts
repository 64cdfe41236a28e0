/**
 * Whether two records name the same person, as a registrar and a manager would have typed the name.
 */

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

/** A name folded for comparison: case, ё/е, look-alike letters, dashes, dots and blanks do not count. */
export function foldName(text: string): string {
  return text.normalize("NFC").toLowerCase()
    .replace(/[abcehkmoptxy]/g, (letter) => LOOK_ALIKES[letter])
    .replaceAll("ё", "е")
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/\s*-\s*/g, "-")
    .replace(/[.,]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The folded words of a name that have letters: what telephony puts there (a phone) is none. */
const wordsOf = (text: string): string[] => foldName(text).split(" ").filter((word) => /\p{L}/u.test(word));

/** Whether the record has any name at all, other than a phone put in its place. */
export const isNamed = ({ surname, name, patronymic }: PersonName): boolean =>
  wordsOf(`${surname} ${name} ${patronymic}`).length > 0;

/** Whether all words of `part` stand in the record's name already, in whichever field. */
export function namesAlready({ surname, name, patronymic }: PersonName, part: string): boolean {
  const words = wordsOf(`${surname} ${name} ${patronymic}`);
  return wordsOf(part).every((word) => words.includes(word));
}

/** Whether two patronymics can be one: equal, one of them empty (a dash is nothing), or one the initial of the other. */
export function patronymicsAgree(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => wordsOf(text).join(" "));
  if (a === "" || b === "" || a === b) return true;
  return (a.length === 1 || b.length === 1) && a[0] === b[0];
}

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

const PATRONYMIC = /(?:вич|ьич|мич|кич|вна|чна)$/;

/** The name read otherwise: the patronymic typed behind the name, or the whole name typed into the surname's field. */
function otherReading({ surname, name, patronymic }: PersonName): PersonName | undefined {
  if (wordsOf(patronymic).length > 0) return undefined;
  const [surnames, names] = [wordsOf(surname), wordsOf(name)];
  const words = names.length === 0 ? surnames : [surname, ...names];
  const last = words.at(-1);
  if (words.length !== 3 || last === undefined || !PATRONYMIC.test(last)) return undefined;
  return { surname: words[0], name: words[1], patronymic: last };
}

/**
 * Whether a record of the portal is this person: it has the surname and the name, in whichever of its fields, and no
 * patronymic that contradicts. A person without surname or name equals nobody.
 */
export function isSamePerson(record: PersonName, person: PersonName): boolean {
  const other = otherReading(person);
  return hasNameOf(record, person) || (other !== undefined && hasNameOf(record, other));
}

function hasNameOf(record: PersonName, person: PersonName): boolean {
  const [surname, name] = [wordsOf(person.surname), wordsOf(person.name)];
  if (surname.length === 0 || name.length === 0) return false;
  const rest = without(wordsOf(`${record.surname} ${record.name}`), [...surname, ...name]);
  if (rest === undefined || rest.length > 1) return false;
  // One word more can only be the patronymic, typed into the field of the name.
  return patronymicsAgree(record.patronymic, person.patronymic) &&
    patronymicsAgree(rest[0] ?? "", person.patronymic) && patronymicsAgree(rest[0] ?? "", record.patronymic);
}

/**
 * Whether what a record says of the name cannot be this person: a word that is none of the person's, or another
 * patronymic. A record that says nothing contradicts nobody.
 */
export function contradicts(record: PersonName, person: PersonName): boolean {
  if (!patronymicsAgree(record.patronymic, person.patronymic)) return true;
  const words = wordsOf(`${record.surname} ${record.name}`);
  const known = wordsOf(`${person.surname} ${person.name} ${person.patronymic}`);
  const strange = words.filter((word) =>
    !known.some((other) => other === word || (word.length === 1 && other.startsWith(word)))
  );
  // A full name in one field may have the patronymic that the clinic lacks.
  const allowed = person.patronymic === "" && words.length - strange.length >= 2 ? 1 : 0;
  return strange.length > allowed;
}

/** `Иванов Иван Иванович`, without the parts that are missing. */
export function fullName({ surname, name, patronymic }: PersonName): string {
  return [surname, name, patronymic].filter(Boolean).join(" ");
}
