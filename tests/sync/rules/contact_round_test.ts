/** Which of the portal's contacts the patients of one plan get. */
import assert from "node:assert/strict";
import type { Patient } from "../../../src/reception/reception.ts";
import { Sent } from "../../../src/sync/rules/sent.ts";
import type { PortalContact } from "../../../src/sync/ports.ts";
import {
  contact,
  contactFor,
  context,
  dealFor,
  fieldsOf,
  lead,
  patient,
  reception,
  STAGES,
  stagesOf,
} from "../made_up.ts";
import { contactOf, kinds, planned } from "./planning.ts";

Deno.test("a contact with the phone and no real name is the patient's, a named one comes first", () => {
  const nameless = contact(5, { surname: "", name: "+7 900 000-00-01", patronymic: "" });
  assert.equal(contactOf(patient(1), [nameless])?.id, 5);
  assert.equal(contactOf(patient(1), [nameless, contact(6)])?.id, 6);
  assert.equal(contactOf(patient(1), [{ ...nameless, phones: ["+79990000000"] }]), undefined);
});

Deno.test("a contact that telephony made gets the patient's name in place of its phone", () => {
  const nameless = contact(5, { surname: "", name: "+7 900 000-00-01", patronymic: "" });
  const [{ steps }] = planned([reception(1)], { contacts: [nameless] });
  const { LAST_NAME, NAME, SECOND_NAME, PHONE } = fieldsOf(steps[0]);
  assert.deepEqual([LAST_NAME, NAME, SECOND_NAME, PHONE], ["Ромашкин", "Пётр", "Ильич", undefined]);
});

Deno.test("one contact is never given to two patients, in one plan or in one cycle", () => {
  const twin = (id: number) => patient(id, { phones: ["+79000000001"], cardNumber: "" });
  const decisions = planned([reception(1, { patient: twin(1) }), reception(2, { patient: twin(2) })], {
    contacts: [contact(5)],
  });
  assert.deepEqual(decisions.map(kinds), [["give-contact", "add-deal"], ["add-contact", "add-deal"]]);
  const sent = new Sent();
  sent.givenContacts.set(5, "F1_P9");
  const [after] = planned([reception(1, { patient: twin(1) })], { contacts: [contact(5)] }, context({ sent }));
  assert.deepEqual(kinds(after), ["add-contact", "add-deal"]);
});

Deno.test("a contact that another patient's reception is being given is taken by no other", () => {
  const nameless = contact(5, { surname: "", name: "+79000000001", patronymic: "" });
  const under = context({ unfinished: { contacts: new Map([[5, "F1_P9"]]) } });
  assert.deepEqual(kinds(planned([reception(1)], { contacts: [nameless] }, under)[0]), ["add-contact", "add-deal"]);
  const own = context({ unfinished: { contacts: new Map([[5, "F1_P1"]]) } });
  assert.deepEqual(kinds(planned([reception(1)], { contacts: [nameless] }, own)[0]), ["give-contact", "add-deal"]);
});

Deno.test("a contact that this cycle has given to the patient is used again, whether or not the look-up shows it", () => {
  const sent = new Sent();
  sent.note({ kind: "update-contact", patient: "F1_P1", id: 9, fields: {} }, undefined);
  const old = contact(9, { phones: ["+79999999999"] });
  for (const contacts of [[], [old], [old, contact(5)]]) {
    const [{ steps }] = planned([reception(1)], { contacts }, context({ sent }));
    assert.deepEqual(steps.map((step) => step.kind === "add-deal" && step.contact), [9]);
  }
});

const NAMELESS = contact(5, { surname: "", name: "+7 900 000-00-01", patronymic: "" });
const ofPhone = (id: number, name: string) =>
  patient(id, { surname: name, name: "", patronymic: "", phones: ["+79000000001"], cardNumber: "" });
const earlier = { start: "2026-02-01T10:30:00" as const, patient: ofPhone(1, "Первая") };

