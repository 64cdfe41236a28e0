/**
 * The portal's records, and what writes make of them. What may never be done to a record is noted in `broken` the moment it
 * happens.
 */
import type { Status } from "../../src/reception/status.ts";
import type { PortalContact, PortalDeal, PortalFields, PortalLead, PortalValue, Write } from "../../src/sync/ports.ts";
import { CONTACT, DEAL, FINAL_STAGES, PROTECTED_STAGES, STAGE_OF, STAGE_ORDER } from "./model_settings.ts";

/** A deal, with what only the portal's own screen shows. */
export interface ModelDeal extends PortalDeal {
  readonly title: string;
  /** Whether the stage was last set by a manager. */
  readonly stageByManager: boolean;
}

/** The portal's value as text; nothing is "". */
export const text = (value: PortalValue | undefined): string =>
  value === undefined || value === null ? "" : String(value);

const DEAL_FIELDS: ReadonlySet<string> = new Set(Object.values(DEAL).filter((name) => name !== undefined));
const UPDATED_DEAL_FIELDS: ReadonlySet<string> = new Set([
  ...DEAL_FIELDS,
  "STAGE_ID",
  "OPPORTUNITY",
  "CURRENCY_ID",
  "IS_MANUAL_OPPORTUNITY",
  "CONTACT_IDS",
  "ORIGIN_ID",
]);

export class ModelRecords {
  readonly contacts = new Map<number, PortalContact>();
  readonly deals = new Map<number, ModelDeal>();
  readonly leads = new Map<number, PortalLead>();
  /** Promises that were broken. */
  readonly broken: string[] = [];
  /** The id that the next record will have. */
  nextId = 100;

  newId(): number {
    return this.nextId++;
  }

  /** A manager moves a deal. */
  moveDeal(id: number, stage: string): void {
    const deal = this.deals.get(id)!;
    this.deals.set(id, { ...deal, stage, closed: FINAL_STAGES.has(stage), stageByManager: true });
  }

  /** Does a write, at a time; returns the id of what it makes. */
  apply(write: Write, at: number): number | undefined {
    switch (write.kind) {
      case "add-contact":
        return this.#addContact(write.fields, at);
      case "add-deal":
        return this.#addDeal(write.fields, at);
      case "update-contact":
        this.#updateContact(write.id, write.fields);
        return undefined;
      case "update-deal":
        this.#updateDeal(write.id, write.fields);
        return undefined;
      case "link-lead":
        if (write.record === "deal") {
          this.deals.set(write.id, { ...this.deals.get(write.id)!, leadId: write.leadId });
        } else this.contacts.set(write.id, { ...this.contacts.get(write.id)!, leadId: write.leadId });
        return undefined;
      case "close-lead": {
        const lead = this.leads.get(write.id)!;
        if (lead.closed) this.broken.push(`lead ${write.id} is converted, though it is ${lead.status}`);
        this.leads.set(write.id, { ...lead, status: "CONVERTED", closed: true });
        return undefined;
      }
    }
  }

