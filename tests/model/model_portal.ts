/**
 * A portal in memory that loses answers, works on after the answer was given up, refuses, limits, and goes away; and that
 * watches over every write: what may never happen is noted in `broken` the moment it happens.
 */
import { IdentSyncError } from "../../src/error.ts";
import { foldPhone } from "../../src/reception/phone.ts";
import type { WallClock } from "../../src/reception/reception.ts";
import type { Status } from "../../src/reception/status.ts";
import type {
  Outcome,
  Portal,
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalFields,
  PortalLead,
  PortalValue,
  PortalView,
  Question,
  Write,
} from "../../src/sync/ports.ts";
import {
  CLINIC_OFFSET,
  CONTACT,
  DEAL,
  factsOf,
  FINAL_STAGES,
  PORTAL_WORKS_FOR,
  PROTECTED_STAGES,
  SECOND,
  STAGE_OF,
  STAGE_ORDER,
} from "./model_settings.ts";
import { Crash, type Dice, durationOf, type ModelTime } from "./model_time.ts";

/** A deal, with what only the portal's own screen shows. */
export interface ModelDeal extends PortalDeal {
  readonly title: string;
  /** Whether the stage was last set by a manager. */
  readonly stageByManager: boolean;
}

/** How bad things may become. */
export interface Weather {
  /** Whether a write that takes what is there already (a contact, a deal, a lead) may fail or lose its answer as well. */
  readonly claimsFail: boolean;
  /** How long a write may wait for its turn before it leaves, seconds at most. */
  readonly turnSeconds: number;
  /** Whether the portal's lists lag behind its writes. */
  readonly slow: boolean;
  /** Whether the portal may be in the classic mode, with leads. */
  readonly leads: boolean;
  /** Whether a reception may become again what it was before. */
  readonly undoing: boolean;
}

/** Everything that the rules speak of. */
export const WORST: Weather = { claimsFail: true, turnSeconds: 70, slow: true, leads: true, undoing: true };

interface Work {
  readonly at: number;
  readonly write: Write;
}

interface Unanswered {
  readonly sentAt: number;
  lookedUp: boolean;
}

/** How far the lists of a slow portal lag behind. */
const LAG = 5 * SECOND;

const UNKNOWN: Outcome = { kind: "unknown", reason: "соединение прервалось" };

const text = (value: PortalValue | undefined): string => value === undefined || value === null ? "" : String(value);

const DEAL_FIELDS: ReadonlySet<string> = new Set(Object.values(DEAL).filter((name) => name !== undefined));
const UPDATED_DEAL_FIELDS: ReadonlySet<string> = new Set([
  ...DEAL_FIELDS,
  "STAGE_ID",
  "OPPORTUNITY",
  "CURRENCY_ID",
  "IS_MANUAL_OPPORTUNITY",
  "CONTACT_IDS",
]);

export class ModelPortal implements Portal {
  readonly contacts = new Map<number, PortalContact>();
  readonly deals = new Map<number, ModelDeal>();
  readonly leads = new Map<number, PortalLead>();
  /** Promises that were broken. */
  readonly broken: string[] = [];
  /** Requests of any kind so far. */
  requests = 0;
  /** Writes that were sent so far. */
  sent = 0;
  readonly #time: ModelTime;
  readonly #dice: Dice;
  readonly #weather: Weather;
  readonly #facts: PortalFacts;
  #work: Work[] = [];
  readonly #unanswered = new Map<string, Unanswered>();
  #nextId = 100;
  #firstOfCycle = 0;
  /** Called before each request. */
  beforeRequest: () => void = () => {};

