/** The program at its place of work: its files, its memory between two crashes, and the real cycle over both models. */
import { isDeepStrictEqual } from "node:util";
import { IdentSyncError } from "../../src/error.ts";
import { runCycle } from "../../src/sync/cycle.ts";
import { Rehearsal } from "../../src/sync/rehearsal.ts";
import type { CycleReport } from "../../src/sync/report.ts";
import type { Decision } from "../../src/sync/rules/decision.ts";
import type { PortalFacts } from "../../src/sync/ports.ts";
import { Queue } from "../../src/sync/queue/queue.ts";
import type { QueueItem } from "../../src/sync/queue/item.ts";
import { EMPTY_STATE, type SyncState } from "../../src/sync/state.ts";
import { ModelClinic } from "./model_clinic.ts";
import { ModelPortal } from "./model_portal.ts";
import type { Weather } from "./weather.ts";
import { configOf, factsOf, MINUTE, POLICY, RESOLVED_STAGES, SECOND } from "./model_settings.ts";
import { Crash, Dice, ModelTime } from "./model_time.ts";
import { lostBehindWatermark } from "./promises.ts";

const silent = { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} };

export interface Surroundings {
  readonly mode: PortalFacts["mode"];
  /** How far the clocks of the clinic and of the PC are ahead of the true time, milliseconds. */
  readonly clinicAhead: number;
  readonly pcAhead: number;
  readonly batchSize: number;
  /** What goes wrong, in order; see `Dice`. */
  readonly dice: readonly number[];
  readonly weather: Weather;
}

export interface CycleOptions {
  /** Whether the program was started anew. */
  readonly fresh: boolean;
  /** What the registrar does while the cycle runs, by the number of the call before which it happens. */
  readonly meanwhile: ReadonlyMap<number, () => void>;
  /** Ctrl+C comes at this call. */
  readonly stopAt: number | undefined;
}

const UNDISTURBED: CycleOptions = { fresh: false, meanwhile: new Map(), stopAt: undefined };

export class Office {
  readonly time = new ModelTime();
  readonly clinic: ModelClinic;
  readonly portal: ModelPortal;
  readonly #surroundings: Surroundings;
  readonly #dice: Dice;
  readonly #facts: PortalFacts;
  /** What is on the disk. */
  #files: { readonly items: readonly QueueItem[]; readonly state: SyncState } = { items: [], state: EMPTY_STATE };
  /** True time when the cycle began that wrote the watermark. */
  #watermarkSince = 0;
  /** What is in memory; `undefined`: the program is not running. */
  #memory: { readonly queue: Queue; state: SyncState } | undefined;
  #calls = 0;
  readonly broken: string[] = [];
  /** Everything that was decided so far. */
  readonly decided: Decision[] = [];

