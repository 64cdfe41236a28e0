/**
 * A sync with everything it stands on, opened in the order in which things may fail and closed in reverse. Every command
 * that syncs uses it.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { BitrixPortal } from "../bitrix24/portal.ts";
import type { Config } from "../config/config.ts";
import type { IdentClinic } from "../ident/clinic.ts";
import type { RunningLog } from "../logging/start.ts";
import { personalTextsOf } from "../reception/reception.ts";
import { readFacts, writeFacts } from "../store/facts_file.ts";
import { LastGood } from "../store/last_good.ts";
import { takeLock } from "../store/lock.ts";
import { readQueue, writeQueue } from "../store/queue_file.ts";
import { readState, writeState } from "../store/state_file.ts";
import { type ClockMark, setAhead } from "../sync/queue/clock.ts";
import { runCycle } from "../sync/cycle.ts";
import { Knowledge } from "../sync/knowledge.ts";
import type { Decision } from "../sync/rules/decision.ts";
import type { QueueCounts } from "../sync/queue/policy.ts";
import { Queue } from "../sync/queue/queue.ts";
import type { QueueItem } from "../sync/queue/item.ts";
import { Rehearsal } from "../sync/rehearsal.ts";
import type { CycleReport } from "../sync/report.ts";
import type { Renaming } from "../sync/rules/former_keys.ts";
import type { SyncState } from "../sync/state.ts";
import type { DealClosing } from "../sync/comparison/deleted.ts";
import type { World } from "../world.ts";
import { FieldWords } from "./field_words.ts";
import { writtenText } from "./plan_text.ts";
import { findingLines } from "./findings_text.ts";
import { connectClinic, noticeOf, portalOf } from "./sides.ts";

/** The program's own files, beside config.ini. */
const FILES = { state: "sync_state.json", facts: "portal_facts.json", lock: "ident-sync.lock" } as const;

export interface SessionOptions {
  readonly world: World;
  readonly config: Config;
  readonly logging: RunningLog;
  /** Ask both sides, change nothing: neither the portal nor a file. */
  readonly rehearsal: boolean;
}

export interface CycleOptions {
  /** Compare everything, whether or not that was done today. */
  readonly full?: boolean;
  /** The time of the run is over: what has begun is finished, nothing new begins. */
  readonly timeIsUp?: () => boolean;
  /** Told what is about to be done. */
  readonly decided?: (decisions: readonly Decision[]) => void;
  /** Close the deals of deleted receptions however many there are. */
  readonly closingsConfirmed?: boolean;
  /** Told which deals get the key of their reception in place of one of the original program. */
  readonly renaming?: (renamings: readonly Renaming[]) => void;
  /** Told which deals are about to be closed because their reception was deleted. */
  readonly closing?: (deals: readonly DealClosing[]) => void;
}

/** Keeps other instances out until it is disposed of. Throws IdentSyncError locked, state. */
export async function holdInstance(world: World, config: Config): Promise<AsyncDisposable> {
  return await takeLock(join(config.folder, FILES.lock), holderText(world, config));
}

/** Who holds the lock, to stand in brackets: `начата 25.11.2026 в 20:57, процесс 3943`. */
function holderText(world: World, config: Config): string {
  const [day, time] = localTime(world, config).split("T");
  return `начата ${day.split("-").reverse().join(".")} в ${time.slice(0, 5)}, процесс ${world.pid}`;
}

/** What the files were when the session began. */
interface Copies {
  readonly state: LastGood;
  readonly queue: LastGood;
}

