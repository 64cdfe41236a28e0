/** Repeat leads of a contact, one lead to a patient, and conversions that were begun. */
import assert from "node:assert/strict";
import type { ReceptionKey } from "../../../src/reception/reception.ts";
import type { PortalContact, PortalLead } from "../../../src/sync/ports.ts";
import { contact, contactFor, context, dealFor, lead, patient, reception } from "../made_up.ts";
import { kinds, planned } from "./planning.ts";

const OWN = contactFor(7, patient(1));
const CONVERTING = (reception: ReceptionKey) => context({ unfinished: { leads: new Map([[reception, 40]]) } });

// ── repeat leads: of a contact, without a phone of their own ─────────────────────────────────────────────────────────

const REPEAT = lead(40, { phones: [], contactId: 7, name: "" });
const PARTLY = { surname: "", name: "Пётр", patronymic: "" };
const REPEATED: [what: string, lead: PortalLead, contact: PortalContact, matches: boolean][] = [
  ["of the patient's contact", REPEAT, OWN, true],
  ["of a contact that may be the patient", REPEAT, contact(7, PARTLY), true],
  ["of a contact that may be the patient, and of another phone", REPEAT, contact(7, { ...PARTLY, phones: [] }), false],
  ["of a relative's contact", REPEAT, contact(7, { name: "Анна" }), false],
  ["of another patient's contact", REPEAT, contactFor(7, patient(2, { phones: ["+79000000001"] })), false],
  ["of the patient's contact, with another phone", { ...REPEAT, phones: ["+79000000002"] }, OWN, true],
  [
    "of a contact that may be the patient, with another phone of its own",
    { ...REPEAT, phones: ["+79000000002"] },
    contact(7, PARTLY),
    false,
  ],
  ["with a name that contradicts", { ...REPEAT, name: "Анна" }, OWN, false],
  ["of no contact", { ...REPEAT, contactId: undefined }, OWN, false],
];

for (const [what, each, its, matches] of REPEATED) {
  Deno.test(`the patient ${matches ? "came" : "did not come"} from a repeat lead ${what}`, () => {
    const [decision] = planned([reception(1)], { contacts: [its], leads: [each] });
    assert.equal(kinds(decision).includes("close-lead"), matches);
  });
}

// ── one lead to a patient ────────────────────────────────────────────────────────────────────────────────────────────

const closedLeads = (decisions: ReturnType<typeof planned>) =>
  decisions.map(({ steps }) => steps.flatMap((step) => step.kind === "close-lead" ? [step.leadId] : []));

Deno.test("of two leads of one patient two receptions take one, and the other is left", () => {
  const visits = [reception(1), reception(2, { patient: patient(1), start: "2026-03-05T10:00:00" })];
  assert.deepEqual(closedLeads(planned(visits, { contacts: [OWN], leads: [lead(40), lead(41)] })), [[40], []]);
});

Deno.test("a reception that finishes a conversion takes no second lead", () => {
  const held = { contacts: [OWN], deals: [dealFor(70, reception(1), { leadId: 40 })], leads: [lead(40), lead(41)] };
  assert.deepEqual(closedLeads(planned([reception(1)], held, CONVERTING("F1_1"))), [[40]]);
});

Deno.test("a patient who came from two leads is looked for among the contacts of both", () => {
  const both = [reception(1), reception(2, { patient: patient(1), start: "2026-03-05T10:00:00" })];
  const decisions = planned(both, {
    contacts: [contact(9, { ...PARTLY, phones: [] })],
    deals: both.map((each, index) => dealFor(70 + index, each, { leadId: 40 + index, contactId: undefined })),
    leads: [lead(40, { contactId: 9 }), lead(41)],
  }, context({ unfinished: { leads: new Map([["F1_1", 40], ["F1_2", 41]]) } }));
  assert.deepEqual(decisions.map(({ steps }) => steps[0]).map((step) => "id" in step && step.id), [9, 9]);
});

Deno.test("with updating switched off a conversion that was begun is finished with the contact found, and changes no deal", () => {
  const of = reception(1, { comment: "новый" });
  const held = { contacts: [contact(5, { patronymic: "" })], deals: [dealFor(70, reception(1))], leads: [lead(40)] };
  const begun = context({ updateExisting: false, unfinished: { leads: new Map([["F1_1", 40]]) } });
  assert.deepEqual(kinds(planned([of], held, begun)[0]), ["link-lead", "close-lead"]);
});

Deno.test("a contact that was made in the same moment as the lead is linked to it", () => {
  const same = { ...OWN, createdAt: lead(40).createdAt };
  assert.deepEqual(kinds(planned([reception(1)], { contacts: [same], leads: [lead(40)] })[0]), [
    "add-deal",
    "link-lead",
    "link-lead",
    "close-lead",
  ]);
});

Deno.test("a conversion that was begun is left where a manager closed the deal that is not linked to it", () => {
  const deal = dealFor(70, reception(1), { stage: "LOSE", closed: true });
  const [decision] = planned([reception(1)], { contacts: [OWN], deals: [deal], leads: [lead(40)] }, CONVERTING("F1_1"));
  assert.deepEqual([decision.untouched, kinds(decision)], [true, []]);
});

Deno.test("of two receptions without a time the one that has a deal takes the lead", () => {
  const [none, some] = [1, 2].map((id) => reception(id, { start: undefined, patient: patient(1) }));
  const held = { contacts: [contactFor(7, patient(1))], deals: [dealFor(70, some)], leads: [lead(40)] };
  assert.deepEqual(planned([none, some], held).map((seen) => kinds(seen).at(-1)), [undefined, "close-lead"]);
});

Deno.test("a visit that is over and has no time is no reason to leave the lead", () => {
  const of = reception(1, { start: undefined, status: "Завершен" });
  const held = { contacts: [contactFor(7, of.patient)], deals: [dealFor(70, of)], leads: [lead(40)] };
  assert.equal(kinds(planned([of], held)[0]).at(-1), "close-lead");
});

Deno.test("a lead without a name goes to one of two patients on its phone, the one with the earlier visit", () => {
  const phones = ["+79000000001"];
  const [first, second] = [reception(1), reception(2, { patient: patient(2, { phones, name: "Анна" }) })];
  const decisions = planned([first, second], { leads: [lead(40, { name: "" })] });
  assert.deepEqual(decisions.map((seen) => kinds(seen).includes("close-lead")), [true, false]);
});

Deno.test("a conversion that was begun is finished also where the visit was over before the lead came", () => {
  const of = reception(1, { status: "Завершен" });
  const late = lead(40, { createdAt: Date.parse("2026-03-03T10:00:00Z") });
  const held = { contacts: [OWN], deals: [dealFor(70, of)], leads: [late] };
  assert.equal(kinds(planned([of], held, CONVERTING("F1_1"))[0]).at(-1), "close-lead");
  assert.deepEqual(kinds(planned([of], held)[0]), []);
});

Deno.test("a contact that another lead is linked to keeps that one", () => {
  const linked = { ...OWN, leadId: 39, createdAt: lead(40).createdAt + 1 };
  const links = planned([reception(1)], { contacts: [linked], leads: [lead(40)] })[0].steps
    .flatMap((step) => step.kind === "link-lead" ? [step.record] : []);
  assert.deepEqual(links, ["deal"]);
});
