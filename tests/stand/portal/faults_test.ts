import assert from "node:assert/strict";
import { batch, call, rawPost, sendRaw, until } from "./plain_client.ts";
import { canReset, type PortalStand, type RequestFault, startPortalStand } from "./stand.ts";

const ADD = { fields: { TITLE: "A" } };

/** Sends one raw `crm.deal.add`; how it ended, what came, and how many deals there are then. */
async function strike(stand: PortalStand, fault: RequestFault) {
  const before = stand.deals.size;
  const ordered = stand.faults.request(fault);
  const count = stand.requests.length;
  const { text, end } = await sendRaw(stand.port, rawPost(stand, "crm.deal.add", ADD));
  await until(() => stand.requests[count]?.answer !== undefined);
  assert.equal(ordered.fired, 1);
  return { text, end, made: stand.deals.size - before, answer: stand.requests.at(-1)!.answer };
}

Deno.test("a connection dies before or after the work was done", async () => {
  await using stand = await startPortalStand();
  const reset = canReset ? "reset" : "close";
  for (
    const [fault, end, made] of [
      [{ kind: "close" }, "close", 0],
      [{ kind: "close", moment: "after" }, "close", 1],
      [{ kind: "reset" }, reset, 0],
      [{ kind: "reset", moment: "after" }, reset, 1],
      [{ kind: "hang" }, "open", 0],
      [{ kind: "hang", moment: "after" }, "open", 1],
    ] as [RequestFault, string, number][]
  ) {
    const outcome = await strike(stand, fault);
    assert.deepEqual([outcome.end, outcome.made, outcome.text, outcome.answer], [end, made, "", fault.kind]);
  }
  assert.deepEqual(stand.calls("crm.deal.add").map(({ executed, outcome }) => [executed, outcome]).slice(0, 2), [
    [false, "lost"],
    [true, "lost"],
  ]);
});

Deno.test("an answer is cut in the middle", async () => {
  await using stand = await startPortalStand();
  const start = await strike(stand, { kind: "cut", bytes: 10 });
  assert.deepEqual([start.end, start.made, start.text.split("\r\n\r\n")[1]], ["close", 1, '{"result":']);
  const almost = await strike(stand, { kind: "cut", bytes: -1, end: "reset" });
  assert.deepEqual([almost.end, almost.text.endsWith("}")], [canReset ? "reset" : "close", true]);
  const [head, body] = almost.text.split("\r\n\r\n") as [string, string];
  assert.equal(Number(/content-length: (\d+)/.exec(head)![1]), new TextEncoder().encode(body).length + 1);
});

Deno.test("another answer stands in: JSON errors, a gateway's page, a redirect", async () => {
  await using stand = await startPortalStand();
  stand.faults.request({ kind: "answer", status: 500, body: { error: "INTERNAL_SERVER_ERROR" }, moment: "after" });
  const error = await call(stand, "crm.deal.add", ADD);
  assert.deepEqual([error.status, error.body, stand.deals.size], [500, { error: "INTERNAL_SERVER_ERROR" }, 1]);
  stand.faults.badGateway({ status: 504 });
  const page = await fetch(`${stand.url}crm.deal.add`);
  assert.deepEqual([page.status, page.headers.get("content-type")], [504, "text/html"]);
  assert.match(await page.text(), /<html>/);
  stand.faults.request({ kind: "redirect", location: "https://new.example.org/rest/" });
  const moved = await fetch(`${stand.url}crm.deal.add`, { redirect: "manual" });
  await moved.body?.cancel();
  assert.deepEqual([moved.status, moved.headers.get("location")], [302, "https://new.example.org/rest/"]);
  assert.equal(stand.deals.size, 1);
});

Deno.test("limits on order: 503 so many times; OPERATION_TIME_LIMIT for one method, plain and in a batch", async () => {
  await using stand = await startPortalStand();
  stand.faults.queryLimit(2);
  const codes = [];
  for (let index = 0; index < 3; index++) codes.push((await call(stand, "crm.deal.add", ADD)).body.error);
  assert.deepEqual(codes, ["QUERY_LIMIT_EXCEEDED", "QUERY_LIMIT_EXCEEDED", undefined]);
  stand.faults.operationTimeLimit("crm.deal.add", 2);
  assert.equal((await call(stand, "crm.deal.add", ADD)).status, 429);
  const { body } = await batch(stand, { p: ["profile"], d: ["crm.deal.add", ADD], e: ["crm.deal.add", ADD] });
  assert.equal(body.result.result_error.d.error, "OPERATION_TIME_LIMIT");
  assert.deepEqual(Object.keys(body.result.result), ["p", "e"]);
  assert.equal(stand.deals.size, 2);
});

