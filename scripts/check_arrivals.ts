/**
 * Whether every write leaves the program once, whatever becomes of its connection: the real program carries three
 * receptions through a TCP proxy that breaks one request in every way, counts what arrives below every HTTP client, and
 * looks at the portal after the next runs.
 *
 *     deno run --allow-all scripts/check_arrivals.ts                                     the program from source
 *     deno run --allow-all scripts/check_arrivals.ts --program build/ident-sync
 *     deno run --allow-all scripts/check_arrivals.ts --program build/ident-sync.exe --with WRAPPER
 *
 * WRAPPER is called as WRAPPER FOLDER PROGRAM ARGUMENT... Ends with 0 when all is well, else with 1.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Cut, PLACES, startCuttingGateway } from "../tests/faults/cutting_gateway.ts";
import { assertHolds, assertOneEach, holdings } from "../tests/faults/holdings.ts";
import { type Program, programIn } from "../tests/faults/program.ts";
import { throughProxy } from "../tests/faults/site.ts";
import { ClinicDay } from "../tests/stand/clinic/clinic_day.ts";
import { type ClinicStand, startClinicStand } from "../tests/stand/clinic/clinic_stand.ts";
import { configText } from "../tests/stand/config_text.ts";
import { type FaultProxy, type RequestMoment, startFaultProxy } from "../tests/stand/fault_proxy.ts";
import { type PortalStand, startPortalStand } from "../tests/stand/portal/stand.ts";

/** What the first run sends: stages and fields, the keys on the portal, a look-up, the contacts, the deals. */
const [CONTACTS, DEALS] = [4, 5];
const RECEPTIONS = [501, 502, 503];
/** How many cells run at a time. */
const LANES = 4;
const RUN_LIMIT_MS = 60_000;
const SETTLE_SECONDS = 1;

/** One way in which one request is struck. */
interface Cell {
  readonly name: string;
  readonly struck: number;
  readonly moment?: RequestMoment;
  readonly act?: "close" | "reset" | "stall";
  readonly cut?: Cut;
  readonly refuseChunked?: boolean;
}

function cells(): Cell[] {
  const moments: readonly RequestMoment[] = ["before", "in body", "after request"];
  const both = (cell: Omit<Cell, "struck" | "name">, what: string): Cell[] =>
    [CONTACTS, DEALS].map((struck) => ({
      ...cell,
      struck,
      name: `${struck === CONTACTS ? "contacts" : "deals"}: ${what}${cell.refuseChunked ? ", length told (411)" : ""}`,
    }));
  const broken = (refuseChunked: boolean) =>
    moments.flatMap((moment) =>
      (["close", "reset"] as const).flatMap((act) => both({ moment, act, refuseChunked }, `${moment}, ${act}`))
    );
  return [
    ...broken(false),
    ...broken(true),
    ...PLACES.flatMap((place) =>
      (["close", "reset"] as const).flatMap((end) => both({ cut: { place, end } }, `answer cut ${place}, ${end}`))
    ),
    ...moments.flatMap((moment) => both({ moment, act: "stall" }, `${moment}, stall`)),
    ...both({ cut: { place: "in the body", end: "stall" } }, "answer cut in the body, stall"),
  ];
}

interface Line extends AsyncDisposable {
  readonly portal: PortalStand;
  readonly proxy: FaultProxy;
  readonly folder: string;
}

/** A portal behind a gateway behind the proxy that counts, and a folder with config.ini for them. */
async function openLine(clinic: ClinicStand, home: string, name: string, cell?: Cell): Promise<Line> {
  const portal = await startPortalStand();
  const { refuseChunked = false, struck, cut } = cell ?? {};
  let answered = 0;
  const gateway = await startCuttingGateway({
    async answer({ target }, body) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`http://127.0.0.1:${portal.port}${target}`, { method: "POST", headers, body });
      return { status: response.status, body: await response.text() };
    },
    cut: () => ++answered === struck ? cut : undefined,
    refuseChunked,
  });
  const proxy = await startFaultProxy({ targetPort: gateway.port });
  await Deno.mkdir(join(home, name));
  const settings = { Bitrix24: { settle_seconds: SETTLE_SECONDS, request_timeout: 5 } };
  const config = configText(clinic, throughProxy(portal, proxy), settings);
  await Deno.writeTextFile(join(home, name, "config.ini"), config, { mode: 0o600 });
  return {
    portal,
    proxy,
    folder: name,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await portal[Symbol.asyncDispose]();
    },
  };
}

/** Runs one cell; throws what is not as it should be. Returns how many requests arrived. */
async function check(line: Line, program: Program, cell: Cell, expected: readonly string[]): Promise<number> {
  const { portal, proxy, folder } = line;
  // The very first request is refused where the length must be told, and sent again with it.
  const refusals = cell.refuseChunked ? 1 : 0;
  if (cell.moment !== undefined) proxy.onRequest({ when: cell.moment, act: cell.act!, nth: cell.struck + refusals });
  const first = await program.run("once", folder);
  const arrivals = proxy.arrivals.length;
  // An answer that lacks its last chunk alone may be taken as whole: then the run goes on.
  const whole = first.code === 0 && cell.cut?.place.includes("the last chunk");
  assert.equal(arrivals, whole ? DEALS : cell.struck + refusals, `requests that arrived; ${first.out}${first.err}`);
  if (!whole) assert.equal(first.code, 1, first.out + first.err);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_SECONDS * 1000));
  const second = await program.run("once", folder);
  assert.equal(second.code, 0, second.out + second.err);
  assertOneEach(portal, RECEPTIONS.map((id) => `F1_${id}`));
  assertHolds(portal, expected);
  assert.deepEqual(portal.mistakes, []);
  return arrivals;
}

const { values: options } = parseArgs({ options: { program: { type: "string" }, with: { type: "string" } } });
const home = await Deno.makeTempDir({ prefix: "ident-sync-arrivals-" });
let failed = 0;
{
  await using clinic = await startClinicStand();
  const day = new ClinicDay();
  for (const ID of RECEPTIONS) {
    day.reception(day.patient(`Пробин Пётр${ID}`, `8900000${1000 + ID}`), "2026-03-02T09:00:00", { ID });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const program = await programIn(home, options, RUN_LIMIT_MS);

  await using untouched = await openLine(clinic, home, "untouched");
  const { code, out, err } = await program.run("once", untouched.folder);
  assert.deepEqual([code, untouched.proxy.arrivals.length], [0, DEALS], out + err);
  const expected = holdings(untouched.portal);

  const waiting = cells().map((cell, index) => ({ cell, name: `cell${index + 1}` }));
  const total = waiting.length;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { cell, name } = next;
      try {
        await using line = await openLine(clinic, home, name, cell);
        console.log(`ok      ${cell.name}: requests ${await check(line, program, cell, expected)}`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${cell.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log(`Every write left once: ${total - failed} of ${total}`);
}
await Deno.remove(home, { recursive: true });
Deno.exit(failed === 0 ? 0 : 1);
