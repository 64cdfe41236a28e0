/**
 * Secrets and a patient that stand nowhere but in one test's configuration and clinic, and the search for them in all
 * that the program leaves behind.
 */
import { join } from "node:path";
import type { ClinicDay } from "../stand/clinic/clinic_day.ts";

/** A patient of whom every word can be told from any other text. */
export const PATIENT = {
  surname: "Канарейкина",
  name: "Аполлинария",
  patronymic: "Серафимовна",
  phone: "8 (917) 604-83-52",
  card: "КРТ-77031",
  parent: "Щегловитова Евпраксия Никандровна",
  comment: "аллергия на лидокаин и страх бормашины",
} as const;

/** Puts the patient with a reception into a clinic's day. */
export function addCanary(day: ClinicDay, added: string): void {
  const { surname, name, patronymic, phone, card, parent, comment } = PATIENT;
  const patient = day.patient(`${surname} ${name} ${patronymic}`, phone, { CardNumber: card, ParentSNP: parent });
  day.reception(patient, added, { Comment: comment });
}

/** Pieces of the patient that would tell who it is; each is looked for by itself. */
export const PERSONAL: readonly string[] = [
  ...[PATIENT.surname, PATIENT.name, PATIENT.patronymic, ...PATIENT.parent.split(" ")].map((word) => word.slice(0, -2)),
  PATIENT.card,
  "лидокаин",
  "бормашин",
];
const PHONE_DIGITS = "9176048352";

/** The forms in which a text may stand in a file. */
function formsOf(text: string): string[] {
  const utf8 = new TextEncoder().encode(text);
  const utf16 = [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), utf16, utf8.toBase64(), utf8.toHex()];
}

/** The canaries that stand in a text, in any case, encoded or not. */
export function canariesIn(text: string, secrets: readonly string[], personal = true): string[] {
  const low = text.toLowerCase();
  const looked = [...secrets, ...(personal ? PERSONAL : [])];
  const found = looked.filter((canary) => formsOf(canary).some((form) => low.includes(form.toLowerCase())));
  return personal && text.replace(/[^\d\n]/g, "").includes(PHONE_DIGITS) ? [...found, PHONE_DIGITS] : found;
}

/** Every file below a folder but the configuration itself, with its content. */
export async function* filesBelow(folder: string): AsyncGenerator<readonly [path: string, text: string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesBelow(path);
    else if (!/^config.*\.ini$/.test(name)) yield [path, new TextDecoder().decode(await Deno.readFile(path))];
  }
}
