/**
 * A clinic's database in memory that answers as the T-SQL does: change times by its own clock, pages in order of (change
 * time, ID), and changes that others see only later because their transaction is long.
 */
import { IdentSyncError } from "../../src/error.ts";
import type { Reception } from "../../src/reception/reception.ts";
import type { Clinic, Entry, Page, PageRequest, PlannedPage } from "../../src/sync/ports.ts";
import type { ChangeTime, Position } from "../../src/sync/position.ts";
import type { Dice, ModelTime } from "./model_time.ts";
import { Crash, durationOf } from "./model_time.ts";
import { HOUR } from "./model_settings.ts";

/** A reception's row as it stood from one commit to the next. */
export interface Version {
  readonly content: Reception;
  /** Its times by the database's clock, in no order. */
  readonly times: readonly ChangeTime[];
  /** True time of the commit. */
  readonly visibleAt: number;
}

/** A row that is somebody else's: another branch of the same database. */
interface Strange {
  readonly id: number;
  readonly time: ChangeTime;
}

const DAYS = 24 * HOUR;

/** Milliseconds since 1970 → the database's own text. */
export const changeTime = (milliseconds: number): ChangeTime =>
  `${new Date(milliseconds).toISOString().replace("T", " ").slice(0, 23)}0000` as ChangeTime;

const latest = (times: readonly ChangeTime[], upper: ChangeTime | undefined): ChangeTime | undefined => {
  let found: ChangeTime | undefined;
  for (const time of times) {
    if ((upper === undefined || time <= upper) && (found === undefined || time > found)) found = time;
  }
  return found;
};

export class ModelClinic implements Clinic {
  /** Versions of each row, in the order of their commits. */
  readonly #rows = new Map<number, Version[]>();
  readonly #strange: Strange[] = [];
  readonly #time: ModelTime;
  readonly #ahead: number;
  readonly #dice: Dice;
  /** Called before each query. */
  beforeQuery: () => void = () => {};

  /** `ahead`: how far the clinic's clock is ahead of the true time, milliseconds. */
  constructor(time: ModelTime, ahead: number, dice: Dice) {
    this.#time = time;
    this.#ahead = ahead;
    this.#dice = dice;
  }

  get ids(): number[] {
    return [...this.#rows.keys()];
  }

  /** The row's newest content, committed or not; `undefined`: there is no such row. */
  newest(id: number): Reception | undefined {
    return this.#rows.get(id)?.at(-1)?.content;
  }

  /** What the row held before its newest content. */
  before(id: number): Reception | undefined {
    return this.#rows.get(id)?.at(-2)?.content;
  }

  /** Everything that others can see of a row now. */
  visible(id: number): Version | undefined {
    return this.#rows.get(id)?.findLast(({ visibleAt }) => visibleAt <= this.#time.now);
  }

  /** When the last open transaction ends. */
  get quietAt(): number {
    return Math.max(0, ...[...this.#rows.values()].map((versions) => versions.at(-1)!.visibleAt));
  }

  /** The registrar saves a row; `lag`: how long the transaction stays open. `extra`: a further time, ahead of now. */
  save(content: Reception, lag: number, extra?: number): void {
    const versions = this.#rows.get(content.id) ?? [];
    const before = versions.at(-1);
    const now = this.#time.now + this.#ahead;
    const added = before?.times[0] ?? changeTime(now);
    const bills = [...before?.times.slice(2) ?? [], ...extra === undefined ? [] : [changeTime(now + extra)]];
    // A row is locked until its last change is committed.
    const visibleAt = Math.max(this.#time.now + lag, before?.visibleAt ?? 0);
    versions.push({ content, times: [added, changeTime(now), ...bills], visibleAt });
    this.#rows.set(content.id, versions);
  }

  /** Rows of another branch, saved now: they fill pages and rounds. */
  saveStrange(count: number): void {
    const time = changeTime(this.#time.now + this.#ahead);
    const first = 1_000_000 + this.#strange.length;
    for (let index = 0; index < count; index++) this.#strange.push({ id: first + index, time });
  }

  /** A row's position by all of its times, and the moment since which others see it so. */
  positionOf(id: number): { readonly position: Position; readonly visibleAt: number } | undefined {
    const version = this.visible(id);
    const time = version && latest(version.times, changeTime(this.#time.now + this.#ahead));
    return time === undefined ? undefined : { position: { time, id }, visibleAt: version!.visibleAt };
  }

  changedReceptions({ after, upper, size, initialDays }: PageRequest): Promise<Page> {
    this.#query();
    const milliseconds = this.#time.now + this.#ahead;
    const now = changeTime(milliseconds);
    const bound = upper ?? now;
    const upperMs = upper === undefined ? milliseconds : Date.parse(`${upper.slice(0, 23).replace(" ", "T")}Z`);
    const from = after ?? { time: changeTime(upperMs - initialDays * DAYS), id: -1 };
    const isAfter = (time: ChangeTime, id: number) => time > from.time || (time === from.time && id > from.id);
    const entries: Entry[] = [];
    for (const id of this.#rows.keys()) {
      const entry = this.#entry(id, bound);
      if (entry?.changed !== undefined && isAfter(entry.changed, id)) entries.push(entry);
    }
    for (const { id, time } of this.#strange) {
      if (time > bound || !isAfter(time, id)) continue;
      entries.push({ key: `F1_${id}`, id, changed: time, reception: { otherBranch: true } });
    }
    entries.sort((a, b) => a.changed! < b.changed! ? -1 : a.changed! > b.changed! ? 1 : a.id - b.id);
    const page = entries.slice(0, size);
    const last = page.length < size ? undefined : page.at(-1)!;
    return Promise.resolve({ now, upper: bound, entries: page, next: last && { time: last.changed!, id: last.id } });
  }

  receptionsById(ids: readonly number[]): Promise<readonly Entry[]> {
    this.#query();
    const bound = changeTime(this.#time.now + this.#ahead);
    return Promise.resolve(ids.map((id) => this.#entry(id, bound)).filter((entry) => entry !== undefined));
  }

  plannedReceptions(days: number, afterId: number, size: number): Promise<PlannedPage> {
    this.#query();
    const now = this.#time.now + this.#ahead;
    const bound = changeTime(now);
    const isNear = ({ start }: Reception) => Math.abs(Date.parse(`${start}Z`) - now) <= days * DAYS;
    const entries = this.ids.filter((id) => id > afterId).sort((a, b) => a - b).map((id) => this.#entry(id, bound))
      .filter((entry) => entry !== undefined && "key" in entry.reception && isNear(entry.reception));
    const page = entries.slice(0, size) as Entry[];
    return Promise.resolve({ entries: page, next: page.length < size ? undefined : page.at(-1)!.id });
  }

  #entry(id: number, upper: ChangeTime): Entry | undefined {
    const version = this.visible(id);
    if (version === undefined) return undefined;
    return { key: version.content.key, id, changed: latest(version.times, upper), reception: version.content };
  }

  #query(): void {
    this.beforeQuery();
    const thrown = this.#dice.throw();
    this.#time.pass(durationOf(thrown % 7));
    if (thrown >= 97) throw new Crash();
    if (thrown >= 92) throw new IdentSyncError("database", { what: "База данных не отвечает." });
  }
}
