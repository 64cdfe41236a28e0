/** A clinic, a portal, the program's files and a clock, all in memory, and cycles over them. */
import type { DealFieldNames } from "../../src/config/config.ts";
import type { DealClosing } from "../../src/sync/comparison/deleted.ts";
import { runCycle } from "../../src/sync/cycle.ts";
import type { CycleReport } from "../../src/sync/report.ts";
import type { Clinic, Portal, PortalFacts, Write } from "../../src/sync/ports.ts";
import { Queue } from "../../src/sync/queue/queue.ts";
import type { QueueItem } from "../../src/sync/queue/item.ts";
import { EMPTY_STATE, type SyncState } from "../../src/sync/state.ts";
import { context, DEAL, FACTS, STAGE_CONFIG, stagesOf } from "./made_up.ts";
import { MemoryClinic } from "./memory_clinic.ts";
import { type Fate, MemoryPortal } from "./memory_portal.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const POLICY = { requestMs: 0, settleMs: 75_000, retryMs: 5 * MINUTE, maxRetries: 100 };

/** Both sides, the program's files, and a clock that all share. */
export class Scene {
  now = 24 * HOUR;
  readonly log: string[] = [];
  readonly clinic = new MemoryClinic(() => this.now);
  fate: (write: Write, request: number) => Fate = () => "done";
  readonly portal = new MemoryPortal((write, request) => this.fate(write, request), () => this.now);
  /** What would be read after a crash. */
  durable: { items: readonly QueueItem[]; state: SyncState } = {
    items: [],
    state: { ...EMPTY_STATE, settledFilials: [1] },
  };
  stopping: () => boolean = () => false;
  timeIsUp: () => boolean = () => false;
  onSave: (file: "queue" | "state") => void = () => {};
  deleted: "report" | "lose" = "report";
  closingsConfirmed = false;
  updateExisting = true;
  facts: PortalFacts = FACTS;
  dealFields: DealFieldNames = DEAL;
  /** Deals that are to be closed, and those that were. */
  readonly closing: DealClosing[] = [];
  readonly closed: DealClosing[] = [];
  host = "portal.example";
  maxRetries = 100;
  /** The branches that are carried over; `undefined`: the database is one clinic. */
  filials: readonly number[] | undefined;

  constructor(readonly batchSize = 50) {}

  get watermark() {
    return this.durable.state.watermark;
  }

  async cycle(
    sides: { readonly clinic?: Partial<Clinic>; readonly portal?: Partial<Portal> } = {},
  ): Promise<CycleReport> {
    const queue = new Queue(this.durable.items, { ...POLICY, maxRetries: this.maxRetries });
    const { batchSize, updateExisting, dealFields } = this;
    const { config } = context({ batchSize, updateExisting, dealFields });
    const say = (message: string) => void this.log.push(message);
    return await runCycle({
      config: {
        ...config,
        sync: { ...config.sync, deleted: this.deleted },
        portal: { ...config.portal, host: this.host },
        stages: STAGE_CONFIG,
        filialFilter: { enabled: this.filials, fallback: undefined },
      },
      clinic: partly(this.clinic, sides.clinic),
      portal: partly(this.portal, sides.portal),
      knowledge: () => Promise.resolve({ facts: this.facts, stages: stagesOf(), findings: [] }),
      queue,
      state: this.durable.state,
      saveQueue: () => {
        this.onSave("queue");
        this.durable = { ...this.durable, items: structuredClone(queue.items()) };
        return Promise.resolve();
      },
      saveState: (state) => {
        this.onSave("state");
        this.durable = { ...this.durable, state: structuredClone(state) };
        return Promise.resolve();
      },
      now: () => this.now,
      stopping: () => this.stopping() || this.timeIsUp(),
      interrupted: () => this.stopping(),
      closingsConfirmed: this.closingsConfirmed,
      closing: (deals) => void this.closing.push(...deals),
      closed: (deal) => void this.closed.push(deal),
      inHand: () => {},
      decided: () => {},
      notice: say,
      log: { debug: () => {}, info: say, warning: say, error: say },
    });
  }
}

/** Keys of the deals on the portal, sorted. */
export const keysOf = (scene: Scene): string[] => scene.portal.deals.map(({ key }) => key).sort();

/** A side of which some calls are answered otherwise. */
function partly<T extends object>(whole: T, other: Partial<T> = {}): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const value = Reflect.get(name in other ? other : target, name);
      return typeof value === "function" ? value.bind(name in other ? other : target) : value;
    },
  });
}
