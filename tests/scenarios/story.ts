/**
 * Where a scenario stands: the office, the PC, the clock, the names of the people and records, what the last run did.
 */
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import type { Office } from "../stand/office.ts";
import type { Kind, RecordedCommand, RecordedRequest, StandRecord } from "../stand/portal/stand.ts";
import type { RecordsView } from "../stand/portal/records_view.ts";
import type { Run, Workplace } from "../stand/workplace.ts";
import { configText } from "../stand/config_text.ts";
import { fieldNamed, NOTHING, OFFSET } from "./vocabulary.ts";

export const KINDS: readonly Kind[] = ["contact", "deal", "lead"];

/** What a name of a scenario stands for. */
export type Named =
  | { readonly kind: Kind; readonly id: number }
  | { readonly kind: "patient" | "doctor" | "reception" | "bill" | "armchair"; readonly id: number }
  | { readonly kind: "branch"; readonly id: number; readonly armchair: number };

type Records = Readonly<Record<Kind, ReadonlyMap<number, StandRecord>>>;

/** One run of the program and what it did to the portal. */
export interface Cycle extends Run {
  readonly requests: readonly RecordedRequest[];
  readonly commands: readonly RecordedCommand[];
  readonly robots: number;
  /** All records as they were before the run. */
  readonly before: Records;
}

/** A method that makes or changes something. */
export const isWrite = ({ method }: RecordedCommand): boolean => /\.(add|update|delete|set|import)$/.test(method);

export class Story {
  readonly day = new ClinicDay();
  readonly #named = new Map<string, Named>();
  readonly #config: Record<string, Record<string, string>> = {};
  #configChanged = false;
  /** The clinic's wall clock, `2026-03-02T08:00:00`: of the database, of the PC and of the managers. */
  now = "2026-03-02T08:00:00";
  last: Cycle | undefined;

  constructor(readonly office: Office, readonly pc: Workplace) {}

  configure(section: string, key: string, value: string): void {
    (this.#config[section] ??= {})[key] = value;
    this.#configChanged = true;
  }

  /** `10:30` (of the story's day) or `2026-03-05 10:30` → `2026-03-05T10:30:00`. */
  time(text: string): string {
    const [, day = this.now.slice(0, 10), clock] =
      /^(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(text) ??
        [];
    if (clock === undefined) throw new Error(`«${text}» is no time: 10:30 or 2026-03-05 10:30`);
    return `${day}T${clock.length === 5 ? `${clock}:00` : clock}`;
  }

  /** A later moment on the story's clock. */
  later(duration: Temporal.DurationLike): string {
    return Temporal.PlainDateTime.from(this.now).add(duration).toString({ smallestUnit: "second" });
  }

  name(name: string, named: Named): void {
    if (this.#named.has(name)) throw new Error(`two things are called «${name}»`);
    this.#named.set(name, named);
  }

  named(name: string): Named {
    const named = this.#named.get(name);
    if (named === undefined) throw new Error(`nothing is called «${name}» yet`);
    return named;
  }

  /** The number behind a name that must be of this kind. */
  idOf(name: string, kind: Named["kind"]): number {
    const named = this.named(name);
    if (named.kind !== kind) throw new Error(`«${name}» is a ${named.kind}, not a ${kind}`);
    return named.id;
  }

  /** `F1_{Осмотр}` with the numbers in place of the names. */
  filledIn(text: string): string {
    return text.replace(/\{([^{}]+)\}/g, (_, name) => String(this.named(name).id));
  }

  records(kind: Kind): RecordsView {
    const { portal } = this.office;
    return { contact: portal.contacts, deal: portal.deals, lead: portal.leads }[kind];
  }

  /**
   * The records of a kind that a label stands for: a manager's own record by its name, a reception's deal by its key,
   * a patient's contact by its origin.
   */
  labelled(label: string, kind: Kind): StandRecord[] {
    const named = this.named(label);
    const records = this.records(kind).all();
    if (named.kind === kind) return records.filter(({ ID }) => ID === named.id);
    const key = fieldNamed("deal", "key");
    if (named.kind === "reception" && kind === "deal") {
      return records.filter((deal) => new RegExp(`^F\\d+_${named.id}$`).test(String(deal[key] ?? "")));
    }
    if (named.kind === "patient" && kind === "contact") {
      return records.filter(({ ORIGINATOR_ID, ORIGIN_ID }) =>
        ORIGINATOR_ID === "IDENT" && new RegExp(`^F\\d+_P${named.id}$`).test(String(ORIGIN_ID))
      );
    }
    throw new Error(`«${label}» is a ${named.kind} and stands for no ${kind}`);
  }

  /** The one record of a kind that a label stands for. */
  record(label: string, kind: Kind): StandRecord {
    const [record, ...others] = this.labelled(label, kind);
    if (record === undefined) throw new Error(`the portal has no ${kind} of «${label}»`);
    if (others.length > 0) throw new Error(`the portal has ${others.length + 1} ${kind}s of «${label}»`);
    return record;
  }

  /** A value of a scenario with names and labels replaced, as the portal would show it. */
  value(text: string, link: Kind | undefined): string {
    const filled = this.filledIn(text);
    return link === undefined || filled === NOTHING ? filled : String(this.record(filled, link).ID);
  }

  /** Runs `ident-sync once` at the story's time; records that it makes are dated by the story's clock. */
  async once(): Promise<Cycle> {
    const { clinic, portal } = this.office;
    await this.#settle();
    const before = Object.fromEntries(
      KINDS.map((kind) => [kind, new Map(this.records(kind).all().map((record) => [record.ID, record]))]),
    ) as unknown as Records;
    const [requests, robots] = [portal.requests.length, portal.robots.length];
    clinic.setClock(this.now);
    const [at, begun] = [Date.parse(`${this.now}${OFFSET}`), performance.now()];
    const run = await this.pc.run(["once"], { now: () => at + Math.round(performance.now() - begun) });
    for (const kind of KINDS) {
      for (const { ID } of this.records(kind).all()) {
        if (!before[kind].has(ID)) this.records(kind).update(ID, { DATE_CREATE: `${this.now}${OFFSET}` });
      }
    }
    const sent = portal.requests.slice(requests);
    const commands = sent.flatMap(({ commands }) => commands);
    return { ...run, requests: sent, commands, robots: portal.robots.length - robots, before };
  }

  /** Carries out on the clinic and in config.ini what the scenario has said since the last run. */
  async #settle(): Promise<void> {
    const { clinic, portal } = this.office;
    await clinic.insert(this.day.take());
    if (this.#configChanged) await this.pc.configure(configText(clinic, portal.url, this.#config));
    this.#configChanged = false;
  }

  /** Puts the clinic's new rows in, so that they can be changed. */
  async putIn(): Promise<void> {
    await this.office.clinic.insert(this.day.take());
  }
}
