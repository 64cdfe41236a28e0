/**
 * Which of the portal's fields can hold what the clinic has: checked before anything is sent, because the portal takes a
 * value of the wrong kind without a word and keeps something else.
 */
import type { Field, FieldKind, FieldTable } from "../../reception/fields.ts";
import type { PortalField } from "../ports.ts";

/** Types that keep a text as it is. */
const TEXTS = ["string", "text"];
const TYPES: Readonly<Record<FieldKind, readonly string[]>> = {
  /** The reception's key is searched for, so it must come back letter by letter. */
  key: ["string"],
  moment: [...TEXTS, "datetime", "date"],
  number: [...TEXTS, "integer", "double"],
  /** A number or a flag holds none of the statuses. */
  status: [...TEXTS, "enumeration"],
  text: [...TEXTS, "enumeration", "integer", "double", "boolean"],
};

/** Why a field of the portal cannot hold what it is meant for, in Russian; `undefined`: it can. */
export function faultOf(
  field: PortalField | undefined,
  meant: readonly { readonly kind: FieldKind }[],
): string | undefined {
  if (field === undefined) return "на портале такого поля нет";
  if (field.multiple) return "поле множественное";
  if (field.readOnly) return "поле нельзя менять";
  return meant.every(({ kind }) => TYPES[kind].includes(field.type))
    ? undefined
    : `тип поля «${field.type}» для этого не подходит`;
}

/** The configured fields by the portal's name, each with all that it is meant for. */
export function meantFor(
  table: FieldTable,
  names: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, readonly Field[]> {
  const configured = Object.entries(table).flatMap(([key, meant]) => {
    const name = names[key];
    return name === undefined ? [] : [{ name, meant }];
  });
  return new Map(
    [...Map.groupBy(configured, ({ name }) => name)].map(([name, all]) => [name, all.map(({ meant }) => meant)]),
  );
}
