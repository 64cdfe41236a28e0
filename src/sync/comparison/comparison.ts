/**
 * The daily comparison of the clinic with the portal: all receptions planned around today against their deals. It finds
 * what no time of change tells: an edit without a time stamp, a deal that was lost, a reception that was deleted.
 */
import type { Reception } from "../../reception/reception.ts";
import { type Carrier, ROUND } from "../carry.ts";
import type { CycleDeps } from "../cycle_deps.ts";
import { fingerprintOf, shortDigest } from "../fingerprint.ts";
import {
  type Entry,
  fieldNamesOf,
  type PlannedPage,
  type PortalContact,
  type PortalDeal,
  type PortalFields,
} from "../ports.ts";
import type { ChangeTime } from "../position.ts";
import { isThisPatient } from "../rules/contact.ts";
import { missingFields } from "../rules/contact_fields.ts";
import { type DealContext, ownDeals } from "../rules/deal.ts";
import { changedFields } from "../rules/deal_fields.ts";
import type { Sent } from "../rules/sent.ts";
import { isClosedByManager, nextStage } from "../rules/stage.ts";
import { reportDeleted } from "./deleted.ts";

/** Receptions that are read from the clinic at a time. */
const PAGE = 500;

type CompareContext = DealContext & { readonly config: CycleDeps["config"] };

/**
 * Compares, repairs what differs, reports what is gone. A comparison that is stopped on the way is not finished: the next
 * cycle begins it again, and goes on behind what this one has repaired.
 *
 * @param now the database's time
 * @throws IdentSyncError database, portal, state
 */
export async function compare(carrier: Carrier, deps: CycleDeps, now: ChangeTime): Promise<void> {
  const { queue, stopping } = deps;
  const entries = await plannedEntries(deps);
  if (entries === undefined) return void (carrier.report.stopped = true);
  const receptions = entries.map(({ reception }) => reception).filter((reception) => "key" in reception);
  // What this cycle has sent is right already; what waits in the queue has its own time. What was given up gets a try.
  const toCompare = receptions.filter(({ key }) => !carrier.hasSeen(key) && !queue.awaits(key));
  const marks = await repair(toCompare, entries, carrier, deps);
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

/**
 * Carries over what the portal does not show as it is, and remembers as it goes what was repaired.
 *
 * @returns a mark for each reception that the portal does not show as it is
 */
async function repair(
  receptions: readonly Reception[],
  entries: readonly Entry[],
  carrier: Carrier,
  deps: CycleDeps,
): Promise<ReadonlyMap<string, string>> {
  carrier.report.compared = receptions.length;
  if (receptions.length === 0) return new Map();
  const { log } = deps;
  const marks = await marksOf(receptions, carrier.sent, deps);
  // The portal shows this content in its own way: sending it again would not help.
  const differing = new Set(
    [...marks].filter(([key, mark]) => carrier.state.sweep.repaired.get(key) !== mark).map(([key]) => key),
  );
  carrier.report.shownOtherwise = marks.size - differing.size;
  if (differing.size > 0) log.info(`Ежедневная сверка: расхождений ${differing.size}, исправляются.`);
  const toRepair = entries.filter(({ key }) => differing.has(key));
  while (toRepair.length > 0 && !carrier.report.stopped) {
    const some = toRepair.splice(0, ROUND);
    try {
      await carrier.carry(some, { force: true });
    } finally {
      const done = some.map(({ key }) => key).filter((key) => carrier.hasConfirmed(key));
      carrier.report.repaired += done.length;
      const { sweep } = carrier.state;
      const repaired = new Map([...sweep.repaired, ...done.map((key) => [key, marks.get(key)!] as const)]);
      if (done.length > 0) await carrier.keep({ ...carrier.state, sweep: { ...sweep, repaired } });
    }
  }
  return marks;
}

/** A mark for each of the receptions that the portal does not show as it is: of its content and of what is shown. */
async function marksOf(
  receptions: readonly Reception[],
  sent: Sent,
  { portal, config, knowledge }: CycleDeps,
): Promise<Map<string, string>> {
  const context: CompareContext = { config, ...await knowledge() };
  const fields = fieldNamesOf(context.facts);
  const deals = await portal.dealsByKey(receptions.flatMap((reception) => sent.keysOf(reception)), fields);
  const contactIds = new Set(deals.map(({ contactId }) => contactId).filter((id) => id !== undefined));
  const contacts = await portal.contactsById([...contactIds], fields);
  const byKey = Map.groupBy(deals, ({ key }) => key);
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const marks = new Map<string, string>();
  for (const reception of receptions) {
    const all = sent.keysOf(reception).flatMap((key) => byKey.get(key) ?? []);
    const { followed } = ownDeals(all, context);
    const shown = followed === undefined
      ? "nothing"
      : shownInstead(reception, followed, byId.get(followed.contactId ?? 0), context);
    if (shown === undefined) continue;
    marks.set(reception.key, shortDigest(`${fingerprintOf(reception)} ${JSON.stringify(shown)}`));
  }
  return marks;
}

/** A phone beside others comes with the patient's next change: one that a manager has deleted must not return every day. */
function missingInContact(contact: PortalContact, { patient }: Reception, context: CompareContext): PortalFields {
  const { PHONE, ...missing } = missingFields(contact, patient, context);
  return PHONE === undefined || contact.phones.length > 0 ? missing : { ...missing, PHONE };
}

/**
 * What deal and contact show where they should show the reception; `undefined`: all is as it should be, or nobody's to
 * change. What a patient is given has no time of change at all.
 */
function shownInstead(
  reception: Reception,
  deal: PortalDeal,
  contact: PortalContact | undefined,
  context: CompareContext,
): unknown {
  if (!context.config.sync.updateExisting || isClosedByManager(deal, context)) return undefined;
  const next = nextStage(deal, reception.status, "follow", context);
  if (next.kind === "refuse") return undefined;
  const names = Object.keys(changedFields(deal, reception, false, context));
  const missing = contact !== undefined && isThisPatient(contact, reception.patient)
    ? missingInContact(contact, reception, context)
    : {};
  // Which contact the deal has is looked at only where there is none: a manager's choice stays until the clinic changes.
  const isDealRight = names.length === 0 && next.kind === "stay" && deal.contactId !== undefined;
  if (isDealRight && Object.keys(missing).length === 0) return undefined;
  const shown = [deal.id, deal.stage, deal.contactId, ...names.map((name) => deal.fields[name] ?? null)];
  return Object.keys(missing).length === 0 ? shown : [...shown, missing, contact];
}
