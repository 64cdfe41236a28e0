/**
 * Once on each portal: the deals that the original program gave keys of its own get the plain key of their reception.
 */
import { filialRuleOf, ownFilials } from "../reception/filial.ts";
import { filialIn } from "../reception/reception.ts";
import type { Carrier } from "./carry.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { statusFieldsOf } from "./fields/wanted.ts";
import { type Write, WRITES_PER_REQUEST } from "./ports.ts";
import type { SyncState } from "./state.ts";
import { type FormerKeys, pairFormerKeys, type Renaming, type Twins } from "./rules/former_keys.ts";

/** So many are named on the screen; the log has them all. */
const NAMED = 10;

/** Whether branches are carried over whose keys have not been looked through. */
export const hasUnsettledKeys = ({ settledFilials }: SyncState, config: CycleDeps["config"]): boolean =>
  ownFilials(filialRuleOf(config)).some((filial) => !settledFilials.includes(filial));

/**
 * Looks through the keys of the portal and renames where a former key is on the deal that should be followed. What is refused
 * or stays without an answer is tried again by the next cycle; this one finds the deal under either key.
 *
 * @throws IdentSyncError portal, config, state
 */
export async function settleKeys(carrier: Carrier, deps: CycleDeps): Promise<void> {
  const { config, portal } = deps;
  const known = await deps.knowledge();
  const own = ownFilials(filialRuleOf(config));
  // Nothing but what tells which of several deals is followed: there may be many thousands.
  const status = statusFieldsOf(config.dealFields).filter((name) => name in known.facts.dealFields);
  const deals = (await portal.keyedDeals({ deal: status, contact: [] }))
    .filter(({ key }) => own.includes(filialIn(key)));
  const found = pairFormerKeys(deals, { config, ...known });
  deps.renaming?.(found.renamings);
  const isDone = await rename(found.renamings, carrier, deps);
  if (!isDone) return;
  tell(found, deps);
  await carrier.keep({ ...carrier.state, settledFilials: own });
}

/** Whether every deal has its new key: of one that keeps the former key the next cycle would make another deal. */
async function rename(renamings: readonly Renaming[], carrier: Carrier, deps: CycleDeps): Promise<boolean> {
  const { portal, config: { dealFields }, stopping, log } = deps;
  let isDone = true;
  for (let start = 0; start < renamings.length; start += WRITES_PER_REQUEST) {
    if (stopping()) return false;
    const some = renamings.slice(start, start + WRITES_PER_REQUEST);
    // No intents in the queue: to set a key once more does no harm.
    const outcomes = await portal.write(
      some.map(({ id, to }): Write => ({ kind: "update-deal", id, fields: { [dealFields.identId]: to } })),
    );
    for (const [index, { id, from, to }] of some.entries()) {
      const outcome = outcomes[index];
      if (outcome.kind === "unusable") throw outcome.error;
      carrier.sent.noteRenamed(to, from);
      if (outcome.kind === "accepted") continue;
      isDone = false;
      if (outcome.kind === "refused") {
        log.warning(`Сделка ${id} с номером ${from} не получила номер записи ${to}: ${outcome.reason}`);
      }
    }
  }
  return isDone;
}

function tell({ renamings, closed, open, won }: FormerKeys, { log, notice }: CycleDeps): void {
  for (const { id, from, to } of renamings) log.info(`Сделка ${id}: номер ${from} заменён на номер записи ${to}.`);
  const lists: readonly (readonly [text: string, found: readonly Twins[]])[] = [
    [
      "У этих записей прежняя программа оставила вторую, закрытую сделку: она остаётся как есть, ведётся открытая",
      closed,
    ],
    ["У этих записей несколько открытых сделок: ведётся первая из названных, проверьте их и закройте лишние", open],
    ["У этих записей несколько выигранных сделок: сумма посчитана дважды, проверьте их", won],
  ];
  if (renamings.length > 0) {
    notice(
      `Сделки прежней программы с номерами вида ${renamings[0].from} получили номер своей записи: ${renamings.length}.`,
    );
  }
  for (const [text, found] of lists) {
    if (found.length === 0) continue;
    const names = found.map(({ key, followed, others }) => `${key} (сделки ${[followed, ...others].join(", ")})`);
    const rest = names.length > NAMED ? ` и ещё ${names.length - NAMED} (все — в журнале)` : "";
    notice(`${text}: ${names.slice(0, NAMED).join("; ")}${rest}.`);
    if (names.length > NAMED) log.warning(`${text}: ${names.join("; ")}.`);
  }
}
