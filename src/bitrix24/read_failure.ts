/**
 * What it means that a command could not be read: whether it may succeed a moment later, and if not, in words for the
 * user.
 */
import { type IdentSyncError, interruptedError } from "../error.ts";
import type { Command } from "./batch.ts";
import type { Params } from "./encode.ts";
import { closedError, interceptedReadError, pageError } from "./foreign.ts";
import { wordsOf } from "./refusal.ts";
import type { PortalError } from "./reply.ts";
import { fatalError, readFailedError, unreachableError, uselessError, workingTimeError } from "./trouble.ts";
import type { Settled } from "./webhook.ts";

const RATE_IS_USED_UP = "исчерпан лимит запросов";

/** Why it failed, where it may succeed a moment later; `undefined`: it would not. */
export function passingReason(bad: Settled): string | undefined {
  if (bad.kind === "unknown" || bad.kind === "unreachable") return bad.reason;
  return bad.kind === "limited" && bad.by === "rate" ? RATE_IS_USED_UP : undefined;
}

/** The error to throw. */
export function readError(host: string, bad: Settled, { method, params }: Command): IdentSyncError {
  switch (bad.kind) {
    case "unsent":
      return interruptedError();
    case "fatal":
      return fatalError(bad.error, bad.status);
    case "closed":
      return closedError(host, bad.answer);
    case "intercepted":
      return interceptedReadError(host, method, bad.answer);
    case "refused":
      return readFailedError(host, method, bad.error, askedWords(bad.error, params));
    case "unreachable":
      return unreachableError(host, bad);
    case "limited":
      return bad.by === "method" ? workingTimeError(host) : uselessError(host, RATE_IS_USED_UP);
    case "unknown":
      if (bad.error !== undefined) return readFailedError(host, method, bad.error, askedWords(bad.error, params));
      return bad.isPage ? pageError(host) : uselessError(host, bad.reason);
    case "accepted":
      throw new TypeError("an accepted reply is no failure");
  }
}

/** The portal's words less what was asked for, which it may repeat; names of fields are nobody's. */
const askedWords = (error: PortalError, { filter = null, values = null }: Params): string =>
  wordsOf(error, { filter, values });