Deno.test("a command fails, or is missing in the answer, whether it was run or not", async () => {
  await using stand = await startPortalStand();
  stand.faults.command({ method: "crm.deal.add", nth: 2, kind: "error", code: "", description: "Отказано" });
  stand.faults.command({ method: "crm.deal.add", nth: 3, kind: "missing", moment: "after" });
  stand.faults.command({ method: "crm.deal.add", nth: 4, kind: "missing" });
  const commands = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`d${n}`, ["crm.deal.add", ADD]] as const));
  const { body } = await batch(stand, commands);
  assert.deepEqual(body.result.result, { d1: 101, d5: 103 });
  assert.deepEqual(body.result.result_error, { d2: { error: "", error_description: "Отказано" } });
  assert.equal(stand.deals.size, 3);
  const outcomes = stand.calls("crm.deal.add").map(({ executed, outcome }) => `${executed} ${outcome}`);
  assert.deepEqual(outcomes, ["true accepted", "false refused", "true lost", "false lost", "true accepted"]);
});

Deno.test("a fault picks its requests: by method, by what they carry, the nth, so many", async () => {
  await using stand = await startPortalStand();
  const status = async (method: string, params: unknown) => (await call(stand, method, params)).status;
  const answer = { kind: "answer", status: 500, body: {} } as const;
  const ordered = stand.faults.request({ ...answer, on: "batch", carrying: "crm.deal.add", nth: 2, count: 2 });
  const carrying = { cmd: { a: "crm.deal.add?fields%5BTITLE%5D=A" } };
  const seen = [await status("crm.deal.add", ADD), await status("batch", { cmd: { a: "profile" } })];
  for (let index = 0; index < 4; index++) seen.push(await status("batch", carrying));
  assert.deepEqual(seen, [200, 200, 200, 500, 500, 200]);
  assert.equal(ordered.fired, 2);
  stand.faults.request({ ...answer, on: "profile" }).cancel();
  assert.equal(await status("profile", {}), 200);
});

Deno.test("a held request is worked on after its sender has gone", async () => {
  await using stand = await startPortalStand();
  const held = stand.faults.request({ kind: "hold", on: "crm.deal.add" });
  const gone = await sendRaw(stand.port, rawPost(stand, "crm.deal.add", ADD), { silenceMs: 20 });
  await until(() => held.fired === 1);
  assert.deepEqual([gone.end, stand.deals.size], ["open", 0]);
  assert.equal((await call(stand, "crm.deal.list")).body.total, 0);
  held.release();
  await until(() => stand.deals.size === 1);
  assert.equal(stand.calls("crm.deal.add")[0]!.executed, true);
});

Deno.test("an answer comes late, and the stand ends with one still waiting", async () => {
  await using stand = await startPortalStand({ settings: { latencyMs: 20 } });
  stand.faults.request({ kind: "delay", ms: 30, moment: "after" });
  const begun = performance.now();
  assert.equal((await call(stand, "crm.deal.add", ADD)).status, 200);
  assert.equal(performance.now() - begun >= 45, true);
  stand.faults.request({ kind: "delay", ms: 60_000 });
  assert.equal((await sendRaw(stand.port, rawPost(stand, "crm.deal.add", ADD))).end, "open");
  assert.equal(stand.deals.size, 1);
});

Deno.test("a gateway answers what displeases it itself, for good, and the portal does nothing of it", async () => {
  await using stand = await startPortalStand();
  const gateway = stand.faults.gateway(403, (body) => body.includes("<script>"));
  const seen = [];
  for (const title of ["<script>", "A", "100% <script>"]) {
    const cmd = { a: `crm.deal.add?fields%5BTITLE%5D=${encodeURIComponent(title)}` };
    const { text } = await sendRaw(stand.port, rawPost(stand, "batch", { cmd }));
    seen.push(Number(text.split(" ")[1]));
  }
  assert.deepEqual([seen, stand.deals.size, gateway.fired], [[403, 200, 403], 1, 2]);
  gateway.cancel();
  stand.faults.gateway(302);
  const redirected = await fetch(`${stand.url}profile`, { redirect: "manual" });
  await redirected.body?.cancel();
  assert.deepEqual([redirected.status, redirected.headers.get("location")], [302, "https://blocked.example/"]);
});
