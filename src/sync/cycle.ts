/**
 * One cycle, the story of the program: take what changed in the clinic since the watermark, page by page; ask the portal
 * what it holds of it; decide; send; confirm; move the watermark; save.
 */
import type { IdentSyncError } from "../error.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../logging/log.ts";
import type { Reception } from "../reception/reception.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { Memory } from "./memory.ts";
import { type Decision, plan, type PlanContext } from "./plan.ts";
import type { Clinic, Entry, Portal, PortalFacts } from "./ports.ts";
import type { Position } from "./position.ts";
import type { Queue } from "./queue.ts";
import { type Result, send } from "./send.ts";
import type { Stages } from "./stages.ts";
import type { Step } from "./step.ts";
import { advance, type Recent, startOf, type SyncState } from "./state.ts";

/** So many receptions share their look-ups: what one request of fifty commands can ask about. */
const ROUND = 200;

/** Stands for the content of a row that cannot be understood. */
const UNREADABLE = "unreadable";

export interface CycleDeps {
  readonly config: PlanContext["config"] & Pick<Config, "sync" | "filialFilter">;
  readonly clinic: Clinic;
  readonly portal: Portal;
  /** What is known of the portal, resolved; asked for only when something is to be done. */
  readonly knowledge: () => Promise<{ readonly facts: PortalFacts; readonly stages: Stages }>;
  readonly queue: Queue;
  readonly state: SyncState;
  /** Make durable; they throw IdentSyncError("state"). */
  readonly saveQueue: () => Promise<void>;
  readonly saveState: (state: SyncState) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether to stop politely: what has begun is finished, nothing new begins. */
  readonly stopping: () => boolean;
  /** Told whose data are being worked on, so that the log leaves them out. */
  readonly inHand: (receptions: readonly Reception[]) => void;
  /** Told what is about to be done, before anything is sent. */
  readonly decided: (decisions: readonly Decision[]) => void;
  readonly log: Log;
}

/** What a cycle did, in receptions. */
export interface CycleReport {
  received: number;
  transformed: number;
  synced: number;
  /** Refused or unconfirmed in this cycle: they wait in the queue. */
  errors: number;
  contactsMade: number;
  dealsMade: number;
  /** Managers' open deals that were given to a reception. */
  dealsBound: number;
  dealsChanged: number;
  leadsConverted: number;
  /** Deals that a manager closed and that were therefore left as they are. */
  untouched: number;
  /** Asked to stop before everything was carried over. */
  stopped: boolean;
}

/**
 * Runs one cycle.
 *
 * @throws IdentSyncError database, portal: a side became unusable; what was confirmed before is saved, the rest is for
 *   the next cycle. IdentSyncError state: a file of the program cannot be written.
 */
export async function runCycle(deps: CycleDeps): Promise<CycleReport> {
  return await new Cycle(deps).run();
}

