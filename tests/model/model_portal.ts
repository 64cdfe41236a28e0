/**
 * A portal in memory that loses answers, works on after the answer was given up, refuses, limits, and goes away.
 */
import { IdentSyncError } from "../../src/error.ts";
import type { WallClock } from "../../src/reception/reception.ts";
import type {
  OpenDeals,
  Outcome,
  Portal,
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalLead,
  PortalView,
  Question,
  Write,
} from "../../src/sync/ports.ts";
import { ModelRecords, text } from "./model_records.ts";
import { CLINIC_OFFSET, DEAL, factsOf, PORTAL_WORKS_FOR, SECOND } from "./model_settings.ts";
import { Crash, type Dice, durationOf, type ModelTime } from "./model_time.ts";
import type { Weather } from "./weather.ts";
import { WriteWatch } from "./write_watch.ts";

interface Work {
  readonly at: number;
  readonly write: Write;
}

/** How far the lists of a slow portal lag behind. */
const LAG = 5 * SECOND;

const UNKNOWN: Outcome = { kind: "unknown", reason: "соединение прервалось" };

export class ModelPortal extends ModelRecords implements Portal {
  /** Requests of any kind so far. */
  requests = 0;
  /** Writes that were sent so far. */
  sent = 0;
  /** Those of them that do more than add a phone to a contact. */
  sentButPhones = 0;
  readonly #time: ModelTime;
  readonly #dice: Dice;
  readonly #weather: Weather;
  readonly #facts: PortalFacts;
  #work: Work[] = [];
  readonly #watch: WriteWatch;
  #firstOfCycle = 0;
  /** Called before each request. */
  beforeRequest: () => void = () => {};

  constructor(time: ModelTime, dice: Dice, mode: PortalFacts["mode"], weather: Weather) {
    super();
    this.#watch = new WriteWatch(this, time);
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
      record.phones.some((phone) => phones.has(phone));
    const all = this.#listed(this.deals);
    const deals = new Set(all.filter(({ key }) => keys.has(key)));
    const found = new Set([...deals].map(({ key }) => key));
    const hasNew = question.receptionKeys.some((some) => !some.some((key) => found.has(key)));
    const asked = new Set(question.leadIds);
    const isFound = (contact: PortalContact) =>
      hasPhone(contact) || (contact.originator === "IDENT" && patients.has(contact.originId)) ||
      [...deals].some(({ contactId }) => contactId === contact.id);
    const own = new Set<number | undefined>(this.#listed(this.contacts).filter(isFound).map(({ id }) => id));
    const isRepeat = ({ closed, contactId }: PortalLead) => hasNew && !closed && own.has(contactId);
    const leads = question.leads
      ? this.#listed(this.leads).filter((lead) => asked.has(lead.id) || hasPhone(lead) || isRepeat(lead))
      : [];
    const ofLeads = new Set(leads.map(({ contactId }) => contactId));
    const contacts = this.#listed(this.contacts).filter(({ id }) => own.has(id) || ofLeads.has(id));
    const ids = new Set<number | undefined>(contacts.map(({ id }) => id));
    if (hasNew) {
      for (const deal of all) if (!deal.closed && deal.pipeline === 0 && ids.has(deal.contactId)) deals.add(deal);
    }
    const view = { contacts, deals: [...deals], leads };
    this.#watch.noteLookUp([...keys, ...patients], view);
    return Promise.resolve(view);
  }

  dealsByKey(keys: readonly string[]): Promise<readonly PortalDeal[]> {
    this.#read();
    return Promise.resolve(this.#listed(this.deals).filter(({ key }) => keys.includes(key)));
  }

  contactsById(ids: readonly number[]): Promise<readonly PortalContact[]> {
    this.#read();
    return Promise.resolve(this.#listed(this.contacts).filter(({ id }) => ids.includes(id)));
  }

  openDealsBetween(from: WallClock, to: WallClock): Promise<OpenDeals> {
    this.#read();
    const [begin, end] = [from, to].map((time) => Date.parse(time + CLINIC_OFFSET));
    const deals = this.#listed(this.deals).filter(({ closed, pipeline, fields }) => {
      const at = Date.parse(text(fields[DEAL.startTime]));
      return !closed && pipeline === 0 && at >= begin && at <= end;
    });
    return Promise.resolve({ deals, stages: this.#facts.stages });
  }

  keyedDeals(): Promise<readonly PortalDeal[]> {
    this.#read();
    return Promise.resolve(this.#listed(this.deals).filter(({ key, pipeline }) => key !== "" && pipeline === 0));
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
    const isPhone = (write: Write) => write.kind === "update-contact" && Object.keys(write.fields).join() === "PHONE";
    this.sentButPhones += writes.filter((write) => !isPhone(write)).length;
    this.#watch.watch(writes);
    const mayLose = this.#weather.claimsFail || !writes.some((write) => this.#watch.isClaim(write));
    if (mayLose && fate >= 79) {
      for (const write of writes) this.#watch.note(write);
      // Whole: done at once, done later, not done, done in part.
      if (fate < 82) { for (const write of writes) this.apply(write, this.#time.now); }
      else if (fate < 88) { for (const write of writes) this.#later(write, fate * 13); }
      else if (fate < 90) { for (const write of writes.slice(0, writes.length / 2)) this.apply(write, this.#time.now); }
      if (fate % 2 === 0) throw new Crash();
      this.#time.pass(fate % 3 * 15 * SECOND);
      return writes.map(() => UNKNOWN);
    }
    const outcomes = writes.map((write) => this.#one(write, this.#dice.throw()));
    this.#time.pass(20);
    return outcomes;
  }

  #one(write: Write, fate: number): Outcome {
    const spared = !this.#weather.claimsFail && this.#watch.isClaim(write);
    if (fate < 60 || spared) return { kind: "accepted", id: this.apply(write, this.#time.now) };
    if (fate < 68) return { kind: "refused", reason: "портал отказал: поле занято" };
    if (fate < 74) {
      const until = this.#time.now + this.clockAhead + fate % 5 * 60 * SECOND;
      return { kind: "limited", until, reason: "портал просит подождать" };
    }
    this.#watch.note(write);
    if (fate < 82) this.apply(write, this.#time.now);
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
    this.#firstOfCycle = this.nextId;
  }

  // ── what managers do ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything that is in work is done: before a manager touches a record, it lies still. */
  finishWork(): void {
    for (const { write } of this.#work.splice(0)) this.apply(write, this.#time.now);
  }

  override moveDeal(id: number, stage: string): void {
    this.finishWork();
    super.moveDeal(id, stage);
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
    for (const { at, write } of ready) this.apply(write, at);
  }
}
