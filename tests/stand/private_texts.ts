/**
 * What no test may find in a log, an output or a file of the program: the stands' own secrets, and the patients that the
 * tests of this process have made up. Every workplace looks for them by itself.
 */
import { SECRET } from "./portal/serving.ts";

const SECRETS = [SECRET, "Ident-2026!"];
const surnames = new Set<string>();
const phones = new Set<string>();

/** Remembers a patient; short words occur in any text by chance. */
export function rememberPatient(surname: string, phone: string | null): void {
  if (surname.length >= 6) surnames.add(surname);
  const digits = phone?.replace(/\D/g, "").slice(-10) ?? "";
  if (digits.length === 10) phones.add(digits);
}

/** What of all that stands in a text. */
export function privateTextsIn(text: string): string[] {
  if (text === "") return [];
  const digits = text.replace(/[^\d\n]/g, "");
  return [
    ...[...SECRETS, ...surnames].filter((each) => text.includes(each)),
    ...[...phones].filter((each) => digits.includes(each)),
  ];
}
