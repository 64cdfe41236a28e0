import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "../../src/secret.ts";
import { type Answer, createPost } from "../../src/bitrix24/transport.ts";

const SECRET = "s3cr3tc0de";

interface Arrived {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Respond = (response: ServerResponse) => void;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

/** A server that counts what arrives, and the address of its webhook. */
async function serving(
  respond: Respond,
  work: (address: Secret, arrived: readonly Arrived[], base: string) => Promise<void>,
): Promise<void> {
  const arrived: Arrived[] = [];
  const server: Server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    arrived.push({ method: request.method, url: request.url, headers: request.headers, body });
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work(new Secret(`${base}/rest/1/${SECRET}/`), arrived, base);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const { post } = createPost(5000, "ident-sync/test");
/** Knows nothing yet of the server; older versions of Deno notice a cut connection here only when the time is over. */
const { post: freshPost } = createPost(1000, "ident-sync/test");
const { post: hurriedPost } = createPost(80, "ident-sync/test");

/** No text that a person may see holds the webhook's secret. */
function assertSilent(answer: Answer): void {
  if ("reason" in answer) assert.equal(answer.reason.includes(SECRET), false);
}

Deno.test("a request arrives as JSON by POST, whole, under the method's name", async () => {
  const body = JSON.stringify({ cmd: { c0: "crm.deal.add?fields%5BTITLE%5D=" + "а".repeat(200_000) }, note: "🦷" });
  await serving((response) => response.end('{"result":1}'), async (address, arrived) => {
    const answer = await post(address, "batch", body);
    assert.deepEqual(answer, { kind: "answered", status: 200, body: '{"result":1}', location: undefined });
    assert.equal(arrived.length, 1);
    const [{ method, url, headers }] = arrived;
    assert.deepEqual([method, url], ["POST", `/rest/1/${SECRET}/batch`]);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["user-agent"], "ident-sync/test");
    assert.equal(arrived[0].body, body);
  });
});

Deno.test(
  "a post that is disposed of leaves nothing open",
  { sanitizeOps: true, sanitizeResources: true },
  async () => {
    await serving((response) => response.end('{"result":1}'), async (address) => {
      using http = createPost(5000, "ident-sync/test");
      assert.equal((await http.post(address, "batch", "{}")).kind, "answered");
    });
  },
);

for (const status of [400, 429, 500, 502]) {
  Deno.test(`status ${status} is an answer like any other`, async () => {
    await serving((response) => response.writeHead(status).end("<html>"), async (address) => {
      assert.deepEqual(await post(address, "batch", "{}"), {
        kind: "answered",
        status,
        body: "<html>",
        location: undefined,
      });
    });
  });
}

Deno.test("a redirection is told, not followed", async () => {
  const there = "https://new.example/rest/1/x/batch";
  await serving((response) => response.writeHead(302, { location: there }).end(), async (address, arrived) => {
    assert.deepEqual(await post(address, "batch", "{}"), { kind: "answered", status: 302, body: "", location: there });
    assert.equal(arrived.length, 1);
  });
});

/** Writes to the connection, where there is something, and cuts it unless told otherwise. */
type Cut = { readonly text?: string; readonly stays?: boolean };

/** A server on a bare socket, which answers each request, once it has arrived whole, in its own way. */
async function cutting(
  answer: (request: number) => Cut,
  work: (address: Secret, arrived: () => number) => Promise<void>,
): Promise<void> {
  let arrived = 0;
  const open = new Set<Deno.Conn>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const talk = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(65_536);
    let text = "";
    for (let read = await connection.read(buffer); read !== null; read = await connection.read(buffer)) {
      text += new TextDecoder("latin1").decode(buffer.subarray(0, read));
      const whole = /^transfer-encoding: *chunked/im.test(text) ? /\r\n0\r\n\r\n$/.test(text) : /\}$/.test(text);
      if (!whole) continue;
      text = "";
      const cut = answer(++arrived);
      if (cut.text !== undefined) await connection.write(new TextEncoder().encode(cut.text));
      if (!cut.stays) return;
    }
  };
  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const talks: Promise<void>[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      talks.push(talk(connection).catch(() => {}).finally(() => close(connection)));
    }
  })();
  try {
    await work(new Secret(`http://127.0.0.1:${listener.addr.port}/rest/1/${SECRET}/`), () => arrived);
  } finally {
    listener.close();
    await serving;
    for (const connection of open) close(connection);
    await Promise.all(talks);
  }
}

