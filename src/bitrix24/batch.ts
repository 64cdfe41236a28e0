/**
 * The `batch` method: up to fifty commands in one request, each with an outcome of its own.
 */
import { command, type Params } from "./encode.ts";
import { errorOf, type Reply, replyOfError, timeOf } from "./reply.ts";

/** What a command inside a batch may be answered: the connection is the batch's own matter. */
export type CommandReply = Extract<Reply, { kind: "accepted" | "refused" | "limited" | "unknown" | "fatal" }>;

/** What one request takes. */
export const COMMANDS_PER_BATCH = 50;

export interface Command {
  readonly method: string;
  readonly params: Params;
}

const nameOf = (index: number) => `c${index}`;

/** Parameters of the `batch` call; no command depends on another, so none stops the rest (`halt` 0). */
export function batchParams(commands: readonly Command[]): Params {
  if (commands.length === 0 || commands.length > COMMANDS_PER_BATCH) {
    throw new RangeError(`a batch takes 1 to ${COMMANDS_PER_BATCH} commands, not ${commands.length}`);
  }
  return {
    halt: 0,
    cmd: Object.fromEntries(commands.map(({ method, params }, index) => [nameOf(index), command(method, params)])),
  };
}

/** The portal writes an empty map as `[]`. */
function map(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

/**
 * The reply of each command, in their order, from the `result` of an accepted batch. A command that stands neither among
 * the results nor among the errors is unknown.
 */
export function batchReplies(count: number, result: unknown): CommandReply[] {
  const { result: results, result_error: errors, result_time: times } = map(result);
  return Array.from({ length: count }, (_, index): CommandReply => {
    const name = nameOf(index);
    const error = errorOf(map(errors)[name]);
    if (error !== undefined) return replyOfError(error, undefined);
    if (!(name in map(results))) return { kind: "unknown", reason: "в ответе портала нет результата этого действия" };
    return { kind: "accepted", result: map(results)[name], time: timeOf(map(times)[name]) };
  });
}
