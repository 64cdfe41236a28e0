/**
 * Receptions that were deleted in the clinic while their deals are open.
 */
import { wallClock } from "../../reception/clinic_time.ts";
import { filialRuleOf, ownFilials } from "../../reception/filial.ts";
import { filialIn, isReceptionKey, receptionIdOf, type ReceptionKey } from "../../reception/reception.ts";
import type { Carrier } from "../carry.ts";
import type { CycleDeps } from "../cycle_deps.ts";
import { type Known, withStages } from "../knowledge.ts";
import { fitAll } from "../fields/fit.ts";
import { statusFieldsOf } from "../fields/wanted.ts";
import { fieldNamesOf, type PortalDeal, type Write, WRITES_PER_REQUEST } from "../ports.ts";
import { type ChangeTime, shiftMinutes } from "../position.ts";
import { readSurely } from "../read_surely.ts";
import { isOpen, nextStage } from "../rules/stage.ts";

const MINUTES_A_DAY = 24 * 60;

type KeyedDeal = PortalDeal & { readonly key: ReceptionKey };

/** An open deal of a deleted reception, and the stage on which it is closed. */
export interface DealClosing {
  readonly id: number;
  readonly key: ReceptionKey;
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
  const wall = (minutes: number) => wallClock(shiftMinutes(now, minutes))!;
  const known = await deps.knowledge();
  const open = await portal.openDealsBetween(wall(-days), wall(days), fieldNamesOf(known.facts), planned.size);
  if (open === undefined) return;
  // Another clinic on the same portal has keys of its own.
  const own = ownFilials(filialRuleOf(config));
  const suspects = open.deals.filter((deal): deal is KeyedDeal =>
    isReceptionKey(deal.key) && own.includes(filialIn(deal.key)) && !planned.has(receptionIdOf(deal.key))
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
  if (config.sync.deleted === "lose") await closeDeals(gone, carrier, deps, withStages(known, open.stages, config));
}

/** Moves the deals to the stage of a cancelled reception, as the stage rules say. So many at once that it looks like a
 * mistake are not closed by themselves. */
async function closeDeals(
  deals: readonly KeyedDeal[],
  carrier: Carrier,
  deps: CycleDeps,
  known: Known,
): Promise<void> {
  const { config, log, closing } = deps;
  const closings: DealClosing[] = [];
  for (const deal of deals.filter((each) => isOpen(each, known.stages))) {
    const next = nextStage(deal, "Отменен", "follow", { config, ...known });
    if (next.kind === "move") closings.push({ id: deal.id, key: deal.key, stage: next.stage });
    if (next.kind === "refuse") log.error(`Сделка ${deal.id} удалённой записи ${deal.key} не закрыта: ${next.reason}.`);
  }
  if (closings.length > config.sync.maxClosings && !deps.closingsConfirmed) {
    carrier.report.closingsHeld = closings.length;
    deps.notice(tooMany(closings.length, config.sync.maxClosings));
    return;
  }
  closing?.(closings);
  await sendClosings(closings, carrier, deps, known);
}

const tooMany = (count: number, limit: number): string =>
  `Из IDENT исчезли записи ${count} открытых сделок, это больше max_closings = ${limit}: ни одна сделка не закрыта.\n` +
  "Так бывает, когда базу восстановили из копии или в config.ini указаны не та база либо не те филиалы: проверьте это.\n" +
  "Если записи действительно удалили, закройте сделки командой: ident-sync once --full --confirm-closings";

async function sendClosings(
  closings: readonly DealClosing[],
  carrier: Carrier,
  { portal, config, log, closed, stopping }: CycleDeps,
  { facts }: Known,
): Promise<void> {
  const status = new Map(statusFieldsOf(config.dealFields).map((name) => [name, { text: "Отменен" }]));
  const memory = fitAll(status, facts.dealFields, config.sync.timeZone);
  // No intents in the queue: to set a stage once more does no harm, and the next comparison sees what became of it.
  for (let start = 0; start < closings.length; start += WRITES_PER_REQUEST) {
    if (stopping()) return void (carrier.report.stopped = true);
    const some = closings.slice(start, start + WRITES_PER_REQUEST);
    const outcomes = await portal.write(
      some.map(({ id, stage }): Write => ({ kind: "update-deal", id, fields: { STAGE_ID: stage, ...memory } })),
    );
    for (const [index, deal] of some.entries()) {
      if (outcomes[index].kind !== "accepted") continue;
      carrier.report.dealsClosed++;
      closed?.(deal);
    }
    const unusable = outcomes.find((outcome) => outcome.kind === "unusable");
    if (unusable !== undefined) throw unusable.error;
    const failed = outcomes.filter(({ kind }) => kind !== "accepted").length;
    if (failed > 0) {
      log.warning(`Сделок удалённых записей не закрыто: ${failed}. Они будут закрыты при следующей сверке.`);
    }
  }
}
