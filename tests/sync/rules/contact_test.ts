import assert from "node:assert/strict";
import fc from "fast-check";
import { isIdentPatient } from "../../../src/sync/rules/contact.ts";
import type { Patient } from "../../../src/reception/reception.ts";
import type { PortalContact } from "../../../src/sync/ports.ts";
import { contact, contactFor, context, patient } from "../made_up.ts";
import { contactOf } from "./planning.ts";

const CARD = "UF_C_CARD";
const PATIENT = patient(1);

const idOf = (contacts: readonly PortalContact[], of = PATIENT) => contactOf(of, contacts)?.id;

const TAKEN: [what: string, contact: PortalContact, patient?: Patient][] = [
  ["the same phone and name", contact(5)],
  ["the phone beside another one", contact(5, { phones: ["+79990000000", "+79000000001"] })],
  ["the phone among several", contact(5, { phones: ["+74951234567", "+79000000001"] })],
  ["another case, е for ё and blanks", contact(5, { surname: " РОМАШКИН ", name: "Петр" })],
  ["no patronymic on the portal", contact(5, { patronymic: "" })],
  ["an initial in place of the patronymic", contact(5, { patronymic: "И." })],
  ["the same card", contact(5, { fields: { [CARD]: "К-1" } })],
  ["the same card, typed otherwise", contact(5, { fields: { [CARD]: "k - 1" } })],
  ["a card without the zeros in front", contact(5, { fields: { [CARD]: "77" } }), patient(1, { cardNumber: "0077" })],
  ["a card with zeros in front", contact(5, { fields: { [CARD]: "0077" } }), patient(1, { cardNumber: "77" })],
  ["an origin of another system", contact(5, { originator: "1C", originId: "000123" })],
];

for (const [what, each, of] of TAKEN) {
  Deno.test(`a contact is the patient: ${what}`, () => assert.equal(idOf([each], of), 5));
}

const LEFT: [what: string, contact: PortalContact, patient?: Patient][] = [
  ["a relative on the same phone", contact(5, { name: "Анна", patronymic: "" })],
  ["a relative with the same name and another patronymic", contact(5, { patronymic: "Сергеевич" })],
  ["another initial", contact(5, { patronymic: "С." })],
  ["the same name on another phone", contact(5, { phones: ["+79000000002"] })],
  ["the same name without a phone", contact(5, { phones: [] })],
  ["another card", contact(5, { fields: { [CARD]: "К-2" } })],
  ["a card of which only the letters' zeros differ", contact(5, { fields: { [CARD]: "К-01" } })],
  ["a card with zeros at the end", contact(5, { fields: { [CARD]: "770" } }), patient(1, { cardNumber: "77" })],
  ["another patient of the clinic", contact(5, { originator: "IDENT", originId: "F1_P2" })],
  ["a patient of another branch", contact(5, { originator: "IDENT", originId: "F2_P1" })],
  ["the patient's key of another system", contact(5, { originator: "1C", originId: "F1_P1", name: "Анна" })],
  ["a contact without a surname", contact(5, { surname: "" })],
];

for (const [what, each, of] of LEFT) {
  Deno.test(`a contact is not the patient: ${what}`, () => assert.equal(idOf([each], of), undefined));
}

Deno.test("the contact with the patient's origin comes first, whatever its name, phone and card", () => {
  const own = contact(9, {
    originator: "IDENT",
    originId: "F1_P1",
    surname: "Другая",
    name: "Совсем",
    phones: [],
    fields: { [CARD]: "К-9" },
  });
  assert.equal(idOf([contact(5), own, contact(6)]), 9);
});

Deno.test("of several that are the patient the oldest is taken, in whatever order they come", () => {
  fc.assert(fc.property(fc.shuffledSubarray([3, 4, 5, 6], { minLength: 1 }), (ids) => {
    assert.equal(idOf(ids.map((id) => contact(id))), Math.min(...ids));
    assert.equal(idOf(ids.map((id) => contactFor(id, PATIENT))), Math.min(...ids));
  }));
});

Deno.test("a patient without a phone is found by origin only", () => {
  const silent = patient(1, { phones: [] });
  assert.equal(idOf([contact(5), contact(6, { phones: [] })], silent), undefined);
  assert.equal(idOf([contactFor(8, silent)], silent), 8);
});

Deno.test("a contact is found by the patient's second phone", () => {
  const two = patient(1, { phones: ["+79000000009", "+79000000001"] });
  assert.equal(idOf([contact(5)], two), 5);
});

Deno.test("of several namesakes the one with the patient's card comes before older ones", () => {
  assert.equal(idOf([contact(3), contact(5, { fields: { [CARD]: "К-1" } })]), 5);
  assert.equal(idOf([contact(3), contact(5)]), 3);
});

Deno.test("without a configured card field cards do not contradict", () => {
  const under = context();
  const without = {
    ...under,
    config: { ...under.config, contactFields: { cardNumber: undefined, parentName: undefined } },
  };
  assert.equal(contactOf(PATIENT, [contact(5, { fields: { [CARD]: "К-2" } })], { under: without })?.id, 5);
});

Deno.test("a contact of another patient of the clinic is never taken, whatever else it shows", () => {
  const anyContact: fc.Arbitrary<PortalContact> = fc.record({
    id: fc.integer({ min: 1, max: 99 }),
    surname: fc.constantFrom("Ромашкин", "", "Другой"),
    name: fc.constantFrom("Пётр", "Анна", ""),
    patronymic: fc.constantFrom("Ильич", "", "И."),
    phones: fc.constantFrom(["+79000000001"], [], ["89000000001"]),
    originator: fc.constantFrom("IDENT", "", "1C"),
    originId: fc.constantFrom("F1_P1", "F1_P2", ""),
    leadId: fc.constant(undefined),
    createdAt: fc.constant(0),
    fields: fc.constantFrom({ [CARD]: "К-1" }, { [CARD]: null }, { [CARD]: "К-2" }),
  });
  fc.assert(fc.property(fc.array(anyContact, { maxLength: 6 }), (contacts) => {
    const found = contactOf(PATIENT, contacts);
    if (found === undefined) return;
    assert.ok(!isIdentPatient(found) || found.originId === PATIENT.key);
    const own = contacts.filter(({ originator, originId }) => originator === "IDENT" && originId === PATIENT.key);
    if (own.length > 0) assert.ok(own.includes(found));
  }));
});
