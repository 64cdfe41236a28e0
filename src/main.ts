/**
 * The entry: builds the World of a real computer, runs the command line, exits once.
 */
import { dirname } from "node:path";
import { run } from "./cli/app.ts";
import { ask, isSomebodyThere } from "./cli/ask.ts";
import { EXIT } from "./cli/exit_code.ts";
import { onScreen } from "./cli/screen.ts";
import { sleep } from "./cli/sleep.ts";
import { BROKEN_OFF, DENO_NOT_SUPPORTED, STOPPING } from "./cli/text.ts";
import { decrypt, encrypt, hasDpapi } from "./windows/secrets.ts";
import type { Output, World } from "./world.ts";

/** Trust what the computer trusts: an antivirus that looks into https has its certificate there. */
if (!Deno.env.has("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "mozilla,system");

/** The output is not whole: a full disk behind `>`, but not a reader who has had enough. */
let isCut = false;

/** Never throws: the work goes on where nobody can be told of it, and the log tells the same. */
function output(stream: typeof Deno.stdout): Output {
  const encoder = new TextEncoder();
  return onScreen({
    isTerminal: stream.isTerminal(),
    write(text) {
      let bytes = encoder.encode(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
      } catch (error) {
        isCut ||= stream === Deno.stdout && !(error instanceof Deno.errors.BrokenPipe);
      }
    },
  });
}

const stderr = output(Deno.stderr);
const stop = new AbortController();

/** Questions that are broken off have nothing begun that would be finished: the command itself says what came of it. */
let hasAsked = false;

const askHere: World["ask"] = (question, options) => {
  hasAsked = true;
  return ask(question, options);
};

function onSignal(): void {
  // The second time at once: what was in the middle stands in the queue as unconfirmed, and nothing is lost.
  if (stop.signal.aborted) {
    if (!hasAsked) stderr.write(`${BROKEN_OFF}\n`);
    Deno.exit(EXIT.interrupted);
  }
  stop.abort();
  if (!hasAsked) stderr.write(`${STOPPING}\n`);
}

const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) Deno.addSignalListener(signal, onSignal);

const world: World = {
  args: Deno.args,
  home: Deno.build.standalone ? dirname(Deno.execPath()) : Deno.cwd(),
  out: output(Deno.stdout),
  err: stderr,
  now: Date.now,
  uptime: () => Deno.osUptime() * 1000,
  sleep,
  timeZone: Temporal.Now.timeZoneId(),
  pid: Deno.pid,
  decrypt,
  encrypt,
  canEncrypt: hasDpapi,
  ask: isSomebodyThere() ? askHere : undefined,
  stop: stop.signal,
};

if (Deno.version.deno.startsWith("2.7.")) {
  stderr.write(`${DENO_NOT_SUPPORTED}\n`);
  Deno.exit(EXIT.defect);
}

// Explicitly: after a TLS connection to SQL Server the process would not end by itself.
const code = await run(world);
Deno.exit(code === EXIT.ok && isCut ? EXIT.configuration : code);
