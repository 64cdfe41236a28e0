/**
 * `batch`: up to 50 commands one after the other, references between them, and an answer that is 200 whatever failed.
 */
import { parseCommand } from "./batch_command.ts";
import { runCommand, type Session } from "./command.ts";
import type { RecordedCommand } from "./journal.ts";
import { type Params, phpEmpty, phpMap } from "./php_query.ts";
import { type BatchMemory, resolveReferences } from "./references.ts";
import { RestError } from "./rest_error.ts";
import type { PortalState } from "./state.ts";

export const BATCH_LENGTH = 50;

/** The commands of a batch by name; anything but texts is left out. */
function commandsOf(params: Params): [string, string][] {
  const cmd = params.cmd;
  const entries = typeof cmd === "object" && cmd !== null ? Object.entries(cmd) : [];
  return entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

/** Notes what is wrong with a batch as a whole. */
export function checkBatch(params: Params, mistake: (text: string) => void): void {
  const commands = commandsOf(params);
  if (commands.length === 0) mistake("a batch without commands");
  if (commands.length > BATCH_LENGTH) mistake(`${commands.length} commands, more than ${BATCH_LENGTH}`);
  if (params.halt !== undefined && !["0", "1", 0, 1].includes(params.halt as string)) {
    mistake(`halt is ${JSON.stringify(params.halt)}, say 0 or 1`);
  }
  for (const name of Object.keys(params)) {
    if (name !== "halt" && name !== "cmd") mistake(`there is no parameter ${name}`);
  }
  for (const [key] of commands) if (!/^[A-Za-z0-9_]+$/.test(key)) mistake(`a command named ${key}`);
}

/** The commands of a batch as they arrive, not yet run; notes what was not encoded in them. */
export function noteCommands(portal: PortalState, params: Params): RecordedCommand[] {
  return commandsOf(params).map(([key, text]) => {
    const { method, params, oddities } = parseCommand(text);
    for (const oddity of oddities) portal.mistakes.push(`${method} (${key}): ${oddity}`);
    return { key, method, params, at: portal.now(), executed: false, outcome: "lost" };
  });
}

/** Runs the commands of a batch; each is marked with what became of it. */
export function runBatch(
  session: Session,
  params: Params,
  commands: readonly RecordedCommand[],
): Record<string, unknown> {
  const memory: BatchMemory = {
    result: new Map(),
    next: new Map(),
    total: new Map(),
    time: new Map(),
    error: new Map(),
  };
  for (const [index, command] of commands.entries()) {
    const failed = !runOne(session, command, index, memory);
    if (failed && !phpEmpty(params.halt)) break;
  }
  return {
    result: phpMap(memory.result),
    result_error: phpMap(memory.error),
    result_total: phpMap(memory.total),
    result_next: phpMap(memory.next),
    result_time: phpMap(memory.time),
  };
}

/** Runs one command of a batch into the memory; whether it went well. */
function runOne(session: Session, command: RecordedCommand, index: number, memory: BatchMemory): boolean {
  const key = command.key!;
  const refuse = (code: string, description: string) => {
    const error = new RestError(400, code, description).body();
    command.outcome = "refused";
    command.error = error;
    memory.error.set(key, error);
    return false;
  };
  if (index >= BATCH_LENGTH) return refuse("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
  if (command.method === "batch") {
    session.portal.mistakes.push(`batch (${key}): a batch inside a batch`);
    return refuse("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
  }
  command.params = resolveReferences(command.params, memory);
  const outcome = runCommand(session, command);
  if (outcome.kind === "missing") return true;
  if (outcome.kind === "error") {
    memory.error.set(key, outcome.error.body());
    return false;
  }
  const { result, total, next } = outcome.answer;
  memory.result.set(key, result);
  if (total !== undefined) memory.total.set(key, total);
  if (next !== undefined) memory.next.set(key, next);
  memory.time.set(key, outcome.time);
  return true;
}
