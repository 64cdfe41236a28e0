/**
 * The registry, second part: what is written to the portal, and where.
 */
import { CONTACT_FIELDS, DEAL_FIELDS, type FieldTable } from "../reception/fields.ts";
import { emptiable, type Key, section, withDefault } from "./key.ts";
import { codes, fieldCode, idOrZero, list, text } from "./kind.ts";
import { stageMapping } from "./stages.ts";

/** The keys of a table of fields. Emptied, a field is not written; the one of the reception's key cannot be emptied. */
function fieldKeys<T extends FieldTable>(table: T) {
  const keys = Object.values(table).map(({ key, code, kind, about }) => [
    key,
    kind === "key" ? withDefault(fieldCode, code, [about]) : emptiable(fieldCode, code, undefined, [about]),
  ]);
  return Object.fromEntries(keys) as {
    readonly [N in keyof T as T[N]["key"]]: Key<T[N]["kind"] extends "key" ? string : string | undefined>;
  };
}

export const pipelines = section(["Воронка сделок."], {
  deal_category_id: withDefault(idOrZero, "0", [
    "ID воронки, в которую попадают сделки. 0 — общая воронка портала.",
  ]),
});

export const deal_defaults = section(["Сделки: стадия по умолчанию."], {
  default_stage_id: withDefault(text, "NEW", ["Стадия для статусов, которые не названы в [deal_stages] mapping."]),
});

export const deal_stages = section(["Сделки: стадии. Стадию можно указать её ID или названием, как на портале."], {
  mapping: withDefault(
    stageMapping,
    "Запланирован:NEW,Пациент пришел:NEW,В процессе:PREPARATION,Завершен:UC_NO40X0," +
      "Завершен (счет выдан):WON,Отменен:LOSE",
    ["Стадия для каждого статуса приёма в IDENT."],
  ),
  final: withDefault(list, "WON,LOSE", [
    "Стадии, на которых сделка считается закрытой. Сделку, которую закрыл менеджер, программа не меняет.",
  ]),
  protected: emptiable(list, "PREPAYMENT_INVOICE,FINAL_INVOICE,EXECUTING,APOLOGY", "таких стадий нет", [
    "Стадии, с которых программа сделку не двигает: остальные поля сделки обновляются, стадия — нет.",
  ]),
});

export const deal_fields = section(
  ["Сделки: коды полей портала, например UF_CRM_1769008900. Если значение пустое, поле не заполняется."],
  fieldKeys(DEAL_FIELDS),
  { unused: ["registrar_id", "treatment_plan", "treatment_plan_hash"] },
);

export const contact_fields = section(
  ["Контакты: коды полей портала. Если значение пустое, поле не заполняется."],
  fieldKeys(CONTACT_FIELDS),
);

export const lead_statuses = section(["Лиды."], {
  closed: emptiable(codes, "CONVERTED,JUNK", "только те, что закрыты по правилам самого портала", [
    "Статусы лидов, которые считаются закрытыми, кроме тех, что закрыты по правилам самого портала.",
    "Закрытые лиды программа не трогает.",
  ]),
});