Deno.test("a patient whose deal a manager closed leaves a contact to another one who needs it", () => {
  const closed = reception(1, earlier);
  const deal = dealFor(70, closed, { stage: "LOSE", closed: true });
  const decisions = planned([closed, reception(2, { patient: ofPhone(2, "Вторая") })], {
    contacts: [NAMELESS],
    deals: [deal],
  });
  assert.deepEqual(decisions.map(kinds), [[], ["give-contact", "add-deal"]]);
});

Deno.test("a patient whose reception is refused leaves a contact to another one who needs it", () => {
  const stages = stagesOf(STAGES.filter(({ id }) => id !== "PREPARATION"));
  const refused = reception(1, { ...earlier, status: "В процессе" });
  const decisions = planned([refused, reception(2, { patient: ofPhone(2, "Вторая") })], {
    contacts: [NAMELESS],
  }, context({ stages }));
  assert.deepEqual(decisions.map(kinds), [[], ["give-contact", "add-deal"]]);
});

Deno.test("with updating switched off a patient whose deal is there leaves a contact to another one who needs it", () => {
  const twin = (id: number) => patient(id, { phones: ["+79000000001"], cardNumber: "", patronymic: "" });
  const known = reception(1, { patient: twin(1) });
  const decisions = planned([known, reception(2, { patient: twin(2) })], {
    contacts: [contact(5)],
    deals: [dealFor(70, known)],
  }, context({ updateExisting: false }));
  assert.deepEqual(decisions.map(kinds), [[], ["add-deal"]]);
});

const twin = (id: number, card: string) => patient(id, { phones: ["+79000000001"], cardNumber: card, patronymic: "" });
const EXACT: [what: string, contact: PortalContact, first: Patient, second: Patient][] = [
  ["that carries its card", contact(5, { fields: { UF_C_CARD: "К-1" } }), twin(1, "К-1"), twin(2, "")],
  ["that its own deal has", contact(7), twin(1, ""), twin(2, "")],
  [
    "without a name that its own deal has",
    { ...NAMELESS, id: 7 },
    ofPhone(1, "Первая"),
    ofPhone(2, "Вторая"),
  ],
];

for (const [what, its, first, second] of EXACT) {
  Deno.test(`a patient who needs no contact keeps one ${what}: no namesake gets it`, () => {
    // The other one's visit is earlier.
    const closed = reception(1, { patient: first, start: "2026-03-01T11:30:00" });
    const lost = dealFor(70, closed, { stage: "LOSE", closed: true, contactId: 7 });
    const both = [closed, reception(2, { patient: second })];
    const held = { contacts: [its], deals: [lost] };
    assert.deepEqual(planned(both, held).map(kinds), [[], ["add-contact", "add-deal"]]);
    const open = { contacts: [its], deals: [dealFor(70, closed, { contactId: 7 })] };
    assert.deepEqual(planned(both, open, context({ updateExisting: false })).map(kinds), [[], [
      "add-contact",
      "add-deal",
    ]]);
  });
}

Deno.test("whose own deal is on another patient's contact comes before nobody: a namesake keeps the free one", () => {
  const [first, second] = [twin(1, "К-1"), twin(2, "")];
  const own = reception(1, { patient: first, start: "2026-03-01T11:30:00" });
  const earlier = reception(2, { patient: second });
  const [, decision] = planned([own, earlier], {
    contacts: [contact(5, { originator: "IDENT", originId: "F1_P9" }), contact(6, { patronymic: "" })],
    deals: [dealFor(70, own, { contactId: 5 })],
  });
  assert.deepEqual(kinds(decision), ["give-contact", "add-deal"]);
});

// ── the table of evidence ────────────────────────────────────────────────────────────────────────────────────────────

const FULL = patient(1, { patronymic: "Ильич", cardNumber: "К-1" });
const card = (number: string | null) => ({ fields: { UF_C_CARD: number, UF_C_PARENT: null } });
const AWAY = ["+79990000000"];

