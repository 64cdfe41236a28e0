/** Random histories of a clinic, its managers and its misfortunes, and how one is lived through. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Patient, Reception } from "../../src/reception/reception.ts";
import { STATUSES } from "../../src/reception/status.ts";
import type { PortalContact, PortalLead } from "../../src/sync/ports.ts";
import { FINAL_STAGES, HOUR, MINUTE, PEOPLE, STAGE_ORDER } from "./model_settings.ts";
import type { ModelDeal, Weather } from "./model_portal.ts";
import { Office } from "./office.ts";
import { brokenAtTheEnd, type Untouched } from "./promises.ts";

/** What a registrar saves; numbers stand for choices, so that a failing history shrinks well. */
interface Edit {
  readonly id: number;
  readonly patient: number;
  readonly status: number;
  readonly comment: number;
  readonly amount: number;
  readonly hour: number;
  /** Which of them change, by bit (0: all goes back to what it was before); of a new reception all count. */
  readonly parts: number;
  /** Minutes until the transaction ends. */
  readonly lag: number;
  /** Whether a bill dated tomorrow comes with it. */
  readonly bill: boolean;
}

type Event =
  | { readonly do: "edit"; readonly edit: Edit }
  | { readonly do: "manage"; readonly what: number; readonly which: number }
  | { readonly do: "wait"; readonly seconds: number }
  /** Until something in the queue is due. */
  | { readonly do: "await" }
  | {
    readonly do: "cycle";
    readonly fresh: boolean;
    readonly meanwhile: readonly (readonly [number, Edit])[];
    readonly stopAt: number | undefined;
  };

export interface History {
  readonly classic: boolean;
  readonly clinicHours: number;
  readonly pcHours: number;
  readonly batchSize: number;
  /** Whether rows of another branch lie between those of ours. */
  readonly crowded: boolean;
  /** What managers had made before the program came. */
  readonly before: readonly number[];
  readonly events: readonly Event[];
  readonly dice: readonly number[];
}

const edit: fc.Arbitrary<Edit> = fc.record({
  id: fc.integer({ min: 1, max: 8 }),
  patient: fc.nat(PEOPLE.length - 1),
  status: fc.nat(STATUSES.length - 1),
  comment: fc.nat(2),
  amount: fc.nat(2),
  hour: fc.nat(2),
  parts: fc.oneof({ weight: 3, arbitrary: fc.nat(31) }, { weight: 1, arbitrary: fc.constant(0) }),
  lag: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  bill: fc.nat(9).map((chance) => chance === 9),
});

const cycle: fc.Arbitrary<Event> = fc.record({
  do: fc.constant("cycle" as const),
  fresh: fc.boolean(),
  meanwhile: fc.array(fc.tuple(fc.nat(6), edit), { maxLength: 2 }),
  stopAt: fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(6) }),
});

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: edit.map((edit): Event => ({ do: "edit", edit })) },
  { weight: 4, arbitrary: cycle },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 200, max: 4000 }))
      .map((seconds): Event => ({ do: "wait", seconds })),
  },
  { weight: 1, arbitrary: fc.constant<Event>({ do: "await" }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(5), fc.nat(9)).map(([what, which]): Event => ({ do: "manage", what, which })),
  },
);

/** `trouble`: how many throws of the dice go wrong at most. */
export function histories(trouble: number): fc.Arbitrary<History> {
  return fc.record({
    classic: fc.boolean(),
    clinicHours: fc.integer({ min: -6, max: 6 }),
    pcHours: fc.integer({ min: -6, max: 6 }),
    batchSize: fc.constantFrom(1, 2, 50, 1000),
    crowded: fc.nat(14).map((chance) => chance === 14),
    before: fc.array(fc.nat(BEFORE.length - 1), { maxLength: 4, size: "max" }),
    events: fc.array(event, { minLength: 3, maxLength: 12, size: "max" }),
    dice: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(99) }), {
      maxLength: trouble,
      size: "max",
    }),
  });
}

/** Lives through a history until all is quiet, and complains of every promise that was broken. */
export async function live(history: History, weather: Weather): Promise<Office> {
  const life = new Life(history, weather);
  await life.live();
  return life.office;
}

