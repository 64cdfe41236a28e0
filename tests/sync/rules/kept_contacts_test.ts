/** What a patient who needs no contact now keeps from others who do. */
import assert from "node:assert/strict";
import type { Patient } from "../../../src/reception/reception.ts";
import type { PortalContact } from "../../../src/sync/ports.ts";
import { Contacts } from "../../../src/sync/rules/contact.ts";
import { contact, context, dealFor, fieldsOf, lead, patient, reception } from "../made_up.ts";
import { kinds, planned } from "./planning.ts";

const PHONES = ["+79000000001"];
const AWAY = ["+79990000000"];
const NAMELESS = { surname: "", name: "", patronymic: "" };

const person = (id: number, changes: Partial<Patient> = {}) =>
  patient(id, { phones: PHONES, cardNumber: "", patronymic: "", ...changes });
const card = (number: string) => ({ fields: { UF_C_CARD: number, UF_C_PARENT: null } });

interface Side {
  readonly patient: Patient;
  readonly ofOwnDeal?: boolean;
}

/** The other one's evidence is the next weaker one in each row, and the other one comes first. */
const KEPT: [evidence: string, contact: Partial<PortalContact>, keeper: Side, other: Side][] = [
  [
    "own deal, name and card",
    { ...card("К-1"), patronymic: "" },
    { patient: person(1, { phones: AWAY, cardNumber: "К-1" }), ofOwnDeal: true },
    { patient: person(2, { cardNumber: "К-1" }) },
  ],
  [
    "own deal, name and patronymic",
    {},
    { patient: person(1, { phones: AWAY, patronymic: "Ильич" }), ofOwnDeal: true },
    { patient: person(2, { patronymic: "Ильич" }) },
  ],
  [
    "phone, name and card",
    card("К-1"),
    { patient: person(1, { cardNumber: "К-1" }) },
    { patient: person(2, { patronymic: "Ильич" }) },
  ],
  [
    "phone, name and patronymic",
    {},
    { patient: person(1, { patronymic: "Ильич" }) },
    { patient: person(2), ofOwnDeal: true },
  ],
  [
    "own deal and name",
    { patronymic: "" },
    { patient: person(1, { phones: AWAY }), ofOwnDeal: true },
    { patient: person(2) },
  ],
  ["own deal and phone, without a name", NAMELESS, { patient: person(1), ofOwnDeal: true }, { patient: person(2) }],
];

const LEFT: [evidence: string, contact: Partial<PortalContact>][] = [
  ["phone and name", { patronymic: "" }],
  ["phone, without a name", NAMELESS],
];

function keysOf(its: Partial<PortalContact>, keeper: Side, other: Side): string[] {
  const claimants = [other, keeper].map((side) => ({
    patient: side.patient,
    needs: side === other,
    ofOwnDeals: new Set(side.ofOwnDeal ? [5] : []),
  }));
  const contacts = new Contacts(claimants, [contact(5, its)], context());
  contacts.assignByLeads(() => []);
  return [keeper, other].filter(({ patient }) => contacts.of(patient) !== undefined).map(({ patient }) => patient.key);
}

for (const [evidence, its, keeper, other] of KEPT) {
  Deno.test(`who needs no contact keeps the one that is theirs by ${evidence}`, () => {
    assert.deepEqual(keysOf(its, keeper, other), ["F1_P1"]);
  });
}

for (const [evidence, its] of LEFT) {
  Deno.test(`who needs no contact leaves the one that is theirs by ${evidence} to another`, () => {
    assert.deepEqual(keysOf(its, { patient: person(1) }, { patient: person(2) }), ["F1_P2"]);
  });
}

Deno.test("who needs no contact leaves that of the lead to another", () => {
  const closed = reception(1, { patient: person(1) });
  const deal = dealFor(70, closed, { stage: "LOSE", closed: true, leadId: 40, contactId: undefined });
  const decisions = planned([closed, reception(2, { patient: person(2), start: "2026-03-02T10:30:00" })], {
    contacts: [contact(5, NAMELESS)],
    deals: [deal],
    leads: [lead(40, { contactId: 5 })],
  }, context({ unfinished: { leads: new Map([["F1_1", 40]]) } }));
  assert.deepEqual(decisions.map(kinds), [["close-lead"], ["give-contact", "add-deal"]]);
});

Deno.test("of two patients of whom a contact tells alike, the one with the earlier visit gets it, one without a time last", () => {
  const [timeless, timed] = [
    reception(1, { patient: person(1), start: undefined }),
    reception(2, { patient: person(2) }),
  ];
  const later = reception(3, { patient: person(3), start: "2026-03-02T10:30:00" });
  const held = { contacts: [contact(5, { patronymic: "" })], deals: [dealFor(70, timeless, { contactId: undefined })] };
  for (const visits of [[timeless, timed, later], [later, timed, timeless], [timed, timeless, later]]) {
    const given = planned(visits, held).flatMap(({ steps }) => steps).filter(({ kind }) => kind === "give-contact");
    assert.deepEqual(given.map((step) => fieldsOf(step).ORIGIN_ID), ["F1_P2"]);
  }
});