class Cycle {
  readonly #deps: CycleDeps;
  readonly #report: CycleReport = {
    received: 0,
    transformed: 0,
    synced: 0,
    errors: 0,
    contactsMade: 0,
    dealsMade: 0,
    dealsBound: 0,
    dealsChanged: 0,
    leadsConverted: 0,
    untouched: 0,
    stopped: false,
  };
  readonly #memory = new Memory();
  /** Keys dealt with in this cycle: a reception of the queue may also stand in a page. */
  readonly #seen = new Set<string>();
  #state: SyncState;

  constructor(deps: CycleDeps) {
    this.#deps = deps;
    this.#state = deps.state;
  }

  async run(): Promise<CycleReport> {
    await this.#carryChanges();
    // After the pages, so that what both would carry is read from the clinic only once, and last.
    if (!this.#report.stopped) await this.#retryDue();
    return this.#report;
  }

  /** Carries everything that changed since the watermark, page by page, several pages to a round. */
  async #carryChanges(): Promise<void> {
    const { clinic, config, stopping } = this.#deps;
    const size = config.sync.batchSize;
    let after = startOf(this.#state);
    let upper: string | undefined;
    let round: Entry[] = [];
    while (!stopping()) {
      const page = await clinic.changedReceptions({ after, upper, size, initialDays: config.sync.initialDays });
      upper = page.upper;
      round.push(...page.entries);
      const last = round.at(-1);
      if (last !== undefined) after = positionOf(last);
      const complete = page.entries.length < size;
      if (!complete && round.length < ROUND) continue;
      await this.#carry(round, complete ? { time: page.upper, id: Number.MAX_SAFE_INTEGER } : after);
      round = [];
      if (complete) return;
    }
    this.#report.stopped = true;
  }

  /** Takes up the receptions of the queue whose time has come, as they are in the clinic now. */
  async #retryDue(): Promise<void> {
    const { queue, now, clinic, stopping, log } = this.#deps;
    const due = queue.due(now()).filter((key) => !this.#seen.has(key));
    for (let start = 0; start < due.length && !stopping(); start += ROUND) {
      const keys = due.slice(start, start + ROUND);
      const entries = await clinic.receptionsById(keys.map(idOfKey));
      const present = new Set(entries.map(({ key }) => key));
      for (const key of keys.filter((key) => !present.has(key))) {
        queue.forget(key);
        log.warning(`Записи ${key} под этим номером в IDENT больше нет: из очереди она убрана.`);
      }
      await this.#carry(entries, undefined);
    }
  }

  /**
   * Carries the entries over. `end`: where the watermark may stand once all of them are dealt with; `undefined`: the
   * entries are no pages.
   */
  async #carry(entries: readonly Entry[], end: Position | undefined): Promise<void> {
    const { queue, config, portal, stopping, now, saveQueue } = this.#deps;
    const progress = new Progress(entries, end);
    const receptions = this.#select(entries, progress);
    let error: IdentSyncError | undefined;
    this.#deps.inHand(receptions);
    if (receptions.length > 0) {
      const { facts, stages } = await this.#deps.knowledge();
      const view = await portal.lookUp({
        receptionKeys: receptions.map(({ key, formerKeys }) => [key, ...formerKeys]),
        patientKeys: [...new Set(receptions.map(({ patient }) => patient.key))],
        phones: [...new Set(receptions.flatMap(({ patient }) => patient.phones))],
        leads: facts.mode === "classic",
      });
      const decisions = plan(receptions, view, { config, facts, stages, memory: this.#memory });
      for (const decision of decisions) this.#noteDoubles(decision);
      this.#deps.decided(decisions);
      error = await send(decisions, {
        portal,
        queue,
        now,
        stopping,
        saveQueue,
        onAccepted: (step, id) => this.#noteAccepted(step, id),
        onResult: (decision, result) => {
          this.#noteResult(decision, result);
          progress.dealtWith(decision.reception.key, fingerprintOf(decision.reception));
        },
        onRequest: () => this.#save(progress),
      });
    }
    await this.#save(progress);
    if (error !== undefined) throw error;
    if (!progress.complete()) this.#report.stopped = true;
  }

  /** Those entries that are to be carried over now; the others are counted as dealt with. */
  #select(entries: readonly Entry[], progress: Progress): Reception[] {
    const { queue, now, log } = this.#deps;
    const due = new Set(queue.due(now()));
    const patientsInFlight = queue.patientsInFlight(now());
    const receptions: Reception[] = [];
    for (const { key, reception } of entries) {
      // Changed again since this cycle dealt with it: the next cycle reads it once more.
      if (this.#seen.has(key)) {
        progress.pass(key);
        continue;
      }
      if ("otherBranch" in reception) {
        progress.pass(key);
        continue;
      }
      const fingerprint = "unreadable" in reception ? UNREADABLE : fingerprintOf(reception);
      if (this.#state.recent.get(key)?.fingerprint === fingerprint && !due.has(key)) {
        progress.dealtWith(key, fingerprint);
        continue;
      }
      this.#seen.add(key);
      this.#report.received++;
      if ("unreadable" in reception) {
        this.#report.errors++;
        queue.refuse(key, reception.unreadable, now());
        log.error(`Запись ${key} не удалось прочитать: ${reception.unreadable}`);
        progress.dealtWith(key, fingerprint);
        continue;
      }
      this.#report.transformed++;
      const wait = queue.inFlightUntil(key, now()) ?? patientsInFlight.get(reception.patient.key);
      if (wait !== undefined) {
        this.#report.errors++;
        if (queue.inFlightUntil(key, now()) === undefined) {
          queue.postpone(key, "создание контакта этого пациента ещё не подтверждено порталом", wait, now());
        }
        progress.dealtWith(key, fingerprint);
        continue;
      }
      receptions.push(reception);
    }
    return receptions;
  }

  #noteAccepted(step: Step, id: number | undefined): void {
    switch (step.kind) {
      case "add-contact":
        this.#report.contactsMade++;
        if (id !== undefined) this.#memory.madeContacts.set(step.patient, id);
        return;
      case "update-contact":
        this.#memory.takenContacts.set(step.id, step.patient);
        return;
      case "add-deal":
        this.#report.dealsMade++;
        return;
      case "update-deal":
        if (step.binds) {
          this.#report.dealsBound++;
          this.#memory.takenDeals.add(step.id);
        } else this.#report.dealsChanged++;
        return;
      case "close-lead":
        this.#report.leadsConverted++;
        this.#memory.takenLeads.add(step.leadId);
        return;
      case "link-lead":
        return;
    }
  }

  #noteDoubles({ reception, doubles }: Decision): void {
    if (doubles.length === 0) return;
    const { log } = this.#deps;
    log.warning(`У записи ${reception.key} на портале есть лишние сделки: ${doubles.join(", ")}. Удалите их вручную.`);
  }

  #noteResult({ reception, untouched, steps }: Decision, result: Result): void {
    const { log } = this.#deps;
    if (untouched) this.#report.untouched++;
    switch (result.kind) {
      case "confirmed":
        this.#report.synced++;
        log.debug(
          untouched
            ? `Запись ${reception.key}: сделку закрыл менеджер, она оставлена как есть.`
            : `Запись ${reception.key}: ${steps.length === 0 ? "изменений нет" : "перенесена"}.`,
        );
        return;
      case "refused":
        this.#report.errors++;
        log.error(`Запись ${reception.key} не перенесена: ${result.reason}`);
        return;
      case "waiting":
        this.#report.errors++;
        log.warning(`Запись ${reception.key} пока не подтверждена: ${result.reason}`);
    }
  }

  /** The queue first: a reception that the watermark has passed stands there or is done. */
  async #save(progress: Progress): Promise<void> {
    await this.#deps.saveQueue();
    const reached = progress.reached();
    if (reached === undefined) return;
    this.#state = advance(this.#state, reached, progress.recent());
    await this.#deps.saveState(this.#state);
  }
}

