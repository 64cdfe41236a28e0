/**
 * Running one command: its budget, its ordered faults, its times, and what is noted of it.
 */
import type { Faults } from "./faults.ts";
import type { RecordedCommand } from "./journal.ts";
import type { Limits } from "./limits.ts";
import { isMethod, methodNotFound, runMethod } from "./methods.ts";
import { formatMoment } from "./moment.ts";
import { RestError } from "./rest_error.ts";
import type { Answer, PortalState } from "./state.ts";

/** The running portal with what limits and disturbs it. */
export interface Session {
  readonly portal: PortalState;
  readonly faults: Faults;
  limits: Limits;
}

/** `time` of an answer. Times are unix seconds, `operating` is of the method. */
export function timeOf(portal: PortalState, startedAt: number): Record<string, unknown> {
  const finishedAt = portal.now();
  const seconds = (finishedAt - startedAt) / 1000;
  return {
    start: startedAt / 1000,
    finish: finishedAt / 1000,
    duration: seconds,
    processing: seconds,
    date_start: formatMoment(startedAt, portal.settings.offset),
    date_finish: formatMoment(finishedAt, portal.settings.offset),
  };
}

export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer; readonly time: Record<string, unknown> }
  | { readonly kind: "error"; readonly error: RestError }
  /** An ordered fault: the answer says nothing of it. */
  | { readonly kind: "missing" };

function attempt(session: Session, command: RecordedCommand): Outcome {
  const { portal, limits } = session;
  const { settings } = portal;
  const { method } = command;
  const now = portal.now();
  const mistake = (text: string) => {
    portal.mistakes.push(`${method}${command.key === undefined ? "" : ` (${command.key})`}: ${text}`);
  };
  if (!isMethod(method)) {
    mistake("there is no such method");
    return { kind: "error", error: methodNotFound() };
  }
  if (settings.operatingLimit !== undefined && limits.operating(method, now) >= settings.operatingLimit) {
    const text = "Method is blocked due to operation time limit.";
    return { kind: "error", error: new RestError(429, "OPERATION_TIME_LIMIT", text) };
  }
  command.executed = true;
  limits.spend(method, now, settings.operatingSeconds[method] ?? settings.operatingSeconds["*"] ?? 0);
  try {
    const answer = runMethod({ portal, method, params: command.params, mistake });
    const time = {
      ...timeOf(portal, now),
      operating_reset_at: limits.operatingResetAt(method, now),
      operating: limits.operating(method, now),
    };
    return { kind: "answer", answer, time };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { kind: "error", error };
  }
}

/** Runs the command, or lets it fail as ordered, and notes what came of it. */
export function runCommand(session: Session, command: RecordedCommand): Outcome {
  const fault = session.faults.takeForCommand(command.method);
  let outcome: Outcome | undefined;
  if (fault === undefined || fault.moment === "after") outcome = attempt(session, command);
  if (fault?.kind === "missing") outcome = { kind: "missing" };
  else if (fault !== undefined) {
    outcome = { kind: "error", error: new RestError(fault.status ?? 400, fault.code, fault.description) };
  }
  note(command, outcome!);
  return outcome!;
}

function note(command: RecordedCommand, outcome: Outcome): void {
  if (outcome.kind === "answer") {
    command.outcome = "accepted";
    command.result = outcome.answer.result;
  } else if (outcome.kind === "error") {
    command.outcome = "refused";
    command.error = outcome.error.body();
  }
}
