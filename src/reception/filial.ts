/**
 * Which branch a reception belongs to, where one database serves several.
 */
import type { Config } from "../config/config.ts";

/** Number of the clinic, and the branches that are carried over (`undefined`: the database is one clinic). */
export interface FilialRule {
  readonly filialId: number;
  readonly enabled: readonly number[] | undefined;
  /** The branch of a reception that has none; `undefined`: `filialId`. */
  readonly fallback: number | undefined;
}

export function filialRuleOf({ sync, filialFilter }: Pick<Config, "sync" | "filialFilter">): FilialRule {
  return { filialId: sync.filialId, enabled: filialFilter.enabled, fallback: filialFilter.fallback };
}

/**
 * The number for the reception's key, by its branch's ID (the bill's branch before the armchair's).
 *
 * @returns `undefined` where the branch is not carried over
 */
export function filialOf(
  branchId: number | undefined,
  { filialId, enabled, fallback }: FilialRule,
): number | undefined {
  if (enabled === undefined) return filialId;
  const filial = branchId ?? fallback ?? filialId;
  return enabled.includes(filial) ? filial : undefined;
}

/** All numbers that keys of this database's receptions may have: others belong to other clinics on the same portal. */
export const ownFilials = ({ filialId, enabled }: FilialRule): number[] => [...new Set([filialId, ...enabled ?? []])];

/** The other numbers that the reception's key may have had: those of the other branches, and the clinic's own. */
export const otherFilials = (filial: number, rule: FilialRule): number[] =>
  ownFilials(rule).filter((other) => other !== filial);
