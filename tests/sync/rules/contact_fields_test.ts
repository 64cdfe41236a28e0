/** What an existing contact lacks. */
import assert from "node:assert/strict";
import { missingFields } from "../../../src/sync/rules/contact_fields.ts";
import type { Patient } from "../../../src/reception/reception.ts";
import type { PortalContact, PortalFields } from "../../../src/sync/ports.ts";
import { contact, contactFor, context, patient } from "../made_up.ts";

const OWN = contactFor(7, patient(1));
const MARK = { ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1" };

const LACKS: [what: string, contact: PortalContact, patient: Patient, fields: PortalFields][] = [
  ["nothing", OWN, patient(1), {}],
  ["a patronymic", { ...OWN, patronymic: "" }, patient(1), { SECOND_NAME: "Ильич" }],
  [
    "no patronymic: it stands beside the name",
    { ...OWN, name: "Пётр Ильич", patronymic: "" },
    patient(1),
    {},
  ],
  ["no patronymic: the patient has none", { ...OWN, patronymic: "" }, patient(1, { patronymic: "" }), {}],
  [
    "a phone, and the mark",
    contact(7, { phones: [], fields: { UF_C_CARD: "К-1", UF_C_PARENT: null } }),
    patient(1),
    { PHONE: [{ VALUE: "+79000000001", VALUE_TYPE: "MOBILE" }], ...MARK },
  ],
];

for (const [what, its, of, fields] of LACKS) {
  Deno.test(`a contact lacks ${what}`, () => assert.deepEqual(missingFields(its, of, context()), fields));
}
