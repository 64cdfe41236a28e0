/**
 * Pipelines and stages: what belongs where, and what the portal makes of a stage that does not.
 */
import type { Pipeline, Semantics, Settings, Stage } from "./settings.ts";

/** A pipeline by its number (CATEGORY_ID). */
export function pipelineOf(settings: Settings, category: number): Pipeline | undefined {
  return settings.pipelines.find(({ id }) => id === category);
}

function bySort(stages: readonly Stage[]): readonly Stage[] {
  return stages.toSorted((a, b) => a.sort - b.sort);
}

/** The stages of a deal's pipeline, in their order; none where the pipeline is unknown. */
export function stagesOf(settings: Settings, category: number): readonly Stage[] {
  return bySort(pipelineOf(settings, category)?.stages ?? []);
}

/** The stage a deal gets on `add` or when it changes its pipeline: the wished one, else the first of equal semantics. */
export function stageForPipeline(settings: Settings, category: number, wished: string | undefined): string {
  const stages = stagesOf(settings, category);
  if (stages.some(({ id }) => id === wished)) return wished!;
  const semantics = settings.pipelines.flatMap((pipeline) => pipeline.stages).find(({ id }) => id === wished)
    ?.semantics;
  return (stages.find((stage) => stage.semantics === (semantics ?? "P")) ?? stages[0])?.id ?? "NEW";
}

/** Semantics of a deal's stage; an unknown stage counts as in progress. */
export function dealSemantics(settings: Settings, category: number, stage: string): Semantics {
  return stagesOf(settings, category).find(({ id }) => id === stage)?.semantics ?? "P";
}

/** Semantics of a lead's status; an unknown one counts as in progress. */
export function leadSemantics(settings: Settings, status: string): Semantics {
  return settings.leadStatuses.find(({ id }) => id === status)?.semantics ?? "P";
}

/** The status of a new lead whose own is missing or unknown. */
export function firstLeadStatus(settings: Settings): string {
  return bySort(settings.leadStatuses)[0]?.id ?? "NEW";
}
