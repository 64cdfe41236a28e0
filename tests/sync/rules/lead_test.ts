/** A lead becomes contact and deal. */
import type { ReceptionKey } from "../../../src/reception/reception.ts";
import assert from "node:assert/strict";
import { Sent } from "../../../src/sync/rules/sent.ts";
import type { PortalDeal, PortalLead } from "../../../src/sync/ports.ts";
import { contact, contactFor, context, dealFor, FACTS, lead, patient, reception } from "../made_up.ts";
import { kinds, planned } from "./planning.ts";

const OWN = contactFor(7, patient(1));

/** A deal that a manager made for contact 7. */
const managers = (changes: Partial<PortalDeal>): PortalDeal => ({
  ...dealFor(70, reception(1), { ours: false, originId: "", key: "", stage: "NEW", ...changes }),
  fields: {},
});

const MATCHED: [what: string, lead: PortalLead, matches: boolean][] = [
  ["the phone and the first name", lead(40), true],
  ["the phone and no name", lead(40, { name: "" }), true],
  ["the phone as its name", lead(40, { name: "89000000001" }), true],
  ["the whole name in one field", lead(40, { name: "Ромашкин Пётр Ильич" }), true],
  ["a name that contradicts", lead(40, { name: "Анна" }), false],
  ["a surname that contradicts", lead(40, { surname: "Васильков" }), false],
  ["a patronymic that contradicts", lead(40, { patronymic: "Сергеевич" }), false],
  ["another phone", lead(40, { phones: ["+79000000002"] }), false],
  ["no phone", lead(40, { phones: [] }), false],
  ["a lead that the portal counts as closed", lead(40, { closed: true, status: "JUNK" }), false],
  ["a lead in a status that is configured as closed", lead(40, { status: "SPAM" }), false],
];

for (const [what, each, matches] of MATCHED) {
  Deno.test(`the patient ${matches ? "came" : "did not come"} from a lead: ${what}`, () => {
    const [decision] = planned([reception(1)], { leads: [each] }, context({ closedLeadStatuses: ["SPAM"] }));
    assert.equal(kinds(decision).includes("close-lead"), matches);
  });
}

Deno.test("of several leads the oldest is the patient's", () => {
  const [{ steps }] = planned([reception(1)], { leads: [lead(42), lead(40), lead(41)] });
  assert.deepEqual(steps.filter(({ kind }) => kind === "close-lead").map((step) => "leadId" in step && step.leadId), [
    40,
  ]);
});

Deno.test("a lead becomes a contact and a deal that are linked to it, and is closed last", () => {
  const [decision] = planned([reception(1)], { leads: [lead(40)] });
  assert.deepEqual(kinds(decision), ["add-contact", "add-deal", "link-lead", "link-lead", "close-lead"]);
  const [person, deal, first, second, close] = decision.steps;
  assert.deepEqual(first, { kind: "link-lead", record: "contact", target: person, leadId: 40 });
  assert.deepEqual(second, { kind: "link-lead", record: "deal", target: deal, leadId: 40 });
  assert.ok(close.kind === "close-lead" && close.leadId === 40);
  assert.deepEqual(new Set(close.after), new Set([person, deal, first, second]));
});

Deno.test("in simple mode leads are not touched", () => {
  const simple = context({ facts: { ...FACTS, mode: "simple" } });
  assert.deepEqual(kinds(planned([reception(1)], { leads: [lead(40)] }, simple)[0]), ["add-contact", "add-deal"]);
});

Deno.test("a lead is converted also where the contact was found, which is older and needs no link", () => {
  const [decision] = planned([reception(1)], { contacts: [OWN], leads: [lead(40)] });
  assert.deepEqual(kinds(decision), ["add-deal", "link-lead", "close-lead"]);
});

Deno.test("the lead's own contact is used where its name does not contradict, and not where it does", () => {
  const owned = lead(40, { contactId: 5 });
  const agreeing = contact(5, { phones: [], surname: "", name: "Пётр", patronymic: "" });
  const [used] = planned([reception(1)], { contacts: [agreeing], leads: [owned] });
  assert.equal(kinds(used).includes("add-contact"), false);
  const contradicting = { ...agreeing, name: "Анна" };
  const [made] = planned([reception(1)], { contacts: [contradicting], leads: [owned] });
  assert.equal(kinds(made)[0], "add-contact");
});

