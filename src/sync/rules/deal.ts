/**
 * What becomes of a reception's deal: which one it is, and whether it is made, changed, or a manager's is bound to it.
 */
import type { Config } from "../../config/config.ts";
import { dayOf } from "../../reception/clinic_time.ts";
import { isReceptionKey, type Reception } from "../../reception/reception.ts";
import type { PortalContact, PortalDeal } from "../ports.ts";
import { boundFields, changedFields, newDealFields, settledMark } from "./deal_fields.ts";
import { contactMoves, type PatientsOf } from "./deal_contact.ts";
import type { RuleContext } from "./decision.ts";
import { isOpen, isStageOfStatus, nextStage, rememberedStatus, type StageContext } from "./stage.ts";
import { idOfTarget, type Step, type Target } from "./step.ts";

export type DealContext = StageContext & { readonly config: Pick<Config, "sync" | "portal"> };

/** The deals with the key of one reception. */
export interface OwnDeals {
  /** The one that goes on with the reception; `undefined`: the portal has none. */
  readonly followed: PortalDeal | undefined;
  readonly doubles: readonly PortalDeal[];
}

/** A deal among others of the same key. */
interface Among {
  readonly deal: PortalDeal;
  readonly all: readonly PortalDeal[];
  readonly context: StageContext;
}

/** Whether we closed the deal: it stands on the final stage of the status that it remembers. */
const closedByUs = (deal: PortalDeal, context: StageContext): boolean =>
  !isOpen(deal, context.stages) && isStageOfStatus(deal.stage, rememberedStatus(deal, context) ?? "", context.stages);

/** Whether this program has been following the deal: it made it, or marked it. */
const wasFollowed = ({ ours, originId }: PortalDeal): boolean => ours || isReceptionKey(originId);

/**
 * Whether a deal is a manager's copy of one that we closed. Of two of which this program followed one, the other is the copy;
 * of two that it followed (the portal copied the mark), the younger; else the one that repeats the other's final status.
 */
function isCopyOf(deal: PortalDeal, other: PortalDeal, context: StageContext): boolean {
  if (wasFollowed(deal) !== wasFollowed(other)) return wasFollowed(other);
  if (wasFollowed(deal) && other.id < deal.id) return true;
  return rememberedStatus(other, context) === rememberedStatus(deal, context);
}

/** Whether a manager copied a deal that we closed. */
export const isCopyAmong = (deal: PortalDeal, all: readonly PortalDeal[], context: StageContext): boolean =>
  all.some((other) => other !== deal && closedByUs(other, context) && isCopyOf(deal, other, context));

const isLive = ({ deal, all, context }: Among): boolean =>
  isOpen(deal, context.stages) && !isCopyAmong(deal, all, context);

/**
 * Of several deals with one key the first of these is followed, of several alike the oldest.
 *
 * The original program did not follow a deal that was closed: it made another one with the same key, and that is the live
 * one. A copy that a manager made of a won deal is none: a corrected bill would be paid twice. For the same reason a won
 * deal goes before a lost one once both are closed. A deal that was moved to another pipeline could get no stage of ours.
 */
const FOLLOWED_FIRST: readonly ((among: Among) => boolean)[] = [
  (among) => isLive(among) && among.deal.pipeline === among.context.config.pipeline,
  isLive,
  ({ deal, all, context }) => closedByUs(deal, context) && !isCopyAmong(deal, all, context) && wasFollowed(deal),
  ({ deal, context }) => closedByUs(deal, context) && rememberedStatus(deal, context) !== "Отменен",
  ({ deal, context }) => closedByUs(deal, context) || rememberedStatus(deal, context) === undefined,
  ({ deal, context }) => context.stages.protected.has(deal.stage),
  () => true,
];

/** Which row of `FOLLOWED_FIRST` a deal has among all deals of its reception. */
export const rankAmong = (deal: PortalDeal, all: readonly PortalDeal[], context: StageContext): number =>
  FOLLOWED_FIRST.findIndex((holds) => holds({ deal, all, context }));

