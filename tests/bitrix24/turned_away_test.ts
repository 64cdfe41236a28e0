/**
 * Requests that something before the portal turns away: halved until the culprit is alone, and nothing is done twice.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Command } from "../../src/bitrix24/batch.ts";
import { Pace } from "../../src/bitrix24/pace.ts";
import type { Answer } from "../../src/bitrix24/transport.ts";
import { Webhook } from "../../src/bitrix24/webhook.ts";
import { Secret } from "../../src/secret.ts";
import { phpCommand } from "./php_query.ts";

const answered = (status: number, body: string): Answer => ({ kind: "answered", status, body, location: undefined });
const PAGE = "<html><body>blocked</body></html>";

/** What a gateway says to the commands of a request (method and title each); nothing: it lets them through. */
type Gateway = (titles: readonly string[], requests: number) => Answer | undefined;

/** A webhook whose portal does whatever reaches it, behind a gateway. */
function behind(gateway: Gateway) {
  const scene = {
    requests: [] as string[][],
    done: [] as string[],
    left: [] as number[][],
    stop: new AbortController(),
  };
  const textOf = (method: string, params: Record<string, unknown>) =>
    String((params.fields as { TITLE?: string } | undefined)?.TITLE ?? method);
  const webhook = new Webhook({
    address: new Secret("https://portal.example/rest/1/s3cr3t/"),
    host: "portal.example",
    post: (_, method, body) => {
      const params = JSON.parse(body);
      const titles = method !== "batch"
        ? [textOf(method, params)]
        : Object.values(params.cmd as Record<string, string>).map(phpCommand).map((each) =>
          textOf(each.method, each.params as Record<string, unknown>)
        );
      scene.requests.push(titles);
      const instead = gateway(titles, scene.requests.length);
      if (instead !== undefined) return Promise.resolve(instead);
      scene.done.push(...titles.filter((title) => title !== "server.time"));
      const result = Object.fromEntries(titles.map((title, index) => [`c${index}`, title]));
      const whole = method === "batch" ? { result, result_error: [] } : titles[0];
      return Promise.resolve(answered(200, JSON.stringify({ result: whole })));
    },
    pace: new Pace(2, () => 0),
    now: () => 0,
    sleep: () => Promise.resolve(),
    stop: scene.stop.signal,
    notice: () => {},
    log: { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} },
  });
  const leaving = (places: readonly number[]) => Promise.resolve(void scene.left.push([...places]));
  return { webhook, scene, leaving };
}

const write = (title: string): Command => ({ method: "crm.deal.add", params: { fields: { TITLE: title } } });
const titles = (count: number) => Array.from({ length: count }, (_, index) => `№${index}`);
const dislikes = (culprits: readonly string[], status = 403): Gateway => (sent) =>
  sent.some((title) => culprits.includes(title)) ? answered(status, PAGE) : undefined;

Deno.test("writes that displease nobody take one request", async () => {
  const { webhook, scene, leaving } = behind(() => undefined);
  const replies = await webhook.write(titles(50).map(write), leaving);
  assert.deepEqual(new Set(replies.map(({ kind }) => kind)), new Set(["accepted"]));
  assert.equal(scene.requests.length, 1);
});

Deno.test("one culprit of fifty is found in twice as many requests as there are halvings", async () => {
  for (const culprit of ["№0", "№24", "№49"]) {
    const { webhook, scene, leaving } = behind(dislikes([culprit]));
    const replies = await webhook.write(titles(50).map(write), leaving);
    const kinds = replies.map(({ kind }) => kind);
    assert.deepEqual(titles(50).filter((_, index) => kinds[index] === "intercepted"), [culprit]);
    assert.equal(kinds.filter((kind) => kind === "accepted").length, 49);
    assert.ok(scene.requests.length <= 2 * Math.ceil(Math.log2(50)) + 2, `${scene.requests.length} requests`);
  }
});

Deno.test("whoever the culprits are: they alone are turned away, the others done once, each told just before it leaves", async () => {
  const places = fc.uniqueArray(fc.nat(49), { maxLength: 50 });
  // A text of its own request now and then.
  const names = (count: number, alone: ReadonlySet<number>) =>
    titles(count).map((title, index) => alone.has(index) ? `${title} $result[x]` : title);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 50 }), places, places, async (count, some, alone) => {
      const all = names(count, new Set(alone));
      const culprits = all.filter((_, index) => some.includes(index));
      const { webhook, scene, leaving } = behind(dislikes(culprits));
      const replies = await webhook.write(all.map(write), leaving);
      assert.deepEqual(
        replies.map(({ kind }) => kind),
        all.map((title) => culprits.includes(title) ? "intercepted" : "accepted"),
      );
      assert.deepEqual([...scene.done].sort(), all.filter((title) => !culprits.includes(title)).sort());
      const left = scene.left.map((places) => places.map((place) => all[place]));
      assert.deepEqual(left, scene.requests.filter(([first]) => first !== "server.time"));
    }),
    { numRuns: 200 },
  );
});

