/**
 * Which of the portal's fields can hold what the clinic has: checked before anything is sent, because the portal takes a
 * value of the wrong kind without a word and keeps something else.
 */
import type { ContactFieldNames, DealFieldNames } from "../../config/config.ts";
import type { PortalField } from "../ports.ts";

/** Types that keep a text as it is. */
const TEXTS = ["string", "text"];
const KINDS = {
  /** The reception's key is searched for, so it must come back letter by letter. */
  key: ["string"],
  moment: [...TEXTS, "datetime", "date"],
  /** A number or a flag holds none of the statuses. */
  status: [...TEXTS, "enumeration"],
  text: [...TEXTS, "enumeration", "integer", "double", "boolean"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const KIND_OF: Readonly<Partial<Record<keyof DealFieldNames, keyof typeof KINDS>>> = {
  identId: "key",
  startTime: "moment",
  endTime: "moment",
  orderDate: "moment",
  status: "status",
  statusText: "status",
};

export type FieldNames = DealFieldNames | ContactFieldNames;

/** Why a field cannot be written, in Russian; `undefined`: it can. `keys`: what the configuration means it for. */
export function faultOf(field: PortalField | undefined, keys: readonly string[]): string | undefined {
  if (field === undefined) return "на портале такого поля нет";
  if (field.multiple) return "поле множественное";
  if (field.readOnly) return "поле нельзя менять";
  const fits = keys.every((key) =>
    (KINDS[KIND_OF[key as keyof DealFieldNames] ?? "text"] as readonly string[]).includes(field.type)
  );
  return fits ? undefined : `тип поля «${field.type}» для этого не подходит`;
}

/** The configured fields by name, each with the keys that name it. */
export function keysByField(names: FieldNames): ReadonlyMap<string, readonly string[]> {
  const configured = (Object.entries(names) as [key: string, name: string | undefined][]).flatMap(([key, name]) =>
    name === undefined ? [] : [{ key, name }]
  );
  return new Map(
    [...Map.groupBy(configured, ({ name }) => name)].map(([name, all]) => [name, all.map(({ key }) => key)]),
  );
}
