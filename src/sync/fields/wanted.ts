/**
 * What a reception means in the portal's fields.
 */
import type { ContactFieldNames, DealFieldNames } from "../../config/config.ts";
import type { Patient, Reception } from "../../reception/reception.ts";
import type { Wanted } from "./same.ts";

/** The portal's field for services takes no longer text. */
const SERVICES_LIMIT = 3000;
const CUT = "...";

/** Services in one line, cut at a comma where the whole is too long. */
export function servicesText(services: readonly string[]): string {
  const whole = services.join(", ");
  if (whole.length <= SERVICES_LIMIT) return whole;
  const head = whole.slice(0, SERVICES_LIMIT - CUT.length);
  const comma = whole.lastIndexOf(", ", SERVICES_LIMIT - CUT.length);
  return (comma > 0 ? whole.slice(0, comma) : head.replace(/[\uD800-\uDBFF]$/, "")) + CUT;
}

/** A text field of the portal takes no more; bytes of UTF-8. */
const COMMENT_LIMIT = 65_000;

/** A comment as far as it fits. */
export function commentText(comment: string): string {
  const bytes = new TextEncoder().encode(comment);
  if (bytes.length <= COMMENT_LIMIT) return comment;
  // A letter that the cut goes through leaves a mark of its own, which goes too.
  const head = new TextDecoder().decode(bytes.subarray(0, COMMENT_LIMIT - CUT.length), { stream: true });
  return `${head.trimEnd()}${CUT}`;
}

/** The configured deal fields that hold the status, and so remember it; the first that can counts. */
export const statusFieldsOf = ({ status, statusText }: DealFieldNames): string[] =>
  [status, statusText].filter((name) => name !== undefined);

/** What each configured deal field shall hold, by the portal's field name, the key's own field excepted. */
export function dealFieldsOf(reception: Reception, names: DealFieldNames): Map<string, Wanted> {
  const { patient } = reception;
  const wanted = new Map<string, Wanted>();
  const put = (name: string | undefined, value: Wanted) => {
    if (name !== undefined) wanted.set(name, value);
  };
  // A reception that lost its start says nothing of the one that the deal has.
  if (reception.start !== undefined) put(names.startTime, { moment: reception.start });
  put(names.endTime, { moment: reception.end });
  put(names.doctorName, { text: reception.doctor });
  put(names.services, { text: servicesText(reception.services) });
  put(names.status, { text: reception.status });
  put(names.statusText, { text: reception.status });
  put(names.cardNumber, { text: patient.cardNumber });
  put(names.legacyCardNumber, { text: patient.cardNumber });
  put(names.parentName, { text: patient.parent });
  put(names.comment, { text: commentText(reception.comment) });
  put(names.filial, { text: reception.branch });
  put(names.armchair, { text: reception.armchair });
  put(names.orderDate, { moment: reception.orderDate });
  put(names.doctorSpeciality, { text: reception.doctorSpeciality });
  return wanted;
}

/** What each configured contact field shall hold, by the portal's field name. */
export function contactFieldsOf(patient: Patient, names: ContactFieldNames): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  if (names.cardNumber !== undefined) wanted.set(names.cardNumber, { text: patient.cardNumber });
  if (names.parentName !== undefined) wanted.set(names.parentName, { text: patient.parent });
  return wanted;
}
