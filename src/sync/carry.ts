/**
 * Carries receptions over, whatever page, queue or comparison they come from: ask the portal what it holds of them,
 * decide, send, confirm, save.
 */
import type { Reception } from "../reception/reception.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { CycleLog } from "./cycle_log.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { withStages } from "./knowledge.ts";
import { type Entry, fieldNamesOf } from "./ports.ts";
import type { Position } from "./position.ts";
import { Progress } from "./progress.ts";
import { countAccepted, countProblem, emptyReport } from "./report.ts";
import { plan } from "./rules/plan.ts";
import { Sent } from "./rules/sent.ts";
import { send } from "./send.ts";
import { advance, type SyncState } from "./state.ts";

/** So many receptions share their look-ups: what one request of fifty commands can ask about. */
export const ROUND = 200;

/** Marks the content of a row; all that cannot be understood are alike. */
const markOf = (reception: Reception | { readonly unreadable: string }): string =>
  "unreadable" in reception ? "unreadable" : fingerprintOf(reception);

export interface CarryOptions {
  /** Where the watermark may stand once all entries are dealt with; `undefined`: the entries are no pages. */
  readonly end?: Position;
  /** Receptions of the queue whose time has come, to be carried over together with the entries. */
  readonly queued?: readonly Entry[];
  /** Carry over also what has not changed since it was dealt with. */
  readonly force?: boolean;
}

export class Carrier {
  readonly report = emptyReport();
  readonly #deps: CycleDeps;
  readonly #told: CycleLog;
  readonly sent = new Sent();
  /** Keys dealt with in this cycle: a reception of the queue may also stand in a page. */
  readonly #seen = new Set<string>();
  readonly #confirmed = new Set<string>();
  #state: SyncState;

  constructor(deps: CycleDeps) {
    this.#deps = deps;
    this.#told = new CycleLog(this.report, deps);
    this.#state = { ...deps.state, portal: deps.config.portal.host };
  }

  get state(): SyncState {
    return this.#state;
  }

  hasSeen(key: string): boolean {
    return this.#seen.has(key);
  }

  hasConfirmed(key: string): boolean {
    return this.#confirmed.has(key);
  }

  /** Makes a state durable and goes on from it. */
  async keep(state: SyncState): Promise<void> {
    this.#state = state;
    await this.#deps.saveState(state);
  }

  /**
   * Carries the entries over.
   *
   * @throws IdentSyncError portal, when the portal became unusable on the way; what was confirmed before is saved
   */
  async carry(entries: readonly Entry[], { end, queued = [], force = false }: CarryOptions): Promise<void> {
    const { queue, config, portal, stopping, interrupted, now, saveQueue, knowledge, inHand, decided, written } =
      this.#deps;
    const progress = new Progress(entries, end);
    const receptions = this.#select(queued, entries, progress, force);
    inHand(receptions);
    if (receptions.length === 0) return await this.#save(progress);
    const starts = new Map(receptions.map(({ key, start }) => [key, start]));
    const known = await knowledge();
    const { facts } = known;
    const unfinished = { leads: queue.unfinishedLeads(), contacts: queue.claimedContacts() };
    const view = await portal.lookUp({
      receptionKeys: receptions.map((reception) => this.sent.keysOf(reception)),
      patientKeys: [...new Set(receptions.map(({ patient }) => patient.key))],
      phones: [...new Set(receptions.flatMap(({ patient }) => patient.phones))],
      leads: facts.mode === "classic",
      leadIds: receptions.map(({ key }) => unfinished.leads.get(key)).filter((id) => id !== undefined),
      fields: fieldNamesOf(facts),
    });
    const current = view.stages === undefined ? known : withStages(known, view.stages, config);
    const decisions = plan(receptions, view, { config, ...current, sent: this.sent, unfinished });
    decided(decisions);
    this.#told.decisions(decisions, current.facts);
    await this.#forgetOld(receptions);
    let hasSent = false;
    let results = 0;
    const error = await send(decisions, {
      portal,
      queue,
      now,
      // What was looked up is sent in part at least, or a slow portal would be looked up again and again for ever.
      stopping: () => hasSent ? stopping() : interrupted(),
      saveQueue,
      onAccepted: (step, id) => {
        if ("reception" in step) written?.(step, id, starts.get(step.reception));
        this.sent.note(step, id);
        countAccepted(this.report, step);
      },
      onResult: (decision, result) => {
        results++;
        this.#told.result(decision, result);
        const { key } = decision.reception;
        if (result.kind === "confirmed") this.#confirmed.add(key);
        const fingerprint = fingerprintOf(decision.reception);
        progress.dealtWith(key, fingerprint);
      },
      onRequest: () => {
        hasSent = true;
        return this.#save(progress);
      },
    });
    await this.#save(progress);
    if (error !== undefined) throw error;
    if (results < decisions.length) this.report.stopped = true;
  }