Deno.test("of several receptions of the patient the earliest takes the lead, the others do not", () => {
  const late = reception(1, { start: "2026-03-05T10:00:00" });
  const early = reception(2, { patient: patient(1), start: "2026-03-01T10:00:00" });
  const decisions = planned([late, early], { contacts: [OWN], leads: [lead(40)] });
  assert.deepEqual(decisions.map(kinds), [["add-deal"], ["add-deal", "link-lead", "close-lead"]]);
});

Deno.test("a lead is not converted twice in a cycle", () => {
  const sent = new Sent();
  sent.closedLeads.add(40);
  const [decision] = planned([reception(1)], { contacts: [OWN], leads: [lead(40)] }, context({ sent }));
  assert.deepEqual(kinds(decision), ["add-deal"]);
});

Deno.test("a cancelled reception takes no lead", () => {
  const [decision] = planned([reception(1, { status: "Отменен" })], { leads: [lead(40)] });
  assert.deepEqual(kinds(decision), ["add-contact", "add-deal"]);
});

Deno.test("a manager's deal that came from another lead keeps that one, and this lead is left to the managers", () => {
  const held = { contacts: [OWN], deals: [managers({ leadId: 39 })], leads: [lead(40)] };
  assert.deepEqual(kinds(planned([reception(1)], held)[0]), ["bind-deal"]);
  const same = { ...held, deals: [managers({ leadId: 40 })] };
  assert.deepEqual(kinds(planned([reception(1)], same)[0]), ["bind-deal", "close-lead"]);
});

Deno.test("a conversion that was not finished is finished", () => {
  const of = reception(1);
  const unlinked = { contacts: [OWN], deals: [dealFor(70, of)], leads: [lead(40)] };
  assert.deepEqual(kinds(planned([of], unlinked)[0]), ["link-lead", "close-lead"]);
  const linked = { ...unlinked, deals: [dealFor(70, of, { leadId: 40 })] };
  const begun = context({ unfinished: { leads: new Map([[of.key, 40]]) } });
  assert.deepEqual(kinds(planned([of], linked, begun)[0]), ["close-lead"]);
});

Deno.test("a lead that was converted and that a manager opened again is left to the manager", () => {
  const of = reception(1, { comment: "новый" });
  const view = { contacts: [OWN], deals: [dealFor(70, reception(1), { leadId: 40 })], leads: [lead(40)] };
  assert.deepEqual(kinds(planned([of], view)[0]), ["update-deal"]);
});

const KEPT: [what: string, deal: PortalDeal][] = [
  ["the deal came from another lead", dealFor(70, reception(1), { leadId: 39 })],
  ["the deal is older than the lead", dealFor(70, reception(1), { createdAt: 500 })],
  ["a manager closed the deal", dealFor(70, reception(1), { stage: "LOSE", closed: true })],
];

for (const [what, deal] of KEPT) {
  Deno.test(`a lead is left to the managers where ${what}`, () => {
    const [decision] = planned([reception(1, { comment: "новый" })], {
      contacts: [OWN],
      deals: [deal],
      leads: [lead(40)],
    });
    assert.equal(kinds(decision).includes("close-lead"), false);
  });
}

// ── what an earlier cycle began ──────────────────────────────────────────────────────────────────────────────────────

const CONVERTING = (reception: ReceptionKey) => context({ unfinished: { leads: new Map([[reception, 40]]) } });

Deno.test("a deal that is younger than the lead takes it, closed or not, unless the reception is cancelled", () => {
  const won = reception(1, { status: "Завершен (счет выдан)" });
  const closed = planned([won], { contacts: [OWN], deals: [dealFor(70, won)], leads: [lead(40)] })[0];
  assert.deepEqual(kinds(closed), ["link-lead", "close-lead"]);
  const cancelled = reception(1, { status: "Отменен" });
  const lost = planned([cancelled], { contacts: [OWN], deals: [dealFor(70, cancelled)], leads: [lead(40)] })[0];
  assert.deepEqual(kinds(lost), []);
});