  constructor(surroundings: Surroundings) {
    const { clinicAhead, dice, mode, weather } = surroundings;
    this.#surroundings = surroundings;
    this.#dice = new Dice(dice);
    this.#facts = factsOf(mode);
    this.clinic = new ModelClinic(this.time, clinicAhead, this.#dice);
    this.portal = new ModelPortal(this.time, this.#dice, mode, weather);
    this.portal.clockAhead = surroundings.pcAhead;
  }

  get items(): readonly QueueItem[] {
    return this.#files.items;
  }

  get state(): SyncState {
    return this.#files.state;
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.#dice.rest();
  }

  /** `queue retry`: what has failed is to be tried again, at once. */
  retryFailed(): void {
    const items = this.#files.items.map((item): QueueItem =>
      item.status === "failed" ? { ...item, status: "pending", retries: 0, nextRetryAt: undefined } : item
    );
    this.#files = { ...this.#files, items };
    this.#memory = undefined;
  }

  /**
   * One cycle, until it is done, a side fails, or the power does.
   *
   * @returns the report; `undefined`: the cycle did not come to its end
   */
  async cycle({ fresh, meanwhile, stopAt }: CycleOptions = UNDISTURBED): Promise<CycleReport | undefined> {
    if (fresh) this.#memory = undefined;
    const memory = this.#memory ??= {
      queue: new Queue(structuredClone(this.#files.items), POLICY),
      state: structuredClone(this.#files.state),
    };
    this.#calls = 0;
    this.portal.beginCycle();
    const begun = this.time.now;
    const onCall = () => meanwhile.get(this.#calls++)?.();
    this.clinic.beforeQuery = onCall;
    this.portal.beforeRequest = onCall;
    try {
      return await runCycle({
        ...this.#parts(memory),
        portal: this.portal,
        saveQueue: () =>
          this.#save(() => this.#files = { ...this.#files, items: structuredClone(memory.queue.items()) }),
        saveState: (state) =>
          this.#save(() => {
            const moved = !isDeepStrictEqual(state.watermark, this.#files.state.watermark);
            if (moved) this.#watermarkSince = begun;
            this.#files = { ...this.#files, state: structuredClone(state) };
            memory.state = state;
          }),
        stopping: () => stopAt !== undefined && this.#calls > stopAt,
        // Half of them by the user, half because the time is up.
        interrupted: () => stopAt !== undefined && stopAt % 2 === 0 && this.#calls > stopAt,
        decided: (decisions) => this.decided.push(...decisions),
      });
    } catch (error) {
      if (error instanceof Crash) {
        this.#memory = undefined;
        this.time.pass(this.#dice.throw() * 3 * SECOND);
      } else if (!(error instanceof IdentSyncError)) throw error;
      return undefined;
    }
  }

  /**
   * Sends nothing, and asks for nothing either, once it has seen what the cycle before took from the queue. Only a phone may
   * still come: a contact that was given to its patient by name gets no second one in the same cycle.
   */
  async #cycleWithoutChanges(): Promise<void> {
    const { sentButPhones: sent } = this.portal;
    await this.cycle();
    const { requests } = this.portal;
    await this.cycle();
    if (this.portal.sentButPhones > sent) this.broken.push("a cycle without changes sent something");
    if (this.portal.requests > requests) this.broken.push("a cycle without changes asked the portal");
  }

  /** A dry run: what a cycle would do. */
  async rehearse(): Promise<readonly Decision[]> {
    const decided: Decision[] = [];
    await runCycle({
      ...this.#parts({ queue: new Queue(this.#files.items, POLICY), state: this.#files.state }),
      portal: new Rehearsal(this.portal),
      saveQueue: () => Promise.resolve(),
      saveState: () => Promise.resolve(),
      stopping: () => false,
      interrupted: () => false,
      decided: (decisions) => decided.push(...decisions),
    });
    return decided;
  }

  #parts(memory: { readonly queue: Queue; readonly state: SyncState }) {
    return {
      config: configOf(this.#surroundings.batchSize),
      clinic: this.clinic,
      knowledge: () => Promise.resolve({ facts: this.#facts, stages: RESOLVED_STAGES, findings: [] }),
      ...memory,
      now: () => this.time.now + this.#surroundings.pcAhead,
      inHand: () => {},
      notice: () => {},
      log: silent,
    };
  }

  /** Time passes until the first item of the queue is due. */
  awaitDue(): void {
    const times = this.items.map(({ nextRetryAt }) => nextRetryAt ?? 0);
    const wait = Math.min(...times) - this.#surroundings.pcAhead - this.time.now;
    if (times.length > 0 && wait > 0) this.time.pass(wait);
  }

  /** Cycles without disturbance until there is nothing more to do; what waits for long is waited for. */
  async untilQuiet(): Promise<void> {
    for (let cycles = 0; cycles < 60; cycles++) {
      this.time.pass(2 * MINUTE - SECOND);
      this.awaitDue();
      if (this.items.some(({ status }) => status === "failed")) this.retryFailed();
      const committed = this.clinic.quietAt < this.time.now;
      await this.cycle();
      if (!committed || this.items.length > 0) continue;
      await this.#cycleWithoutChanges();
      return;
    }
    this.broken.push(`it never gets quiet: ${this.items.map(({ key, status }) => `${key} ${status}`).join(", ")}`);
  }

  #save(put: () => void): Promise<void> {
    const thrown = this.#dice.throw();
    if (thrown >= 98) return Promise.reject(new Crash());
    if (thrown >= 97) return Promise.reject(new IdentSyncError("state", { what: "Диск полон." }));
    put();
    this.broken.push(...lostBehindWatermark(this, this.#watermarkSince));
    return thrown >= 95 ? Promise.reject(new Crash()) : Promise.resolve();
  }
}
