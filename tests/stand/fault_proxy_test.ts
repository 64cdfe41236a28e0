import assert from "node:assert/strict";
import { type FaultProxy, type RequestRule, startFaultProxy } from "./fault_proxy.ts";
import { rawPost, sendRaw, until } from "./portal/plain_client.ts";
import { canReset, type PortalStand, startPortalStand } from "./portal/stand.ts";

const ADD = { fields: { TITLE: "Иванова" } };
/** The whole answer has come. */
const ANSWERED = { enough: /}}$/ };
const RESET = canReset ? "reset" : "close";

interface Scene extends AsyncDisposable {
  readonly stand: PortalStand;
  readonly proxy: FaultProxy;
  /** The stand's address through the proxy. */
  readonly url: string;
}

async function scene(): Promise<Scene> {
  const stand = await startPortalStand({ settings: { rate: undefined } });
  const proxy = await startFaultProxy({ targetPort: stand.port });
  return {
    stand,
    proxy,
    url: stand.url.replace(String(stand.port), String(proxy.port)),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await stand[Symbol.asyncDispose]();
    },
  };
}

const post = (stand: PortalStand, marker = "m1") => rawPost(stand, "crm.deal.add", ADD, `x-request-id: ${marker}\r\n`);

Deno.test("without rules everything passes, and every request is counted", async () => {
  await using it = await scene();
  const { text, end } = await sendRaw(it.proxy.port, post(it.stand, "a") + post(it.stand, "b"), {
    enough: /HTTP[^]*HTTP[^]*}}$/,
  });
  assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 2);
  assert.equal(end, "open");
  const large = "Я".repeat(200_000);
  const response = await fetch(`${it.url}crm.deal.add`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "c" },
    body: new Blob([JSON.stringify({ fields: { TITLE: large } })]).stream(),
  });
  const { result } = await response.json();
  assert.equal(it.stand.deals.get(result)?.TITLE, large);
  assert.deepEqual(it.proxy.arrivals.map(({ marker, complete, forwarded }) => [marker, complete, forwarded]), [
    ["a", true, true],
    ["b", true, true],
    ["c", true, true],
  ]);
  assert.equal(
    it.proxy.arrivals[2]!.bodyBytes,
    new TextEncoder().encode(JSON.stringify({ fields: { TITLE: large } })).length,
  );
  assert.deepEqual([it.proxy.connections.length, it.proxy.arrivalsOf("a"), it.proxy.arrivalsOf("z")], [2, 1, 0]);
});

Deno.test("a request is struck before, within and after it, or within its answer", async () => {
  await using it = await scene();
  for (
    const [when, act, end, made, text] of [
      ["before", "close", "close", 0, /^$/],
      ["before", "reset", RESET, 0, /^$/],
      ["in body", "close", "close", 0, /^$/],
      ["in body", "reset", RESET, 0, /^$/],
      ["after request", "close", "close", 1, /^$/],
      ["after request", "reset", RESET, 1, /^$/],
      ["after request", "stall", "open", 1, /^$/],
      [{ answerBytes: 0 }, "reset", RESET, 1, /^$/],
      [{ answerBytes: 12 }, "close", "close", 1, /^HTTP\/1.1 200$/],
      [{ answerBytes: 12 }, "stall", "open", 1, /^HTTP\/1.1 200$/],
      ["before", "stall", "open", 0, /^$/],
    ] as [RequestRule["when"], "close" | "reset" | "stall", string, number, RegExp][]
  ) {
    const before = it.stand.deals.size;
    const ordered = it.proxy.onRequest({ when, act });
    const outcome = await sendRaw(it.proxy.port, post(it.stand));
    await until(() => it.stand.deals.size === before + made);
    const name = `${JSON.stringify(when)} ${act}`;
    assert.deepEqual([outcome.end, it.stand.deals.size - before, ordered.fired], [end, made, 1], name);
    assert.match(outcome.text, text, name);
    assert.equal(it.proxy.arrivals.at(-1)!.forwarded, made === 1, name);
  }
  assert.match((await sendRaw(it.proxy.port, post(it.stand), ANSWERED)).text, /^HTTP\/1.1 200/);
});