Deno.test("a reception finishes the conversion that it began, also cancelled, on an older deal and without updating", () => {
  const cancelled = reception(1, { status: "Отменен" });
  const older = dealFor(70, cancelled, { createdAt: 500 });
  const held = { contacts: [OWN], deals: [older], leads: [lead(40)] };
  assert.deepEqual(kinds(planned([cancelled], held, CONVERTING("F1_1"))[0]), ["link-lead", "close-lead"]);
  const off = context({ updateExisting: false, unfinished: { leads: new Map([["F1_1", 40]]) } });
  assert.deepEqual(kinds(planned([cancelled], held, off)[0]), ["link-lead", "close-lead"]);
  assert.deepEqual(
    kinds(planned([cancelled], { contacts: [OWN], leads: [lead(40)] }, CONVERTING("F1_1"))[0]),
    ["add-deal", "link-lead", "close-lead"],
  );
});

Deno.test("a lead whose conversion another reception began is taken by no other", () => {
  const decisions = planned(
    [reception(2, { patient: patient(1) })],
    { contacts: [OWN], leads: [lead(40)] },
    CONVERTING("F1_1"),
  );
  assert.deepEqual(decisions.map(kinds), [["add-deal"]]);
});

Deno.test("an open lead of the patient's contact is the patient's whatever number the call came from, and a stranger's is not", () => {
  const of = reception(1);
  const called = lead(40, { phones: ["+79990000000"], contactId: 7 });
  const own = { contacts: [contactFor(7, of.patient)], leads: [called] };
  assert.deepEqual(kinds(planned([of], own)[0]).includes("close-lead"), true);
  const others = {
    ...own,
    contacts: [...own.contacts, contactFor(8, patient(2))],
    leads: [{ ...called, contactId: 8 }],
  };
  assert.deepEqual(kinds(planned([of], others)[0]).includes("close-lead"), false);
});

// ── repeat leads ─────────────────────────────────────────────────────────────────────────────────────────────────────

const MOTHER = patient(1, { name: "Анна", surname: "Ромашкина", phones: ["+79000000001"] });
const SON = patient(2, { name: "Илья", surname: "Ромашкин", phones: ["+79000000001"] });
const repeat = (id: number, changes: Partial<PortalLead> = {}) =>
  lead(id, { name: "", phones: [], contactId: 7, ...changes });
const takes = (decisions: readonly { readonly steps: readonly { readonly kind: string }[] }[]) =>
  decisions.map(({ steps }) => steps.some(({ kind }) => kind === "close-lead"));

Deno.test("a lead of the patient's own contact is the patient's, with another phone or with none", () => {
  for (const phones of [[], ["+79999999999"]]) {
    assert.deepEqual(takes(planned([reception(1)], { contacts: [OWN], leads: [repeat(40, { phones })] })), [true]);
  }
});

Deno.test("a call that says no name is of the contact that it came from, though a relative has its phone and comes first", () => {
  const [son, mother] = [
    reception(2, { patient: SON, start: "2026-03-01T09:00:00" }),
    reception(1, { patient: MOTHER, start: "2026-03-01T11:00:00" }),
  ];
  const call = repeat(40, { phones: ["+79000000001"] });
  for (
    const contacts of [[contactFor(7, MOTHER)], [contact(7, { surname: "Ромашкина", name: "Анна", patronymic: "" })]]
  ) {
    assert.deepEqual(takes(planned([son], { contacts, leads: [call] })), [false]);
    assert.deepEqual(takes(planned([son, mother], { contacts, leads: [call] })), [false, true]);
  }
  const named = repeat(40, { phones: ["+79000000001"], name: "Илья" });
  assert.deepEqual(takes(planned([son], { contacts: [contactFor(7, MOTHER)], leads: [named] })), [true]);
});

Deno.test("two repeat leads of one nameless contact go to one patient, not to two relatives", () => {
  const nameless = contact(7, { surname: "", name: "", patronymic: "" });
  const both = [reception(1, { patient: MOTHER }), reception(2, { patient: SON })];
  assert.deepEqual(takes(planned(both, { contacts: [nameless], leads: [repeat(40), repeat(41)] })), [true, false]);
});
