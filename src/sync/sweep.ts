/**
 * The daily comparison of the clinic with the portal: all receptions planned around today against their deals. It finds
 * what no time of change tells: an edit without a time stamp, a deal that was lost, a reception that was deleted.
 */
import type { Reception } from "../reception/reception.ts";
import { type Carrier, ROUND } from "./carry.ts";
import type { CycleDeps } from "./cycle_deps.ts";
import { reportDeleted } from "./deleted.ts";
import { fingerprintOf, shortDigest } from "./fingerprint.ts";
import { isThisPatient } from "./match.ts";
import { type ContactContext, missingFields } from "./plan_contact.ts";
import { changeDeal, type DealContext, dealsByKey, dealsOf, situationOf } from "./plan_deal.ts";
import {
  type Entry,
  fieldNamesOf,
  type PlannedPage,
  type PortalContact,
  type PortalDeal,
  type PortalView,
} from "./ports.ts";
import type { ChangeTime } from "./position.ts";
import { closedByManager } from "./stages.ts";

/** Receptions that are read from the clinic at a time. */
const PAGE = 500;

type SweepContext = DealContext & Omit<ContactContext, "memory">;

/**
 * Compares, repairs what differs, reports what is gone. Not finished when the cycle is stopped on the way.
 *
 * @param now the database's time
 */
export async function sweep(carrier: Carrier, deps: CycleDeps, now: ChangeTime): Promise<void> {
  const { portal, queue, stopping, log } = deps;
  const entries = await plannedEntries(deps);
  if (entries === undefined) return void (carrier.report.stopped = true);
  const receptions = entries.map(({ reception }) => reception).filter((reception) => "key" in reception);
  // What this cycle has sent is right already; what waits in the queue has its own time. What was given up gets a try.
  const toCompare = receptions.filter(({ key }) => !carrier.hasSeen(key) && !queue.awaits(key));
  const marks = new Map<string, string>();
  if (toCompare.length > 0) {
    const context: SweepContext = { config: deps.config, ...await deps.knowledge() };
    const keys = toCompare.flatMap(({ key, formerKeys }) => [key, ...formerKeys]);
    const fields = fieldNamesOf(context.facts);
    const deals = await portal.dealsByKey(keys, fields);
    const contactIds = new Set(deals.map(({ contactId }) => contactId).filter((id) => id !== undefined));
    const held = { deals, contacts: await portal.contactsById([...contactIds], fields) };
    const differing = differingOf(toCompare, held, context, marks, carrier.state.sweep.repaired);
    if (differing.size > 0) log.info(`Ежедневная сверка: расхождений ${differing.size}, исправляются.`);
    const toRepair = entries.filter(({ key }) => differing.has(key));
    while (toRepair.length > 0 && !carrier.report.stopped) {
      await carrier.carry(toRepair.splice(0, ROUND), { force: true });
    }
  }
  if (stopping() || carrier.report.stopped) return void (carrier.report.stopped = true);
  // The first comparison with a portal may meet deals of other times; a restored copy of the database may lack some yet.
  const isFirst = carrier.state.sweep.day === undefined;
  if (!isFirst) await reportDeleted(carrier, deps, now, new Set(receptions.map(({ id }) => id)));
  if (carrier.report.stopped) return;
  const repaired = new Map([...marks].filter(([key]) => !carrier.hasSeen(key) || carrier.hasConfirmed(key)));
  await carrier.keep({ ...carrier.state, sweep: { day: now.slice(0, 10), repaired } });
}

/** All receptions planned around today; `undefined`: the cycle was stopped. */
async function plannedEntries({ clinic, config, stopping }: CycleDeps): Promise<Entry[] | undefined> {
  const entries: Entry[] = [];
  for (let after: number | undefined = -1; !stopping();) {
    const page: PlannedPage = await clinic.plannedReceptions(config.sync.initialDays, after, PAGE);
    entries.push(...page.entries);
    after = page.next;
    if (after === undefined) return entries;
  }
  return undefined;
}

/** Keys of the receptions that the portal does not show as they are. Notes a mark for each in `marks`. */
function differingOf(
  receptions: readonly Reception[],
  { deals, contacts }: Pick<PortalView, "deals" | "contacts">,
  context: SweepContext,
  marks: Map<string, string>,
  repaired: ReadonlyMap<string, string>,
): Set<string> {
  const byKey = dealsByKey(deals);
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const differing = new Set<string>();
  for (const reception of receptions) {
    const [deal] = dealsOf(reception, byKey, context);
    const shown = deal === undefined
      ? undefined
      : shownInstead(reception, deal, byId.get(deal.contactId ?? 0), context);
    if (deal !== undefined && shown === undefined) continue;
    const mark = markOf(reception, shown);
    marks.set(reception.key, mark);
    if (shown === undefined || repaired.get(reception.key) !== mark) differing.add(reception.key);
  }
  return differing;
}

/**
 * What deal and contact show where they should show the reception; `undefined`: all is as it should be, or nobody's to
 * change. What a patient is given has no time of change at all.
 */
function shownInstead(
  reception: Reception,
  deal: PortalDeal,
  contact: PortalContact | undefined,
  context: SweepContext,
): unknown {
  if (!context.config.sync.updateExisting) return undefined;
  if (closedByManager(situationOf(deal, reception, context), context.stages)) return undefined;
  // Which contact the deal has is looked at only where there is none: a manager's choice stays until the clinic changes.
  const change = changeDeal(deal, reception, deal.contactId ?? 0, () => [], context);
  if (change !== undefined && ("refused" in change || change.kind !== "update-deal")) return undefined;
  const missing = contact !== undefined && isThisPatient(contact, reception.patient)
    ? missingFields(contact, reception.patient, context)
    : {};
  if (change === undefined && Object.keys(missing).length === 0) return undefined;
  const names = Object.keys(change?.fields ?? {});
  const shown = [deal.id, deal.stage, deal.contactId, ...names.map((name) => deal.fields[name] ?? null)];
  return Object.keys(missing).length === 0 ? shown : [...shown, missing, contact];
}

const markOf = (reception: Reception, shown: unknown): string =>
  shortDigest(`${fingerprintOf(reception)} ${JSON.stringify(shown)}`);
