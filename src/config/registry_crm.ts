/**
 * The registry, second part: what is written to the portal, and where.
 */
import { emptiable, section, withDefault } from "./key.ts";
import { codes, fieldCode, idOrZero, list, text } from "./kind.ts";
import { stageMapping } from "./stages.ts";

/** A field of a deal or contact. Emptied, it is not written. */
function field(code: string, about: string) {
  return emptiable<string>(fieldCode, code, undefined, [about]);
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

export const deal_fields = section([
  "Сделки: коды полей портала, например UF_CRM_1769008900. Если значение пустое, поле не заполняется.",
], {
  ident_id: withDefault(fieldCode, "UF_CRM_1769072841035", [
    "Номер записи (например, F1_12345): по нему программа узнаёт свою сделку. Это поле нужно всегда.",
  ]),
  start_time: field("UF_CRM_1769008900", "Дата и время начала приёма."),
  end_time: field("UF_CRM_1769008947", "Дата и время окончания приёма."),
  doctor_name: field("UF_CRM_1769008996", "Врач."),
  services: field("UF_CRM_1769009098", "Услуги через запятую."),
  status: field("UF_CRM_1769009157", "Статус приёма в IDENT. По нему видно, когда статус изменился."),
  card_number: field("UF_CRM_1769083581481", "Номер карты пациента."),
  parent_name: field("UF_CRM_1769087458477", "Родитель или представитель пациента."),
  comment: field("UF_CRM_1769494714842", "Комментарий к записи."),
  filial: field("UF_CRM_FILIAL", "Филиал."),
  armchair: field("UF_CRM_ARMCHAIR", "Кресло."),
  status_text: field("UF_CRM_STATUS", "Статус приёма, второе поле: для порталов, где он хранится здесь."),
  legacy_card_number: field("UF_CRM_CARD_NUMBER", "Номер карты, второе поле: для порталов, где он хранится здесь."),
  order_date: field("UF_CRM_ORDER_DATE", "Дата счёта."),
  doctor_speciality: field("UF_CRM_DOCTOR_SPECIALITY", "Специальность врача."),
}, { unused: ["registrar_id", "treatment_plan", "treatment_plan_hash"] });

export const contact_fields = section([
  "Контакты: коды полей портала. Если значение пустое, поле не заполняется.",
], {
  card_number: field("UF_CRM_1769083788971", "Номер карты пациента."),
  parent_name: field("UF_CRM_1769087537061", "Родитель или представитель пациента."),
});

export const lead_statuses = section(["Лиды."], {
  closed: emptiable(codes, "CONVERTED,JUNK", "только те, что закрыты по правилам самого портала", [
    "Статусы лидов, которые считаются закрытыми, кроме тех, что закрыты по правилам самого портала.",
    "Закрытые лиды программа не трогает.",
  ]),
});
