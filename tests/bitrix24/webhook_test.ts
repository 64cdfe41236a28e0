import assert from "node:assert/strict";
import { Pace } from "../../src/bitrix24/pace.ts";
import type { Answer } from "../../src/bitrix24/transport.ts";
import { Webhook } from "../../src/bitrix24/webhook.ts";
import { Secret } from "../../src/secret.ts";

const BASE = "https://portal.example/rest/1/s3cr3t/";

const ok = (result: unknown): Answer => ({
  kind: "answered",
  status: 200,
  body: JSON.stringify({ result }),
  location: undefined,
});
const failed = (status: number, code: string): Answer => ({
  kind: "answered",
  status,
  body: JSON.stringify({ error: code, error_description: "" }),
  location: undefined,
});
const moved = (location: string): Answer => ({ kind: "answered", status: 302, body: "", location });
const NOT_SENT: Answer = { kind: "not-sent", reason: "портал не принимает соединение", fix: "Проверьте адрес." };
const LOST: Answer = { kind: "lost", reason: "соединение прервалось" };
const done = (...results: unknown[]) =>
  ok({ result: Object.fromEntries(results.map((result, index) => [`c${index}`, result])), result_error: [] });

/** A webhook whose answers are given beforehand; the last one is given over and over. */
function scripted(answers: readonly Answer[]) {
  const scene = { now: 0, sent: [] as { address: string; method: string; body: string }[], said: [] as string[] };
  const pace = new Pace(2, () => scene.now);
  const say = (message: string) => void scene.said.push(message);
  const webhook = new Webhook({
    address: new Secret(BASE),
    host: "portal.example",
    post: (address, method, body) => {
      scene.sent.push({ address: address.reveal(), method, body });
      return Promise.resolve(answers[Math.min(scene.sent.length, answers.length) - 1]);
    },
    pace,
    now: () => scene.now,
    sleep: (milliseconds) => Promise.resolve(void (scene.now += milliseconds)),
    stop: new AbortController().signal,
    notice: say,
    log: { debug: say, info: say, warning: say, error: say },
  });
  return { scene, webhook, pace };
}

const leaving = () => Promise.resolve();

const READ = [{ method: "crm.deal.list", params: {} }, { method: "crm.contact.list", params: {} }];
const WRITE = [{ method: "crm.deal.add", params: { fields: { TITLE: "А" } } }];
/** Its text would not survive a batch. */
const ALONE = [{ method: "crm.deal.add", params: { fields: { TITLE: "$result[c0]" } } }];

Deno.test("a read gives each command's result in their order", async () => {
  const { webhook, scene } = scripted([done([1], [2])]);
  assert.deepEqual(await webhook.read(READ), [[1], [2]]);
  assert.deepEqual(scene.sent.map(({ method }) => method), ["batch"]);
});

const PASSING: [what: string, answer: Answer][] = [
  ["a cut connection", LOST],
  ["no connection", NOT_SENT],
  ["a server's failure", failed(500, "INTERNAL_SERVER_ERROR")],
  ["a body that is not the portal's", { kind: "answered", status: 200, body: "<html>", location: undefined }],
  ["a command without a result", done([1])],
];

for (const [what, answer] of PASSING) {
  Deno.test(`a read is asked again after ${what}`, async () => {
    const { webhook, scene } = scripted([answer, answer, done([1], [2])]);
    assert.deepEqual(await webhook.read(READ), [[1], [2]]);
    assert.equal(scene.sent.length, 3);
    assert.ok(scene.now >= 3000);
  });

  Deno.test(`a read gives the portal up in the end after ${what}`, async () => {
    const { webhook, scene } = scripted([answer]);
    await assert.rejects(webhook.read(READ), { name: "IdentSyncError", code: "portal" });
    assert.equal(scene.sent.length, 5);
  });
}

for (const answer of [failed(401, "INVALID_CREDENTIALS"), failed(503, "OVERLOAD_LIMIT"), failed(404, "")]) {
  Deno.test(`a read is not asked again when nothing will help: ${"body" in answer ? answer.body : ""}`, async () => {
    const { webhook, scene } = scripted([answer]);
    await assert.rejects(webhook.read(READ), { code: "portal" });
    assert.equal(scene.sent.length, 1);
  });
}

Deno.test("a read of a method that is limited is left to the next cycle at once", async () => {
  const limited = ok({ result: { c0: [] }, result_error: { c1: { error: "OPERATION_TIME_LIMIT" } } });
  const { webhook, scene } = scripted([limited]);
  await assert.rejects(webhook.read(READ), { code: "portal" });
  assert.equal(scene.sent.length, 1);
});

for (const answer of [LOST, failed(500, ""), failed(502, "X"), failed(400, ""), failed(429, "OPERATION_TIME_LIMIT")]) {
  Deno.test(`a write leaves once, whatever comes of it: ${JSON.stringify(answer).slice(0, 70)}`, async () => {
    for (const writes of [WRITE, ALONE]) {
      const { webhook, scene } = scripted([answer]);
      const replies = await webhook.write(writes, leaving);
      assert.equal(scene.sent.length, 1);
      assert.notEqual(replies[0].kind, "accepted");
    }
  });
}

Deno.test("a write is tried again only as long as no connection opened", async () => {
  const { webhook, scene } = scripted([NOT_SENT, NOT_SENT, done(5)]);
  assert.equal((await webhook.write(WRITE, leaving))[0].kind, "accepted");
  assert.equal(scene.sent.length, 3);
  const closed = scripted([NOT_SENT]);
  assert.equal((await closed.webhook.write(WRITE, leaving))[0].kind, "unreachable");
  assert.equal(closed.scene.sent.length, 5);
});