  #addContact(fields: PortalFields, createdAt: number): number {
    const id = this.newId();
    const origin = text(fields.ORIGIN_ID);
    for (const { originator, originId, id: other } of this.contacts.values()) {
      if (originator === "IDENT" && originId === origin) {
        this.broken.push(`a second contact of ${origin} is made: ${id} beside ${other}`);
      }
    }
    this.contacts.set(id, {
      id,
      surname: text(fields.LAST_NAME),
      name: text(fields.NAME),
      patronymic: text(fields.SECOND_NAME),
      phones: phonesIn(fields),
      originator: text(fields.ORIGINATOR_ID),
      originId: origin,
      leadId: undefined,
      createdAt,
      fields: pick(fields, Object.values(CONTACT)),
    });
    return id;
  }

  #updateContact(id: number, fields: PortalFields): void {
    const held = this.contacts.get(id)!;
    const complain = (what: string) => this.broken.push(`contact ${id}: ${what}`);
    const isNamed = /\p{L}/u.test(`${held.surname}${held.name}${held.patronymic}`);
    const names = { LAST_NAME: held.surname, NAME: held.name, SECOND_NAME: held.patronymic };
    for (const [name, present] of Object.entries(names)) {
      if (name in fields && isNamed && present !== "" && present !== fields[name]) complain(`${name} is overwritten`);
    }
    const isPatients = held.originator === "IDENT" && held.originId !== "";
    if ("PHONE" in fields && held.phones.length > 0 && !isPatients) complain("a phone is added beside another");
    if (phonesIn(fields).some((phone) => held.phones.includes(phone))) complain("a phone is added twice");
    if ("ORIGIN_ID" in fields && held.originId !== "" && held.originId !== fields.ORIGIN_ID) {
      complain(`${held.originId} becomes ${fields.ORIGIN_ID}`);
    }
    const known = [...Object.keys(names), "PHONE", "ORIGIN_ID", "ORIGINATOR_ID", ...Object.values(CONTACT)];
    for (const name of Object.keys(fields)) if (!known.includes(name)) complain(`${name} is none of the program's`);
    this.contacts.set(id, {
      ...held,
      surname: text(fields.LAST_NAME ?? held.surname),
      name: text(fields.NAME ?? held.name),
      patronymic: text(fields.SECOND_NAME ?? held.patronymic),
      phones: [...held.phones, ...phonesIn(fields)],
      originator: text(fields.ORIGINATOR_ID ?? held.originator),
      originId: text(fields.ORIGIN_ID ?? held.originId),
      fields: { ...held.fields, ...pick(fields, Object.values(CONTACT)) },
    });
  }

  #addDeal(fields: PortalFields, createdAt: number): number {
    const id = this.newId();
    const key = text(fields[DEAL.identId]);
    for (const { key: other, id: first } of this.deals.values()) {
      if (key === other) this.broken.push(`a second deal of ${key} is made: ${id} beside ${first}`);
    }
    const stage = text(fields.STAGE_ID);
    const contactId = (fields.CONTACT_IDS as readonly number[])[0];
    if (!this.contacts.has(contactId)) this.broken.push(`deal ${id} of ${key} has no contact`);
    this.deals.set(id, {
      id,
      ours: fields.ORIGINATOR_ID === "IDENT",
      originId: text(fields.ORIGIN_ID),
      key,
      pipeline: Number(fields.CATEGORY_ID),
      stage,
      closed: FINAL_STAGES.has(stage),
      contactId,
      leadId: undefined,
      createdAt,
      fields: dealFieldsIn(fields),
      title: text(fields.TITLE),
      stageByManager: false,
    });
    return id;
  }

  #updateDeal(id: number, fields: PortalFields): void {
    const held = this.deals.get(id)!;
    const complain = (what: string) => this.broken.push(`deal ${id}: ${what}`);
    if (DEAL.identId in fields && held.key !== "" && held.key !== fields[DEAL.identId]) {
      complain(`${held.key} becomes ${fields[DEAL.identId]}`);
    }
    if (isClosedByManager(held)) complain("a manager closed it, and it is changed");
    const moves = "STAGE_ID" in fields && fields.STAGE_ID !== held.stage;
    const status = text(fields[DEAL.status] ?? held.fields[DEAL.status]) as Status;
    const isNews = STAGE_OF[status] !== STAGE_OF[text(held.fields[DEAL.status]) as Status];
    if (held.key === "") {
      const [from, to] = [held.stage, text(fields.STAGE_ID)].map((stage) => STAGE_ORDER.indexOf(stage));
      if (moves && to < from) complain(`binding moves it back to ${fields.STAGE_ID}`);
    } else if (moves && !isNews) complain(`it is moved to ${fields.STAGE_ID}, though nothing happened in the clinic`);
    else if (isNews && !PROTECTED_STAGES.has(held.stage) && (fields.STAGE_ID ?? held.stage) !== STAGE_OF[status]) {
      complain(`it stays on ${held.stage}, though it is ${status}`);
    }
    if ("STAGE_ID" in fields && PROTECTED_STAGES.has(held.stage)) complain("a protected stage is changed");
    if ("ORIGIN_ID" in fields && held.originId !== "") complain(`its origin ${held.originId} is overwritten`);
    for (const name of Object.keys(fields)) {
      if (!UPDATED_DEAL_FIELDS.has(name)) complain(`${name} is none of the program's`);
    }
    const stage = text(fields.STAGE_ID ?? held.stage);
    const contacts = fields.CONTACT_IDS as readonly number[] | undefined;
    this.deals.set(id, {
      ...held,
      originId: text(fields.ORIGIN_ID ?? held.originId),
      key: text(fields[DEAL.identId] ?? held.key),
      stage,
      closed: FINAL_STAGES.has(stage),
      stageByManager: held.stageByManager && !("STAGE_ID" in fields),
      contactId: contacts === undefined ? held.contactId : contacts[0],
      fields: { ...held.fields, ...dealFieldsIn(fields) },
    });
  }
}

/** Whether the deal stands on a final stage that is not the stage of the status it shows. */
export function isClosedByManager({ stage, fields }: PortalDeal): boolean {
  const shown = text(fields[DEAL.status]);
  return FINAL_STAGES.has(stage) && shown !== "" && STAGE_OF[shown as Status] !== stage;
}

function phonesIn({ PHONE }: PortalFields): string[] {
  return (PHONE as readonly { readonly VALUE: string }[] | undefined)?.map(({ VALUE }) => VALUE) ?? [];
}

const pick = (fields: PortalFields, names: readonly string[]): PortalFields =>
  Object.fromEntries(names.filter((name) => name in fields).map((name) => [name, fields[name]]));

const dealFieldsIn = (fields: PortalFields): PortalFields =>
  pick(fields, [...DEAL_FIELDS, "OPPORTUNITY", "CURRENCY_ID"]);