/** A contact for each row of the table, none of which any row above it would take; `true`: an own deal hangs on it. */
const BY_ROW: [evidence: string, contact: Partial<PortalContact>, ofOwnDeal: boolean][] = [
  ["the patient's origin", { originator: "IDENT", originId: "F1_P1", surname: "Другая", phones: AWAY }, false],
  ["own deal, name, card", { ...card("К-1"), patronymic: "", phones: AWAY }, true],
  ["own deal, name, patronymic", { phones: AWAY }, true],
  ["phone, name, card", { ...card("К-1"), patronymic: "" }, false],
  ["phone, name, patronymic", {}, false],
  ["own deal, name", { patronymic: "", phones: AWAY }, true],
  ["phone, name", { patronymic: "" }, false],
  ["own deal, phone, no name", { surname: "", name: "", patronymic: "" }, true],
  ["phone, no name", { surname: "", name: "+79000000001", patronymic: "" }, false],
];

Deno.test("each kind of evidence goes before all that stand below it, however old the contacts are", () => {
  for (let better = 0; better < BY_ROW.length; better++) {
    for (let worse = better + 1; worse < BY_ROW.length; worse++) {
      const contacts = [contact(9, BY_ROW[better][1]), contact(5, BY_ROW[worse][1])];
      const ownDeals = [better, worse].flatMap((row, index) => BY_ROW[row][2] ? [[9, 5][index]] : []);
      assert.equal(contactOf(FULL, contacts, { ownDeals })?.id, 9, `${BY_ROW[better][0]} against ${BY_ROW[worse][0]}`);
      assert.equal(contactOf(FULL, [contacts[1]], { ownDeals })?.id, 5, BY_ROW[worse][0]);
    }
  }
});

Deno.test("the contact of the patient's lead goes before a nameless one, and after one of the patient's name", () => {
  const leadOf = (contactId: number) => [lead(40, { contactId })];
  const partly = contact(9, { surname: "", patronymic: "", phones: AWAY });
  const nameless = contact(5, { surname: "", name: "", patronymic: "" });
  const gets = (contacts: readonly PortalContact[]) => {
    const [{ steps }] = planned([reception(1)], { contacts, leads: leadOf(9) });
    return steps.map((step) => step.kind === "give-contact" ? step.id : undefined).find((id) => id !== undefined);
  };
  assert.equal(gets([nameless, partly]), 9);
  assert.equal(gets([contact(5, { patronymic: "" }), partly]), 5);
  assert.equal(gets([nameless, { ...partly, name: "Анна" }]), 5);
});

Deno.test("contacts 7 «Ромашкин Пётр» and 9 with the patronymic on one phone: the father gets 9, the son later 7", () => {
  const phones = ["+79000000001"];
  const [father, son] = [
    patient(1, { phones, cardNumber: "" }),
    patient(2, { phones, cardNumber: "", patronymic: "" }),
  ];
  for (const shown of [card(null), card("К-99")]) {
    const contacts = [contact(7, { patronymic: "", ...shown }), contact(9)];
    assert.equal(contactOf(father, contacts)?.id, 9);
    assert.equal(contactOf(son, [contacts[0], contactFor(9, father)])?.id, 7);
  }
});

const CARD_OF_SON = { UF_C_CARD: "К-3", UF_C_PARENT: null };
const father = patient(1, { phones: ["+79000000009"], cardNumber: "" });
const son = patient(2, { phones: ["+79000000009"], cardNumber: "К-3" });
const SHOWS: [what: string, names: Partial<PortalContact>][] = [
  ["the full name that both have", {}],
  ["a part of the name", { surname: "", patronymic: "" }],
  ["no name", { surname: "", name: "", patronymic: "" }],
];

for (const [what, names] of SHOWS) {
  Deno.test(`a contact with the card of one of the round goes to no namesake without a card: it shows ${what}`, () => {
    const visits = [reception(1, { patient: father, start: "2026-03-01T08:00:00" }), reception(2, { patient: son })];
    const shown = contact(11, { ...names, phones: father.phones, fields: CARD_OF_SON });
    const deal = dealFor(70, visits[0], { contactId: 11, ours: false, originId: "" });
    for (const deals of [[], [deal]]) {
      const [first, second] = planned(visits, { contacts: [shown], deals });
      assert.deepEqual([first.steps[0].kind, second.steps[0].kind], ["add-contact", "give-contact"]);
    }
  });
}
