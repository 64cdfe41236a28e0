/**
 * The stage of a deal: one table says whether it stays, moves, or cannot be what it should be.
 */
import type { Config } from "../../config/config.ts";
import { type Status, STATUSES, statusNamed } from "../../reception/status.ts";
import type { PortalDeal, PortalFacts } from "../ports.ts";
import type { Stages } from "../stages.ts";
import { statusesMissingIn } from "../fields/fit.ts";
import { textOf } from "../fields/same.ts";
import { statusFieldsOf } from "../fields/wanted.ts";

export interface StageContext {
  readonly config: Pick<Config, "dealFields" | "pipeline">;
  readonly facts: PortalFacts;
  readonly stages: Stages;
}

/** Whether the deal is its reception's already, or a manager's own that is being bound to it. */
export type How = "follow" | "bind";

export type NextStage =
  | { readonly kind: "stay" }
  | { readonly kind: "move"; readonly stage: string }
  /** `reason`: in Russian. */
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * The status that was last written to the deal, as its status field shows it: the memory by which a manager's move is told
 * from ours. `""`: none was written yet; `undefined`: the portal has no field that could remember it.
 */
export function rememberedStatus({ fields }: PortalDeal, { config, facts }: StageContext): string | undefined {
  const present = statusFieldsOf(config.dealFields).filter((name) => facts.dealFields[name] !== undefined);
  const holdsEvery = (name: string) => statusesMissingIn(facts.dealFields[name]).length === 0;
  const memories = [...present.filter(holdsEvery), ...present.slice(0, 1)];
  const texts = memories.map((name) => textOf(fields[name], facts.dealFields[name]));
  // The original program filled one of the fields only.
  const text = texts.find((each) => each !== "") ?? texts[0];
  return text === undefined ? undefined : statusNamed(text) ?? text;
}

/** The stage of a status, checked against the pipeline: the portal ignores a foreign stage without a word. */
export function stageOf(status: Status, stages: Stages): Exclude<NextStage, { kind: "stay" }> {
  const stage = stages.ofStatus[status];
  if ("id" in stage) return { kind: "move", stage: stage.id };
  return { kind: "refuse", reason: `стадии «${stage.missing}» (статус «${status}») нет в воронке сделок Битрикс24` };
}

interface Situation {
  readonly deal: PortalDeal;
  readonly status: Status;
  readonly how: How;
  readonly remembered: string | undefined;
  readonly context: StageContext;
}

export interface StageRule {
  /** The rule as README.ru.md has it. */
  readonly when: string;
  readonly then: string;
  readonly holds: (situation: Situation) => boolean;
  readonly next: (situation: Situation) => NextStage;
}

const STAY: NextStage = { kind: "stay" };

const moveTo = ({ deal, status, context }: Situation): NextStage => {
  const next = stageOf(status, context.stages);
  return next.kind === "move" && next.stage === deal.stage ? STAY : next;
};

/** Whether the status and the one last written stand for one stage of the pipeline. */
function sharesStage({ status, remembered, context: { stages } }: Situation): boolean {
  if (remembered === status) return true;
  const last = STATUSES.find((each) => each === remembered);
  if (last === undefined) return false;
  const [before, now] = [stages.ofStatus[last], stages.ofStatus[status]];
  return "id" in before && "id" in now && before.id === now.id;
}

function liesFurther({ deal, status, context: { facts, stages } }: Situation): boolean {
  const placeOf = (id: string) => facts.stages.findIndex((each) => each.id === id);
  const stage = stages.ofStatus[status];
  return "id" in stage && placeOf(stage.id) > placeOf(deal.stage);
}

/** First that holds. A deal that a manager closed never comes here: it is left as a whole (`isClosedByManager`). */
export const STAGE_RULES: readonly StageRule[] = [
  {
    when: "Стадия сделки — защищённая (`protected`), даже если портал считает её закрытой",
    then: "остаётся; остальные поля обновляются",
    holds: ({ deal, context }) => context.stages.protected.has(deal.stage),
    next: () => STAY,
  },
  {
    when: "Статус в IDENT тот же, что в прошлый раз, или у него та же стадия",
    then: "остаётся там, куда её поставил менеджер",
    holds: (situation) => situation.how !== "bind" && sharesStage(situation),
    next: () => STAY,
  },
  {
    when: "Стадии этого статуса в воронке нет",
    then: "запись не переносится и ждёт в очереди с этой причиной",
    holds: ({ status, context }) => stageOf(status, context.stages).kind === "refuse",
    next: ({ status, context }) => stageOf(status, context.stages),
  },
  {
    when: "Сделку перенесли в другую воронку",
    then: "запись ждёт в очереди с этой причиной: нужной стадии там нет",
    holds: ({ deal, context }) => deal.pipeline !== context.config.pipeline,
    next: ({ deal, status }) => ({
      kind: "refuse",
      reason: `сделка ${deal.id} перенесена в другую воронку, стадии статуса «${status}» там нет`,
    }),
  },
  {
    when: "Сделку менеджера только что привязали к записи, или её завела не программа и статуса в ней ещё не было",
    then: "только вперёд по воронке, назад — никогда",
    holds: ({ deal, how, remembered }) => how === "bind" || (remembered === "" && !deal.ours),
    next: (situation) => liesFurther(situation) ? moveTo(situation) : STAY,
  },
  {
    when: "В остальных случаях",
    then: "переходит на стадию статуса из IDENT",
    holds: () => true,
    next: moveTo,
  },
];

/** What becomes of an existing deal's stage when its reception has this status. Pure; the table is `STAGE_RULES`. */
export function nextStage(deal: PortalDeal, status: Status, how: How, context: StageContext): NextStage {
  const situation = { deal, status, how, remembered: rememberedStatus(deal, context), context };
  return STAGE_RULES.find(({ holds }) => holds(situation))!.next(situation);
}

/** Whether neither the portal nor the configuration counts the deal as closed. */
export const isOpen = (deal: PortalDeal, { final }: Stages): boolean => !deal.closed && !final.has(deal.stage);

/**
 * Whether a manager closed the deal: it stands on a final stage that is neither protected nor the stage of the status we
 * last wrote. Where nothing remembers the status, nobody's closing can be told apart and the stage follows the clinic.
 */
export function isClosedByManager(deal: PortalDeal, context: StageContext): boolean {
  const { stages } = context;
  if (isOpen(deal, stages) || stages.protected.has(deal.stage)) return false;
  const remembered = rememberedStatus(deal, context);
  return remembered !== undefined && !isStageOfStatus(deal.stage, remembered, stages);
}

/** Whether a status, as the deal remembers it, belongs on this stage. */
export function isStageOfStatus(stage: string, remembered: string, { ofStatus }: Stages): boolean {
  const status = STATUSES.find((each) => each === remembered);
  const own = status === undefined ? undefined : ofStatus[status];
  return own !== undefined && "id" in own && own.id === stage;
}
