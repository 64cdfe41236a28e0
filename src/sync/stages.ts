/**
 * The stages of the configuration, found among those of the portal's pipeline.
 */
import type { StageConfig } from "../config/config.ts";
import { foldLabel } from "../reception/label.ts";
import { type Status, STATUSES } from "../reception/status.ts";
import type { PortalStage } from "./ports.ts";

/** The stage configuration, resolved against the portal's own list. */
export interface Stages {
  /** The stage of a status, or the configured word that names no stage of the pipeline. */
  readonly ofStatus: Readonly<Record<Status, { readonly id: string } | { readonly missing: string }>>;
  /** Stages on which a deal counts as closed: the configured ones and those that the portal itself counts so. */
  readonly final: ReadonlySet<string>;
  readonly protected: ReadonlySet<string>;
}

/** A name that two stages of the pipeline share, so that it tells neither. */
export interface AmbiguousStage {
  readonly name: string;
  readonly ids: readonly string[];
}

/**
 * A configured stage → the id of a stage of the pipeline: an id as it is, an id of the general pipeline without this
 * pipeline's prefix (`NEW` for `C1:NEW`), or the name that the portal shows.
 */
function resolve(word: string, pipeline: number, stages: readonly PortalStage[]): string | AmbiguousStage | undefined {
  const byId = stages.find(({ id }) => id === word || id === `C${pipeline}:${word}`);
  if (byId !== undefined) return byId.id;
  const byName = stages.filter(({ name }) => foldLabel(name) === foldLabel(word));
  if (byName.length > 1) return { name: word, ids: byName.map(({ id }) => id) };
  return byName[0]?.id;
}

/** A word of `[deal_stages] protected` or `final` that names no stage of the pipeline. */
export interface UnknownStage {
  readonly list: "protected" | "final";
  readonly word: string;
}

/** Whether a word is a stage's id rather than its name: a stage of an id that is not there protects nothing. */
export const isStageId = (word: string): boolean => /^(C\d+:)?[A-Z0-9_]+$/.test(word);

export interface ResolvedStages {
  readonly stages: Stages;
  /** Names that fit two stages, each once. */
  readonly ambiguous: readonly AmbiguousStage[];
  readonly unknown: readonly UnknownStage[];
}

/** Resolves the whole configuration against the pipeline's stages. */
export function resolveStages(config: StageConfig, pipeline: number, stages: readonly PortalStage[]): ResolvedStages {
  const ambiguous = new Map<string, AmbiguousStage>();
  const find = (word: string): string | undefined => {
    const found = resolve(word, pipeline, stages);
    if (typeof found !== "object") return found;
    ambiguous.set(found.name, found);
    return undefined;
  };
  const unknown: UnknownStage[] = [];
  const listed = (list: UnknownStage["list"]): string[] =>
    config[list].flatMap((word) => {
      const id = find(word);
      if (id === undefined && !ambiguous.has(word)) unknown.push({ list, word });
      return id ?? [];
    });
  const closed = stages.filter(({ semantics }) => semantics !== "process").map(({ id }) => id);
  const ofStatus = Object.fromEntries(STATUSES.map((status) => {
    const word = config.byStatus[status];
    const id = find(word);
    return [status, id === undefined ? { missing: word } : { id }];
  })) as Stages["ofStatus"];
  return {
    stages: {
      ofStatus,
      final: new Set([...listed("final"), ...closed]),
      protected: new Set(listed("protected")),
    },
    ambiguous: [...ambiguous.values()],
    unknown,
  };
}
