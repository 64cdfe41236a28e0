/** How a history is lived through: by the clinic, by the managers, by the program. */
import assert from "node:assert/strict";
import type { Reception, WallClock } from "../../src/reception/reception.ts";
import { STATUSES } from "../../src/reception/status.ts";
import type { Edit, Event, History } from "./history.ts";
import { MADE_BEFORE, Managers } from "./managers.ts";
import { HOUR, MINUTE, PEOPLE } from "./model_settings.ts";
import { Office } from "./office.ts";
import { brokenAtTheEnd } from "./promises.ts";
import type { Weather } from "./weather.ts";

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

const COMMENTS = ["", "Перезвонить", "Первый приём"];
const AMOUNTS = [undefined, "1500.00", "900.50"];

class Life {
  readonly office: Office;
  readonly #history: History;
  readonly #weather: Weather;
  #saves = 0;
  readonly #managers: Managers;

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
    this.#managers = new Managers(this.office);
  }

  async begin(events: readonly Event[]): Promise<void> {
    for (const number of this.#history.before) MADE_BEFORE[number](this.#managers);
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
        return this.#managers.manage(event.what, event.which);
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
      start: changed<WallClock | undefined>(2, `2026-03-0${edit.hour + 1}T10:30:00` as WallClock, before?.start),
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
}
