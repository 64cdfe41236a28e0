/**
 * What the portal holds that concerns some receptions: first by keys and phones, then what those name by id. The
 * commands of each step share requests of fifty.
 */
import {
  type FieldNames,
  type OpenDeals,
  ORIGINATOR,
  type PortalContact,
  type PortalDeal,
  type PortalLead,
  type PortalStage,
  type PortalView,
  type Question,
} from "../sync/ports.ts";
import { type Command, COMMANDS_PER_BATCH } from "./batch.ts";
import { stagesCommand, stagesFrom } from "./facts.ts";
import { chunks, list, PAGE, type Read, readAll, readLists, readLongList, readWholeList } from "./lists.ts";
import { ownersFound, phoneSearches } from "./phone_search.ts";
import { contactOf, dealOf, leadOf, type Row, rowsOf } from "./records.ts";
import { keyFieldGoneError } from "./trouble.ts";

/** One less than a page: a full page would be asked for the next one, and of a key it tells of doubles. */
const KEYS_PER_LIST = PAGE - 1;

const CONTACT = [
  "ID",
  "NAME",
  "SECOND_NAME",
  "LAST_NAME",
  "PHONE",
  "ORIGINATOR_ID",
  "ORIGIN_ID",
  "LEAD_ID",
  "DATE_CREATE",
];
const LEAD = [
  "ID",
  "NAME",
  "SECOND_NAME",
  "LAST_NAME",
  "PHONE",
  "STATUS_ID",
  "STATUS_SEMANTIC_ID",
  "CONTACT_ID",
  "DATE_CREATE",
];
const DEAL = [
  "ID",
  "CATEGORY_ID",
  "STAGE_ID",
  "CLOSED",
  "CONTACT_ID",
  "LEAD_ID",
  "DATE_CREATE",
  "ORIGINATOR_ID",
  "ORIGIN_ID",
  "OPPORTUNITY",
  "CURRENCY_ID",
];

/** What is the same in every look-up. */
export interface LookUpConfig {
  readonly pipeline: number;
  /** The deal field that holds the reception's key. */
  readonly keyField: string;
}

/** A look-up's commands and readings need to know which fields beside the usual ones the portal has. */
interface Reading extends LookUpConfig {
  readonly fields: FieldNames;
}

/** The deals that have one of the keys. */
export async function dealsByKey(
  keys: readonly string[],
  fields: FieldNames,
  lookUpConfig: LookUpConfig,
  read: Read,
): Promise<PortalDeal[]> {
  const config: Reading = { ...lookUpConfig, fields };
  const lists = chunks(keys, KEYS_PER_LIST).map((some) => dealList({ [`@${config.keyField}`]: some }, config));
  const firstPages = await readAll(lists, read);
  checkKeys(firstPages, config.keyField);
  const rows = await readLists(lists, firstPages, read);
  const wanted = new Set(keys);
  return rows.flat().map((row) => readDeal(row, config)).filter(({ key }) => wanted.has(key));
}

/** The contacts with these ids. */
export async function contactsById(ids: readonly number[], fields: FieldNames, read: Read): Promise<PortalContact[]> {
  const lists = chunks(ids, KEYS_PER_LIST).map((some) => contactList({ "@ID": some }, fields.contact));
  const rows = await readLists(lists, await readAll(lists, read), read);
  const wanted = new Set(ids);
  return rows.flat().map((row) => contactOf(row, fields.contact)).filter(({ id }) => wanted.has(id));
}

/** All deals that have a key, of every pipeline, closed ones among them. */
export async function keyedDeals(fields: FieldNames, lookUpConfig: LookUpConfig, read: Read): Promise<PortalDeal[]> {
  const config: Reading = { ...lookUpConfig, fields };
  const rows = await readWholeList(dealList({ [`!${config.keyField}`]: "" }, config), read);
  return rows.map((row) => readDeal(row, config)).filter(({ key }) => key !== "");
}

/**
 * The open deals of the pipeline whose `field`, a moment, lies between two moments (with offset), and the stages of the
 * pipeline, which ride along.
 *
 * @param expected about how many there are: so many pages share a request
 */
