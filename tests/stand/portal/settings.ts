/**
 * What a made-up portal is: its pipelines, user fields, limits and habits. Everything may be changed while it runs.
 */

/** The three kinds of records that the stand keeps. */
export type Kind = "deal" | "contact" | "lead";

/** P: in progress, S: success, F: failure. */
export type Semantics = "P" | "S" | "F";

export interface Stage {
  /** With the pipeline's prefix where there is one: `C1:NEW`. */
  id: string;
  name: string;
  sort: number;
  semantics: Semantics;
  /** A failure that the portal shows as "apology". */
  apology?: boolean;
}

export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  stages: Stage[];
}

export interface Choice {
  id: number;
  value: string;
  xmlId?: string;
}

export interface UserField {
  /** `UF_CRM_…` */
  name: string;
  type: "string" | "integer" | "double" | "date" | "datetime" | "enumeration" | "boolean";
  /** The human name. */
  label: string;
  multiple?: boolean;
  mandatory?: boolean;
  /** Digits after the point, of a double (2 where not given). */
  precision?: number;
  /** Of an enumeration. */
  choices?: Choice[];
}

/** One row of a plain directory: sources, types. */
export interface DirectoryRow {
  id: string;
  name: string;
}

export interface Settings {
  /** 1: classic CRM, leads on; 2: simple CRM, leads off. */
  mode: 1 | 2;
  pipelines: Pipeline[];
  leadStatuses: Stage[];
  /** Directories by ENTITY_ID: SOURCE, DEAL_TYPE, CONTACT_TYPE. */
  directories: Record<string, DirectoryRow[]>;
  userFields: Record<Kind, UserField[]>;
  /** Offset in which the portal's server answers all times. */
  offset: string;
  /** Scopes that the webhook was given. */
  scope: string[];
  /** The webhook's owner, as `profile` shows it. */
  profile: { ID: string; ADMIN: boolean; NAME: string; LAST_NAME: string; TIME_ZONE: string };
  /** Strings are trimmed when they are saved. */
  trimStrings: boolean;
  /** "Check required custom fields" of the CRM's settings: REST writes are held to mandatory user fields. */
  checkMandatoryUserFields: boolean;
  /** Waiting before a request is executed. */
  latencyMs: number;
  /** Leaky bucket; `undefined`: no limit. */
  rate: { perSecond: number; bucket: number } | undefined;
  /** Seconds that a call is said to have used, by method; `*` for the rest. */
  operatingSeconds: Record<string, number>;
  /** Seconds a method may use in ten minutes; `undefined`: no limit. */
  operatingLimit: number | undefined;
  /** Requests with a chunked body are answered with 411. */
  refuseChunked: boolean;
  /** What stands before and after the JSON of every answer: byte order marks, notices of PHP. */
  around: string;
}

const CLASSIC_STAGES: Stage[] = [
  { id: "NEW", name: "Новая запись", sort: 10, semantics: "P" },
  { id: "PREPARATION", name: "На приёме", sort: 20, semantics: "P" },
  { id: "PREPAYMENT_INVOICE", name: "Ожидает предоплату", sort: 30, semantics: "P" },
  { id: "EXECUTING", name: "Лечение идёт", sort: 40, semantics: "P" },
  { id: "FINAL_INVOICE", name: "Выставлен счёт", sort: 50, semantics: "P" },
  { id: "UC_NO40X0", name: "Приём завершён", sort: 60, semantics: "P" },
  { id: "WON", name: "Сделка успешна", sort: 70, semantics: "S" },
  { id: "LOSE", name: "Отменено", sort: 80, semantics: "F" },
  { id: "APOLOGY", name: "Анализ причины провала", sort: 90, semantics: "F", apology: true },
];

const SECOND_STAGES: Stage[] = [
  { id: "C1:NEW", name: "Новая", sort: 10, semantics: "P" },
  { id: "C1:PREPARATION", name: "План лечения", sort: 20, semantics: "P" },
  { id: "C1:EXECUTING", name: "В работе", sort: 30, semantics: "P" },
  { id: "C1:WON", name: "Успех", sort: 40, semantics: "S" },
  { id: "C1:LOSE", name: "Отказ", sort: 50, semantics: "F" },
  { id: "C1:APOLOGY", name: "Разбор отказа", sort: 60, semantics: "F", apology: true },
];

