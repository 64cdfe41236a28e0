/** A made-up clinic's receptions, and what a made-up portal holds of them. */
import type { ContactFieldNames, DealFieldNames } from "../../src/config/config.ts";
import type { Patient, Reception } from "../../src/reception/reception.ts";
import { STATUSES } from "../../src/reception/status.ts";
import type { RuleContext, Unfinished } from "../../src/sync/rules/decision.ts";
import { Sent } from "../../src/sync/rules/sent.ts";
import type {
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalField,
  PortalFields,
  PortalLead,
  PortalStage,
  Write,
} from "../../src/sync/ports.ts";
import type { Step } from "../../src/sync/rules/step.ts";
import { resolveStages, type Stages } from "../../src/sync/stages.ts";

export const ZONE = "Europe/Moscow";

export const DEAL: DealFieldNames = {
  identId: "UF_KEY",
  startTime: "UF_START",
  endTime: "UF_END",
  doctorName: "UF_DOCTOR",
  services: "UF_SERVICES",
  status: "UF_STATUS",
  cardNumber: "UF_CARD",
  parentName: "UF_PARENT",
  comment: "UF_COMMENT",
  filial: "UF_FILIAL",
  armchair: "UF_ARMCHAIR",
  statusText: "UF_STATUS_TEXT",
  legacyCardNumber: "UF_OLD_CARD",
  orderDate: "UF_ORDER_DATE",
  doctorSpeciality: "UF_SPECIALITY",
};

export const CONTACT: ContactFieldNames = { cardNumber: "UF_C_CARD", parentName: "UF_C_PARENT" };

export const field = (type: string, items: Record<string, string> = {}): PortalField => ({
  type,
  multiple: false,
  readOnly: false,
  items,
});

const MOMENTS: ReadonlySet<string> = new Set(["UF_START", "UF_END", "UF_ORDER_DATE"]);

export const STAGES: readonly PortalStage[] = [
  { id: "NEW", name: "Новая", sort: 10, semantics: "process" },
  { id: "PREPARATION", name: "Приём", sort: 20, semantics: "process" },
  { id: "PREPAYMENT_INVOICE", name: "Счёт", sort: 30, semantics: "process" },
  { id: "EXECUTING", name: "В работе", sort: 40, semantics: "process" },
  { id: "UC_NO40X0", name: "Принят", sort: 50, semantics: "process" },
  { id: "WON", name: "Успех", sort: 60, semantics: "success" },
  { id: "LOSE", name: "Отказ", sort: 70, semantics: "failure" },
  { id: "APOLOGY", name: "Анализ отказа", sort: 80, semantics: "failure" },
];

export const STAGE_CONFIG = {
  byStatus: {
    "Запланирован": "NEW",
    "Пациент пришел": "NEW",
    "В процессе": "PREPARATION",
    "Завершен": "UC_NO40X0",
    "Завершен (счет выдан)": "WON",
    "Отменен": "LOSE",
  },
  final: ["WON", "LOSE"],
  protected: ["PREPAYMENT_INVOICE", "FINAL_INVOICE", "EXECUTING", "APOLOGY"],
  fallback: "NEW",
} as const;

export const FACTS: PortalFacts = {
  mode: "classic",
  stages: STAGES,
  dealFields: Object.fromEntries(
    Object.values(DEAL).map((name) => [name, field(MOMENTS.has(name!) ? "datetime" : "string")]),
  ),
  contactFields: Object.fromEntries(Object.values(CONTACT).map((name) => [name, field("string")])),
};

export function stagesOf(stages: readonly PortalStage[] = STAGES, pipeline = 0): Stages {
  return resolveStages(STAGE_CONFIG, pipeline, stages).stages;
}

/** What a plan is made under; the general pipeline, everything configured. */
export function context(changes: {
  readonly updateExisting?: boolean;
  readonly assigned?: number;
  readonly pipeline?: number;
  readonly facts?: PortalFacts;
  readonly stages?: Stages;
  readonly dealFields?: DealFieldNames;
  readonly closedLeadStatuses?: readonly string[];
  readonly sent?: Sent;
  readonly batchSize?: number;
  readonly unfinished?: Partial<Unfinished>;
} = {}): RuleContext {
  return {
    config: {
      pipeline: changes.pipeline ?? 0,
      contactFields: CONTACT,
      dealFields: changes.dealFields ?? DEAL,
      closedLeadStatuses: changes.closedLeadStatuses ?? [],
      portal: {
        webhook: undefined as never,
        host: "portal.example",
        requestTimeoutSeconds: 30,
        requestsPerSecond: 2,
        settleSeconds: 75,
        defaultAssignedById: changes.assigned,
      },
      sync: {
        filialId: 1,
        intervalMinutes: 5,
        batchSize: changes.batchSize ?? 50,
        initialDays: 7,
        updateExisting: changes.updateExisting ?? true,
        timeZone: ZONE,
        maxRunMinutes: 60,
        deleted: "report",
        maxClosings: 20,
      },
    },
    facts: changes.facts ?? FACTS,
    stages: changes.stages ?? stagesOf(),
    sent: changes.sent ?? new Sent(),
    unfinished: { leads: new Map(), contacts: new Map(), ...changes.unfinished },
  };
}