export async function openDealsBetween(
  field: string,
  from: string,
  to: string,
  expected: number,
  fields: FieldNames,
  lookUpConfig: LookUpConfig,
  read: Read,
): Promise<OpenDeals> {
  const config: Reading = { ...lookUpConfig, fields };
  let stages: PortalStage[] | undefined;
  const readWithStages: Read = async (commands) => {
    if (stages !== undefined || commands.length === COMMANDS_PER_BATCH) return await read(commands);
    const answers = await read([...commands, stagesCommand(config.pipeline)]);
    stages = stagesFrom(answers.at(-1));
    return answers.slice(0, -1);
  };
  const filter = { [`>=${field}`]: from, [`<=${field}`]: to, "=CATEGORY_ID": config.pipeline, "=CLOSED": "N" };
  const rows = await readLongList(dealList(filter, config), expected, readWithStages);
  const [begin, end] = [from, to].map((moment) => Date.parse(moment));
  const within = rows.filter((row) => {
    const at = Date.parse(String(row[field] ?? ""));
    return at >= begin && at <= end;
  });
  const deals = within.map((row) => readDeal(row, config))
    .filter(({ closed, pipeline }) => !closed && pipeline === config.pipeline);
  return { deals, stages: stages ?? [] };
}

/**
 * A filter by a field that is not there is dropped without a word, and every deal of the portal comes: the field was
 * deleted since the portal was asked for its fields. Its deals would be made again.
 */
function checkKeys(firstPages: readonly unknown[], keyField: string): void {
  const hasNoKey = (row: Row) => row[keyField] === undefined || row[keyField] === null || row[keyField] === "";
  if (firstPages.some((page) => rowsOf(page).some(hasNoKey))) throw keyFieldGoneError(keyField);
}

const readDeal = (row: Row, { keyField, fields }: Reading): PortalDeal =>
  dealOf(row, keyField, [...fields.deal, "OPPORTUNITY", "CURRENCY_ID"]);

const dealList = (filter: Command["params"], { keyField, fields }: Reading): Command =>
  list("crm.deal.list", [...new Set([...DEAL, keyField, ...fields.deal])], filter);

const contactList = (filter: Command["params"], fields: readonly string[]): Command =>
  list("crm.contact.list", [...CONTACT, ...fields], filter);

/** Asks for everything that concerns the receptions, patients and phones of the question. */
export async function lookUp(question: Question, config: LookUpConfig, read: Read): Promise<PortalView> {
  return await new LookUp(question, config, read).run();
}

class LookUp {
  readonly #question: Question;
  readonly #config: Reading;
  readonly #read: Read;
  readonly #contactFields: readonly string[];
  readonly #deals = new Map<number, PortalDeal>();
  readonly #contacts = new Map<number, PortalContact>();
  readonly #leads = new Map<number, PortalLead>();
  #stages: PortalStage[] | undefined;

  constructor(question: Question, config: LookUpConfig, read: Read) {
    this.#question = question;
    this.#config = { ...config, fields: question.fields };
    this.#read = read;
    this.#contactFields = question.fields.contact;
  }

