/**
 * What the portal holds that concerns some receptions: first by keys and phones, then what those name by id. The
 * commands of each step share requests of fifty.
 */
import type { ContactFieldNames, DealFieldNames } from "../config/config.ts";
import { ORIGINATOR } from "../sync/match.ts";
import type { PortalContact, PortalDeal, PortalView, Question } from "../sync/ports.ts";
import { type Command, COMMANDS_PER_BATCH } from "./batch.ts";
import { contactOf, dealOf, idOf, type Row, rowsOf } from "./records.ts";

/** Rows a page of a list; a list that is shorter is complete. */
const PAGE = 50;
/** One less than a page, so that a full page tells of doubles. */
const KEYS_PER_LIST = PAGE - 1;
/** Values that `crm.duplicate.findbycomm` takes; the rest it would ignore. */
const PHONES_PER_SEARCH = 20;

/** Reads by many commands; each command's result in their order. */
type Read = (commands: readonly Command[]) => Promise<unknown[]>;

export interface LookUpNames {
  readonly dealFields: DealFieldNames;
  readonly contactFields: ContactFieldNames;
}

const namesIn = (fields: DealFieldNames | ContactFieldNames): string[] =>
  [...new Set(Object.values(fields) as (string | undefined)[])].filter((name) => name !== undefined);

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, index) => items.slice(index * size, (index + 1) * size),
  );
}

/** Reads any number of commands, fifty to a request. */
async function readAll(commands: readonly Command[], read: Read): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const batch of chunks(commands, COMMANDS_PER_BATCH)) results.push(...await read(batch));
  return results;
}

/** All rows of some lists whose first pages are read: a full page may have a next one, beginning after its last id. */
async function complete(lists: readonly Command[], firstPages: readonly unknown[], read: Read): Promise<Row[]> {
  const rows: Row[] = [];
  let open = [...lists];
  let pages = firstPages.map(rowsOf);
  while (true) {
    rows.push(...pages.flat());
    open = open.flatMap(({ method, params }, index) => {
      const last = pages[index].length < PAGE ? undefined : idOf(pages[index].at(-1)!.ID);
      if (last === undefined) return [];
      return [{ method, params: { ...params, filter: { ...params.filter as object, ">ID": last } } }];
    });
    if (open.length === 0) return rows;
    pages = (await readAll(open, read)).map(rowsOf);
  }
}

function list(method: string, select: readonly string[], filter: Command["params"]): Command {
  return { method, params: { select, filter, order: { ID: "ASC" }, start: -1 } };
}

/** A phone as it may be stored: in international form, and as ten digits, which the portal does not see as the same. */
const variants = (phone: string): string[] => phone.startsWith("+7") ? [phone, phone.slice(2)] : [phone];

/** Asks for everything that concerns the receptions, patients and phones of the question. */
export async function lookUp(question: Question, names: LookUpNames, read: Read): Promise<PortalView> {
  const keyField = names.dealFields.identId;
  const dealFields = [...namesIn(names.dealFields), "OPPORTUNITY", "CURRENCY_ID"];
  const contactFields = namesIn(names.contactFields);
  const dealSelect = ["ID", "CATEGORY_ID", "STAGE_ID", "CLOSED", "CONTACT_ID", "LEAD_ID", ...dealFields];
  const contactSelect = [
    "ID",
    "NAME",
    "SECOND_NAME",
    "LAST_NAME",
    "PHONE",
    "ORIGINATOR_ID",
    "ORIGIN_ID",
    ...contactFields,
  ];

  const deals = new Map<number, PortalDeal>();
  const contacts = new Map<number, PortalContact>();
  const contactIds = new Set<number>();
  const wantedKeys = new Set(question.receptionKeys);

  const searches = chunks(question.phones.flatMap(variants), PHONES_PER_SEARCH).map((values): Command => ({
    method: "crm.duplicate.findbycomm",
    params: { type: "PHONE", values, entity_type: "CONTACT" },
  }));
  const keyLists = chunks(question.receptionKeys, KEYS_PER_LIST).map((keys) =>
    list("crm.deal.list", dealSelect, { [`@${keyField}`]: keys })
  );
  const originLists = chunks(question.patientKeys, KEYS_PER_LIST).map((keys) =>
    list("crm.contact.list", contactSelect, { "=ORIGINATOR_ID": ORIGINATOR, "@ORIGIN_ID": keys })
  );

  const answers = await readAll([...searches, ...keyLists, ...originLists], read);
  const [found, keyPages, originPages] = [
    answers.slice(0, searches.length),
    answers.slice(searches.length, searches.length + keyLists.length),
    answers.slice(searches.length + keyLists.length),
  ];

  for (const result of found) {
    const ids = (result as { CONTACT?: unknown } | null)?.CONTACT;
    for (const id of Array.isArray(ids) ? ids.map(idOf) : []) if (id !== undefined) contactIds.add(id);
  }
  for (const row of await complete(keyLists, keyPages, read)) {
    const deal = dealOf(row, keyField, dealFields);
    // An unknown filter key would answer with every deal of the portal.
    if (!wantedKeys.has(deal.key)) continue;
    deals.set(deal.id, deal);
    if (deal.contactId !== undefined) contactIds.add(deal.contactId);
  }
  for (const row of await complete(originLists, originPages, read)) {
    const contact = contactOf(row, contactFields);
    if (question.patientKeys.includes(contact.originId)) contacts.set(contact.id, contact);
  }

  const missing = [...contactIds].filter((id) => !contacts.has(id));
  const byId = chunks(missing, PAGE).map((ids) => list("crm.contact.list", contactSelect, { "@ID": ids }));
  for (const row of (await readAll(byId, read)).flatMap(rowsOf)) {
    const contact = contactOf(row, contactFields);
    if (contactIds.has(contact.id)) contacts.set(contact.id, contact);
  }
  return { contacts: [...contacts.values()], deals: [...deals.values()] };
}
