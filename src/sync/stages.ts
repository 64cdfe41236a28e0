/**
 * The stages of the configured pipeline, and the one rule by which a deal's stage follows the clinic.
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

/** What is known of an existing deal when its stage is decided. */
export interface StageSituation {
  readonly stage: string;
  /** Whether the portal itself counts the deal as closed: it may have been moved to a pipeline that we do not know. */
  readonly closed: boolean;
  readonly status: Status;
  /** The status that was last written to the deal; `undefined`: nothing remembers it. */
  readonly remembered: string | undefined;
}

/**
 * Whether a manager closed the deal: it stands on a final stage that is not the stage of the status we last wrote.
 * Where nothing remembers the status, the stage always follows the clinic and nobody's closing is told apart.
 */
export function closedByManager({ stage, closed, remembered }: StageSituation, stages: Stages): boolean {
  if ((!closed && !stages.final.has(stage)) || remembered === undefined) return false;
  const ours = STATUSES.find((status) => status === remembered);
  if (ours === undefined) return true;
  const target = stages.ofStatus[ours];
  return !("id" in target) || target.id !== stage;
}

/**
 * Whether the clinic has a say in the deal's stage now: it is not protected, and the status has changed to one that has
 * another stage. Where both statuses share a stage, a manager's own move stands.
 */
export function stageFollows({ stage, status, remembered }: StageSituation, stages: Stages): boolean {
  if (stages.protected.has(stage) || remembered === status) return false;
  const last = STATUSES.find((each) => each === remembered);
  if (last === undefined) return true;
  const [before, now] = [stages.ofStatus[last], stages.ofStatus[status]];
  return !("id" in before && "id" in now && before.id === now.id);
}
