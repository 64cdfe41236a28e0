/**
 * The way to the portal on real sockets, with what the environment says of proxies: a process of its own each, since the
 * environment is the whole process's.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Answer } from "../../src/bitrix24/transport.ts";
import { TEST_CERTIFICATE, TEST_PRIVATE_KEY } from "../stand/clinic/certificate.ts";

const SCRIPT = fileURLToPath(new URL("post_once.ts", import.meta.url));
const PORTAL = "https://portal.example/rest/1/s3cr3tc0de/";
const PASSWORD = "pa55word";

async function postOnce(address: string, env: Readonly<Record<string, string>>): Promise<Answer> {
  const args = ["run", "--allow-net", "--allow-env", "--no-check", "--no-prompt", SCRIPT, address];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env, stdout: "piped", stderr: "piped" })
    .output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text !== "", new TextDecoder().decode(stderr));
  assert.doesNotMatch(text, /s3cr3tc0de|pa55word/);
  return JSON.parse(text);
}

/** A proxy on 127.0.0.1 that answers every request so, or hangs up where there is no answer. */
function proxy(answer: string): { readonly port: number } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const talk = async (connection: Deno.Conn) => {
    using _ = connection;
    await connection.read(new Uint8Array(4096));
    await connection.write(new TextEncoder().encode(answer));
  };
  (async () => {
    for await (const connection of listener) talk(connection).catch(() => {});
  })();
  return { port: listener.addr.port, [Symbol.dispose]: () => listener.close() };
}

/** The variable that names a proxy, with a password that must not be seen. */
const through = (port: number) => ({ HTTPS_PROXY: `http://user:${PASSWORD}@127.0.0.1:${port}` });

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a proxy that is dead is named, and not the portal", async () => {
  const port = closedPort();
  const answer = await postOnce(PORTAL, through(port));
  assert.ok(answer.kind === "not-sent");
  assert.equal(answer.reason, `не отвечает прокси-сервер 127.0.0.1:${port} (переменная среды HTTPS_PROXY)`);
  assert.match(answer.fix, /portal\.example в NO_PROXY/);
});

for (
  const [what, status, says] of [
    ["wants a login", "407 Proxy Authentication Required", /требует имя и пароль/],
    ["forbids the portal", "403 Forbidden", /не пропускает к нему программу/],
    ["does not reach the portal", "502 Bad Gateway", /не пропускает к нему программу/],
  ] as const
) {
  Deno.test(`a proxy that ${what} is named`, async () => {
    using server = proxy(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    const answer = await postOnce(PORTAL, through(server.port));
    assert.ok(answer.kind === "not-sent");
    assert.match(answer.reason, says);
    assert.ok(answer.reason.includes(`127.0.0.1:${server.port}`));
  });
}

Deno.test("a certificate that nobody knows is told as such", async () => {
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY });
  (async () => {
    for await (const connection of listener) {
      connection.handshake().catch(() => {}).finally(() => connection.close());
    }
  })();
  const answer = await postOnce(`https://127.0.0.1:${listener.addr.port}/rest/1/s3cr3tc0de/`, { NO_PROXY: "*" });
  assert.ok(answer.kind === "not-sent");
  assert.equal(answer.reason, "этот компьютер не доверяет его сертификату");
});
