/**
 * The configuration names another portal than last time: a trial one was left, or the portal was renamed. Nobody can tell
 * which of the two, so nothing may get lost on the one, and nothing be made twice on the other.
 */
import type { Carrier } from "./carry.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { type Position, shiftMinutes } from "./position.ts";
import { EMPTY_STATE } from "./state.ts";

const MINUTES_A_DAY = 24 * 60;

/** Whether the state tells of another portal than the configured one. */
export const isForOtherPortal = ({ state, config }: CycleDeps): boolean =>
  state.portal !== undefined && state.portal !== config.portal.host;

/**
 * Begins anew on the configured portal: with what the first cycle would have carried to it had it been that one, and with
 * all that has changed since.
 *
 * @returns whether it could begin: a write that may still be in work is waited for, as the portal may be the same
 */
export async function goToOtherPortal(
  carrier: Carrier,
  { notice, config, state, queue, saveQueue, now }: CycleDeps,
): Promise<boolean> {
  const { host } = config.portal;
  const inFlight = queue.countInFlight(now());
  if (inFlight > 0) {
    carrier.report.errors += inFlight;
    notice(
      `Портал ${state.portal} ещё не подтвердил последние записи: ${inFlight}. ` +
        `Перенос на ${host} начнётся при следующей синхронизации.`,
    );
    return false;
  }
  // Back on a portal that was left, what was carried to another one meanwhile is not on it.
  const reached = state.left.get(host) ?? state.watermark;
  const watermark: Position | undefined = reached &&
    { time: shiftMinutes(reached.time, -config.sync.initialDays * MINUTES_A_DAY), id: -1 };
  const since = watermark === undefined
    ? `за последние ${config.sync.initialDays} дн.`
    : `с ${watermark.time.slice(0, 10).split("-").reverse().join(".")}`;
  notice(
    `Прошлый раз записи переносились на портал ${state.portal}, теперь — на ${host}. ` +
      `Программа перенесёт изменения ${since}; дублей не будет.`,
  );
  queue.goToOtherPortal();
  await saveQueue();
  const left = new Map(state.left);
  if (state.portal !== undefined && state.watermark !== undefined) left.set(state.portal, state.watermark);
  left.delete(host);
  await carrier.keep({ ...EMPTY_STATE, portal: host, left, watermark });
  return true;
}