/** The deals of a reception, from those with any of its keys. */
export function ownDeals(all: readonly PortalDeal[], context: StageContext): OwnDeals {
  const [followed, ...doubles] = all.map((deal) => ({ deal, rank: rankAmong(deal, all, context) }))
    .sort((a, b) => a.rank - b.rank || a.deal.id - b.deal.id).map(({ deal }) => deal);
  return { followed, doubles };
}

/** A new deal on a stage of the pipeline. */
export const addDeal = (reception: Reception, stage: string, contact: Target, context: DealContext): Step => ({
  kind: "add-deal",
  reception: reception.key,
  contact,
  fields: newDealFields(reception, stage, context),
});

/** The one update that brings a reception's deal up to date, or why it cannot be; `undefined`: nothing differs. */
export function changeDeal(
  deal: PortalDeal,
  reception: Reception,
  contact: Target,
  patientsOf: PatientsOf,
  context: DealContext,
): Step & { readonly kind: "update-deal" } | { readonly kind: "refuse"; readonly reason: string } | undefined {
  const moves = contactMoves(deal, contact, reception, patientsOf, context);
  const next = nextStage(deal, reception.status, "follow", context);
  if (next.kind === "refuse") return next;
  const fields = {
    ...changedFields(deal, reception, moves && deal.contactId !== undefined, context),
    ...(next.kind === "move" ? { STAGE_ID: next.stage } : {}),
  };
  if (Object.keys(fields).length === 0 && !moves) return undefined;
  const isSettled = moves || deal.contactId === idOfTarget(contact);
  return {
    kind: "update-deal",
    reception: reception.key,
    id: deal.id,
    contact: moves ? contact : undefined,
    stageBefore: deal.stage,
    fields: isSettled ? { ...fields, ...settledMark(deal, reception) } : fields,
  };
}

/** Makes a manager's deal the reception's: key and fields in one update. */
export function bindDeal(deal: PortalDeal, reception: Reception, contact: Target, context: DealContext): Step {
  const next = nextStage(deal, reception.status, "bind", context);
  return {
    kind: "bind-deal",
    reception: reception.key,
    id: deal.id,
    contact,
    stageBefore: deal.stage,
    fields: {
      ...boundFields(deal, reception, context),
      ...(next.kind === "move" ? { STAGE_ID: next.stage } : {}),
    },
  };
}

/**
 * The deal that a reception binds: the newest open one of the contact in the pipeline that is nobody's yet and not about
 * something later. A reception that is cancelled when first seen binds nothing.
 */
export function dealToBind(
  reception: Reception,
  contact: PortalContact | undefined,
  deals: readonly PortalDeal[],
  isTaken: (deal: PortalDeal) => boolean,
  { config, stages }: RuleContext,
): PortalDeal | undefined {
  if (contact === undefined || reception.status === "Отменен" || !config.sync.updateExisting) return undefined;
  return deals.filter((deal) =>
    deal.contactId === contact.id && deal.key === "" && isOpen(deal, stages) && deal.pipeline === config.pipeline &&
    !isTaken(deal) && !isAfterVisit(deal, reception, config.sync.timeZone)
  ).sort((a, b) => b.id - a.id)[0];
}

/** Whether a reception that has no deal gets one: not without a time, as the rows of old or discarded appointments are. */
export const mayHaveDeal = ({ start }: Reception): boolean => start !== undefined;

/** Whether a deal or lead was made on a later day than a visit that is over: it is about something else. */
export function isAfterVisit(
  { createdAt }: { readonly createdAt: number },
  { status, start }: Reception,
  timeZone: string,
): boolean {
  const isOver = status === "Завершен" || status === "Завершен (счет выдан)";
  return isOver && start !== undefined && dayOf(createdAt, timeZone) > start.slice(0, 10);
}
