/**
 * The portal as a program of its own: `deno run --allow-all tests/stand/portal/serve.ts [--port N] [--mode 1|2] [--no-rate]`.
 *
 * Prints one line of JSON (`{"url", "dump"}`) when it listens, answers `GET /_stand/dump` with its records, the number of
 * requests and the mistakes seen, and lives until SIGTERM, SIGINT, or the end of its standard input.
 */
import { startPortalStand } from "./stand.ts";

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
}

const stand = await startPortalStand({
  port: Number(option("port") ?? 0),
  settings: {
    mode: option("mode") === "2" ? 2 : 1,
    ...(Deno.args.includes("--no-rate") ? { rate: undefined } : {}),
  },
});

async function stop(): Promise<never> {
  await stand[Symbol.asyncDispose]();
  Deno.exit(0);
}

for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGTERM", "SIGINT"] as const) {
  Deno.addSignalListener(signal, stop);
}

console.log(JSON.stringify({ url: stand.url, dump: `http://127.0.0.1:${stand.port}/_stand/dump` }));

const buffer = new Uint8Array(256);
while (await Deno.stdin.read(buffer) !== null);
await stop();