  async run(): Promise<PortalView> {
    const named = await this.#byKeysAndPhones();
    await this.#byIds(named.contacts, named.leads, this.#question.leads);
    // A lead's own contact mostly has the lead's phone and is there already.
    const owners = [...this.#leads.values()].map(({ contactId }) => contactId).filter((id) => id !== undefined);
    await this.#byIds(new Set(owners), new Set(), false);
    return {
      contacts: [...this.#contacts.values()],
      deals: [...this.#deals.values()],
      leads: [...this.#leads.values()],
      stages: this.#stages,
    };
  }

  /** Deals by key, contacts by origin, and the ids of the contacts and leads that have the phones. */
  async #byKeysAndPhones(): Promise<{ contacts: Set<number>; leads: Set<number> }> {
    const { receptionKeys, patientKeys, phones, leads } = this.#question;
    const keys = receptionKeys.flat();
    const contactSearches = phoneSearches(phones, "CONTACT");
    const leadSearches = leads ? phoneSearches(phones, "LEAD") : [];
    const searches = [...contactSearches, ...leadSearches];
    const dealLists = chunks(keys, KEYS_PER_LIST).map((some) =>
      dealList({ [`@${this.#config.keyField}`]: some }, this.#config)
    );
    const originLists = chunks(patientKeys, KEYS_PER_LIST).map((some) =>
      contactList({ "=ORIGINATOR_ID": ORIGINATOR, "@ORIGIN_ID": some }, this.#contactFields)
    );
    const lists = [...dealLists, ...originLists];
    const asked = [...searches, ...lists];
    // The stages ride along where the request has room: a stage that was removed would be ignored without a word.
    const hasRoom = asked.length % COMMANDS_PER_BATCH !== 0;
    const answers = await readAll(hasRoom ? [...asked, stagesCommand(this.#config.pipeline)] : asked, this.#read);
    const stages = hasRoom ? stagesFrom(answers.at(-1)) : [];
    if (stages.length > 0) this.#stages = stages;
    checkKeys(answers.slice(searches.length, searches.length + dealLists.length), this.#config.keyField);
    const rows = await readLists(lists, answers.slice(searches.length, asked.length), this.#read);

    // An unknown filter key would answer with every record of the portal: only what was asked for counts.
    const wantedKeys = new Set(keys);
    const deals = rows.slice(0, dealLists.length).flat().map((row) => readDeal(row, this.#config));
    for (const deal of deals) if (wantedKeys.has(deal.key)) this.#deals.set(deal.id, deal);
    const wantedPatients = new Set(patientKeys);
    const contacts = rows.slice(dealLists.length).flat().map((row) => contactOf(row, this.#contactFields));
    for (const contact of contacts) if (wantedPatients.has(contact.originId)) this.#contacts.set(contact.id, contact);

    const ofContacts = answers.slice(0, contactSearches.length);
    const ofLeads = answers.slice(contactSearches.length, searches.length);
    const found = await ownersFound(contactSearches, ofContacts, "CONTACT", this.#read);
    const foundLeads = await ownersFound(leadSearches, ofLeads, "LEAD", this.#read);
    const ofDeals = [...this.#deals.values()].map(({ contactId }) => contactId).filter((id) => id !== undefined);
    return {
      contacts: new Set([...found, ...ofDeals, ...this.#contacts.keys()]),
      leads: new Set([...foundLeads, ...(leads ? this.#question.leadIds ?? [] : [])]),
    };
  }

  /**
   * The contacts and leads with these ids that are not known yet and, as long as a reception is new, the contacts' open deals
   * in the pipeline and, where asked for, their open leads: a repeat lead has no phone of its own.
   */
  async #byIds(contacts: ReadonlySet<number>, leads: ReadonlySet<number>, withLeads: boolean): Promise<void> {
    const unknown = [...contacts].filter((id) => !this.#contacts.has(id));
    const hasNew = this.#hasNewReceptions();
    const withDeals = hasNew ? this.#contactsToAskForDeals(contacts) : [];
    const contactLists = chunks(unknown, KEYS_PER_LIST).map((ids) => contactList({ "@ID": ids }, this.#contactFields));
    const ownLeads = chunks(withLeads && hasNew ? [...contacts] : [], KEYS_PER_LIST).map((ids) =>
      list("crm.lead.list", LEAD, { "@CONTACT_ID": ids, "=STATUS_SEMANTIC_ID": "P" })
    );
    const leadLists = [
      ...chunks([...leads], KEYS_PER_LIST).map((ids) => list("crm.lead.list", LEAD, { "@ID": ids })),
      ...ownLeads,
    ];
    const dealLists = chunks(withDeals, KEYS_PER_LIST).map((ids) =>
      dealList({ "@CONTACT_ID": ids, "=CATEGORY_ID": this.#config.pipeline, "=CLOSED": "N" }, this.#config)
    );
    const lists = [...contactLists, ...leadLists, ...dealLists];
    const rows = await readLists(lists, await readAll(lists, this.#read), this.#read);

    for (const row of rows.slice(0, contactLists.length).flat()) {
      const contact = contactOf(row, this.#contactFields);
      if (contacts.has(contact.id)) this.#contacts.set(contact.id, contact);
    }
    for (const row of rows.slice(contactLists.length, contactLists.length + leadLists.length).flat()) {
      const lead = leadOf(row);
      const isOwn = withLeads && !lead.closed && contacts.has(lead.contactId ?? 0);
      if (leads.has(lead.id) || isOwn) this.#leads.set(lead.id, lead);
    }
    for (const row of rows.slice(contactLists.length + leadLists.length).flat()) {
      const deal = readDeal(row, this.#config);
      if (deal.contactId !== undefined && withDeals.includes(deal.contactId)) this.#deals.set(deal.id, deal);
    }
  }

  /** Contacts whose open deals were asked for already. */
  readonly #askedForDeals = new Set<number>();

  #contactsToAskForDeals(contacts: ReadonlySet<number>): number[] {
    const ids = [...contacts].filter((id) => !this.#askedForDeals.has(id));
    for (const id of ids) this.#askedForDeals.add(id);
    return ids;
  }

  /** Whether a reception has no deal yet: only then a manager's deal may become its deal. */
  #hasNewReceptions(): boolean {
    const present = new Set([...this.#deals.values()].map(({ key }) => key));
    return this.#question.receptionKeys.some((keys) => !keys.some((key) => present.has(key)));
  }
}
