/**
 * Who has a phone: ids of contacts or leads.
 */
import { foldPhone } from "../reception/phone.ts";
import type { Command } from "./batch.ts";
import { chunks, list, type Read, readAll, readLists } from "./lists.ts";
import { idOf, phonesOf, rowsOf } from "./records.ts";

export type Owner = "CONTACT" | "LEAD";

/** Values that `crm.duplicate.findbycomm` takes; the rest it would ignore. */
const PHONES_PER_SEARCH = 20;
/** So many owners it names of each value at the most, and does not say that there are more. */
const OWNERS_PER_PHONE = 20;

const LIST = { CONTACT: "crm.contact.list", LEAD: "crm.lead.list" } as const satisfies Record<Owner, string>;

/** A phone as it may be stored: in international form, and as ten digits, which the portal does not see as the same. */
const variants = (phone: string): string[] => phone.startsWith("+7") ? [phone, phone.slice(2)] : [phone];

/** The searches for all owners of the phones (in international form). */
export const phoneSearches = (phones: readonly string[], entity: Owner): Command[] =>
  chunks(phones.flatMap(variants), PHONES_PER_SEARCH).map((values) => searchFor(values, entity));

const searchFor = (values: readonly string[], entity: Owner): Command => ({
  method: "crm.duplicate.findbycomm",
  params: { type: "PHONE", values, entity_type: entity },
});

/** Ids of the owners that the searches' answers name, and of those that they are silent about. */
export async function ownersFound(
  searches: readonly Command[],
  answers: readonly unknown[],
  entity: Owner,
  read: Read,
): Promise<number[]> {
  const found = answers.map((answer) => idsIn(answer, entity));
  // Where many are found, one of the phones may have more: asked one by one it is known which.
  const values = searches.filter((_, index) => found[index].length >= OWNERS_PER_PHONE)
    .flatMap(({ params }) => params.values as string[]);
  const alone = values.map((value) => searchFor([value], entity));
  const ofEach = (await readAll(alone, read)).map((answer) => idsIn(answer, entity));
  const crowded = values.filter((_, index) => ofEach[index].length >= OWNERS_PER_PHONE);
  return [...new Set([...found.flat(), ...await allOwners(crowded, entity, read)])];
}

/** Nothing found is `[]`, not an empty map. */
function idsIn(answer: unknown, entity: Owner): number[] {
  const ids = (answer as Readonly<Record<string, unknown>> | null)?.[entity] ?? [];
  return [ids].flat().map(idOf).filter((id) => id !== undefined);
}

/** A list finds a phone only as it was typed, but all of them: the usual spellings are asked for. */
async function allOwners(values: readonly string[], entity: Owner, read: Read): Promise<number[]> {
  const phones = [...new Set(values.map(foldPhone))];
  const asked = phones.flatMap((phone) =>
    spellings(phone).map((PHONE) => ({ phone, command: list(LIST[entity], ["ID", "PHONE"], { PHONE }) }))
  );
  const firstPages = await readAll(asked.map(({ command }) => command), read);
  // A filter that the portal does not know is dropped without a word, and everybody comes.
  const honest = asked.map((each, index) => ({ ...each, page: firstPages[index] })).filter(({ phone, page }) =>
    rowsOf(page).every((row) => phonesOf(row).includes(phone))
  );
  const rows = await readLists(honest.map(({ command }) => command), honest.map(({ page }) => page), read);
  return rows.flat().map(({ ID }) => idOf(ID)).filter((id) => id !== undefined);
}

function spellings(phone: string): string[] {
  const digits = phone.slice(2);
  if (!/^\+7\d{10}$/.test(phone)) return [phone];
  const [, code, first, second, third] = /^(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(digits)!;
  const rest = `(${code}) ${first}-${second}-${third}`;
  return [phone, `7${digits}`, `8${digits}`, digits, `+7 ${rest}`, `8 ${rest}`];
}
