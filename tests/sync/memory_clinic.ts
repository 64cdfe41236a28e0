/** A clinic's database in memory, with a clock of its own. */
import type { Reception, ReceptionKey } from "../../src/reception/reception.ts";
import type { Clinic, Entry, Page, PageRequest, PlannedPage } from "../../src/sync/ports.ts";
import { type ChangeTime, comparePositions, shiftMinutes } from "../../src/sync/position.ts";

/** The clinic's wall clock as the database tells it; `milliseconds` since some beginning. */
export const clinicTime = (milliseconds: number): ChangeTime =>
  `${new Date(Date.UTC(2026, 2, 1) + milliseconds).toISOString().replace("T", " ").slice(0, 23)}0000` as ChangeTime;

export class MemoryClinic implements Clinic {
  readonly requests: PageRequest[] = [];
  readonly asked: number[][] = [];
  /** Receptions that are deleted after a page was chosen and before it is read. */
  readonly vanishing = new Set<number>();
  /** How many times the planned receptions were asked for. */
  planned = 0;
  readonly #entries = new Map<number, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  put(reception: Entry["reception"], id: number, changed: number = this.#now()): void {
    const key: ReceptionKey = "key" in reception ? reception.key : `F1_${id}`;
    this.#entries.set(id, { key, id, changed: clinicTime(changed), reception });
  }

  carry(...receptions: readonly Reception[]): void {
    for (const reception of receptions) this.put(reception, reception.id);
  }

  delete(id: number): void {
    this.#entries.delete(id);
  }

  /** Everything there is, in watermark order. */
  all(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => comparePositions(position(a), position(b)));
  }

  changedReceptions(request: PageRequest): Promise<Page> {
    this.requests.push(request);
    const now = clinicTime(this.#now());
    const upper = request.upper ?? now;
    const after = request.after ?? { time: shiftMinutes(upper, -request.initialDays * 1440), id: -1 };
    const page = this.all()
      .filter((entry) => entry.changed! <= upper && comparePositions(position(entry), after) > 0)
      .slice(0, request.size);
    const next = page.length < request.size ? undefined : position(page.at(-1)!);
    return Promise.resolve({ now, upper, entries: this.#read(page), next });
  }

  plannedReceptions(days: number, afterId: number, size: number): Promise<PlannedPage> {
    this.planned++;
    const day = (minutes: number) => shiftMinutes(clinicTime(this.#now()), minutes).slice(0, 19).replace(" ", "T");
    const [from, to] = [day(-days * 1440), day(days * 1440)];
    const page = this.all().filter(({ id, reception }) =>
      id > afterId && (!("start" in reception) ||
        (reception.start !== undefined && reception.start >= from && reception.start <= to))
    ).sort((a, b) => a.id - b.id).slice(0, size);
    const next = page.length < size ? undefined : page.at(-1)!.id;
    return Promise.resolve({ entries: this.#read(page), next });
  }

  #read(page: readonly Entry[]): Entry[] {
    const read = page.filter(({ id }) => !this.vanishing.has(id));
    for (const { id } of page) if (this.vanishing.delete(id)) this.delete(id);
    return read;
  }

  receptionsById(ids: readonly number[]): Promise<readonly Entry[]> {
    this.asked.push([...ids]);
    return Promise.resolve(this.all().filter(({ id }) => ids.includes(id)));
  }
}

const position = ({ changed, id }: Entry) => ({ time: changed!, id });
