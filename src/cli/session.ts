/**
 * A sync with everything it stands on, opened in the order in which things may fail and closed in reverse. Every command
 * that syncs uses it.
 */
import { join } from "node:path";
import program from "../../deno.json" with { type: "json" };
import { Pace } from "../bitrix24/pace.ts";
import { BitrixPortal } from "../bitrix24/portal.ts";
import { createPost } from "../bitrix24/transport.ts";
import { Webhook } from "../bitrix24/webhook.ts";
import type { Config } from "../config/config.ts";
import { IdentClinic } from "../ident/clinic.ts";
import type { RunningLog } from "../logging/start.ts";
import { filialRuleOf } from "../reception/filial.ts";
import { personalTextsOf } from "../reception/reception.ts";
import { readFacts, writeFacts } from "../store/facts_file.ts";
import { takeLock } from "../store/lock.ts";
import { readQueue, writeQueue } from "../store/queue_file.ts";
import { readState, writeState } from "../store/state_file.ts";
import { type CycleReport, runCycle } from "../sync/cycle.ts";
import { Knowledge } from "../sync/knowledge.ts";
import type { Decision } from "../sync/plan.ts";
import { Queue, type QueueCounts } from "../sync/queue.ts";
import { Rehearsal } from "../sync/rehearsal.ts";
import type { SyncState } from "../sync/state.ts";
import type { World } from "../world.ts";

/** The program's own files, beside config.ini. */
const FILES = { state: "sync_state.json", facts: "portal_facts.json", lock: "ident-sync.lock" } as const;

export interface SessionOptions {
  readonly world: World;
  readonly config: Config;
  readonly logging: RunningLog;
  /** Ask both sides, change nothing: neither the portal nor a file. */
  readonly rehearsal: boolean;
}

export class Session implements AsyncDisposable {
  readonly #config: Config;
  readonly #world: World;
  readonly #logging: RunningLog;
  readonly #queue: Queue;
  readonly #clinic: IdentClinic;
  readonly #portal: BitrixPortal;
  readonly #knowledge: Knowledge;
  readonly #open: AsyncDisposableStack;
  readonly #rehearsal: boolean;
  #state: SyncState;

  private constructor(
    parts: SessionOptions & { readonly queue: Queue; readonly state: SyncState; readonly clinic: IdentClinic },
    open: AsyncDisposableStack,
  ) {
    const { world, config, logging } = parts;
    const { log } = logging;
    this.#world = world;
    this.#config = config;
    this.#logging = logging;
    this.#queue = parts.queue;
    this.#state = parts.state;
    this.#clinic = parts.clinic;
    this.#open = open;
    this.#rehearsal = parts.rehearsal;
    const pace = new Pace(config.portal.requestsPerSecond, world.now);
    const webhook = new Webhook({
      address: config.portal.webhook,
      host: config.portal.host,
      post: createPost(config.portal.requestTimeoutSeconds * 1000, `ident-sync/${program.version}`),
      pace,
      now: world.now,
      sleep: world.sleep,
      log,
    });
    this.#portal = new BitrixPortal({ webhook, pace, config, now: world.now });
    const factsPath = join(config.folder, FILES.facts);
    const subject = JSON.stringify([config.portal.host, config.pipeline, config.dealFields, config.contactFields]);
    this.#knowledge = new Knowledge({
      config,
      portal: this.#portal,
      remembered: () => readFacts(factsPath, subject, world.now()),
      remember: (facts) => this.#rehearsal ? Promise.resolve() : writeFacts(factsPath, subject, facts, world.now()),
      log,
    });
  }

  /**
   * Takes the lock, reads the program's own files, and sees that both sides are there.
   *
   * @throws IdentSyncError locked, state, database, portal, config
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { world, config, logging, rehearsal } = options;
    await using opening = new AsyncDisposableStack();
    const holder = `процесс ${world.pid}, начало ${localTime(world)}`;
    if (!rehearsal) opening.use(await takeLock(join(config.folder, FILES.lock), holder));
    const state = await readState(join(config.folder, FILES.state), config.sync.filialId);
    const queue = new Queue(await readQueue(config.queue.path, world.now()), {
      settleMs: config.portal.settleSeconds * 1000,
      retryMs: config.queue.retryIntervalMinutes * 60_000,
      maxRetries: config.queue.maxRetryAttempts,
    });
    const clinic = await IdentClinic.connect({
      config: config.database,
      filials: filialRuleOf(config),
      sleep: world.sleep,
      log: logging.log,
    });
    opening.use(clinic);
    const session = new Session({ ...options, queue, state, clinic }, opening.move());
    try {
      await session.#knowledge.get();
      if (!session.#knowledge.asked) await session.#portal.check();
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * One cycle. Throws IdentSyncError as `runCycle` does.
   *
   * @param decided told what is about to be done
   */
  async cycle(
    stopping: () => boolean,
    decided: (decisions: readonly Decision[]) => void = () => {},
  ): Promise<CycleReport> {
    return await runCycle({
      config: this.#config,
      clinic: this.#clinic,
      portal: this.#rehearsal ? new Rehearsal(this.#portal) : this.#portal,
      knowledge: () => this.#knowledge.get(),
      queue: this.#queue,
      state: this.#state,
      saveQueue: async () => {
        if (!this.#rehearsal) await writeQueue(this.#config.queue.path, this.#queue.items());
      },
      saveState: async (state) => {
        if (this.#rehearsal) return;
        const now = localTime(this.#world);
        await writeState(join(this.#config.folder, FILES.state), state, this.#config.sync.filialId, now);
        this.#state = state;
      },
      now: this.#world.now,
      stopping,
      inHand: (receptions) => this.#logging.setPersonal(receptions.flatMap(personalTextsOf)),
      decided,
      log: this.#logging.log,
    });
  }

  queueCounts(): QueueCounts {
    return this.#queue.counts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}

/** The PC's local time to the second, with its offset. */
function localTime({ now, timeZone }: World): string {
  return Temporal.Instant.fromEpochMilliseconds(now()).toZonedDateTimeISO(timeZone).toString({
    smallestUnit: "second",
    timeZoneName: "never",
  });
}