/** Time enough for a second sending, should there be one. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 30));

const GOOD = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"result":1}';

const BROKEN: [what: string, cut: Cut][] = [
  ["the connection is cut after the request was read", {}],
  ["the connection is cut in the middle of the headers", { text: "HTTP/1.1 200 OK\r\nContent-" }],
  ["the body breaks off", { text: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"result":1' }],
  ["the answer is no HTTP", { text: "SSH-2.0-nothing\r\n\r\n" }],
];

for (const [what, cut] of BROKEN) {
  Deno.test(`a request that was lost left exactly once: ${what}`, async () => {
    await cutting(() => cut, async (address, arrived) => {
      const lost = await post(address, "batch", '{"halt":0}');
      assert.equal(lost.kind, "lost");
      assertSilent(lost);
      await aMoment();
      assert.equal(arrived(), 1);
    });
  });
}

Deno.test("each request after a good one leaves exactly once as well, when the connection dies under it", async () => {
  const answer = (request: number): Cut => request % 2 === 1 ? { text: GOOD, stays: true } : {};
  await cutting(answer, async (address, arrived) => {
    const kinds: string[] = [];
    for (let index = 0; index < 6; index++) kinds.push((await post(address, "batch", '{"halt":0}')).kind);
    await aMoment();
    assert.deepEqual(kinds, ["answered", "lost", "answered", "lost", "answered", "lost"]);
    assert.equal(arrived(), 6);
  });
});

Deno.test("a server that refuses chunks is told the length instead, from then on, and each request leaves once", async () => {
  const REFUSED = "HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  const answer = (request: number): Cut => request === 1 ? { text: REFUSED } : request === 2 ? { text: GOOD } : {};
  await cutting(answer, async (address, arrived) => {
    const first = await freshPost(address, "batch", '{"halt":0}');
    assert.deepEqual(first, { kind: "answered", status: 200, body: '{"result":1}', location: undefined });
    assert.equal(arrived(), 2);
    const second = await freshPost(address, "batch", '{"halt":0}');
    await aMoment();
    assert.deepEqual([second.kind, arrived()], ["lost", 3]);
  });
});

Deno.test("an answer that does not come in time is lost, and the request is not sent again", async () => {
  await serving(() => {}, async (address, arrived) => {
    const answer = await hurriedPost(address, "batch", "{}");
    assert.equal(answer.kind, "lost");
    assertSilent(answer);
    assert.equal(arrived.length, 1);
  });
});

Deno.test("a body that stops coming is lost in time as well", async () => {
  await serving((response) => response.writeHead(200).write('{"result"'), async (address) => {
    assert.equal((await hurriedPost(address, "batch", "{}")).kind, "lost");
  });
});

Deno.test("a closed port is told as not sent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const answer = await post(new Secret(`http://127.0.0.1:${port}/rest/1/${SECRET}/`), "batch", "{}");
  assert.equal(answer.kind, "not-sent");
  assertSilent(answer);
});

Deno.test("a name that the network does not know is told as not sent", async () => {
  const answer = await post(new Secret(`http://portal.invalid/rest/1/${SECRET}/`), "batch", "{}");
  assert.equal(answer.kind, "not-sent");
  assertSilent(answer);
});

Deno.test("a server that speaks no TLS is told as not sent", async () => {
  await serving((response) => response.end("{}"), async (_, arrived, base) => {
    const answer = await post(new Secret(`${base.replace("http:", "https:")}/rest/1/${SECRET}/`), "batch", "{}");
    assert.equal(answer.kind, "not-sent");
    assertSilent(answer);
    assert.equal(arrived.length, 0);
  });
});
