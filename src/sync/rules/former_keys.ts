/**
 * Keys that the original program left behind. It did not follow a deal that was closed: it made another one for the same
 * reception with a key of its own, `F1_123_2`, `F1_123_3`, … or `F1_123_t` and digits. The deal that should be followed gets
 * the plain key of the reception.
 */
import { isReceptionKey, type ReceptionKey } from "../../reception/reception.ts";
import type { PortalDeal } from "../ports.ts";
import { isCopyAmong, rankAmong } from "./deal.ts";
import { isOpen, type StageContext } from "./stage.ts";

/** A deal that gets the key of its reception. */
export interface Renaming {
  readonly id: number;
  readonly from: string;
  readonly to: ReceptionKey;
}

/** A reception with two deals of which neither is history: a person has to look at them. */
export interface Twins {
  readonly key: ReceptionKey;
  /** The deal that goes on with the reception. */
  readonly followed: number;
  readonly others: readonly number[];
}

export interface FormerKeys {
  readonly renamings: readonly Renaming[];
  /** Deals that keep the plain key and stay closed beside one that was renamed. */
  readonly closed: readonly Twins[];
  readonly open: readonly Twins[];
  readonly won: readonly Twins[];
}

/** The plain key in a key of the original program; `undefined`: the key is none of those. */
export function plainKeyIn(key: string): ReceptionKey | undefined {
  const plain = /^(F\d+_\d+)_(?:\d+|t\d+)$/.exec(key)?.[1];
  return plain !== undefined && isReceptionKey(plain) ? plain : undefined;
}

/**
 * Pairs the deals that have a former key with each other and with those of the plain key.
 *
 * Of each reception's deals the one is followed that the rule for several deals of one key would follow, a plain key before
 * a former one where both are alike. Where that has a former key, it is renamed; no other deal is touched.
 *
 * @param deals all deals with any key
 */
export function pairFormerKeys(deals: readonly PortalDeal[], context: StageContext): FormerKeys {
  const groups = Map.groupBy(deals, ({ key }) => plainKeyIn(key) ?? key);
  const found = { renamings: [] as Renaming[], closed: [] as Twins[], open: [] as Twins[], won: [] as Twins[] };
  const isWon = ({ stage }: PortalDeal) =>
    context.facts.stages.some(({ id, semantics }) => id === stage && semantics === "success");
  for (const [key, all] of groups) {
    if (!isReceptionKey(key) || all.every((deal) => deal.key === key)) continue;
    const [followed, ...others] = all
      .map((deal) => ({ deal, rank: rankAmong(deal, all, context), former: Number(deal.key !== key) }))
      .sort((a, b) => a.rank - b.rank || a.former - b.former || a.deal.id - b.deal.id).map(({ deal }) => deal);
    if (followed.key !== key) found.renamings.push({ id: followed.id, from: followed.key, to: key });
    const put = (list: Twins[], some: readonly PortalDeal[]) => {
      if (some.length > 0) list.push({ key, followed: followed.id, others: some.map(({ id }) => id) });
    };
    put(found.open, others.filter((deal) => isOpen(deal, context.stages) && !isCopyAmong(deal, all, context)));
    put(found.won, isWon(followed) ? others.filter(isWon) : []);
    if (followed.key !== key) {
      const isHistory = (deal: PortalDeal) => !isOpen(deal, context.stages) && !(isWon(deal) && isWon(followed));
      put(found.closed, others.filter((deal) => deal.key === key && isHistory(deal)));
    }
  }
  return found;
}
