/**
 * Receptions that were deleted in the clinic while their deals are open.
 */
import { filialRuleOf, ownFilials } from "../reception/filial.ts";
import { filialIn, isReceptionKey, receptionIdOf } from "../reception/reception.ts";
import type { Carrier } from "./carry.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { statusFieldsOf } from "./fields.ts";
import { fitAll } from "./portal_fields.ts";
import { fieldNamesOf, type PortalDeal, type Write, WRITES_PER_REQUEST } from "./ports.ts";
import { type ChangeTime, shiftMinutes } from "./position.ts";
import { readSurely } from "./read_surely.ts";

const MINUTES_A_DAY = 24 * 60;

/** An open deal of a deleted reception, and the stage on which it is closed. */
export interface DealClosing {
  readonly id: number;
  readonly key: string;
  readonly stage: string;
}

/**
 * Tells of open deals whose reception is gone from the clinic, and closes them where the configuration says so.
 *
 * @param now the database's time
 * @param planned IDs of the receptions that are planned around now
 * @throws IdentSyncError database, portal
 */
export async function reportDeleted(
  carrier: Carrier,
  deps: CycleDeps,
  now: ChangeTime,
  planned: ReadonlySet<number>,
): Promise<void> {
  const { portal, clinic, config, log } = deps;
  const days = config.sync.initialDays * MINUTES_A_DAY;
  const wall = (minutes: number) => shiftMinutes(now, minutes).slice(0, 19).replace(" ", "T");
  const { facts } = await deps.knowledge();
  const open = await portal.openDealsBetween(wall(-days), wall(days), fieldNamesOf(facts), planned.size);
  // Another clinic on the same portal has keys of its own.
  const own = ownFilials(filialRuleOf(config));
  const suspects = (open ?? []).filter(({ key }) =>
    isReceptionKey(key) && own.includes(filialIn(key)) && !planned.has(receptionIdOf(key))
  );
  if (suspects.length === 0) return;
  const present = new Set(
    (await readSurely(suspects.map(({ key }) => receptionIdOf(key)), clinic)).map(({ id }) => id),
  );
  const gone = suspects.filter(({ key }) => !present.has(receptionIdOf(key)));
  for (const { key, id } of gone) {
    carrier.report.deleted++;
    log.warning(`Записи ${key} в IDENT больше нет, а её сделка ${id} открыта.`);
  }
  if (config.sync.deleted === "lose") await closeDeals(gone, carrier, deps);
}

/** Moves the deals to the stage of a cancelled reception, protected ones excepted. */
async function closeDeals(
  deals: readonly PortalDeal[],
  carrier: Carrier,
  { portal, config, knowledge, log, closing, closed, stopping }: CycleDeps,
): Promise<void> {
  const { facts, stages } = await knowledge();
  const stage = stages.ofStatus["Отменен"];
  if ("missing" in stage) {
    return log.error(`Стадии «${stage.missing}» нет в воронке: сделки удалённых записей остаются.`);
  }
  const status = new Map(statusFieldsOf(config.dealFields).map((name) => [name, { text: "Отменен" }]));
  const memory = fitAll(status, facts.dealFields, config.sync.timeZone);
  const movable = deals.filter(({ stage }) => !stages.protected.has(stage) && !stages.final.has(stage));
  closing?.(movable.map(({ id, key }) => ({ id, key, stage: stage.id })));
  const writes = movable.map(({ id }): Write => ({
    kind: "update-deal",
    id,
    fields: { STAGE_ID: stage.id, ...memory },
  }));
  // No intents in the queue: to set a stage once more does no harm, and the next comparison sees what became of it.
  for (let start = 0; start < writes.length; start += WRITES_PER_REQUEST) {
    if (stopping()) return void (carrier.report.stopped = true);
    const outcomes = await portal.write(writes.slice(start, start + WRITES_PER_REQUEST));
    for (const [index, { id, key }] of movable.slice(start, start + WRITES_PER_REQUEST).entries()) {
      if (outcomes[index].kind !== "accepted") continue;
      carrier.report.dealsClosed++;
      closed?.({ id, key, stage: stage.id });
    }
    const unusable = outcomes.find((outcome) => outcome.kind === "unusable");
    if (unusable !== undefined) throw unusable.error;
    const failed = outcomes.filter(({ kind }) => kind !== "accepted").length;
    if (failed > 0) {
      log.warning(`Сделок удалённых записей не закрыто: ${failed}. Они будут закрыты при следующей сверке.`);
    }
  }
}
