#!/usr/bin/env -S deno run --allow-all
/**
 * The clinic stand as a process of its own, with made-up data: prints one line of JSON with what a client needs, and
 * lives until its standard input closes or SIGTERM or SIGINT comes.
 *
 *   deno run --allow-all tests/stand/clinic/serve.ts [--port 1433] [--receptions 200] [--seed 1] [--days 30]
 *     [--now 2026-03-01T10:30:00] [--encryption optional|required|unsupported]
 *
 * With --now the clock starts there and runs on; without it, it is this machine's.
 */

import { parseArgs } from "node:util";
import { startClinicStand } from "./clinic_stand.ts";
import { generateClinic } from "./generate.ts";
import type { EncryptionSetting } from "./tds/prelogin.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    port: { type: "string", default: "0" },
    receptions: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    days: { type: "string", default: "30" },
    now: { type: "string" },
    encryption: { type: "string", default: "optional" },
  },
});

const stand = await startClinicStand({
  port: Number(values.port),
  encryption: values.encryption as EncryptionSetting,
});
const localNow = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
await stand.insert(generateClinic({
  seed: Number(values.seed),
  receptions: Number(values.receptions),
  days: Number(values.days),
  now: values.now ?? localNow(),
}));
if (values.now !== undefined) stand.setClock(values.now, { running: true });

const { host, port, database, username, password } = stand;
console.log(JSON.stringify({ host, port, database, username, password }));

const stopped = new Promise<void>((resolve) => {
  Deno.addSignalListener("SIGINT", resolve);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", resolve);
});
const inputClosed = (async () => {
  for await (const _ of Deno.stdin.readable) { /* what is typed means nothing */ }
})();
await Promise.race([stopped, inputClosed]);
await stand[Symbol.asyncDispose]();
Deno.exit(0);
