/**
 * What arrived and what became of it.
 */
import type { Params } from "./php_query.ts";

export interface RecordedCommand {
  /** Its name in the batch; `undefined`: a call of its own. */
  readonly key: string | undefined;
  /** In lower case. */
  readonly method: string;
  /** After references were replaced. */
  params: Params;
  /** Milliseconds since 1970, by the stand's clock. */
  readonly at: number;
  /** Whether the portal ran it, whatever it answered. */
  executed: boolean;
  /** `lost`: run or not, the answer does not mention it (halt, a fault, or the answer never left). */
  outcome: "accepted" | "refused" | "lost";
  result?: unknown;
  error?: { readonly error: string; readonly error_description: string };
}

export interface RecordedRequest {
  /** From 1. */
  readonly number: number;
  /** Milliseconds since 1970, by the stand's clock. */
  readonly at: number;
  readonly connection: number;
  readonly httpMethod: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** REST method, in lower case. */
  readonly method: string;
  /** Query and body, decoded. */
  params: Params;
  /** Commands of a batch, or the one call. Empty where the request was refused as a whole. */
  readonly commands: RecordedCommand[];
  /** The status that was answered, or what was done to the connection. */
  answer: number | "close" | "reset" | "cut" | "hang" | undefined;
}