Deno.test("where the portal does not answer the question after it either, the rest does not leave", async () => {
  for (const status of [302, 403, 404, 413]) {
    const { webhook, scene, leaving } = behind(() => answered(status, PAGE));
    const replies = await webhook.write(titles(50).map(write), leaving);
    assert.deepEqual(replies, titles(50).map(() => ({ kind: "closed", answer: { status } })));
    assert.equal(scene.requests.length, 8);
  }
});

Deno.test("a gateway that shuts in the middle: what was done is told so, the rest is surely not done", async () => {
  const gateway: Gateway = (sent, requests) => requests > 4 ? answered(403, PAGE) : dislikes(["№9"])(sent, requests);
  const { webhook, scene, leaving } = behind(gateway);
  const replies = await webhook.write(titles(10).map(write), leaving);
  assert.deepEqual(
    replies.map(({ kind }) => kind),
    titles(10).map((title) => scene.done.includes(title) ? "accepted" : "closed"),
  );
  assert.ok(scene.done.length > 0 && scene.done.length < 10);
});

const AFTERWARDS: readonly (readonly [what: string, answer: Answer, kinds: readonly string[]])[] = [
  ["a lost answer", { kind: "lost", reason: "обрыв" }, ["unknown", "unsent"]],
  ["a failure of the server", answered(502, PAGE), ["unknown", "unsent"]],
  ["a page that says all is well", answered(200, PAGE), ["unknown", "unsent"]],
  ["a webhook that was deleted", answered(401, '{"error":"INVALID_CREDENTIALS"}'), ["fatal", "fatal"]],
  ["a proxy that wants a login", answered(407, PAGE), ["closed", "closed"]],
  ["the portal's own failure", answered(500, '{"error":"INTERNAL_SERVER_ERROR"}'), ["unknown", "accepted"]],
];

for (const [what, answer, kinds] of AFTERWARDS) {
  Deno.test(`${what} to one half is no reason to send it again, and tells whether the other leaves`, async () => {
    const gateway: Gateway = (_, requests) =>
      requests === 1 ? answered(403, PAGE) : requests === 2 ? answer : undefined;
    const { webhook, scene, leaving } = behind(gateway);
    const replies = await webhook.write(["а", "б"].map(write), leaving);
    assert.deepEqual(replies.map(({ kind }) => kind), kinds);
    assert.equal(scene.requests.filter((sent) => sent.includes("а")).length, 2);
  });
}

Deno.test("a user who wants to stop does not wait for the search: what was turned away waits unsent", async () => {
  const { webhook, scene, leaving } = behind(dislikes(["№7"]));
  const stopping = async (places: readonly number[]) => {
    scene.stop.abort();
    await leaving(places);
  };
  const replies = await webhook.write(titles(50).map(write), stopping);
  assert.deepEqual(new Set(replies.map(({ kind }) => kind)), new Set(["unsent"]));
  assert.equal(scene.requests.length, 1);
});

const read = (method: string): Command => ({ method, params: {} });

Deno.test("a read that is turned away is asked in parts, and its results stand in their order", async () => {
  const { webhook } = behind((sent) => sent.length > 3 ? answered(413, PAGE) : undefined);
  const methods = titles(20).map((title) => `crm.deal.list${title}`);
  assert.deepEqual(await webhook.read(methods.map(read)), methods);
});

Deno.test("a single read that is turned away is named where the portal answers another one", async () => {
  const { webhook } = behind(dislikes(["crm.lead.list"]));
  await assert.rejects(webhook.read(["crm.deal.list", "crm.lead.list"].map(read)), {
    code: "portal",
    message: /не пропускает запрос crm\.lead\.list: HTTP 403/,
  });
});

Deno.test("where no read passes, nothing more is asked than to the first and the portal itself", async () => {
  const { webhook, scene } = behind(() => answered(403, PAGE));
  await assert.rejects(webhook.read(["a", "b", "c", "d"].map(read)), {
    code: "portal",
    message: /Прокси или защита портала portal\.example не пропускает запросы программы: HTTP 403\./,
  });
  assert.deepEqual(scene.requests.map(({ length }) => length), [4, 2, 1, 1]);
});

Deno.test("a page that says all is well is told as a page, once reading was tried again and again", async () => {
  const { webhook, scene } = behind(() => answered(200, PAGE));
  await assert.rejects(webhook.read(["a", "b"].map(read)), {
    message: /^Вместо портала portal\.example отвечает веб-страница/,
  });
  assert.equal(scene.requests.length, 5);
});
