/**
 * Kills an executable in the middle of a sync of 300 receptions, ten times, and looks each time when all is quiet
 * whether the portal holds every reception once.
 *
 *     deno run --allow-all scripts/kill_windows.ts --program build/ident-sync.exe --with WRAPPER
 *
 * WRAPPER is called as WRAPPER FOLDER PROGRAM ARGUMENT... and must become the program (`exec`), so that a kill reaches it;
 * without `--with` the program is run as it is. Every wait has an end. Ends with 0 when all is well, else with 1.
 */
import { parseArgs } from "node:util";
import { killAgainAndAgain } from "../tests/faults/kills.ts";

const KILLS = 10;
const RUN_LIMIT_MS = 60_000;

const { values } = parseArgs({ options: { program: { type: "string" }, with: { type: "string" } } });
const seed = Date.now() % 1_000_000;
try {
  const { kills, histories, receptions } = await killAgainAndAgain({
    ...values,
    seed,
    kills: KILLS,
    lanes: 1,
    limitMs: RUN_LIMIT_MS,
    say: (line) => console.log(line),
  });
  console.log(
    `${kills} kills, ${histories} syncs of ${receptions} receptions: each has one deal, each patient one contact`,
  );
  Deno.exit(0);
} catch (error) {
  console.log(`FAILED  ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
