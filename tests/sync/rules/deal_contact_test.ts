/** Which contact an existing deal has, and when it changes. */
import assert from "node:assert/strict";
import { Sent } from "../../../src/sync/rules/sent.ts";
import type { Step } from "../../../src/sync/rules/step.ts";
import { contact, contactFor, context, dealFor, patient, reception } from "../made_up.ts";
import { changes, kinds, overDeal, planned, type Seen } from "./planning.ts";

const contactOfUpdate = ({ steps }: Seen) => {
  const update = steps.find((step): step is Step & { kind: "update-deal" } => step.kind === "update-deal");
  return update?.contact;
};

Deno.test("a deal without a contact gets the patient's", () => {
  const of = reception(1);
  assert.equal(contactOfUpdate(overDeal(of, dealFor(70, of, { contactId: undefined }))), 7);
});

Deno.test("a deal with another patient of the clinic moves to the right one, existing or new", () => {
  const of = reception(1);
  const wrong = contactFor(9, patient(2));
  const deal = dealFor(70, { ...of, patient: patient(2) }, { contactId: 9 });
  assert.equal(contactOfUpdate(planned([of], { contacts: [wrong, contactFor(7, of.patient)], deals: [deal] })[0]), 7);
  const [made] = planned([of], { contacts: [wrong], deals: [deal] });
  assert.deepEqual(kinds(made), ["add-contact", "update-deal"]);
  assert.equal(contactOfUpdate(made), made.steps[0]);
});

Deno.test("a bound deal that goes to a patient without a card keeps nothing of the former patient's", () => {
  const of = reception(1, { patient: patient(1, { cardNumber: "", parent: "" }) });
  const bound = dealFor(70, reception(1, { patient: patient(2, { parent: "Мать" }) }), {
    contactId: 9,
    ours: false,
    originId: "F1_1",
  });
  const [decision] = planned([of], {
    contacts: [contactFor(9, patient(2)), contactFor(7, of.patient)],
    deals: [bound],
  });
  assert.equal(contactOfUpdate(decision), 7);
  assert.deepEqual(changes(decision), { UF_CARD: "", UF_OLD_CARD: "", UF_PARENT: "" });
});

Deno.test("a bound deal that only lost its contact keeps what a manager wrote where the clinic has nothing", () => {
  const of = reception(1, { patient: patient(1, { parent: "" }) });
  const held = dealFor(70, of, { contactId: undefined, ours: false, originId: "F1_1" });
  const deal = { ...held, fields: { ...held.fields, UF_PARENT: "Мать (со слов)" } };
  const [decision] = planned([of], { contacts: [contactFor(7, of.patient)], deals: [deal] });
  assert.deepEqual(changes(decision), {});
});

Deno.test("another patient's contact that a manager put on a deal of this patient's card stays", () => {
  const of = reception(1, { comment: "новый" });
  const mother = contactFor(9, patient(2));
  const deal = dealFor(70, reception(1), { contactId: 9 });
  for (const contacts of [[mother], [mother, contactFor(7, of.patient)]]) {
    const [decision] = planned([of], { contacts, deals: [deal] });
    assert.deepEqual(kinds(decision), ["update-deal"]);
    assert.equal(contactOfUpdate(decision), undefined);
  }
});

Deno.test("a family that the original program kept on one contact is told apart, though each deal shows its patient's card", () => {
  const [mother, daughter] = [reception(1), reception(2, { patient: patient(2, { name: "Анна", surname: "Иная" }) })];
  const one = { contactId: 9, ours: false, originId: "" };
  const decisions = planned([mother, daughter], {
    contacts: [contactFor(9, mother.patient)],
    deals: [dealFor(70, mother, one), dealFor(71, daughter, one)],
  });
  assert.deepEqual(decisions.map(kinds), [[], ["add-contact", "update-deal"]]);
  assert.equal(contactOfUpdate(decisions[1]), decisions[1].steps[0]);
});

Deno.test("another patient's contact that a manager put on a deal that was bound or told apart before stays", () => {
  const of = reception(1, { comment: "новый" });
  const deal = dealFor(70, reception(1), { contactId: 9, ours: false, originId: "F1_1" });
  const [decision] = planned([of], { contacts: [contactFor(9, patient(2)), contactFor(7, of.patient)], deals: [deal] });
  assert.deepEqual(changes(decision), { UF_COMMENT: "новый" });
  assert.equal(contactOfUpdate(decision), undefined);
});

Deno.test("the origin that another system gave a deal stays", () => {
  const of = reception(1);
  const deal = dealFor(70, of, { contactId: undefined, ours: false, originId: "1C-77" });
  assert.deepEqual(changes(planned([of], { contacts: [contactFor(7, of.patient)], deals: [deal] })[0]), {});
});

Deno.test("a deal that keeps its contact makes none for the patient", () => {
  const of = reception(1);
  const chosen = contact(9, { surname: "Плательщик", name: "Иван", phones: [] });
  const deal = dealFor(70, of, { contactId: 9 });
  assert.deepEqual(planned([of], { contacts: [chosen], deals: [deal] })[0].steps, []);
  const [changed] = planned([{ ...of, comment: "новый" }], { contacts: [chosen], deals: [deal] });
  assert.deepEqual(changes(changed), { UF_COMMENT: "новый" });
});

Deno.test("a second contact of the same patient is no reason to move the deal", () => {
  const of = reception(1);
  const twins = [contactFor(7, of.patient), contactFor(9, of.patient)];
  assert.deepEqual(planned([of], { contacts: twins, deals: [dealFor(70, of, { contactId: 9 })] })[0].steps, []);
});

Deno.test("a contact that a manager chose for the deal stays", () => {
  const of = reception(1);
  const chosen = contact(9, { surname: "Плательщик", name: "Иван", phones: [] });
  const [decision] = planned([of], {
    contacts: [chosen, contactFor(7, of.patient)],
    deals: [dealFor(70, of, { contactId: 9 })],
  });
  assert.deepEqual(decision.steps, []);
});

Deno.test("a patient without a card is told from another patient on the deal all the same", () => {
  const of = reception(1, { patient: patient(1, { cardNumber: "" }) });
  const deal = dealFor(70, of, { contactId: 9 });
  const held = { contacts: [contactFor(9, patient(2)), contactFor(7, of.patient)], deals: [deal] };
  assert.equal(contactOfUpdate(planned([of], held)[0]), 7);
});

Deno.test("a contact that this cycle has given to another patient moves the deal, also where the look-up does not show it yet", () => {
  const of = reception(1);
  const sent = new Sent();
  sent.givenContacts.set(9, "F1_P2");
  const deal = dealFor(70, { ...of, patient: patient(2) }, { contactId: 9 });
  const held = { contacts: [contact(9, { phones: [] }), contactFor(7, of.patient)], deals: [deal] };
  assert.equal(contactOfUpdate(planned([of], held, context({ sent }))[0]), 7);
  assert.equal(contactOfUpdate(planned([of], held)[0]), undefined);
});