const LEAD_STATUSES: Stage[] = [
  { id: "NEW", name: "Не обработан", sort: 10, semantics: "P" },
  { id: "IN_PROCESS", name: "В работе", sort: 20, semantics: "P" },
  { id: "PROCESSED", name: "Обработан", sort: 30, semantics: "P" },
  { id: "CONVERTED", name: "Качественный лид", sort: 40, semantics: "S" },
  { id: "JUNK", name: "Некачественный лид", sort: 50, semantics: "F" },
];

const DEAL_USER_FIELDS: UserField[] = [
  { name: "UF_CRM_1769072841035", type: "string", label: "ID приёма в IDENT" },
  { name: "UF_CRM_1769008900", type: "datetime", label: "Начало приёма" },
  { name: "UF_CRM_1769008947", type: "datetime", label: "Конец приёма" },
  { name: "UF_CRM_1769008996", type: "string", label: "Врач" },
  { name: "UF_CRM_1769009098", type: "string", label: "Услуги" },
  { name: "UF_CRM_1769009157", type: "string", label: "Статус приёма" },
  { name: "UF_CRM_1769083581481", type: "string", label: "Номер карты" },
  { name: "UF_CRM_1769087458477", type: "string", label: "Родитель" },
  { name: "UF_CRM_1769494714842", type: "string", label: "Комментарий к приёму" },
  { name: "UF_CRM_FILIAL", type: "string", label: "Филиал" },
  { name: "UF_CRM_ARMCHAIR", type: "string", label: "Кресло" },
  { name: "UF_CRM_STATUS", type: "string", label: "Статус текстом" },
  { name: "UF_CRM_CARD_NUMBER", type: "string", label: "Карта (старое поле)" },
  { name: "UF_CRM_ORDER_DATE", type: "datetime", label: "Дата счёта" },
  { name: "UF_CRM_DOCTOR_SPECIALITY", type: "string", label: "Специальность врача" },
];

const CONTACT_USER_FIELDS: UserField[] = [
  { name: "UF_CRM_1769083788971", type: "string", label: "Номер карты" },
  { name: "UF_CRM_1769087537061", type: "string", label: "Родитель" },
];

/** The portal as it comes up when nothing else is said: fresh objects each time. */
export function defaultSettings(): Settings {
  return structuredClone<Settings>({
    mode: 1,
    pipelines: [
      { id: 0, name: "Приёмы", sort: 100, stages: CLASSIC_STAGES },
      { id: 1, name: "Планы лечения", sort: 200, stages: SECOND_STAGES },
    ],
    leadStatuses: LEAD_STATUSES,
    directories: {
      SOURCE: [
        { id: "CALL", name: "Звонок" },
        { id: "EMAIL", name: "Электронная почта" },
        { id: "WEB", name: "Сайт" },
        { id: "OTHER", name: "Другое" },
      ],
      DEAL_TYPE: [{ id: "SALE", name: "Продажа" }, { id: "SERVICES", name: "Услуги" }],
      CONTACT_TYPE: [
        { id: "CLIENT", name: "Клиенты" },
        { id: "SUPPLIER", name: "Поставщики" },
        { id: "PARTNER", name: "Партнёры" },
        { id: "OTHER", name: "Другое" },
      ],
      HONORIFIC: [{ id: "HNR_RU_1", name: "Г-н" }, { id: "HNR_RU_2", name: "Г-жа" }],
    },
    userFields: { deal: DEAL_USER_FIELDS, contact: CONTACT_USER_FIELDS, lead: [] },
    offset: "+03:00",
    scope: ["crm", "user_brief"],
    profile: { ID: "1", ADMIN: true, NAME: "Ольга", LAST_NAME: "Порталова", TIME_ZONE: "Europe/Moscow" },
    trimStrings: true,
    checkMandatoryUserFields: false,
    latencyMs: 0,
    rate: { perSecond: 2, bucket: 50 },
    operatingSeconds: { "*": 0.1 },
    operatingLimit: undefined,
    refuseChunked: false,
    around: "",
  });
}