export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #clinic: IdentClinic;
  readonly #portal: BitrixPortal;
  readonly #http: Disposable;
  readonly #queue: Queue;
  /** The clock by which the queue's times are. */
  #clock: ClockMark | undefined;
  #state: SyncState;
  readonly #copies: Copies;
  /** The queue as this process has written it. */
  #savedItems: readonly QueueItem[] | undefined;
  /** What was learned of the portal when the session was opened. */
  readonly #learned: Knowledge;
  #isFirstCycle = true;

  private constructor(
    options: SessionOptions,
    queue: Queue,
    clock: ClockMark | undefined,
    state: SyncState,
    copies: Copies,
    clinic: IdentClinic,
  ) {
    const { world, config, logging } = options;
    this.#options = options;
    this.#queue = queue;
    this.#clock = clock;
    this.#state = state;
    this.#copies = copies;
    this.#clinic = clinic;
    const opened = portalOf(world, config, logging.log);
    this.#portal = opened.portal;
    this.#http = opened;
    this.#learned = this.#knowledge();
  }

  /**
   * Reads the program's own files, and sees that both sides are there.
   *
   * @throws IdentSyncError state, database, portal, config
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { world, config, logging, rehearsal } = options;
    const statePath = join(config.folder, FILES.state);
    const state = await readState(statePath, config.sync.filialId);
    const { items, clock } = await readQueue(config.queue.path, world.now());
    const copies = { state: await LastGood.of(statePath), queue: await LastGood.of(config.queue.path) };
    const queue = new Queue(items, {
      requestMs: config.portal.requestTimeoutSeconds * 1000,
      settleMs: config.portal.settleSeconds * 1000,
      retryMs: config.queue.retryIntervalMinutes * 60_000,
      maxRetries: config.queue.maxRetryAttempts,
    });
    const clinic = await connectClinic(world, config, logging.log, rehearsal);
    const session = new Session(options, queue, clock, state, copies, clinic);
    try {
      await session.#learned.get();
      if (!session.#learned.asked) await session.#portal.check();
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** One cycle. Throws IdentSyncError as `runCycle` does; the session is to be closed then. */
  async cycle(
    { full = false, timeIsUp = () => false, decided = () => {}, closing, closingsConfirmed, renaming }: CycleOptions,
  ): Promise<CycleReport> {
    const { world, config, logging, rehearsal } = this.#options;
    const knowledge = this.#isFirstCycle ? this.#learned : this.#knowledge();
    this.#isFirstCycle = false;
    const words = await this.words();
    const clock = { now: world.now(), uptime: world.uptime() };
    this.#queue.moveClock(setAhead(this.#clock ?? clock, clock));
    this.#clock = clock;
    return await runCycle({
      config,
      clinic: this.#clinic,
      portal: rehearsal ? new Rehearsal(this.#portal) : this.#portal,
      knowledge: () => knowledge.get(),
      queue: this.#queue,
      state: this.#state,
      saveQueue: async () => {
        const items = this.#queue.items();
        // Every request asks for it, and most change nothing.
        if (rehearsal || isDeepStrictEqual(items, this.#savedItems)) return;
        await this.#copies.queue.keep();
        await writeQueue(config.queue.path, items, clock);
        this.#savedItems = items;
      },
      saveState: async (state) => {
        if (rehearsal) return;
        await this.#copies.state.keep();
        await writeState(join(config.folder, FILES.state), state, config.sync.filialId, localTime(world, config));
        this.#state = state;
      },
      now: world.now,
      interrupted: () => world.stop.aborted,
      stopping: () => world.stop.aborted || timeIsUp(),
      inHand: (receptions) => logging.setPersonal(receptions.flatMap(personalTextsOf)),
      decided,
      renaming,
      written: (step, id, start) => {
        if (!rehearsal) logging.log.info(writtenText(step, id, start, words));
      },
      closing,
      closingsConfirmed,
      closed: ({ id, key, stage }) => {
        if (!rehearsal) logging.log.info(`Сделка ${id} удалённой записи ${key} закрыта: стадия ${words.stage(stage)}.`);
      },
      log: logging.log,
      notice: noticeOf(world, logging.log),
    }, full);
  }

  /** Words for the fields of this configuration on this portal. */
  async words(): Promise<FieldWords> {
    return new FieldWords(this.#options.config, (await this.#learned.get()).facts);
  }

  /** What is to be mended in the configuration or on the portal, in words. */
  async findings(): Promise<string[]> {
    return findingLines((await this.#learned.get()).findings);
  }

  queueCounts(): QueueCounts {
    return this.#queue.counts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    await this.#clinic[Symbol.asyncDispose]();
  }

  /** For one cycle: what is remembered of the portal grows old while the program runs. */
  #knowledge(): Knowledge {
    const { world, config, logging, rehearsal } = this.#options;
    const path = join(config.folder, FILES.facts);
    const subject = JSON.stringify([config.portal.host, config.pipeline, config.dealFields, config.contactFields]);
    return new Knowledge({
      config,
      portal: this.#portal,
      remembered: () => readFacts(path, subject, world.now()),
      remember: async (facts) => {
        if (!rehearsal) await writeFacts(path, subject, facts, world.now());
      },
      found: (findings) => {
        for (const line of findingLines(findings)) logging.log.warning(line);
      },
    });
  }
}

/** The clinic's time to the second: the PC's own zone may not be known. */
function localTime({ now }: World, { sync }: Config): string {
  return Temporal.Instant.fromEpochMilliseconds(now()).toZonedDateTimeISO(sync.timeZone).toPlainDateTime().toString({
    smallestUnit: "second",
  });
}