Deno.test("a write that found the bucket full is sent again when it has leaked", async () => {
  const { webhook, scene } = scripted([failed(503, "QUERY_LIMIT_EXCEEDED"), done(5)]);
  assert.equal((await webhook.write(WRITE, leaving))[0].kind, "accepted");
  assert.equal(scene.sent.length, 2);
  assert.ok(scene.now >= 1000);
});

Deno.test("a bucket that never empties is given up, as a limit and not as a failure", async () => {
  const { webhook, scene } = scripted([failed(503, "QUERY_LIMIT_EXCEEDED")]);
  assert.deepEqual(await webhook.write(WRITE, leaving), [{ kind: "limited", by: "rate" }]);
  assert.ok(scene.sent.length > 10 && scene.sent.length < 100);
});

Deno.test("the portal's new address is used at once and from then on, with the same body", async () => {
  const { webhook, scene } = scripted([moved("https://new.example/rest/1/s3cr3t/batch"), done(5)]);
  assert.equal((await webhook.write(WRITE, leaving))[0].kind, "accepted");
  await webhook.write(WRITE, leaving);
  assert.deepEqual(scene.sent.map(({ address }) => address), [
    BASE,
    "https://new.example/rest/1/s3cr3t/",
    "https://new.example/rest/1/s3cr3t/",
  ]);
  assert.equal(scene.sent[0].body, scene.sent[1].body);
  assert.ok(scene.said.some((line) => line.includes("new.example")));
  assert.equal(scene.said.join().includes("s3cr3t"), false);
});

const NOT_FOLLOWED = [
  ["plain http", "http://new.example/rest/1/s3cr3t/batch"],
  ["no address", "/login"],
  ["a log-in page", "https://proxy.example/login/"],
  ["another webhook", "https://new.example/rest/2/other/batch"],
  ["another method", "https://new.example/rest/1/s3cr3t/crm.deal.list"],
];

for (const [what, location] of NOT_FOLLOWED) {
  Deno.test(`a move to ${what} is not followed`, async () => {
    const { webhook, scene } = scripted([moved(location)]);
    assert.equal((await webhook.write(WRITE, leaving))[0].kind, "closed");
    assert.deepEqual(new Set(scene.sent.map(({ address }) => address)), new Set([BASE]));
  });
}

Deno.test("a portal that moves again and again is given up", async () => {
  const { webhook, scene } = scripted([moved("https://new.example/rest/1/s3cr3t/batch")]);
  assert.equal((await webhook.write(WRITE, leaving))[0].kind, "closed");
  assert.ok(scene.sent.length < 5);
});

Deno.test("a method that the portal blocks rests for as long as its last answer told, by the portal's clock", async () => {
  const limited = ok({ result: [], result_error: { c0: { error: "OPERATION_TIME_LIMIT" } } });
  const times = { c0: { finish: 5_000_000, operating_reset_at: 5_000_300 } };
  const good = ok({ result: { c0: 5 }, result_error: [], result_time: times });
  const { webhook, scene, pace } = scripted([good, limited]);
  await webhook.write(WRITE, leaving);
  const until = scene.now + 300_000;
  await webhook.write(WRITE, leaving);
  assert.equal(pace.blockedUntil("crm.deal.add"), until);
});

Deno.test("a write tells that it leaves each time just before it does, after all waiting", async () => {
  const { webhook, scene } = scripted([NOT_SENT, failed(503, "QUERY_LIMIT_EXCEEDED"), done(5)]);
  const left: [at: number, sent: number][] = [];
  await webhook.write(WRITE, () => Promise.resolve(void left.push([scene.now, scene.sent.length])));
  assert.deepEqual(left.map(([, sent]) => sent), [0, 1, 2]);
  assert.equal(left.at(-1)![0], scene.now);
});

Deno.test("a write that must not leave after all does not", async () => {
  const { webhook, scene } = scripted([done(5)]);
  const full = new Error("диск полон");
  await assert.rejects(webhook.write(WRITE, () => Promise.reject(full)), full);
  await assert.rejects(webhook.write(ALONE, () => Promise.reject(full)), full);
  assert.equal(scene.sent.length, 0);
});

Deno.test("a hundred requests in a row keep the portal's rate", async () => {
  const { webhook, scene } = scripted([done(5)]);
  for (let index = 0; index < 100; index++) await webhook.write(WRITE, leaving);
  assert.ok(scene.now >= (100 - 50) * 500);
});

const FAILED: readonly (readonly [error: Record<string, string>, says: RegExp])[] = [
  [
    { error: "", error_description: "Access denied." },
    /^У вебхука нет права на чтение контактов \(crm\.contact\.list\)\./,
  ],
  [{ error: "ACCESS_DENIED", error_description: "" }, /^У вебхука нет права на чтение контактов/],
  [{ error: "", error_description: "Доступ запрещён" }, /^У вебхука нет права на чтение контактов/],
  [
    { error: "INVALID_ARG_VALUE", error_description: "Плохое значение +79000000001" },
    /^Чтение контактов \(crm\.contact\.list\) на портале portal\.example не удалось: Плохое значение \[телефон\] \(INVALID_ARG_VALUE\)\./,
  ],
  [
    { error: "ERROR_CORE", error_description: "Ошибка запроса" },
    /^Чтение контактов \(crm\.contact\.list\) .* не удалось: Ошибка запроса \(ERROR_CORE\)\./,
  ],
];

for (const [error, says] of FAILED) {
  Deno.test(`a read that fails names what could not be read: ${JSON.stringify(error)}`, async () => {
    const { webhook } = scripted([ok({ result: { c0: [] }, result_error: { c1: error } })]);
    await assert.rejects(webhook.read(READ), (failure: Error) => says.test(failure.message));
  });
}