export function patient(id: number, changes: Partial<Patient> = {}): Patient {
  return {
    key: `F1_P${id}`,
    surname: "Ромашкин",
    name: "Пётр",
    patronymic: "Ильич",
    phones: [`+7900${String(id).padStart(7, "0")}`],
    cardNumber: `К-${id}`,
    parent: "",
    ...changes,
  };
}

export function reception(id: number, changes: Partial<Reception> = {}): Reception {
  return {
    key: `F1_${id}`,
    formerKeys: [],
    id,
    filial: 1,
    status: "Запланирован",
    start: "2026-03-01T10:30:00",
    end: "2026-03-01T11:00:00",
    patient: patient(id),
    doctor: "Зубова Анна Львовна",
    doctorSpeciality: "Терапевт",
    services: ["Осмотр", "Снимок"],
    amount: "1500.00",
    branch: "Центр",
    armchair: "Кресло 2",
    comment: "Перезвонить",
    orderDate: "2026-03-01T11:05:00",
    ...changes,
  };
}

export function contact(id: number, changes: Partial<PortalContact> = {}): PortalContact {
  return {
    id,
    surname: "Ромашкин",
    name: "Пётр",
    patronymic: "Ильич",
    phones: ["+79000000001"],
    originator: "",
    originId: "",
    leadId: undefined,
    createdAt: 0,
    fields: { UF_C_CARD: null, UF_C_PARENT: null },
    ...changes,
  };
}

/** The contact as the portal shows it once the patient has been carried over. */
export function contactFor(id: number, of: Patient): PortalContact {
  return {
    id,
    surname: of.surname,
    name: of.name,
    patronymic: of.patronymic,
    phones: of.phones,
    originator: "IDENT",
    originId: of.key,
    leadId: undefined,
    createdAt: 0,
    fields: { UF_C_CARD: of.cardNumber, UF_C_PARENT: of.parent === "" ? null : of.parent },
  };
}

/** The deal that the program made, as the portal shows it once the reception has been carried over: its own offset, trimmed, two decimals. */
export function dealFor(id: number, of: Reception, changes: Partial<PortalDeal> = {}): PortalDeal {
  const stage = stagesOf().ofStatus[of.status];
  return {
    id,
    ours: true,
    originId: of.key,
    key: of.key,
    pipeline: 0,
    stage: "id" in stage ? stage.id : "NEW",
    closed: of.status === "Отменен" || of.status === "Завершен (счет выдан)",
    contactId: 7,
    leadId: undefined,
    createdAt: 2000,
    fields: {
      UF_START: "2026-03-01T07:30:00+00:00",
      UF_END: "2026-03-01T08:00:00+00:00",
      UF_DOCTOR: of.doctor,
      UF_SERVICES: of.services.join(", "),
      UF_STATUS: of.status,
      UF_STATUS_TEXT: of.status,
      UF_CARD: of.patient.cardNumber,
      UF_OLD_CARD: of.patient.cardNumber,
      UF_PARENT: of.patient.parent,
      UF_COMMENT: of.comment,
      UF_FILIAL: of.branch,
      UF_ARMCHAIR: of.armchair,
      UF_ORDER_DATE: "2026-03-01T08:05:00+00:00",
      UF_SPECIALITY: of.doctorSpeciality,
      OPPORTUNITY: of.amount ?? null,
      CURRENCY_ID: "RUB",
    },
    ...changes,
  };
}

/** An open lead of patient 1, older than `dealFor`'s deals and younger than `contact`'s contacts. */
export function lead(id: number, changes: Partial<PortalLead> = {}): PortalLead {
  return {
    id,
    surname: "",
    name: "Пётр",
    patronymic: "",
    phones: ["+79000000001"],
    status: "NEW",
    closed: false,
    contactId: undefined,
    createdAt: 1000,
    ...changes,
  };
}

export const everyStatus = STATUSES;

/** The fields of a write or step; of one without fields (about a lead) none. */
export const fieldsOf = (write: Write | Step): PortalFields => "fields" in write ? write.fields : {};