  constructor(time: ModelTime, dice: Dice, mode: PortalFacts["mode"], weather: Weather) {
    this.#time = time;
    this.#dice = dice;
    this.#weather = weather;
    this.#facts = factsOf(mode);
    time.onChange(() => this.#doLateWork());
  }

  // ── what the program sees ────────────────────────────────────────────────────────────────────────────────────────

  learn(): Promise<PortalFacts> {
    this.#read();
    return Promise.resolve(this.#facts);
  }

  lookUp(question: Question): Promise<PortalView> {
    this.#read();
    const keys = new Set(question.receptionKeys.flat());
    const patients = new Set(question.patientKeys);
    const phones = new Set(question.phones);
    const hasPhone = (record: { readonly phones: readonly string[] }) =>
      record.phones.some((phone) => phones.has(foldPhone(phone)));
    const all = this.#listed(this.deals);
    const deals = new Set(all.filter(({ key }) => keys.has(key)));
    const found = new Set([...deals].map(({ key }) => key));
    const hasNew = question.receptionKeys.some((some) => !some.some((key) => found.has(key)));
    const asked = new Set(question.leadIds);
    const leads = question.leads ? this.#listed(this.leads).filter((lead) => asked.has(lead.id) || hasPhone(lead)) : [];
    const named = new Set([...deals, ...leads].map(({ contactId }) => contactId));
    const contacts = this.#listed(this.contacts).filter((contact) =>
      named.has(contact.id) || hasPhone(contact) || (contact.originator === "IDENT" && patients.has(contact.originId))
    );
    const ids = new Set<number | undefined>(contacts.map(({ id }) => id));
    if (hasNew) {
      for (const deal of all) if (!deal.closed && deal.pipeline === 0 && ids.has(deal.contactId)) deals.add(deal);
    }
    const view = { contacts, deals: [...deals], leads };
    this.#noteLookUp([...keys, ...patients], view);
    return Promise.resolve(view);
  }

  dealsByKey(keys: readonly string[]): Promise<readonly PortalDeal[]> {
    this.#read();
    return Promise.resolve(this.#listed(this.deals).filter(({ key }) => keys.includes(key)));
  }

  openDealsBetween(from: WallClock, to: WallClock): Promise<readonly PortalDeal[]> {
    this.#read();
    const [begin, end] = [from, to].map((time) => Date.parse(time + CLINIC_OFFSET));
    return Promise.resolve(
      this.#listed(this.deals).filter(({ closed, pipeline, fields }) => {
        const at = Date.parse(text(fields[DEAL.startTime]));
        return !closed && pipeline === 0 && at >= begin && at <= end;
      }),
    );
  }

