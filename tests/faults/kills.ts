/**
 * Kills the program in the middle of its work, again and again, until it has been killed so many times, and looks each
 * time when all is quiet whether the portal holds what a run without any trouble would have brought.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { generateClinic } from "../stand/clinic/generate.ts";
import { Random } from "../stand/clinic/generate/random.ts";
import { configText } from "../stand/config_text.ts";
import { type PortalStand, startPortalStand } from "../stand/portal/stand.ts";
import { assertHolds, assertOneEach, holdings } from "./holdings.ts";
import { type Ended, type Program, programIn, type ProgramOptions, type Started } from "./program.ts";

/** Rows of receptions: with the blocked slots among them, a little over 300 remain. */
const ROWS = 330;
const NOW = "2026-03-02T10:00:00";
/** What the portal takes for a request. */
const LATENCY_MS = 40;
/**
 * What it takes for the last request of a program that is killed: long enough that the next program looks before it is
 * done, and much less than `settle_seconds`, on a busy machine as well.
 */
const LATE_MS = 800;
const SETTLE_SECONDS = 3;
/** The program's own files, which a new history does not have. */
const FILES = ["sync_state.json", "queue.json", "portal_facts.json"];
/** A run that is to be killed sends at most so many requests: some look-ups and some writes. */
const MOST_REQUESTS = 12;
/** After the last kill of a history so many runs must do. */
const RUNS_UNTIL_QUIET = 8;

export interface KillOptions extends ProgramOptions {
  readonly seed: number;
  readonly kills: number;
  /** How many programs work at the same time, each with a portal of its own. */
  readonly lanes: number;
  /** The longest that one run may take. */
  readonly limitMs: number;
  readonly say?: (line: string) => void;
}

export interface Killed {
  readonly kills: number;
  /** How often a sync was begun anew and brought to its end. */
  readonly histories: number;
  /** Receptions of the clinic. */
  readonly receptions: number;
}

interface Lane {
  readonly program: Program;
  readonly portal: PortalStand;
  /** Below the program's own folder. */
  readonly folder: string;
  readonly home: string;
  readonly random: Random;
  /** How long a run takes that nobody kills. */
  readonly usual: number;
  readonly expected: readonly string[];
  readonly keys: readonly string[];
  /** Whether another kill is due; each answer `true` is one. */
  readonly killMore: () => boolean;
  readonly missed: () => void;
}

/** Runs it all. Throws where a reception is missing, doubled or wrong, or a run does not end. */
export async function killAgainAndAgain(
  { seed, kills, lanes, limitMs, say = () => {}, ...which }: KillOptions,
): Promise<
  Killed
> {
  const home = await Deno.makeTempDir({ prefix: "ident-sync-kill-" });
  try {
    await using clinic = await startClinicStand();
    await clinic.insert(generateClinic({ seed: 5, receptions: ROWS, now: NOW, days: 6 }));
    clinic.setClock(NOW);
    const program = await programIn(home, which, limitMs);
    const open = async (name: string) => {
      const portal = await startPortalStand({ settings: { rate: undefined, latencyMs: LATENCY_MS } });
      await Deno.mkdir(join(home, name));
      const config = configText(clinic, portal.url, { Bitrix24: { settle_seconds: SETTLE_SECONDS, rate_limit: 50 } });
      await Deno.writeTextFile(join(home, name, "config.ini"), config, { mode: 0o600 });
      return { portal, folder: name };
    };

    const { portal: untouched, folder } = await open("untouched");
    await using _untouched = untouched;
    const { code, out, err, took } = await program.run("once", folder);
    assert.equal(code, 0, out + err);
    const expected = holdings(untouched);
    const keys = untouched.deals.all().map((deal) => String(deal.UF_CRM_1769072841035));
    say(`A run without trouble: ${keys.length} receptions, ${Math.round(took)} ms`);

    let begun = 0;
    let histories = 0;
    const work = async (index: number) => {
      const { portal, folder } = await open(`lane${index}`);
      await using _portal = portal;
      const lane: Lane = {
        program,
        portal,
        folder,
        home,
        random: new Random(seed + index),
        usual: took,
        expected,
        keys,
        killMore: () => begun < kills && ++begun > 0,
        missed: () => void begun--,
      };
      while (begun < kills) {
        await history(lane);
        histories++;
        say(`Killed ${begun} times; ${histories} syncs brought to their end, nothing missing, nothing twice`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, index) => work(index)));
    return { kills: begun, histories, receptions: keys.length };
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** From an empty portal to a quiet end, killed on the way as long as kills are due. */
async function history(lane: Lane): Promise<void> {
  const { portal, home, folder, program, killMore, missed } = lane;
  portal.clear();
  for (const name of FILES) await Deno.remove(join(home, folder, name)).catch(() => {});
  let quietRuns = 0;
  while (true) {
    const kill = killMore();
    const run = program.start("once", folder);
    const end = kill ? await killed(run, lane) : await run.ended;
    if (end === undefined) continue;
    if (kill) missed();
    assert.ok(end.code === 0 || end.code === 1, end.out + end.err);
    if (end.code === 0 && await isEmpty(join(home, folder, "queue.json"))) break;
    assert.ok(++quietRuns <= RUNS_UNTIL_QUIET || kill, `not quiet after ${quietRuns} runs:\n${end.out}`);
    // What was in the air when the program was killed is looked up after this time.
    await pause(SETTLE_SECONDS * 1000);
  }
  assertOneEach(portal, lane.keys);
  assertHolds(portal, lane.expected);
  assert.deepEqual(portal.mistakes, []);
}

/**
 * Kills the run at some moment: after so many of its requests and a part of the next one, or, now and then, at any time
 * of its beginning. `undefined`: it was killed, else how it ended before.
 */
async function killed(run: Started, { random, usual, portal }: Lane): Promise<Ended | undefined> {
  const before = portal.requests.length;
  const requests = random.chance(0.2) ? 0 : random.whole(1, MOST_REQUESTS);
  const rest = requests === 0 ? random.next() * usual / 2 : random.next() * 2 * LATENCY_MS;
  let over = false;
  const end = run.ended.finally(() => over = true);
  // Read at the end of this function, whatever it is.
  end.catch(() => {});
  const arrived = async (count: number) => {
    while (!over && portal.requests.length - before < count) await pause(2);
  };
  await arrived(requests - 1);
  if (requests > 0) portal.settings.latencyMs = LATE_MS;
  await arrived(requests);
  portal.settings.latencyMs = LATENCY_MS;
  await pause(rest);
  if (over) return await end;
  run.kill();
  await run.ended;
  return undefined;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function isEmpty(queue: string): Promise<boolean> {
  return JSON.parse(await Deno.readTextFile(queue)).items.length === 0;
}
