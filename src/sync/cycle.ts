/**
 * One cycle, the story of the program: take what changed in the clinic since the watermark, page by page, and carry it
 * over; take up what waits in the queue; once a day compare everything.
 */
import { isInterrupted } from "../error.ts";
import { filialRuleOf, ownFilials } from "../reception/filial.ts";
import { filialIn, receptionIdOf } from "../reception/reception.ts";
import { Carrier, ROUND } from "./carry.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { goToOtherPortal, isForOtherPortal } from "./other_portal.ts";
import type { Entry } from "./ports.ts";
import { type ChangeTime, comparePositions, type Position } from "./position.ts";
import { positionOf } from "./progress.ts";
import { readSurely } from "./read_surely.ts";
import type { CycleReport } from "./report.ts";
import { hasUnsettledKeys, settleKeys } from "./settle_keys.ts";
import { EMPTY_STATE, isAhead, startOf } from "./state.ts";
import { compare } from "./comparison/comparison.ts";

/**
 * Runs one cycle.
 *
 * @param full compare everything, whether or not that was done today
 * @throws IdentSyncError database, portal: a side became unusable; what was confirmed before is saved, the rest is for
 *   the next cycle. IdentSyncError state: a file of the program cannot be written.
 */
export async function runCycle(deps: CycleDeps, full = false): Promise<CycleReport> {
  deps.queue.settleClock(deps.now());
  deps.queue.settleIntents();
  if (full) deps.queue.retryAll(deps.now());
  const carrier = new Carrier(deps);
  try {
    await carryAll(carrier, deps, full);
  } catch (error) {
    if (!isInterrupted(error)) throw error;
    carrier.report.stopped = true;
  }
  return carrier.report;
}

async function carryAll(carrier: Carrier, deps: CycleDeps, full: boolean): Promise<void> {
  if (isForOtherPortal(deps) && !(await goToOtherPortal(carrier, deps))) return;
  if (hasUnsettledKeys(carrier.state, deps.config)) await settleKeys(carrier, deps);
  const now = await carryChanges(carrier, deps);
  if (now === undefined || carrier.report.stopped) return;
  await retryDue(carrier, deps);
  if (!carrier.report.stopped && (full || carrier.state.sweep.day !== now.slice(0, 10))) {
    await compare(carrier, deps, now);
  }
}

/**
 * Carries everything that changed since the watermark, page by page, several pages to a round. The first round takes up
 * the queue as well, so that receptions of one patient are decided together wherever they come from.
 *
 * @returns the database's time when the cycle began; `undefined`: the cycle was stopped before the end
 */
async function carryChanges(carrier: Carrier, deps: CycleDeps): Promise<ChangeTime | undefined> {
  const { clinic, stopping, interrupted } = deps;
  const { batchSize, initialDays } = deps.config.sync;
  let after = startOf(carrier.state);
  let known = carrier.state.watermark;
  let upper: ChangeTime | undefined;
  const round: Entry[] = [];
  let queued: readonly Entry[] = [];
  const isKnown = (position: Position | undefined) =>
    position !== undefined && known !== undefined && comparePositions(position, known) <= 0;
  // A run whose time is up on its way through what it knows already would never come to anything else.
  while (!(isKnown(after) ? interrupted() : stopping())) {
    const size = isKnown(after) ? Math.max(batchSize, ROUND) : batchSize;
    const page = await clinic.changedReceptions({ after, upper, size, initialDays });
    if (upper === undefined) {
      if (isAhead(carrier.state, page.now)) {
        await beginAgain(carrier, deps);
        after = undefined;
        known = undefined;
        continue;
      }
      // After the page: what both hold is newer here.
      queued = await dueEntries(carrier, deps);
    }
    upper = page.upper;
    round.push(...page.entries);
    after = page.next;
    // Whatever the size of a page, so that what is decided together does not depend on it.
    while (round.length >= ROUND) {
      const some = round.splice(0, ROUND);
      await carrier.carry(some, { end: positionOf(some.at(-1)!), queued });
      if (carrier.report.stopped) return undefined;
      queued = [];
    }
    if (after !== undefined) continue;
    await carrier.carry(round, { end: { time: upper, id: Number.MAX_SAFE_INTEGER }, queued });
    return upper;
  }
  if (round.length > 0 && !interrupted()) await carrier.carry(round, { end: positionOf(round.at(-1)!), queued });
  carrier.report.stopped = true;
  return undefined;
}

/** The database's clock is behind the watermark: its own time is the only one that counts, so the sync begins again. */
async function beginAgain(carrier: Carrier, { notice, config }: CycleDeps): Promise<void> {
  notice(
    "Часы базы IDENT отстали от прошлой синхронизации: базу восстановили из копии или перевели часы. " +
      `Программа ещё раз сверит изменения за последние ${config.sync.initialDays} дн.; дублей не будет.`,
  );
  await carrier.keep({ ...carrier.state, watermark: EMPTY_STATE.watermark, sweep: EMPTY_STATE.sweep });
}

/** Takes up what is left in the queue of the receptions whose time has come. */
async function retryDue(carrier: Carrier, deps: CycleDeps): Promise<void> {
  while (!deps.stopping()) {
    const queued = await dueEntries(carrier, deps);
    if (queued.length === 0) return;
    await carrier.carry([], { queued });
  }
}

/** Receptions of the queue whose time has come, as they are in the clinic now; at most a round of them. */
async function dueEntries(carrier: Carrier, deps: CycleDeps): Promise<readonly Entry[]> {
  const { queue, now, clinic, config, saveQueue, log } = deps;
  // A queue that was brought along from another clinic waits for that clinic's program.
  const own = ownFilials(filialRuleOf(config));
  while (true) {
    const due = queue.due(now()).filter((key) => !carrier.hasSeen(key) && own.includes(filialIn(key))).slice(0, ROUND);
    if (due.length === 0) return [];
    const entries = await readSurely(due.map(receptionIdOf), clinic);
    const carried = entries.filter(({ reception }) => !("otherBranch" in reception));
    const keyNow = new Map(carried.map(({ id, key }) => [id, key]));
    for (const key of due) {
      const current = keyNow.get(receptionIdOf(key));
      if (current === key) continue;
      // Its branch is another one now: it goes on waiting until it is carried over under its new key.
      if (current !== undefined) {
        queue.rename(key, current);
        continue;
      }
      queue.forget(key);
      log.warning(`Записи ${key} в IDENT больше нет, или её филиал больше не переносится: из очереди она убрана.`);
    }
    if (carried.length > 0) return carried;
    // Nothing but what is gone: there may be more behind it.
    await saveQueue();
  }
}