  async write(
    writes: readonly Write[],
    leaving?: (indexes: readonly number[]) => Promise<void>,
  ): Promise<readonly Outcome[]> {
    this.beforeRequest();
    this.requests++;
    const fate = this.#dice.throw();
    this.#time.pass(fate === 0 ? 20 : fate * 37 % (this.#weather.turnSeconds + 1) * SECOND);
    await leaving?.([...writes.keys()]);
    if (fate >= 98) throw new Crash();
    if (fate >= 91) {
      const error = new IdentSyncError("portal", { what: "Портал не принимает вебхук." });
      return writes.map(() => ({ kind: "unusable", error }));
    }
    this.sent += writes.length;
    this.#watch(writes);
    const mayLose = this.#weather.claimsFail || !writes.some((write) => this.#isClaim(write));
    if (mayLose && fate >= 79) {
      for (const write of writes) this.#note(write);
      // Whole: done at once, done later, not done, done in part.
      if (fate < 82) { for (const write of writes) this.#apply(write); }
      else if (fate < 88) { for (const write of writes) this.#later(write, fate * 13); }
      else if (fate < 90) { for (const write of writes.slice(0, writes.length / 2)) this.#apply(write); }
      if (fate % 2 === 0) throw new Crash();
      this.#time.pass(fate % 3 * 15 * SECOND);
      return writes.map(() => UNKNOWN);
    }
    const outcomes = writes.map((write) => this.#one(write, this.#dice.throw()));
    this.#time.pass(20);
    return outcomes;
  }

  #one(write: Write, fate: number): Outcome {
    const spared = !this.#weather.claimsFail && this.#isClaim(write);
    if (fate < 60 || spared) return { kind: "accepted", id: this.#apply(write) };
    if (fate < 68) return { kind: "refused", reason: "портал отказал: поле занято" };
    if (fate < 74) return { kind: "limited", until: this.#time.now + this.clockAhead + fate % 5 * 60 * SECOND };
    this.#note(write);
    if (fate < 82) this.#apply(write);
    else if (fate < 92) this.#later(write, fate * 7);
    return UNKNOWN;
  }

  /** How far the clock of the PC, in which `limited` tells its time, is ahead of the true time. */
  clockAhead = 0;

  /** What its lists show: on a slow portal not yet what this cycle has made a moment ago. */
  #listed<T extends { readonly id: number; readonly createdAt: number }>(records: ReadonlyMap<number, T>): T[] {
    const shown = [...records.values()];
    if (!this.#weather.slow) return shown;
    return shown.filter(({ id, createdAt }) => id < this.#firstOfCycle || createdAt + LAG <= this.#time.now);
  }

  #read(): void {
    this.beforeRequest();
    this.requests++;
    const thrown = this.#dice.throw();
    this.#time.pass(durationOf(thrown % 5));
    if (thrown >= 98) throw new Crash();
    if (thrown >= 94) throw new IdentSyncError("portal", { what: "Портал не отвечает." });
  }

  /** A cycle begins: by now the lists show everything. */
  beginCycle(): void {
    this.#firstOfCycle = this.#nextId;
  }

  // ── what managers do ─────────────────────────────────────────────────────────────────────────────────────────────

  newId(): number {
    return this.#nextId++;
  }

  /** Everything that is in work is done: before a manager touches a record, it lies still. */
  finishWork(): void {
    for (const { write } of this.#work.splice(0)) this.#apply(write);
  }

  moveDeal(id: number, stage: string): void {
    this.finishWork();
    const deal = this.deals.get(id)!;
    this.deals.set(id, { ...deal, stage, closed: FINAL_STAGES.has(stage), stageByManager: true });
  }

  // ── what the portal does ─────────────────────────────────────────────────────────────────────────────────────────

  #later(write: Write, thrown: number): void {
    const at = this.#time.now + SECOND + thrown * 977 % (PORTAL_WORKS_FOR - SECOND);
    this.#work.push({ at, write });
  }

  #doLateWork(): void {
    if (this.#work.length === 0) return;
    const ready = this.#work.filter(({ at }) => at <= this.#time.now).sort((a, b) => a.at - b.at);
    this.#work = this.#work.filter(({ at }) => at > this.#time.now);
    for (const { at, write } of ready) this.#apply(write, at);
  }

  #apply(write: Write, at = this.#time.now): number | undefined {
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
    if ("PHONE" in fields && held.phones.length > 0) complain("a phone is added beside another");
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
    for (const name of Object.keys(fields)) {
      if (!UPDATED_DEAL_FIELDS.has(name)) complain(`${name} is none of the program's`);
    }
    const stage = text(fields.STAGE_ID ?? held.stage);
    const contacts = fields.CONTACT_IDS as readonly number[] | undefined;
    this.deals.set(id, {
      ...held,
      key: text(fields[DEAL.identId] ?? held.key),
      stage,
      closed: FINAL_STAGES.has(stage),
      stageByManager: held.stageByManager && !("STAGE_ID" in fields),
      contactId: contacts === undefined ? held.contactId : contacts[0],
      fields: { ...held.fields, ...dealFieldsIn(fields) },
    });
  }

  // ── each write once, and none over another that may still be in work ─────────────────────────────────────────────

  /** Whose write it is: the reception's or patient's key, and the record that it changes. */
  #keysOf(write: Write): string[] {
    const present = (...keys: readonly string[]) => keys.filter((key) => key !== "");
    switch (write.kind) {
      case "add-contact":
        return [text(write.fields.ORIGIN_ID)];
      case "add-deal":
        return [text(write.fields[DEAL.identId])];
      case "update-contact": {
        const { originator, originId } = this.contacts.get(write.id)!;
        const known = originator === "IDENT" ? originId : "";
        return present(`contact ${write.id}`, known, text(write.fields.ORIGIN_ID));
      }
      case "update-deal":
        return present(
          `deal ${write.id}`,
          this.deals.get(write.id)!.key,
          text(write.fields[DEAL.identId]),
        );
      case "link-lead":
        return [`lead ${write.leadId}`, `${write.record} ${write.id}`];
      case "close-lead":
        return [`lead ${write.id}`];
    }
  }

  /** Whether the write takes a record that is there already for a reception or patient. */
  #isClaim(write: Write): boolean {
    return write.kind === "update-contact" || write.kind === "link-lead" || write.kind === "close-lead" ||
      (write.kind === "update-deal" && this.deals.get(write.id)!.key === "");
  }

  #watch(writes: readonly Write[]): void {
    for (const write of writes) {
      for (const key of this.#keysOf(write)) {
        const before = this.#unanswered.get(key);
        if (before === undefined) continue;
        if (!before.lookedUp) {
          const seconds = Math.round((this.#time.now - before.sentAt) / SECOND);
          this.broken.push(`${write.kind} for ${key} is sent ${seconds} s after one without an answer, not looked up`);
        }
        this.#unanswered.delete(key);
      }
    }
  }

  #note(write: Write): void {
    for (const key of this.#keysOf(write)) {
      this.#unanswered.set(key, { sentAt: this.#time.now, lookedUp: false });
    }
  }

  #noteLookUp(keys: readonly string[], { contacts, deals, leads }: PortalView): void {
    if (this.#unanswered.size === 0) return;
    const seen = [
      ...keys,
      ...contacts.map(({ id }) => `contact ${id}`),
      ...deals.map(({ id }) => `deal ${id}`),
      ...leads.map(({ id }) => `lead ${id}`),
    ];
    for (const key of seen) {
      const waiting = this.#unanswered.get(key);
      if (waiting !== undefined && waiting.sentAt + PORTAL_WORKS_FOR <= this.#time.now) waiting.lookedUp = true;
    }
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
