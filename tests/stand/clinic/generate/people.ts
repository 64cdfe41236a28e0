/**
 * Made-up people. Their phone numbers all lie in 900 000-00-00 … 900 000-99-99; the same number means a family or
 * a coincidence, as in a real clinic.
 */

import type { Random } from "./random.ts";

const SURNAMES = [
  "Иванов",
  "Петров",
  "Соловьёв",
  "Кузнецов",
  "Лебедев",
  "Королёв",
  "Орлов",
  "Зайцев",
  "Медведев",
  "Воробьёв",
  "Голубев",
  "Тестов",
  "Примеров",
  "Образцов",
  "Выдуманов",
] as const; // deno-fmt-ignore
const MEN = ["Иван", "Пётр", "Семён", "Артём", "Алексей", "Фёдор", "Михаил", "Лев"] as const;
const WOMEN = ["Анна", "Мария", "Алёна", "Ольга", "Анна-Мария", "Екатерина", "Зоя", "Ия"] as const;
const FATHERS = ["Иван", "Пётр", "Семён", "Алексей", "Михаил"] as const;
const PATRONYMICS: Readonly<Record<(typeof FATHERS)[number], readonly [string, string]>> = {
  Иван: ["Иванович", "Ивановна"],
  Пётр: ["Петрович", "Петровна"],
  Семён: ["Семёнович", "Семёновна"],
  Алексей: ["Алексеевич", "Алексеевна"],
  Михаил: ["Михайлович", "Михайловна"],
};

export interface FullName {
  readonly Surname: string | null;
  readonly Name: string | null;
  readonly Patronymic: string | null;
}

/** A person's name as registrars type it: sometimes in capitals, with blanks, an initial, or nothing. */
export function personName(random: Random, family?: string): FullName {
  const woman = random.chance(0.5);
  const base = family ?? random.pick(SURNAMES);
  const surname = woman ? `${base}а` : base;
  const name = random.pick(woman ? WOMEN : MEN);
  const patronymic = PATRONYMICS[random.pick(FATHERS)][woman ? 1 : 0];
  switch (random.whole(0, 19)) {
    case 0:
      return { Surname: surname.toUpperCase(), Name: name.toUpperCase(), Patronymic: patronymic.toUpperCase() };
    case 1:
      return { Surname: ` ${surname} `, Name: name, Patronymic: "" };
    case 2:
      return { Surname: surname, Name: name, Patronymic: `${patronymic[0]}.` };
    case 3:
      return { Surname: surname, Name: name, Patronymic: null };
    case 4:
      return { Surname: surname, Name: null, Patronymic: null };
    case 5:
      return {
        Surname: surname.replace("ё", "е"),
        Name: name.replace("ё", "е"),
        Patronymic: patronymic.replace("ё", "е"),
      };
    case 6:
      return { Surname: `${surname}-${woman ? "Водкина" : "Водкин"}`, Name: name, Patronymic: patronymic };
    case 7:
      return { Surname: null, Name: name, Patronymic: null };
    default:
      return { Surname: surname, Name: name, Patronymic: patronymic };
  }
}

/** The surname of a family, in its masculine form. */
export function familyName(random: Random): string {
  return random.pick(SURNAMES);
}

/** The ten digits of a made-up number. */
export function phoneDigits(number: number): string {
  return `900000${String(number % 10_000).padStart(4, "0")}`;
}

const FORMS: readonly ((digits: string) => string)[] = [
  (d) => `+7 (${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6, 8)}-${d.slice(8)}`,
  (d) => `8 ${d.slice(0, 3)} ${d.slice(3)}`,
  (d) => `8${d}`,
  (d) => `+7${d}`,
  (d) => `7${d}`,
  (d) => d,
  (d) => `8-${d.slice(0, 3)}-${d.slice(3, 6)}-${d.slice(6, 8)}-${d.slice(8)}`,
  (d) => ` +7 ${d.slice(0, 3)} ${d.slice(3, 6)} ${d.slice(6)} `,
  (d) => `+7(${d.slice(0, 3)})${d.slice(3)} мама`,
];

const JUNK = [null, "", "-", "нет", "12-34-56", "8 900 000", "не дал", "0", "+7", "см. карту"] as const;

/** What stands in the phone cell: mostly one number in one of many forms, sometimes two numbers, nothing or junk. */
export function phoneCell(random: Random, digits: string, second: string): string | null {
  const kind = random.next();
  if (kind < 0.1) return random.pick(JUNK);
  const first = random.pick(FORMS)(digits);
  return kind < 0.2
    ? `${first.trim()}${random.pick([", ", "; ", " / ", " "])}${random.pick(FORMS)(second).trim()}`.slice(0, 50)
    : first;
}
