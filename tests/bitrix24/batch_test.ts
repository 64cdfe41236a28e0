import assert from "node:assert/strict";
import { batchParams, batchReplies } from "../../src/bitrix24/batch.ts";
import { phpCommand } from "./php_query.ts";

const commands = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ method: "crm.deal.add", params: { fields: { TITLE: `№${index}` } } }));

Deno.test("a batch runs all its commands, each under a name of letters and digits", () => {
  const { halt, cmd } = batchParams(commands(50)) as { halt: number; cmd: Record<string, string> };
  assert.equal(halt, 0);
  assert.equal(Object.keys(cmd).length, 50);
  for (const name of Object.keys(cmd)) assert.match(name, /^[A-Za-z][A-Za-z0-9_]*$/);
  assert.deepEqual(Object.values(cmd).map((text) => phpCommand(text).params), commands(50).map(({ params }) => params));
});

for (const count of [0, 51]) {
  Deno.test(`a batch of ${count} commands is a mistake`, () =>
    assert.throws(() => batchParams(commands(count)), RangeError));
}

const kinds = (count: number, result: unknown) => batchReplies(count, result).map(({ kind }) => kind);

const ANSWERS: [what: string, count: number, result: unknown, kinds: string[]][] = [
  ["all done", 2, { result: { c0: 5, c1: true }, result_error: [], result_time: [] }, ["accepted", "accepted"]],
  ["one refused", 2, { result: { c0: 5 }, result_error: { c1: { error: "", error_description: "Not found" } } }, [
    "accepted",
    "refused",
  ]],
  ["all refused", 1, { result: [], result_error: { c0: { error: "ERROR_ARGUMENT" } }, result_time: [] }, ["refused"]],
  ["one missing", 2, { result: { c0: 5 }, result_error: [] }, ["accepted", "unknown"]],
  ["everything missing", 2, { result: [], result_error: [] }, ["unknown", "unknown"]],
  ["no maps at all", 1, {}, ["unknown"]],
  ["nothing", 1, null, ["unknown"]],
  ["a list in place of a map", 2, [5, 6], ["unknown", "unknown"]],
  ["text", 1, "ok", ["unknown"]],
  ["one limited", 1, { result: [], result_error: { c0: { error: "OPERATION_TIME_LIMIT" } } }, ["limited"]],
  ["one fatal", 1, { result: [], result_error: { c0: { error: "insufficient_scope" } } }, ["fatal"]],
  ["an error that is no record", 1, { result: [], result_error: { c0: "x" } }, ["unknown"]],
  ["an error beside a result", 1, { result: { c0: 5 }, result_error: { c0: { error: "" } } }, ["refused"]],
];

for (const [what, count, result, expected] of ANSWERS) {
  Deno.test(`each command of a batch has its own outcome: ${what}`, () =>
    assert.deepEqual(kinds(count, result), expected));
}

Deno.test("results stand in the commands' order and keep their form", () => {
  const [first, second] = batchReplies(2, { result: { c1: [{ ID: "1" }], c0: [] }, result_error: [] });
  assert.deepEqual([first, second], [
    { kind: "accepted", result: [], time: undefined },
    { kind: "accepted", result: [{ ID: "1" }], time: undefined },
  ]);
});

Deno.test("the working time of a command is told where the portal tells it", () => {
  const times = { c0: { finish: 100.5, operating_reset_at: 700 }, c1: { finish: 1 } };
  const replies = batchReplies(2, { result: { c0: 1, c1: 2 }, result_error: [], result_time: times });
  assert.deepEqual(replies.map((reply) => reply.kind === "accepted" && reply.time), [
    { finish: 100.5, resetAt: 700 },
    undefined,
  ]);
});
