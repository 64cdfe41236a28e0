/**
 * The portal's fields and values in words: what a code such as `UF_CRM_1769009157` means, what a person reads for a value.
 */
import type { Config } from "../config/config.ts";
import { onOneLine } from "../printable.ts";
import { withOffset } from "../reception/clinic_time.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type FieldTable } from "../reception/fields.ts";
import type { WallClock } from "../reception/reception.ts";
import { isEmpty, textOf } from "../sync/fields/same.ts";
import type { PortalFacts, PortalField, PortalValue } from "../sync/ports.ts";

/** The portal's own fields; `undefined`: goes without saying beside another one. */
const OWN: Readonly<Record<string, string | undefined>> = {
  TITLE: "название",
  STAGE_ID: "стадия",
  CATEGORY_ID: "воронка",
  OPPORTUNITY: "сумма",
  CURRENCY_ID: undefined,
  IS_MANUAL_OPPORTUNITY: undefined,
  ORIGIN_ID: "номер в IDENT",
  ORIGINATOR_ID: undefined,
  TYPE_ID: undefined,
  ASSIGNED_BY_ID: "ответственный",
  LAST_NAME: "фамилия",
  NAME: "имя",
  SECOND_NAME: "отчество",
  PHONE: "телефон",
};

export type RecordKind = "deal" | "contact";

/** Words by the portal's name of a field; one that is not configured has none. */
type Meanings = ReadonlyMap<string | undefined, string>;

/** Words for the fields of one configuration on one portal. */
export class FieldWords {
  readonly #facts: PortalFacts;
  readonly #timeZone: string;
  readonly #meanings: Readonly<Record<RecordKind, Meanings>>;

  constructor(
    config: Pick<Config, "dealFields" | "contactFields"> & { readonly sync: Pick<Config["sync"], "timeZone"> },
    facts: PortalFacts,
  ) {
    this.#facts = facts;
    this.#timeZone = config.sync.timeZone;
    this.#meanings = {
      deal: meaningsOf(DEAL_FIELDS, config.dealFields),
      contact: meaningsOf(CONTACT_FIELDS, config.contactFields),
    };
  }

  /** What a field holds; its code where nothing is known of it; `undefined`: it goes without saying. */
  meaning(record: RecordKind, code: string): string | undefined {
    const configured = this.#meanings[record].get(code);
    if (configured !== undefined) return configured;
    // A deal has its number in a field of its own as well.
    if (record === "deal" && code === "ORIGIN_ID") return undefined;
    return Object.hasOwn(OWN, code) ? OWN[code] : code;
  }

  /** `«Лечение» (UC_NO40X0)`, or the code alone where the pipeline has no such stage. */
  stage(id: PortalValue | undefined): string {
    const name = this.#facts.stages.find((stage) => stage.id === id)?.name;
    return onOneLine(name === undefined ? String(id) : `«${name}» (${id})`);
  }

  /** When a visit is, as the portal is told: with the offset of the clinic's zone. */
  visit(start: WallClock | undefined): string {
    return start === undefined ? "без времени" : momentText(withOffset(start, this.#timeZone));
  }

  /** A value as a person reads it, on one line: times on the clinic's clock, an item of a list by its name, phones joined. */
  value(record: RecordKind, code: string, value: PortalValue): string {
    return code === "STAGE_ID" ? this.stage(value) : onOneLine(this.#text(record, code, value));
  }

  #text(record: RecordKind, code: string, value: PortalValue): string {
    if (isEmpty(value)) return "пусто";
    if (Array.isArray(value)) return value.map(partText).join(", ");
    const field = this.#field(record, code);
    const text = textOf(value, field) || String(value);
    return field?.type === "datetime" || field?.type === "date" ? momentText(text) : text;
  }

  #field(record: RecordKind, code: string): PortalField | undefined {
    const { dealFields, contactFields } = this.#facts;
    return (record === "deal" ? dealFields : contactFields)[code];
  }
}

const meaningsOf = (table: FieldTable, names: Readonly<Record<string, string | undefined>>): Meanings =>
  new Map(Object.entries(table).map(([name, { word }]) => [names[name], word]));

/** One of several values; a phone or e-mail has its text inside. */
const partText = (part: PortalValue): string =>
  String(typeof part === "object" && part !== null && "VALUE" in part ? part.VALUE : part);

/** `26.11.2026 12:45 +03:00` of `2026-11-26T12:45:00+03:00`; without an offset or a time, as much as there is. */
export function momentText(moment: string): string {
  const [day, time] = moment.split("T");
  const [offset] = /[+-]\d\d:\d\d$/.exec(time ?? "") ?? [];
  return [day.split("-").reverse().join("."), time?.slice(0, 5), offset].filter((part) => part !== undefined).join(" ");
}
