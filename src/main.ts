/**
 * The entry: builds the World of a real computer, runs the command line, exits once.
 */
import { dirname } from "node:path";
import { run } from "./cli/app.ts";
import { IdentSyncError } from "./error.ts";
import type { Output, World } from "./world.ts";

const INTERRUPTED = 130;

/** Trust what the computer trusts: an antivirus that looks into https has its certificate there. */
if (!Deno.env.has("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "mozilla,system");

function output(stream: typeof Deno.stdout): Output {
  const encoder = new TextEncoder();
  return {
    isTerminal: stream.isTerminal(),
    write(text) {
      let bytes = encoder.encode(text);
      while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
    },
  };
}

let stopping = false;

function stop(): void {
  // The second time at once: what was in the middle stands in the queue as unconfirmed, and nothing is lost.
  if (stopping) Deno.exit(INTERRUPTED);
  stopping = true;
}

const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) Deno.addSignalListener(signal, stop);

const world: World = {
  args: Deno.args,
  home: Deno.build.standalone ? dirname(Deno.execPath()) : Deno.cwd(),
  out: output(Deno.stdout),
  err: output(Deno.stderr),
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  timeZone: Temporal.Now.timeZoneId(),
  pid: Deno.pid,
  decrypt(_payload, field) {
    throw new IdentSyncError("secret", {
      what: `Значение ${field} зашифровано, а эта версия программы зашифрованные значения пока не читает.`,
      fix: "Впишите значение в config.ini открытым текстом.",
    });
  },
  stopping: () => stopping,
};

// Explicitly: after a TLS connection to SQL Server the process would not end by itself.
Deno.exit(await run(world));
