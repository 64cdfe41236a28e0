/**
 * Wanted values → fields of a write, in the portal's types.
 */
import type { Patient } from "../../reception/reception.ts";
import type { PortalFacts, PortalFields, PortalValue } from "../ports.ts";
import { fit, isEmpty, shows, type Wanted } from "./same.ts";

type KnownFields = PortalFacts["dealFields"];
type WantedFields = ReadonlyMap<string, Wanted>;

/** The fields that hold something. */
export const filled = (fields: PortalFields): PortalFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

/** The wanted values in the portal's types; fields that the portal lacks or that cannot hold the value are left out. */
export function fitAll(wanted: WantedFields, known: KnownFields, timeZone: string): PortalFields {
  const fields: Record<string, PortalValue> = {};
  for (const [name, value] of wanted) {
    const fitted = known[name] === undefined ? undefined : fit(value, known[name], timeZone);
    if (fitted !== undefined) fields[name] = fitted;
  }
  return fields;
}

/**
 * Those of the wanted values that the portal does not show yet. Where a field cannot hold the value, what stands there is
 * of an earlier one, and the field is emptied.
 */
export function differences(
  wanted: WantedFields,
  shown: PortalFields,
  known: KnownFields,
  timeZone: string,
): PortalFields {
  const emptied = Object.fromEntries(unfitted(wanted, known, timeZone).map((name) => [name, ""]));
  const all = { ...fitAll(wanted, known, timeZone), ...emptied };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => !shows(shown[name], value, known[name])));
}

/** Names of the portal's fields that cannot hold their value: a list without it, a number field and a text. */
export function unfitted(wanted: WantedFields, known: KnownFields, timeZone: string): string[] {
  return [...wanted].filter(([name, value]) =>
    known[name] !== undefined && fit(value, known[name], timeZone) === undefined
  ).map(([name]) => name);
}

/** How a patient without any name is called, so that the record can be made and found. */
export const namelessPatient = ({ key }: Patient): string => `Пациент ${key}`;