/** Only what the clinic and the managers of a history do: the program has not been started yet. */
export async function withoutProgram(history: History, weather: Weather): Promise<Office> {
  const life = new Life(history, weather);
  await life.begin(history.events.filter((event) => event.do === "edit" || event.do === "manage"));
  life.office.time.pass(HOUR);
  life.office.portal.beginCycle();
  return life.office;
}

/** A history in which nothing goes wrong and nobody interferes with a cycle. */
export const undisturbed = (history: History): History => ({
  ...history,
  crowded: false,
  dice: [],
  events: history.events.map((event) => event.do === "cycle" ? { ...event, meanwhile: [], stopAt: undefined } : event),
});

const COMMENTS = ["", "Перезвонить", "Первый приём"];
const AMOUNTS = [undefined, "1500.00", "900.50"];

class Life {
  readonly office: Office;
  readonly #history: History;
  readonly #weather: Weather;
  #saves = 0;
  readonly #managers = {
    contacts: new Map<number, PortalContact>(),
    deals: new Map<number, ModelDeal>(),
    leads: new Map<number, PortalLead>(),
    reassigned: new Set<string>(),
    formerPatients: new Set<Patient>(),
  } satisfies Untouched;

  constructor(history: History, weather: Weather) {
    this.#history = history;
    this.#weather = weather;
    this.office = new Office({
      mode: history.classic && weather.leads ? "classic" : "simple",
      clinicAhead: history.clinicHours * HOUR,
      pcAhead: history.pcHours * HOUR,
      batchSize: history.crowded ? Math.max(50, history.batchSize) : history.batchSize,
      dice: history.dice,
      weather,
    });
  }

  async begin(events: readonly Event[]): Promise<void> {
    for (const number of this.#history.before) BEFORE[number](this);
    for (const event of events) {
      await this.#happen(event);
      this.#check();
    }
  }

  async live(): Promise<void> {
    await this.begin(this.#history.events);
    this.office.calm();
    await this.office.untilQuiet();
    this.#check();
    assert.deepEqual([...brokenAtTheEnd(this.office, this.#managers)], []);
  }

  #check(): void {
    assert.deepEqual([...this.office.broken, ...this.office.portal.broken], []);
  }

  async #happen(event: Event): Promise<void> {
    switch (event.do) {
      case "edit":
        return this.#save(event.edit);
      case "wait":
        return this.office.time.pass(event.seconds * 1000);
      case "await":
        return this.office.awaitDue();
      case "manage":
        return this.#manage(event.what, event.which);
      case "cycle": {
        const meanwhile = new Map(event.meanwhile.map(([call, edit]) => [call, () => this.#save(edit)]));
        await this.office.cycle({ fresh: event.fresh, meanwhile, stopAt: event.stopAt });
      }
    }
  }

  #save(edit: Edit): void {
    const { clinic } = this.office;
    const before = clinic.newest(edit.id);
    const parts = before === undefined ? 31 : edit.parts;
    const changed = <T>(bit: number, value: T, old: T | undefined): T => (parts & bit) !== 0 ? value : old as T;
    const old = clinic.before(edit.id);
    const services = edit.amount === 0 ? [] : ["Осмотр", "Снимок"].slice(0, edit.amount);
    const { undoing } = this.#weather;
    const reception: Reception = undoing && parts === 0 && old !== undefined ? old : {
      key: `F1_${edit.id}`,
      formerKeys: [],
      id: edit.id,
      filial: 1,
      status: changed(1, STATUSES[edit.status], before?.status),
      start: changed(2, `2026-03-0${edit.hour + 1}T10:30:00`, before?.start),
      end: undefined,
      patient: changed(4, PEOPLE[edit.patient], before?.patient),
      doctor: "",
      doctorSpeciality: "",
      services: undoing ? changed(8, services, before?.services) : [`Осмотр ${++this.#saves}`],
      amount: changed(8, AMOUNTS[edit.amount], before?.amount),
      branch: "",
      armchair: "",
      comment: changed(16, COMMENTS[edit.comment], before?.comment),
      orderDate: undefined,
    };
    if (before !== undefined && before.patient !== reception.patient) {
      this.#managers.reassigned.add(reception.key);
      this.#managers.formerPatients.add(before.patient);
    }
    clinic.save(reception, edit.lag * MINUTE, edit.bill ? 24 * HOUR : undefined);
    if (this.#history.crowded) clinic.saveStrange(199);
  }

  #manage(what: number, which: number): void {
    const { portal } = this.office;
    portal.finishWork();
    const pick = <T>(some: readonly T[]): T | undefined => some[which % some.length];
    const ours = [...portal.deals.values()].filter(({ key, closed }) => key !== "" && !closed);
    const move = (stage: string) => {
      const deal = pick(ours);
      if (deal !== undefined) portal.moveDeal(deal.id, stage);
    };
    switch (what) {
      case 0:
        return move(pick(STAGE_ORDER.filter((stage) => !FINAL_STAGES.has(stage)))!);
      case 1:
        return move(pick([...FINAL_STAGES])!);
      case 2: {
        const contact = pick([...portal.contacts.values()]);
        return contact && this.deal(contact.id, STAGE_ORDER[which % 3]);
      }
      default:
        return BEFORE[which % BEFORE.length](this);
    }
  }

  contact(changes: Partial<PortalContact>): number {
    const { portal, time } = this.office;
    const contact: PortalContact = {
      id: portal.newId(),
      surname: "",
      name: "",
      patronymic: "",
      phones: [],
      originator: "",
      originId: "",
      leadId: undefined,
      createdAt: time.now,
      fields: {},
      ...changes,
    };
    portal.contacts.set(contact.id, contact);
    this.#managers.contacts.set(contact.id, contact);
    return contact.id;
  }

  deal(contactId: number, stage: string, pipeline = 0): void {
    const { portal, time } = this.office;
    const deal: ModelDeal = {
      id: portal.newId(),
      ours: false,
      key: "",
      pipeline,
      stage,
      closed: FINAL_STAGES.has(stage),
      contactId,
      leadId: undefined,
      createdAt: time.now,
      fields: {},
      title: "Сделка менеджера",
      stageByManager: true,
    };
    portal.deals.set(deal.id, deal);
    this.#managers.deals.set(deal.id, deal);
  }

  lead(changes: Partial<PortalLead>): void {
    const { portal, time } = this.office;
    const lead: PortalLead = {
      id: portal.newId(),
      surname: "",
      name: "",
      patronymic: "",
      phones: ["9000000001"],
      status: "NEW",
      closed: false,
      contactId: undefined,
      createdAt: time.now,
      ...changes,
    };
    portal.leads.set(lead.id, lead);
    this.#managers.leads.set(lead.id, lead);
  }
}

const FAMILY = { phones: ["+7 (900) 000-00-01"] };
const GRANDFATHER = { surname: "Ромашкин", name: "Пётр", patronymic: "", ...FAMILY };
const STRANGER = { surname: "Незнакомов", name: "Иван", patronymic: "Иванович", ...FAMILY };

/** What managers and telephony make. */
const BEFORE: readonly ((life: Life) => void)[] = [
  (life) => void life.contact({ name: "+79000000001", phones: ["9000000001"] }),
  (life) => void life.contact(GRANDFATHER),
  (life) => void life.contact(STRANGER),
  (life) => life.deal(life.contact(GRANDFATHER), "NEW"),
  (life) => life.deal(life.contact(GRANDFATHER), "EXECUTING"),
  (life) => life.deal(life.contact({ surname: "РОМАШКИНА", name: "Анна", ...FAMILY }), "UC_NO40X0"),
  (life) => life.deal(life.contact({ name: "+79000000001", ...FAMILY }), "LOSE"),
  (life) => life.deal(life.contact({ surname: "Ромашкина", name: "Анна", ...FAMILY }), "NEW", 3),
  (life) =>
    life.deal(
      life.contact({
        surname: "Лютиков",
        name: "Олег",
        phones: ["+79000000002"],
        originator: "1C",
        originId: "000017",
      }),
      "NEW",
    ),
  (life) => void life.contact({ surname: "Фиалкова", name: "Анна", phones: ["9000000002"] }),
  (life) => life.lead({}),
  (life) => life.lead({ name: "Анна" }),
  (life) => life.lead({ surname: "Незнакомов", name: "Иван" }),
  (life) => life.lead({ contactId: life.contact({ surname: "Ромашкин", phones: [] }) }),
  (life) => life.lead({ status: "JUNK", closed: true }),
];