/** Receptions.ID of a key; the queue's file lets in no other form. */
const idOfKey = (key: string): number => Number(key.slice(key.indexOf("_") + 1));

function positionOf({ changed, id }: Entry): Position {
  return { time: changed!, id };
}

/** How far a round has come: the watermark stands before the first entry that is not dealt with. */
class Progress {
  readonly #entries: readonly Entry[];
  readonly #end: Position | undefined;
  /** By key; `undefined`: dealt with, but not to be remembered. */
  readonly #done = new Map<string, string | undefined>();

  constructor(entries: readonly Entry[], end: Position | undefined) {
    this.#entries = entries;
    this.#end = end;
  }

  /** The reception, with this content, is confirmed or stands in the queue. */
  dealtWith(key: string, fingerprint: string): void {
    this.#done.set(key, fingerprint);
  }

  /** The entry needs nothing more, and is not remembered. */
  pass(key: string): void {
    this.#done.set(key, undefined);
  }

  complete(): boolean {
    return this.#entries.every(({ key }) => this.#done.has(key));
  }

  /** Where the watermark may stand now; `undefined`: where it is. */
  reached(): Position | undefined {
    if (this.#end === undefined) return undefined;
    const open = this.#entries.findIndex(({ key }) => !this.#done.has(key));
    if (open === -1) return this.#end;
    return open === 0 ? undefined : positionOf(this.#entries[open - 1]);
  }

  /** What is to be remembered of the entries dealt with. */
  *recent(): Iterable<[string, Recent]> {
    for (const { key, changed } of this.#entries) {
      const fingerprint = this.#done.get(key);
      if (fingerprint !== undefined && changed !== undefined) yield [key, { changed, fingerprint }];
    }
  }
}