Deno.test("rules pick the nth request that matches; a delay only delays", async () => {
  await using it = await scene();
  it.proxy.onRequest({
    when: "before",
    act: "close",
    nth: 2,
    matches: ({ target }) => target.includes("crm.deal.add"),
  });
  const profile = rawPost(it.stand, "profile", {});
  const ends = [];
  for (const text of [post(it.stand), profile, post(it.stand), post(it.stand)]) {
    ends.push((await sendRaw(it.proxy.port, text, ANSWERED)).end);
  }
  assert.deepEqual(ends, ["open", "open", "close", "open"]);
  it.proxy.onRequest({ when: { answerBytes: 0 }, act: 50 });
  const begun = performance.now();
  await (await fetch(`${it.url}profile`)).body?.cancel();
  assert.equal(performance.now() - begun >= 45, true);
});

Deno.test("connections are struck at once, or after so many bytes of either side", async () => {
  await using it = await scene();
  it.proxy.onConnection({ act: "reset" });
  assert.equal((await sendRaw(it.proxy.port, post(it.stand))).end, RESET);
  it.proxy.onConnection({ act: "close", after: { from: "client", bytes: 20 } });
  assert.equal((await sendRaw(it.proxy.port, post(it.stand))).end, "close");
  assert.equal(it.stand.deals.size, 0);
  it.proxy.onConnection({ act: "close", after: { from: "target", bytes: 12 } });
  const cut = await sendRaw(it.proxy.port, post(it.stand));
  assert.deepEqual([cut.end, cut.text, it.stand.deals.size], ["close", "HTTP/1.1 200", 1]);
});

Deno.test("a proxy that is down refuses connections; up again it lets them pass", async () => {
  await using it = await scene();
  await it.proxy.down();
  await assert.rejects(() => sendRaw(it.proxy.port, "x"), Deno.errors.ConnectionRefused);
  await it.proxy.up();
  assert.match((await sendRaw(it.proxy.port, post(it.stand), ANSWERED)).text, /^HTTP\/1.1 200/);
});

Deno.test("any protocol passes as bytes", async () => {
  const echo = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of echo) connection.readable.pipeTo(connection.writable).catch(() => {});
  })();
  {
    await using proxy = await startFaultProxy({ targetPort: (echo.addr as Deno.NetAddr).port, protocol: "tcp" });
    assert.equal((await sendRaw(proxy.port, "\x12\x01\x00\x2f", { enough: /\x2f/ })).text, "\x12\x01\x00\x2f");
    proxy.onConnection({ act: "close", after: { from: "target", bytes: 3 } });
    assert.deepEqual(await sendRaw(proxy.port, "abcdef"), { text: "abc", end: "close" });
    assert.deepEqual(proxy.connections.map(({ fromClient, fromTarget }) => [fromClient, fromTarget]), [[4, 4], [6, 6]]);
    assert.deepEqual(proxy.arrivals, []);
    proxy.clear();
    assert.equal(proxy.connections.length, 0);
  }
  echo.close();
  await serving;
});

Deno.test("a POST with a one-shot stream body leaves once, though its connection dies", async () => {
  await using it = await scene();
  const send = (marker: string) =>
    fetch(`${it.url}crm.deal.add`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": marker },
      body: new Blob([JSON.stringify(ADD)]).stream(),
    });
  await (await send("warm")).body?.cancel();
  it.proxy.onRequest({ when: "after request", act: "reset" });
  await assert.rejects(() => send("once"));
  await until(() => it.stand.deals.size === 2);
  assert.deepEqual([it.proxy.arrivalsOf("once"), it.stand.deals.size], [1, 2]);
});