  /** Those that are to be carried over now; the other entries are counted as dealt with. */
  #select(queued: readonly Entry[], entries: readonly Entry[], progress: Progress, force: boolean): Reception[] {
    const { queue, now } = this.#deps;
    const patientsInFlight = queue.patientsInFlight(now());
    const selected = new Map<string, Reception>();
    for (const entry of queued) {
      const reception = this.#take(entry, progress, patientsInFlight);
      if (reception !== undefined) selected.set(entry.key, reception);
    }
    // Changed again between two pages: what was read last counts, for both places.
    const newest = new Map(entries.map((entry) => [entry.key, entry]));
    for (const entry of newest.values()) {
      const { key, reception } = entry;
      // Taken from the queue just now, where it was read later: its result counts for the page as well.
      if (selected.has(key)) continue;
      // Of another branch; or changed again since this cycle dealt with it: then the next cycle reads it once more.
      if ("otherBranch" in reception || this.#seen.has(key)) {
        progress.pass(key);
        continue;
      }
      const remembered = this.#state.recent.get(key)?.fingerprint;
      if (!force && remembered !== undefined && remembered === markOf(reception)) {
        progress.dealtWith(key, remembered);
        continue;
      }
      const taken = this.#take(entry, progress, patientsInFlight);
      if (taken !== undefined) selected.set(key, taken);
    }
    return [...selected.values()];
  }

  /** The reception, to be carried over now; `undefined`: it cannot be read, or it must wait, and stands in the queue. */
  #take(
    { key, reception }: Entry,
    progress: Progress,
    patientsInFlight: ReadonlyMap<string, number>,
  ): Reception | undefined {
    const { queue, now, log } = this.#deps;
    if ("otherBranch" in reception) return undefined;
    this.#seen.add(key);
    this.report.received++;
    if ("unreadable" in reception) {
      queue.refuse(key, reception.unreadable, now());
      countProblem(
        this.report,
        "unreadable",
        reception.unreadable,
        { key, start: reception.start },
        !queue.awaits(key),
      );
      log.error(`Запись ${key} не удалось прочитать: ${reception.unreadable}`);
      progress.dealtWith(key, markOf(reception));
      return undefined;
    }
    this.report.transformed++;
    const own = [key, ...reception.formerKeys].map((each) => queue.inFlightUntil(each, now())).find((at) =>
      at !== undefined
    );
    const wait = own ?? patientsInFlight.get(reception.patient.key);
    if (wait === undefined) return reception;
    this.report.waiting++;
    if (queue.inFlightUntil(key, now()) === undefined) {
      queue.postpone(key, "другая запись этого пациента ещё не подтверждена порталом", wait, now());
    }
    progress.dealtWith(key, markOf(reception));
    return undefined;
  }

  /**
   * What is remembered of these receptions is not what the portal is about to hold: should the power go before the new
   * content is noted, the old one must not pass for carried over when it comes back.
   */
  async #forgetOld(receptions: readonly Reception[]): Promise<void> {
    const old = receptions.filter((reception) => {
      const remembered = this.#state.recent.get(reception.key)?.fingerprint;
      return remembered !== undefined && remembered !== fingerprintOf(reception);
    });
    if (old.length === 0) return;
    const recent = new Map(this.#state.recent);
    for (const { key } of old) recent.delete(key);
    await this.keep({ ...this.#state, recent });
  }

  /** The queue first: a reception that the watermark has passed stands there or is done. */
  async #save(progress: Progress): Promise<void> {
    await this.#deps.saveQueue();
    const reached = progress.reached();
    if (reached !== undefined) await this.keep(advance(this.#state, reached, progress.recent()));
  }
}
