/**
 * Everything one running portal knows, and one call of a method on it.
 */
import type { Params } from "./php_query.ts";
import type { Kind, Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** An automation run: the portal starts one for each effective change of a deal or a lead through REST. */
export interface RobotRun {
  readonly entity: "deal" | "lead";
  readonly id: number;
  readonly event: "add" | "update";
  /** Fields that were changed, with what they held before and after. */
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export interface PortalState {
  readonly settings: Settings;
  store: Store;
  readonly robots: RobotRun[];
  readonly mistakes: string[];
  /** Milliseconds since 1970, by the stand's clock. */
  readonly now: () => number;
}

/** One call of a method, plain or from inside a batch. */
export interface Call {
  readonly portal: PortalState;
  /** In lower case. */
  readonly method: string;
  readonly params: Params;
  /** Notes what a careful program would not have sent. */
  readonly mistake: (text: string) => void;
}

/** What a method answers: `total` and `next` stand beside the result. */
export interface Answer {
  readonly result: unknown;
  readonly total?: number;
  readonly next?: number;
}

export type Method = (call: Call) => Answer;

export const KINDS: readonly Kind[] = ["deal", "contact", "lead"];
