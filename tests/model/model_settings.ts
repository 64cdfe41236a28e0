/** What the model's clinic and portal agree upon: field names, stages, limits, and the made-up people. */
import type { Config, ContactFieldNames, DealFieldNames } from "../../src/config/config.ts";
import { Secret } from "../../src/secret.ts";
import type { Patient } from "../../src/reception/reception.ts";
import type { Status } from "../../src/reception/status.ts";
import type { PortalFacts, PortalField, PortalStage } from "../../src/sync/ports.ts";
import { resolveStages } from "../../src/sync/stages.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** How long the portal may work on a request, by the design. */
export const PORTAL_WORKS_FOR = 60 * SECOND;
/** The queue's policy: small numbers, so that a short history reaches the last attempt. */
export const POLICY = { requestMs: 70 * SECOND, settleMs: 75 * SECOND, retryMs: 5 * MINUTE, maxRetries: 3 } as const;
export const OVERLAP = 5 * MINUTE;

export const DEAL = {
  identId: "UF_KEY",
  startTime: "UF_START",
  endTime: undefined,
  doctorName: undefined,
  services: "UF_SERVICES",
  status: "UF_STATUS",
  cardNumber: "UF_CARD",
  parentName: undefined,
  comment: "UF_COMMENT",
  filial: undefined,
  armchair: undefined,
  statusText: undefined,
  legacyCardNumber: undefined,
  orderDate: undefined,
  doctorSpeciality: undefined,
} as const satisfies DealFieldNames;

export const CONTACT = { cardNumber: "UF_C_CARD", parentName: "UF_C_PARENT" } as const satisfies ContactFieldNames;

const field = (type: string): PortalField => ({ type, multiple: false, readOnly: false, items: {} });

const STAGES: readonly PortalStage[] = [
  { id: "NEW", name: "Новая", sort: 10, semantics: "process" },
  { id: "PREPARATION", name: "Приём", sort: 20, semantics: "process" },
  { id: "EXECUTING", name: "В работе", sort: 30, semantics: "process" },
  { id: "UC_NO40X0", name: "Принят", sort: 40, semantics: "process" },
  { id: "WON", name: "Успех", sort: 50, semantics: "success" },
  { id: "LOSE", name: "Отказ", sort: 60, semantics: "failure" },
];

/** Places of the stages in the pipeline. */
export const STAGE_ORDER = STAGES.map(({ id }) => id);
export const PROTECTED_STAGES: ReadonlySet<string> = new Set(["EXECUTING"]);
export const FINAL_STAGES: ReadonlySet<string> = new Set(["WON", "LOSE"]);

export const STAGE_OF: Readonly<Record<Status, string>> = {
  "Запланирован": "NEW",
  "Пациент пришел": "NEW",
  "В процессе": "PREPARATION",
  "Завершен": "UC_NO40X0",
  "Завершен (счет выдан)": "WON",
  "Отменен": "LOSE",
};

const STAGE_CONFIG = {
  byStatus: STAGE_OF,
  final: [...FINAL_STAGES],
  protected: [...PROTECTED_STAGES],
  fallback: "NEW",
} as const;

export const RESOLVED_STAGES = resolveStages(STAGE_CONFIG, 0, STAGES).stages;

export function factsOf(mode: PortalFacts["mode"]): PortalFacts {
  return {
    mode,
    stages: STAGES,
    dealFields: {
      UF_KEY: field("string"),
      UF_START: field("datetime"),
      UF_SERVICES: field("string"),
      UF_STATUS: field("string"),
      UF_CARD: field("string"),
      UF_COMMENT: field("string"),
    },
    contactFields: { UF_C_CARD: field("string"), UF_C_PARENT: field("string") },
  };
}

/** The clinic's own zone never changes its clocks, so that a test can compare moments by hand. */
export const CLINIC_OFFSET = "+03:00";

export type ModelConfig = Pick<
  Config,
  | "pipeline"
  | "contactFields"
  | "dealFields"
  | "closedLeadStatuses"
  | "sync"
  | "portal"
  | "filialFilter"
  | "stages"
  | "queue"
>;

export function configOf(batchSize: number): ModelConfig {
  return {
    pipeline: 0,
    contactFields: CONTACT,
    dealFields: DEAL,
    closedLeadStatuses: [],
    stages: STAGE_CONFIG,
    portal: {
      webhook: new Secret("https://portal.example/rest/1/made-up/"),
      host: "portal.example",
      requestTimeoutSeconds: 30,
      requestsPerSecond: 2,
      settleSeconds: POLICY.settleMs / SECOND,
      defaultAssignedById: 7,
    },
    sync: {
      filialId: 1,
      intervalMinutes: 2,
      batchSize,
      initialDays: 7,
      updateExisting: true,
      timeZone: "Europe/Moscow",
      maxRunMinutes: 60,
      deleted: "report",
      maxClosings: 20,
    },
    filialFilter: { enabled: undefined, fallback: undefined },
    queue: {
      enabled: true,
      path: "/nowhere/queue.json",
      maxRetryAttempts: POLICY.maxRetries,
      retryIntervalMinutes: POLICY.retryMs / MINUTE,
    },
  };
}

const FAMILY_PHONE = "+79000000001";
const OTHER_PHONE = "+79000000002";

const person = (
  id: number,
  [surname, name, patronymic]: readonly [string, string, string],
  phones: readonly string[],
  cardNumber: string,
): Patient => ({ key: `F1_P${id}`, surname, name, patronymic, phones, cardNumber, parent: "" });

/** A family on one phone (grandfather and grandson bear one name), a man with two phones, a woman with none, namesakes. */
export const PEOPLE: readonly Patient[] = [
  person(1, ["Ромашкин", "Пётр", "Ильич"], [FAMILY_PHONE], "К-1"),
  person(2, ["Ромашкина", "Анна", "Ильинична"], [FAMILY_PHONE], "К-2"),
  person(3, ["Ромашкин", "Пётр", "Олегович"], [FAMILY_PHONE], "К-3"),
  person(4, ["Лютиков", "Олег", ""], [OTHER_PHONE, FAMILY_PHONE], ""),
  person(5, ["Василькова", "Ольга", "Львовна"], [], "К-5"),
  person(6, ["Фиалкова", "Анна", ""], [OTHER_PHONE], ""),
  person(7, ["Фиалкова", "Анна", ""], [OTHER_PHONE], ""),
];
