/**
 * What a cycle works with: both sides, what is remembered, a clock, and who is told.
 */
import type { Config } from "../config/config.ts";
import type { Log } from "../logging/log.ts";
import type { Reception, WallClock } from "../reception/reception.ts";
import type { DealClosing } from "./comparison/deleted.ts";
import type { Known } from "./knowledge.ts";
import type { Clinic, Portal } from "./ports.ts";
import type { Queue } from "./queue/queue.ts";
import type { Decision, RuleContext } from "./rules/decision.ts";
import type { Renaming } from "./rules/former_keys.ts";
import type { Step } from "./rules/step.ts";
import type { SyncState } from "./state.ts";

export interface CycleDeps {
  readonly config: RuleContext["config"] & Pick<Config, "sync" | "filialFilter" | "stages">;
  readonly clinic: Clinic;
  readonly portal: Portal;
  /** What is known of the portal, resolved; asked for only when something is to be done. */
  readonly knowledge: () => Promise<Known>;
  readonly queue: Queue;
  readonly state: SyncState;
  /** Make durable; they throw IdentSyncError("state"). */
  readonly saveQueue: () => Promise<void>;
  readonly saveState: (state: SyncState) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether to stop politely: what has begun is finished, nothing new begins. */
  readonly stopping: () => boolean;
  /** Whether the user is waiting for the end: then also what has just been looked up does not begin. */
  readonly interrupted: () => boolean;
  /** Told whose data are being worked on, so that the log leaves them out. */
  readonly inHand: (receptions: readonly Reception[]) => void;
  /** Told what is about to be done, before anything is sent. */
  readonly decided: (decisions: readonly Decision[]) => void;
  /** Whether the user has confirmed that ever so many deals of deleted receptions are to be closed. */
  readonly closingsConfirmed?: boolean | undefined;
  /** Told which deals get the key of their reception in place of one of the original program. */
  readonly renaming?: ((renamings: readonly Renaming[]) => void) | undefined;
  /** Told of each write to a deal that the portal has confirmed. `id`: of a new one; `start`: of its reception. */
  readonly written?: ((step: Step, id: number | undefined, start: WallClock | undefined) => void) | undefined;
  /** Told which deals of deleted receptions are about to be closed. */
  readonly closing?: ((deals: readonly DealClosing[]) => void) | undefined;
  /** Told which deal of a deleted reception was closed. */
  readonly closed?: ((deal: DealClosing) => void) | undefined;
  readonly log: Log;
  /** Tells the user something that is to be known, though the work goes on. */
  readonly notice: (text: string) => void;
}
