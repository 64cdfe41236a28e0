/**
 * `ident-sync run`: cycle after cycle until it is stopped. A side that is down makes the waits longer, and is taken up
 * again by itself.
 */
import { IdentSyncError, isInterrupted } from "../error.ts";
import type { CycleReport } from "../sync/report.ts";
import type { ConfiguredCommand } from "./configured.ts";
import { EXIT } from "./exit_code.ts";
import { reportError } from "./report_error.ts";
import { holdInstance, Session } from "./session.ts";
import { problemLines } from "./problems_text.ts";
import {
  nextAttempt,
  notes,
  NOTHING_NEW,
  queueLines,
  RECOVERED,
  resultBlock,
  RUN_REHEARSES,
  RUN_STOPPED,
  runBegins,
} from "./text.ts";

const LONGEST_WAIT_MS = 15 * 60_000;

/** Each cycle begins with the time: the window is looked at hours later. */
const CARRIED = "Перенос окончен.";
const FAILED = "Перенос не удался.";

/** Runs until Ctrl+C. Throws IdentSyncError where waiting would not help: configuration, another instance. */
export const run: ConfiguredCommand = async (world, config, logging) => {
  // A result block would tell of receptions that were not carried over.
  if (config.dryRun) throw new IdentSyncError("config", RUN_REHEARSES);
  const interval = config.sync.intervalMinutes * 60_000;
  const say = (lines: readonly string[]) => {
    world.out.write(`${lines.join("\n")}\n`);
    logging.log.info(lines.join("\n"));
  };
  await using _instance = await holdInstance(world, config);
  say([runBegins(config.sync.intervalMinutes)]);
  let session: Session | undefined;
  let failures = 0;
  let hasOpened = false;
  let hasTold = false;
  while (!world.stop.aborted) {
    const begun = world.now();
    try {
      session ??= await Session.open({ world, config, logging, rehearsal: false });
      hasOpened = true;
      if (!hasTold) { for (const line of await session.findings()) world.err.write(`${line}\n`); }
      hasTold = true;
      const report = await session.cycle({});
      // Broken off before anything is known.
      if (report.stopped && isQuiet(report)) break;
      const recovered = failures > 0 ? [RECOVERED] : [];
      failures = 0;
      const about = isQuiet(report)
        ? [[clock(world.now(), config.sync.timeZone), ...recovered, NOTHING_NEW].join(" ")]
        : [
          [clock(world.now(), config.sync.timeZone), ...recovered, CARRIED].join(" "),
          resultBlock(report, world.now() - begun),
        ];
      say([...about, ...queueLines(session.queueCounts()), ...notes(report), ...problemLines(report.problems)]);
    } catch (error) {
      await session?.[Symbol.asyncDispose]();
      session = undefined;
      if (isInterrupted(error)) break;
      if (!mayPass(error, hasOpened)) throw error;
      failures++;
      world.err.write(`${clock(world.now(), config.sync.timeZone)} ${FAILED}\n`);
      reportError(error, world.err, logging);
      const rest = restOf(waitAfter(failures, interval), begun, world.now());
      world.err.write(`${nextAttempt(rest / 60_000)}\n`);
    }
    const rest = restOf(failures === 0 ? interval : waitAfter(failures, interval), begun, world.now());
    if (rest > 0) await world.sleep(rest, world.stop);
  }
  await session?.[Symbol.asyncDispose]();
  say([RUN_STOPPED]);
  return EXIT.interrupted;
};

const waitAfter = (failures: number, interval: number): number =>
  Math.max(interval, Math.min(interval * 2 ** failures, LONGEST_WAIT_MS));

/** What is left of a wait that began with the cycle; the whole of it where the clock was set back meanwhile. */
const restOf = (wait: number, begun: number, now: number): number => Math.min(wait, Math.max(0, begun + wait - now));

const isQuiet = ({ received, errors, deleted }: CycleReport): boolean =>
  received === 0 && errors === 0 && deleted === 0;

/**
 * Whether a failure may go by itself: a side that is down, and a defect of the program. A file that cannot be written, or
 * a portal that lacks what the configuration names, only where all was well before: somebody is at work there.
 */
function mayPass(error: unknown, hasOpened: boolean): boolean {
  if (!(error instanceof IdentSyncError)) return true;
  return error.code === "database" || error.code === "portal" ||
    ((error.code === "state" || error.code === "config") && hasOpened);
}

/** The clinic's local time: `10:30:00`. */
function clock(now: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainTime().toString({
    smallestUnit: "second",
  });
}
