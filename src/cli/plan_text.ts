/**
 * A plan as a person reads it: counts, then a line for each change.
 */
import type { Decision } from "../sync/plan.ts";
import type { PortalFields } from "../sync/ports.ts";
import type { Step, Target } from "../sync/step.ts";
import type { DealClosing } from "../sync/deleted.ts";
import { type FieldWords, momentText, type RecordKind } from "./field_words.ts";

/** All that a cycle would do. */
export interface Plan {
  readonly decisions: readonly Decision[];
  /** Deals of receptions that were deleted in the clinic. */
  readonly closings: readonly DealClosing[];
}

/** The whole plan. `showPersonal`: with the values, names and phones among them; else with what the fields mean only. */
export function planText({ decisions, closings }: Plan, words: FieldWords, showPersonal: boolean): string {
  const steps = stepsOf(decisions);
  const lines = new Lines(decisions, words, showPersonal);
  const count = (test: (step: Step) => boolean) => steps.filter(test).length;
  const refused = decisions.filter((decision) => decision.refused !== undefined);
  const unchanged = decisions.filter(({ steps, refused, untouched }) =>
    steps.length === 0 && refused === undefined && !untouched
  );
  const rows: readonly (readonly [string, number])[] = [
    ["Записей к переносу", decisions.length],
    ["Контактов создать", count(({ kind }) => kind === "add-contact")],
    ["Контактов изменить", count(({ kind }) => kind === "update-contact")],
    ["Сделок создать", count(({ kind }) => kind === "add-deal")],
    ["Сделок привязать", count((step) => step.kind === "update-deal" && step.binds)],
    ["Сделок изменить", count((step) => step.kind === "update-deal" && !step.binds)],
    ["Сделок закрыть", closings.length],
    ["Лидов качественных", count(({ kind }) => kind === "close-lead")],
    ["Без изменений", unchanged.length],
    ["Закрыты менеджером", decisions.filter(({ untouched }) => untouched).length],
    ["Нельзя перенести", refused.length],
  ];
  return [
    "Пробный запуск: ни в IDENT, ни в Битрикс24 ничего не изменено.",
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(22)}${value}`),
    ...steps.map((step) => lines.step(step)),
    ...closings.map(({ id, key, stage }) =>
      `× сделка ${id} (${key}): записи в IDENT больше нет, стадия ${words.stage(stage)}`
    ),
    ...refused.map(({ reception, refused }) => `! запись ${reception.key}: ${refused}`),
  ].join("\n");
}

/** All steps, each once: receptions of one patient share those of the contact. */
function stepsOf(decisions: readonly Decision[]): Step[] {
  return [...new Set(decisions.flatMap(({ steps }) => steps))];
}

class Lines {
  readonly #starts: ReadonlyMap<string, string>;
  readonly #words: FieldWords;
  readonly #showPersonal: boolean;

  constructor(decisions: readonly Decision[], words: FieldWords, showPersonal: boolean) {
    this.#starts = new Map(decisions.map(({ reception }) => [reception.key, reception.start]));
    this.#words = words;
    this.#showPersonal = showPersonal;
  }

  step(step: Step): string {
    switch (step.kind) {
      case "add-contact":
        return `+ контакт ${step.patient}${this.#showPersonal ? `: ${this.#fields("contact", step.fields)}` : ""}`;
      case "update-contact":
        return `~ контакт ${step.id} (${step.patient}): ${this.#fields("contact", step.fields)}`;
      case "add-deal": {
        const start = momentText(this.#starts.get(step.reception) ?? "");
        const { STAGE_ID, ...others } = step.fields;
        const line = `+ сделка ${step.reception}: приём ${start}, стадия ${this.#words.stage(STAGE_ID)}`;
        return this.#showPersonal ? `${line}; ${this.#fields("deal", others)}` : line;
      }
      case "update-deal": {
        const fields = [this.#fields("deal", step.fields), ...this.#contact(step.contact)].filter((part) => part !== "")
          .join(this.#separator);
        return step.binds
          ? `= сделка ${step.id} станет сделкой записи ${step.reception}: ${fields}`
          : `~ сделка ${step.id} (${step.reception}): ${fields}`;
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
    case "update-contact":
    case "update-deal":
      return String(target.id);
    case "link-lead":
    case "close-lead":
      return "";
  }
}
