/**
 * `ident-sync once`: one cycle, its results, an exit code. Made for Task Scheduler.
 */
import type { Config } from "../config/config.ts";
import type { RunningLog } from "../logging/start.ts";
import type { World } from "../world.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { Session } from "./session.ts";
import { queueLines, resultBlock, STOPPED, TIME_IS_UP } from "./text.ts";

/** Runs one cycle and prints what came of it. Throws IdentSyncError when a side or a file cannot be used. */
export async function once(world: World, config: Config, logging: RunningLog): Promise<ExitCode> {
  const begun = world.now();
  const deadline = begun + config.sync.maxRunMinutes * 60_000;
  await using session = await Session.open(world, config, logging);
  const report = await session.cycle(() => world.stopping() || world.now() >= deadline);
  const lines = [resultBlock(report, world.now() - begun), ...queueLines(session.queueCounts())];
  if (report.stopped) lines.push(world.stopping() ? STOPPED : TIME_IS_UP);
  const text = lines.join("\n");
  world.out.write(`${text}\n`);
  logging.log.info(text);
  if (report.stopped && world.stopping()) return EXIT.interrupted;
  return report.errors > 0 ? EXIT.incomplete : EXIT.ok;
}
