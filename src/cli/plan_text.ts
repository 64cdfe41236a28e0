/**
 * A plan as a person reads it: counts, then a line for each change.
 */
import type { Decision } from "../sync/plan.ts";
import type { PortalFields } from "../sync/ports.ts";
import type { Step } from "../sync/step.ts";

/** All steps, each once: receptions of one patient share those of the contact. */
function stepsOf(decisions: readonly Decision[]): Step[] {
  return [...new Set(decisions.flatMap(({ steps }) => steps))];
}

function fieldsText(fields: PortalFields, showPersonal: boolean): string {
  const names = Object.entries(fields).map(([name, value]) => showPersonal ? `${name} = ${valueText(value)}` : name);
  return names.join(showPersonal ? "; " : ", ");
}

const valueText = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : String(JSON.stringify(value));

function stepText(step: Step, showPersonal: boolean): string {
  switch (step.kind) {
    case "add-contact":
      return `+ контакт ${step.patient}: ${fieldsText(step.fields, showPersonal)}`;
    case "update-contact":
      return `~ контакт ${step.id} (${step.patient}): ${fieldsText(step.fields, showPersonal)}`;
    case "add-deal":
      return `+ сделка ${step.reception}, стадия ${step.fields.STAGE_ID}: ${fieldsText(step.fields, showPersonal)}`;
    case "update-deal": {
      const fields = fieldsText(
        { ...step.fields, ...(step.contact === undefined ? {} : { CONTACT_IDS: [] }) },
        showPersonal,
      );
      return step.binds
        ? `= сделка ${step.id} станет сделкой записи ${step.reception}: ${fields}`
        : `~ сделка ${step.id} (${step.reception}): ${fields}`;
    }
    case "link-lead":
      return `~ ${step.record === "deal" ? "сделка" : "контакт"}: связь с лидом ${step.leadId}`;
    case "close-lead":
      return `× лид ${step.leadId} закрывается как успешный`;
  }
}

/** The whole plan. `showPersonal`: with the values, names and phones among them; else with the names of fields only. */
export function planText(decisions: readonly Decision[], showPersonal: boolean): string {
  const steps = stepsOf(decisions);
  const count = (test: (step: Step) => boolean) => steps.filter(test).length;
  const refused = decisions.filter((decision) => decision.refused !== undefined);
  const rows: readonly (readonly [string, number])[] = [
    ["Записей к переносу", decisions.length],
    ["Контактов создать", count(({ kind }) => kind === "add-contact")],
    ["Контактов изменить", count(({ kind }) => kind === "update-contact")],
    ["Сделок создать", count(({ kind }) => kind === "add-deal")],
    ["Сделок привязать", count((step) => step.kind === "update-deal" && step.binds)],
    ["Сделок изменить", count((step) => step.kind === "update-deal" && !step.binds)],
    ["Лидов закрыть", count(({ kind }) => kind === "close-lead")],
    ["Закрыты менеджером", decisions.filter(({ untouched }) => untouched).length],
    ["Нельзя перенести", refused.length],
  ];
  return [
    "Пробный запуск: ни в IDENT, ни в Битрикс24 ничего не изменено.",
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(22)}${value}`),
    ...steps.map((step) => stepText(step, showPersonal)),
    ...refused.map(({ reception, refused }) => `! запись ${reception.key}: ${refused}`),
  ].join("\n");
}
