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

/** Whether two patronymics can be one: equal, one of them empty, or one the initial of the other. */
export function patronymicsAgree(one: string, other: string): boolean {
  const [a, b] = [foldName(one), foldName(other)];
  if (a === "" || b === "" || a === b) return true;
  return (a.length === 1 || b.length === 1) && a[0] === b[0];
}

/** Same surname and name, and patronymics that do not contradict. A record without surname or name equals nobody. */
export function isSamePerson(one: PersonName, other: PersonName): boolean {
  const surname = foldName(one.surname);
  const name = foldName(one.name);
  return surname !== "" && name !== "" && surname === foldName(other.surname) && name === foldName(other.name) &&
    patronymicsAgree(one.patronymic, other.patronymic);
}

/** `Иванов Иван Иванович`, without the parts that are missing. */
export function fullName({ surname, name, patronymic }: PersonName): string {
  return [surname, name, patronymic].filter(Boolean).join(" ");
}
