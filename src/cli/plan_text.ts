/**
 * A plan as a person reads it: counts, then a line for each change.
 */
import type { WallClock } from "../reception/reception.ts";
import { type Decision, stepsOf } from "../sync/rules/decision.ts";
import type { PortalFields } from "../sync/ports.ts";
import type { Step, Target } from "../sync/rules/step.ts";
import type { Renaming } from "../sync/rules/former_keys.ts";
import type { DealClosing } from "../sync/comparison/deleted.ts";
import type { FieldWords, RecordKind } from "./field_words.ts";

/** All that a cycle would do. */
export interface Plan {
  readonly decisions: readonly Decision[];
  /** Deals of receptions that were deleted in the clinic. */
  readonly closings: readonly DealClosing[];
  /** Deals that get the key of their reception in place of one of the original program. */
  readonly renamings: readonly Renaming[];
}

/** The whole plan. `showPersonal`: with the values, names and phones among them; else with what the fields mean only. */
export function planText({ decisions, closings, renamings }: Plan, words: FieldWords, showPersonal: boolean): string {
  const steps = allSteps(decisions);
  const starts = new Map(decisions.map(({ reception }) => [reception.key, reception.start]));
  const lines = new Lines(starts, words, showPersonal);
  const count = (test: (step: Step) => boolean) => steps.filter(test).length;
  const refused = decisions.filter((decision) => decision.kind === "refuse");
  const unchanged = decisions.filter((decision) => decision.kind === "carry" && decision.steps.length === 0);
  const rows: readonly (readonly [string, number])[] = [
    ["Записей к переносу", decisions.filter(({ kind }) => kind !== "skip").length],
    ["Контактов создать", count(({ kind }) => kind === "add-contact")],
    ["Контактов изменить", count(({ kind }) => kind === "give-contact" || kind === "update-contact")],
    ["Сделок создать", count(({ kind }) => kind === "add-deal")],
    ["Сделок привязать", count(({ kind }) => kind === "bind-deal")],
    ["Сделок изменить", count(({ kind }) => kind === "update-deal")],
    ["Сделок закрыть", closings.length],
    ...(renamings.length > 0 ? [["Номеров исправить", renamings.length] as const] : []),
    ["Лидов качественных", count(({ kind }) => kind === "close-lead")],
    ["Без изменений", unchanged.length],
    ["Закрыты менеджером", decisions.filter(({ kind }) => kind === "leave").length],
    ["Нельзя перенести", refused.length],
  ];
  return [
    "Пробный запуск: ни в IDENT, ни в Битрикс24 ничего не изменено.",
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(22)}${value}`),
    ...renamings.map(({ id, from, to }) => `~ сделка ${id}: номер ${from} станет ${to}`),
    ...steps.map((step) => lines.step(step)),
    ...closings.map(({ id, key, stage }) =>
      `× сделка ${id} (${key}): записи в IDENT больше нет, стадия ${words.stage(stage)}`
    ),
    ...refused.map(({ reception: { key, start }, reason }) =>
      `! запись ${key} (приём ${words.visit(start)}): ${reason}`
    ),
  ].join("\n");
}

/** What was written to a deal, for the log: who moved it, and why. `start`: of the visit. */
export function writtenText(
  step: Step,
  id: number | undefined,
  start: WallClock | undefined,
  words: FieldWords,
): string {
  if (step.kind === "add-deal") {
    const visit = start === undefined ? "" : `, приём ${words.visit(start)}`;
    return `Сделка ${id} записи ${step.reception} создана${visit}, стадия ${words.stage(step.fields.STAGE_ID)}.`;
  }
  return `Записано: ${new Lines(new Map(), words, false).step(step)}`;
}

/** All steps, each once: receptions of one patient share those of the contact. */
function allSteps(decisions: readonly Decision[]): Step[] {
  return [...new Set(decisions.flatMap(stepsOf))];
}

class Lines {
  readonly #starts: ReadonlyMap<string, WallClock | undefined>;
  readonly #words: FieldWords;
  readonly #showPersonal: boolean;

  /** `starts`: of the receptions' visits, by key. */
  constructor(starts: ReadonlyMap<string, WallClock | undefined>, words: FieldWords, showPersonal: boolean) {
    this.#starts = starts;
    this.#words = words;
    this.#showPersonal = showPersonal;
  }

  step(step: Step): string {
    switch (step.kind) {
      case "add-contact":
        return `+ контакт ${step.patient}${this.#showPersonal ? `: ${this.#fields("contact", step.fields)}` : ""}`;
      case "give-contact":
      case "update-contact":
        return `~ контакт ${step.id} (${step.patient}): ${this.#fields("contact", step.fields)}`;
      case "add-deal": {
        const start = this.#words.visit(this.#starts.get(step.reception));
        const { STAGE_ID, ...others } = step.fields;
        const line = `+ сделка ${step.reception}: приём ${start}, стадия ${this.#words.stage(STAGE_ID)}`;
        return this.#showPersonal ? `${line}; ${this.#fields("deal", others)}` : line;
      }
      case "bind-deal":
        return `= сделка ${step.id} станет сделкой записи ${step.reception}: ${this.#dealFields(step)}`;
      case "update-deal": {
        const fields = [this.#dealFields(step), ...this.#contact(step.contact)].filter((part) => part !== "");
        return `~ сделка ${step.id} (${step.reception}): ${fields.join(this.#separator)}`;
      }
      case "link-lead":
        return `~ ${step.record === "deal" ? "сделка" : "контакт"} ${
          nameOf(step.target)
        }: связь с лидом ${step.leadId}`;
      case "close-lead":
        return `× лид ${step.leadId} станет качественным`;
    }
  }

  get #separator(): string {
    return this.#showPersonal ? "; " : ", ";
  }

  /** What the fields mean, or with their values; a stage with its name in either case. */
  #fields(record: RecordKind, fields: PortalFields): string {
    const parts = Object.entries(fields).flatMap(([code, value]) => {
      const meaning = this.#words.meaning(record, code);
      if (meaning === undefined) return [];
      const isShown = this.#showPersonal || code === "STAGE_ID";
      return [isShown ? `${meaning} ${this.#words.value(record, code, value)}` : meaning];
    });
    return [...new Set(parts)].join(this.#separator);
  }

  /** The fields of an existing deal, with the stage that it leaves. */
  #dealFields({ fields, stageBefore }: Step & { readonly kind: "bind-deal" | "update-deal" }): string {
    const { STAGE_ID, ...others } = fields;
    const moved = STAGE_ID === undefined
      ? []
      : [`стадия ${this.#words.stage(stageBefore)} → ${this.#words.stage(STAGE_ID)}`];
    return [this.#fields("deal", others), ...moved].filter((part) => part !== "").join(this.#separator);
  }

  /** The contact that a deal changes to. */
  #contact(target: Target | undefined): string[] {
    if (target === undefined) return [];
    return [this.#showPersonal ? `контакт ${nameOf(target)}` : "контакт"];
  }
}

/** A record by its number on the portal, or by its key where it is yet to be made. */
function nameOf(target: Target): string {
  if (typeof target === "number") return String(target);
  switch (target.kind) {
    case "add-contact":
      return target.patient;
    case "add-deal":
      return target.reception;
    case "give-contact":
    case "update-contact":
    case "bind-deal":
    case "update-deal":
      return String(target.id);
    case "link-lead":
    case "close-lead":
      return "";
  }
}
