/**
 * What a reception means in the portal's fields.
 */
import type { ContactFieldNames, DealFieldNames } from "../../config/config.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type FieldTable, type Wanted } from "../../reception/fields.ts";
import type { Patient, Reception } from "../../reception/reception.ts";

/** Values by the portal's field name. */
export type WantedFields = ReadonlyMap<string, Wanted>;

/** The configured deal fields that hold the status, and so remember it; the first that can counts. */
export const statusFieldsOf = ({ status, statusText }: DealFieldNames): string[] =>
  [status, statusText].filter((name) => name !== undefined);

/** What each configured deal field shall hold, the key's own field excepted. */
export const dealFieldsOf = (reception: Reception, names: DealFieldNames): WantedFields =>
  wantedOf(DEAL_FIELDS, reception, names);

/** What each configured contact field shall hold. */
export const contactFieldsOf = (patient: Patient, names: ContactFieldNames): WantedFields =>
  wantedOf(CONTACT_FIELDS, patient, names);

function wantedOf<S>(
  table: FieldTable<S>,
  source: S,
  names: Readonly<Record<string, string | undefined>>,
): WantedFields {
  return new Map(
    Object.entries(table).flatMap(([name, { of }]) => {
      const [code, value] = [names[name], of?.(source)];
      return code === undefined || value === undefined ? [] : [[code, value] as const];
    }),
  );
}

/** How a patient without any name is called, so that the record can be made and found. */
export const namelessPatient = ({ key }: Patient): string => `Пациент ${key}`;
