/**
 * `ident-sync once`: one cycle, its results, an exit code. Made for Task Scheduler. Or, with `--dry-run`, the plan only.
 */
import { IdentSyncError } from "../error.ts";
import type { Decision } from "../sync/rules/decision.ts";
import type { DealClosing } from "../sync/comparison/deleted.ts";
import type { Renaming } from "../sync/rules/former_keys.ts";
import type { ConfiguredCommand } from "./configured.ts";
import { EXIT } from "./exit_code.ts";
import { planText } from "./plan_text.ts";
import { holdInstance, Session } from "./session.ts";
import { unfittedLines } from "./findings_text.ts";
import { problemLines } from "./problems_text.ts";
import { CONFIRMS_NOTHING, notes, queueLines, resultBlock, SHOWS_NOTHING, STOPPED, TIME_IS_UP } from "./text.ts";

export interface OnceOptions {
  readonly dryRun: boolean;
  /** Show the values of a dry run, names and phones among them. */
  readonly showPersonal: boolean;
  /** Compare everything with the portal, whether or not that was done today. */
  readonly full: boolean;
  /** Close the deals of deleted receptions however many there are. */
  readonly confirmClosings: boolean;
}

/** Runs one cycle and prints what came of it. Throws IdentSyncError when a side or a file cannot be used. */
export const once = ({ dryRun, showPersonal, full, confirmClosings }: OnceOptions): ConfiguredCommand =>
async (
  world,
  config,
  logging,
) => {
  const begun = world.now();
  const deadline = begun + config.sync.maxRunMinutes * 60_000;
  const rehearsal = dryRun || config.dryRun;
  // Who asks to see values means to look, not to carry over.
  if (showPersonal && !rehearsal) throw new IdentSyncError("config", SHOWS_NOTHING);
  if (confirmClosings && !full) throw new IdentSyncError("config", CONFIRMS_NOTHING);
  await using _instance = rehearsal ? undefined : await holdInstance(world, config);
  await using session = await Session.open({ world, config, logging, rehearsal });
  const decisions: Decision[] = [];
  const closings: DealClosing[] = [];
  const renamings: Renaming[] = [];
  const report = await session.cycle({
    full,
    closingsConfirmed: confirmClosings,
    // A clock that was set back tells no more how much time is left.
    timeIsUp: () => world.now() >= deadline || world.now() < begun,
    // A real run has no use for them, and may have very many.
    decided: (some) => void (rehearsal && decisions.push(...some)),
    renaming: (some) => renamings.push(...some),
    closing: (some) => closings.push(...some),
  }).catch((error) => {
    // What was begun waits there, and the user is to know.
    const counts = session.queueCounts();
    if (counts.total > 0 && !rehearsal) world.out.write(`${queueLines(counts).join("\n")}\n`);
    throw error;
  });
  const words = await session.words();
  const counts = session.queueCounts();
  // The log has them once a day; a person at the screen sees them each time, before all else.
  for (const line of [...await session.findings(), ...unfittedLines(report.unfitted, words)]) {
    world.err.write(`${line}\n`);
  }
  // The log never has the values.
  const told = (withValues: boolean): string =>
    [
      ...(rehearsal
        ? [
          planText({ decisions, closings, renamings }, words, withValues),
          ...notes({ ...report, untouched: 0, dealsClosed: 0 }, true),
        ]
        : [
          resultBlock(report, world.now() - begun),
          ...queueLines(counts),
          ...notes(report),
          ...problemLines(report.problems),
        ]),
      ...(report.stopped ? [world.stop.aborted ? STOPPED : TIME_IS_UP] : []),
    ].join("\n");
  world.out.write(`${told(showPersonal)}\n`);
  logging.log.info(told(false));
  if (report.stopped && world.stop.aborted) return EXIT.interrupted;
  return report.errors > 0 || report.closingsHeld > 0 || counts.failed > 0 ? EXIT.incomplete : EXIT.ok;
};
