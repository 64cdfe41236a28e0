import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./serve.ts", import.meta.url));

/** Starts the script and reads the line it prints. */
async function start(...args: string[]) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", SCRIPT, ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    line += value;
  }
  const started: { url: string; dump: string } = JSON.parse(line);
  return { process, reader, ...started };
}

Deno.test("the portal runs as a program until its input ends, and shows what it holds", async () => {
  const { process, reader, url, dump } = await start("--mode", "2");
  const answer = await (await fetch(`${url}crm.settings.mode.get`)).json();
  assert.equal(answer.result, 2);
  const { requests, deals, mistakes } = await (await fetch(dump)).json();
  assert.deepEqual([requests, deals, mistakes], [1, [], []]);
  await process.stdin.close();
  assert.equal((await process.status).code, 0);
  await reader.cancel();
});

Deno.test({
  name: "SIGTERM ends the program",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { process, reader } = await start();
    process.kill("SIGTERM");
    assert.equal((await process.status).code, 0);
    await process.stdin.close().catch(() => {});
    await reader.cancel();
  },
});
