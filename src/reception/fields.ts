/**
 * The fields of the portal that hold what the clinic knows, a row each. The keys of `[deal_fields]` and `[contact_fields]`
 * with their explanations, the typed configuration, what is written, which types of the portal's fields are fit for it and
 * what users read of it all follow from these rows. (Name, phones, title, stage and amount have fields of the portal's own.)
 */
import { commentText, servicesText } from "./cut.ts";
import type { Patient, Reception, WallClock } from "./reception.ts";

/** What a field shall hold; an empty text or no moment: nothing. */
export type Wanted = { readonly text: string } | { readonly moment: WallClock | undefined };

interface Named {
  /** Its key in config.ini. */
  readonly key: string;
  /** The portal's code for it where config.ini says nothing. */
  readonly code: string;
  /** What it is called among others, in the dry run and in warnings. */
  readonly word: string;
  /** What it is called on the portal, where the program makes it; no two of one record alike. */
  readonly label: string;
  /** What config.example.ini and the README say of the key. */
  readonly about: string;
  /** On a deal: it tells who the patient is, so it changes with the patient, emptied too. */
  readonly ofPatient?: true;
}

/**
 * One field. `kind`: what it holds, and so which types of the portal's fields are fit for it. `of`: its value; `undefined`
 * says nothing of it, so that what stands there stays.
 */
export type Field<Source = never> =
  & Named
  & (
    /** The reception's key: the rules of the sync write it, for it makes a deal the reception's. */
    | { readonly kind: "key"; readonly of?: undefined }
    | { readonly kind: "text" | "number" | "status"; readonly of: (source: Source) => { readonly text: string } }
    | {
      readonly kind: "moment";
      readonly of: (source: Source) => { readonly moment: WallClock | undefined } | undefined;
    }
  );

export type FieldKind = Field["kind"];

/** Fields by the name that the program has for them. */
export type FieldTable<Source = never> = Readonly<Record<string, Field<Source>>>;

/** In the order of config.example.ini. */
export const DEAL_FIELDS = {
  identId: {
    key: "ident_id",
    code: "UF_CRM_1769072841035",
    kind: "key",
    word: "номер записи",
    label: "Номер записи IDENT",
    about: "Номер записи (например, F1_12345): по нему программа узнаёт свою сделку. Это поле нужно всегда.",
  },
  startTime: {
    key: "start_time",
    code: "UF_CRM_1769008900",
    kind: "moment",
    word: "начало приёма",
    label: "Начало приёма",
    about: "Дата и время начала приёма.",
    // A reception that lost its start says nothing of the one that the deal has.
    of: ({ start }) => start === undefined ? undefined : { moment: start },
  },
  endTime: {
    key: "end_time",
    code: "UF_CRM_1769008947",
    kind: "moment",
    word: "конец приёма",
    label: "Окончание приёма",
    about: "Дата и время окончания приёма.",
    of: ({ end }) => ({ moment: end }),
  },
  doctorName: {
    key: "doctor_name",
    code: "UF_CRM_1769008996",
    kind: "text",
    word: "врач",
    label: "Врач",
    about: "Врач.",
    of: ({ doctor }) => ({ text: doctor }),
  },
  services: {
    key: "services",
    code: "UF_CRM_1769009098",
    kind: "text",
    word: "услуги",
    label: "Услуги",
    about: "Услуги через запятую.",
    of: ({ services }) => ({ text: servicesText(services) }),
  },
  status: {
    key: "status",
    code: "UF_CRM_1769009157",
    kind: "status",
    word: "статус",
    label: "Статус приёма",
    about: "Статус приёма в IDENT. По нему видно, когда статус изменился.",
    of: ({ status }) => ({ text: status }),
  },
  cardNumber: {
    key: "card_number",
    code: "UF_CRM_1769083581481",
    kind: "text",
    word: "карта",
    label: "Номер карты",
    about: "Номер карты пациента.",
    ofPatient: true,
    of: ({ patient }) => ({ text: patient.cardNumber }),
  },
  parentName: {
    key: "parent_name",
    code: "UF_CRM_1769087458477",
    kind: "text",
    word: "представитель",
    label: "Представитель пациента",
    about: "Родитель или представитель пациента.",
    ofPatient: true,
    of: ({ patient }) => ({ text: patient.parent }),
  },
  comment: {
    key: "comment",
    code: "UF_CRM_1769494714842",
    kind: "text",
    word: "комментарий",
    label: "Комментарий к записи",
    about: "Комментарий к записи.",
    of: ({ comment }) => ({ text: commentText(comment) }),
  },
  filial: {
    key: "filial",
    code: "UF_CRM_FILIAL",
    kind: "text",
    word: "филиал",
    label: "Филиал",
    about: "Филиал.",
    of: ({ branch }) => ({ text: branch }),
  },
  armchair: {
    key: "armchair",
    code: "UF_CRM_ARMCHAIR",
    kind: "text",
    word: "кресло",
    label: "Кресло",
    about: "Кресло.",
    of: ({ armchair }) => ({ text: armchair }),
  },
  statusText: {
    key: "status_text",
    code: "UF_CRM_STATUS",
    kind: "status",
    word: "статус",
    label: "Статус приёма, второе поле",
    about: "Статус приёма, второе поле: для порталов, где он хранится здесь.",
    of: ({ status }) => ({ text: status }),
  },
  legacyCardNumber: {
    key: "legacy_card_number",
    code: "UF_CRM_CARD_NUMBER",
    kind: "text",
    word: "карта",
    label: "Номер карты, второе поле",
    about: "Номер карты, второе поле: для порталов, где он хранится здесь.",
    ofPatient: true,
    of: ({ patient }) => ({ text: patient.cardNumber }),
  },
  orderDate: {
    key: "order_date",
    code: "UF_CRM_ORDER_DATE",
    kind: "moment",
    word: "дата счёта",
    label: "Дата счёта",
    about: "Дата счёта.",
    of: ({ orderDate }) => ({ moment: orderDate }),
  },
  doctorSpeciality: {
    key: "doctor_speciality",
    code: "UF_CRM_DOCTOR_SPECIALITY",
    kind: "text",
    word: "специальность врача",
    label: "Специальность врача",
    about: "Специальность врача.",
    of: ({ doctorSpeciality }) => ({ text: doctorSpeciality }),
  },
} as const satisfies FieldTable<Reception>;

export const CONTACT_FIELDS = {
  cardNumber: {
    key: "card_number",
    code: "UF_CRM_1769083788971",
    kind: "text",
    word: "карта",
    label: "Номер карты",
    about: "Номер карты пациента.",
    of: ({ cardNumber }) => ({ text: cardNumber }),
  },
  parentName: {
    key: "parent_name",
    code: "UF_CRM_1769087537061",
    kind: "text",
    word: "представитель",
    label: "Представитель пациента",
    about: "Родитель или представитель пациента.",
    of: ({ parent }) => ({ text: parent }),
  },
} as const satisfies FieldTable<Patient>;
