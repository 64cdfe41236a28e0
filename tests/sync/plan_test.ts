import assert from "node:assert/strict";
import fc from "fast-check";
import { type Decision, plan, type PlanContext, type Step } from "../../src/sync/plan.ts";
import type { PortalContact, PortalDeal } from "../../src/sync/ports.ts";
import type { Reception } from "../../src/reception/reception.ts";
import {
  contact,
  contactFor,
  context,
  DEAL,
  dealFor,
  everyStatus,
  FACTS,
  field,
  patient,
  reception,
} from "./made_up.ts";
import { STAGES, stagesOf } from "./made_up.ts";

function planned(
  receptions: readonly Reception[],
  held: { readonly contacts?: readonly PortalContact[]; readonly deals?: readonly PortalDeal[] } = {},
  under: PlanContext = context(),
): Decision[] {
  return plan(receptions, { contacts: held.contacts ?? [], deals: held.deals ?? [] }, under);
}

/** The decision over one reception whose patient is contact 7. */
function overDeal(of: Reception, deal: PortalDeal, under?: PlanContext): Decision {
  return planned([of], { contacts: [contactFor(7, of.patient)], deals: [deal] }, under)[0];
}

/** The fields of the only step, an update of the deal. */
function changes({ steps }: Decision) {
  assert.equal(steps.length, 1);
  assert.equal(steps[0].kind, "update-deal");
  return steps[0].fields;
}

const kinds = (decision: Decision) => decision.steps.map(({ kind }) => kind);

// ── new ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("a new patient and a new reception become a contact and a deal with every configured field", () => {
  const [{ steps, refused, untouched, doubles }] = planned([reception(1)], {}, context({ assigned: 15 }));
  assert.deepEqual([refused, untouched, doubles], [undefined, false, []]);
  const [person, deal] = steps;
  assert.deepEqual(person, {
    kind: "add-contact",
    patient: "F1_P1",
    fields: {
      LAST_NAME: "Ромашкин",
      NAME: "Пётр",
      SECOND_NAME: "Ильич",
      PHONE: [{ VALUE: "+79000000001", VALUE_TYPE: "MOBILE" }],
      TYPE_ID: "CLIENT",
      ORIGINATOR_ID: "IDENT",
      ORIGIN_ID: "F1_P1",
      UF_C_CARD: "К-1",
      ASSIGNED_BY_ID: 15,
    },
  });
  assert.deepEqual(deal, {
    kind: "add-deal",
    contact: person,
    fields: {
      TITLE: "Ромашкин Пётр Ильич",
      CATEGORY_ID: 0,
      STAGE_ID: "NEW",
      UF_KEY: "F1_1",
      UF_START: "2026-03-01T10:30:00+03:00",
      UF_END: "2026-03-01T11:00:00+03:00",
      UF_DOCTOR: "Зубова Анна Львовна",
      UF_SERVICES: "Осмотр, Снимок",
      UF_STATUS: "Запланирован",
      UF_STATUS_TEXT: "Запланирован",
      UF_CARD: "К-1",
      UF_OLD_CARD: "К-1",
      UF_COMMENT: "Перезвонить",
      UF_FILIAL: "Центр",
      UF_ARMCHAIR: "Кресло 2",
      UF_ORDER_DATE: "2026-03-01T11:05:00+03:00",
      UF_SPECIALITY: "Терапевт",
      OPPORTUNITY: "1500.00",
      CURRENCY_ID: "RUB",
      IS_MANUAL_OPPORTUNITY: "Y",
      ASSIGNED_BY_ID: 15,
    },
  });
});

Deno.test("a new deal stands in the configured pipeline, on that pipeline's stage of the status", () => {
  const stages = STAGES.map((each) => ({ ...each, id: `C3:${each.id}` }));
  for (const status of everyStatus) {
    const [{ steps }] = planned([reception(1, { status })], {}, context({ pipeline: 3, stages: stagesOf(stages, 3) }));
    const target = stagesOf(stages, 3).ofStatus[status];
    assert.ok("id" in target);
    assert.equal(steps.at(-1)!.fields.STAGE_ID, target.id);
    assert.equal(steps.at(-1)!.fields.CATEGORY_ID, 3);
  }
});

Deno.test("a reception without bill lines leaves the amount alone", () => {
  const [{ steps }] = planned([reception(1, { amount: undefined })]);
  assert.equal(["OPPORTUNITY", "CURRENCY_ID", "IS_MANUAL_OPPORTUNITY"].some((name) => name in steps[1].fields), false);
  const bare = reception(1, { amount: undefined });
  const deal = dealFor(70, bare);
  assert.deepEqual(overDeal(bare, { ...deal, fields: { ...deal.fields, OPPORTUNITY: "990.00" } }).steps, []);
});

Deno.test("a patient with two phones brings both, one without any brings none", () => {
  const two = patient(1, { phones: ["+79000000001", "+375291234567"] });
  assert.deepEqual(planned([reception(1, { patient: two })])[0].steps[0].fields.PHONE, [
    { VALUE: "+79000000001", VALUE_TYPE: "MOBILE" },
    { VALUE: "+375291234567", VALUE_TYPE: "MOBILE" },
  ]);
  assert.equal("PHONE" in planned([reception(1, { patient: patient(1, { phones: [] }) })])[0].steps[0].fields, false);
});

Deno.test("a patient without any name still has a contact that the portal takes and a deal with a title", () => {
  const nobody = patient(1, { surname: "", name: "", patronymic: "" });
  const [{ steps }] = planned([reception(1, { patient: nobody })]);
  assert.equal(steps[0].fields.LAST_NAME, "Пациент F1_P1");
  assert.equal(steps[1].fields.TITLE, "Пациент F1_P1");
});

Deno.test("fields that the portal lacks or that cannot hold the value are not sent", () => {
  const { UF_DOCTOR: _, ...rest } = FACTS.dealFields;
  const facts = { ...FACTS, dealFields: { ...rest, UF_COMMENT: field("integer") }, contactFields: {} };
  const [{ steps }] = planned([reception(1)], {}, context({ facts }));
  assert.equal("UF_DOCTOR" in steps[1].fields || "UF_COMMENT" in steps[1].fields, false);
  assert.equal("UF_C_CARD" in steps[0].fields, false);
  assert.equal(steps[1].fields.UF_SERVICES, "Осмотр, Снимок");
});

Deno.test("two receptions of one new patient share one new contact", () => {
  const same = patient(1);
  const [first, second] = planned([reception(1, { patient: same }), reception(2, { patient: same })]);
  assert.deepEqual(kinds(first), ["add-contact", "add-deal"]);
  assert.equal(first.steps[0], second.steps[0]);
  for (const { steps: [person, deal] } of [first, second]) {
    assert.ok(deal.kind === "add-deal" && deal.contact === person);
  }
});

Deno.test("relatives on one phone get a contact each", () => {
  const shared = { phones: ["+79000000001"] };
  const [one, other] = planned([
    reception(1, { patient: patient(1, shared) }),
    reception(2, { patient: patient(2, { ...shared, name: "Анна", patronymic: "Петровна" }) }),
  ]);
  assert.notEqual(one.steps[0], other.steps[0]);
  assert.deepEqual([one, other].map(({ steps }) => (steps[0] as { patient: string }).patient), ["F1_P1", "F1_P2"]);
});

Deno.test("a contact that this cycle has made is used although the look-up does not show it", () => {
  const [{ steps }] = planned([reception(1)], {}, context({ madeContacts: new Map([["F1_P1", 55]]) }));
  assert.deepEqual(steps.map((step) => [step.kind, "contact" in step && step.contact]), [["add-deal", 55]]);
});

// ── a contact that exists ────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("of an existing contact only what is empty is filled in, and it is marked as the patient", () => {
  const poor = contact(7, { patronymic: "", phones: ["89000000001"] });
  const [{ steps }] = planned([reception(1)], { contacts: [poor] });
  assert.deepEqual(steps[0], {
    kind: "update-contact",
    id: 7,
    fields: { SECOND_NAME: "Ильич", ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1", UF_C_CARD: "К-1" },
  });
  assert.ok(steps[1].kind === "add-deal" && steps[1].contact === 7);
});

Deno.test("an existing contact's name and phones are never overwritten", () => {
  const renamed = patient(1, { surname: "Ромашкина", phones: ["+79990001122"] });
  const [{ steps }] = planned([reception(1, { patient: renamed })], { contacts: [contactFor(7, patient(1))] });
  assert.deepEqual(steps.map(({ kind }) => kind), ["add-deal"]);
});

Deno.test("a phone is added only to a contact that has none", () => {
  const silent = { ...contactFor(7, patient(1)), phones: [] };
  const [{ steps }] = planned([reception(1)], { contacts: [silent] });
  assert.deepEqual(steps[0].fields, { PHONE: [{ VALUE: "+79000000001", VALUE_TYPE: "MOBILE" }] });
});

Deno.test("an origin of another system stays", () => {
  const foreign = contact(7, { originator: "1C", originId: "77", fields: { UF_C_CARD: "К-1", UF_C_PARENT: null } });
  assert.deepEqual(kinds(planned([reception(1)], { contacts: [foreign] })[0]), ["add-deal"]);
});

Deno.test("what the clinic does not know is not cleared on a contact", () => {
  const known = { ...contactFor(7, patient(1)), fields: { UF_C_CARD: "К-1", UF_C_PARENT: "Ромашкина Ольга" } };
  const bare = patient(1, { cardNumber: "", patronymic: "" });
  assert.deepEqual(kinds(planned([reception(1, { patient: bare })], { contacts: [known] })[0]), ["add-deal"]);
});

// ── a deal that exists ───────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("a deal that shows everything already is left without a request, in every status", () => {
  for (const status of everyStatus) {
    const of = reception(1, { status });
    const decision = overDeal(of, dealFor(70, of));
    assert.deepEqual([decision.steps, decision.refused, decision.untouched], [[], undefined, false]);
  }
});

const CHANGED: [what: string, change: Partial<Reception>, fields: Record<string, unknown>][] = [
  ["another time", { start: "2026-03-02T09:00:00" }, { UF_START: "2026-03-02T09:00:00+03:00" }],
  ["another doctor", { doctor: "Кариес Олег Иванович" }, { UF_DOCTOR: "Кариес Олег Иванович" }],
  ["a service more", { services: ["Осмотр", "Снимок", "Чистка"] }, { UF_SERVICES: "Осмотр, Снимок, Чистка" }],
  ["a comment taken away", { comment: "" }, { UF_COMMENT: "" }],
  ["no end any more", { end: undefined }, { UF_END: "" }],
  ["another amount", { amount: "1500.01" }, {
    OPPORTUNITY: "1500.01",
    CURRENCY_ID: "RUB",
    IS_MANUAL_OPPORTUNITY: "Y",
  }],
  ["an amount of nothing", { amount: "0.00" }, { OPPORTUNITY: "0.00", CURRENCY_ID: "RUB", IS_MANUAL_OPPORTUNITY: "Y" }],
  ["another status", { status: "В процессе" }, {
    UF_STATUS: "В процессе",
    UF_STATUS_TEXT: "В процессе",
    STAGE_ID: "PREPARATION",
  }],
  ["another status on the same stage", { status: "Пациент пришел" }, {
    UF_STATUS: "Пациент пришел",
    UF_STATUS_TEXT: "Пациент пришел",
  }],
];

for (const [what, change, fields] of CHANGED) {
  Deno.test(`of an existing deal only what differs is sent: ${what}`, () => {
    assert.deepEqual(changes(overDeal(reception(1, change), dealFor(70, reception(1)))), fields);
  });
}

Deno.test("title and responsible person are never sent for an existing deal", () => {
  const moved = reception(1, { patient: patient(1, { surname: "Другая" }), comment: "новый" });
  const sent = changes(overDeal(moved, dealFor(70, reception(1)), context({ assigned: 15 })));
  assert.deepEqual(sent, { UF_COMMENT: "новый" });
});

Deno.test("an amount in another currency is put right", () => {
  const of = reception(1);
  const deal = dealFor(70, of);
  assert.deepEqual(changes(overDeal(of, { ...deal, fields: { ...deal.fields, CURRENCY_ID: "USD" } })), {
    OPPORTUNITY: "1500.00",
    CURRENCY_ID: "RUB",
    IS_MANUAL_OPPORTUNITY: "Y",
  });
});

Deno.test("a manager's move of the stage stands until the clinic's status changes", () => {
  const of = reception(1);
  assert.deepEqual(overDeal(of, dealFor(70, of, { stage: "UC_NO40X0" })).steps, []);
  const now = reception(1, { status: "В процессе" });
  assert.equal(changes(overDeal(now, dealFor(70, of, { stage: "UC_NO40X0" }))).STAGE_ID, "PREPARATION");
});

Deno.test("a deal that a manager closed is left untouched, whatever changed", () => {
  const now = reception(1, { status: "Завершен (счет выдан)", amount: "9.00", comment: "новый" });
  for (const stage of ["WON", "LOSE", "APOLOGY"]) {
    const decision = overDeal(now, dealFor(70, reception(1), { stage, closed: true }));
    assert.deepEqual([decision.steps, decision.untouched, decision.refused], [[], true, undefined]);
  }
});

Deno.test("a deal that a manager closed makes no contact either", () => {
  const closed = dealFor(70, reception(1), { stage: "LOSE", closed: true });
  assert.deepEqual(planned([reception(1, { comment: "новый" })], { deals: [closed] })[0].steps, []);
});

Deno.test("a protected stage stays, everything else is written", () => {
  const now = reception(1, { status: "Завершен (счет выдан)", comment: "новый" });
  assert.deepEqual(changes(overDeal(now, dealFor(70, reception(1), { stage: "EXECUTING" }))), {
    UF_STATUS: "Завершен (счет выдан)",
    UF_STATUS_TEXT: "Завершен (счет выдан)",
    UF_COMMENT: "новый",
  });
});

Deno.test("a corrected bill corrects the amount of a deal that the program itself won", () => {
  const won = reception(1, { status: "Завершен (счет выдан)" });
  const sent = changes(overDeal({ ...won, amount: "1800.00" }, dealFor(70, won)));
  assert.deepEqual(sent, { OPPORTUNITY: "1800.00", CURRENCY_ID: "RUB", IS_MANUAL_OPPORTUNITY: "Y" });
});

Deno.test("a visit that is restored reopens the deal that the program itself lost", () => {
  const sent = changes(overDeal(reception(1), dealFor(70, reception(1, { status: "Отменен" }))));
  assert.deepEqual(sent, { UF_STATUS: "Запланирован", UF_STATUS_TEXT: "Запланирован", STAGE_ID: "NEW" });
});

Deno.test("the status text remembers where no status field is configured, and nothing where neither is", () => {
  const of = reception(1, { status: "В процессе" });
  const moved = dealFor(70, of, { stage: "UC_NO40X0" });
  const second = { ...DEAL, status: undefined };
  assert.deepEqual(overDeal(of, moved, context({ dealFields: second })).steps, []);
  const neither = { ...second, statusText: undefined };
  assert.deepEqual(changes(overDeal(of, moved, context({ dealFields: neither }))), { STAGE_ID: "PREPARATION" });
});

Deno.test("a status field that the portal lacks does not remember: the next one does", () => {
  const { UF_STATUS: _, ...dealFields } = FACTS.dealFields;
  const of = reception(1, { status: "В процессе" });
  const moved = dealFor(70, of, { stage: "UC_NO40X0" });
  assert.deepEqual(overDeal(of, moved, context({ facts: { ...FACTS, dealFields } })).steps, []);
});

// ── stages that the pipeline lacks ───────────────────────────────────────────────────────────────────────────────────

const WITHOUT_LOSE = context({ stages: stagesOf(STAGES.filter(({ id }) => id !== "LOSE")) });

Deno.test("a reception that needs a stage the pipeline lacks is refused, with contact and deal unmade", () => {
  const [decision, other] = planned([reception(1, { status: "Отменен" }), reception(2)], {}, WITHOUT_LOSE);
  assert.deepEqual(decision.steps, []);
  assert.match(decision.refused!, /LOSE/);
  assert.match(decision.refused!, /Отменен/);
  assert.deepEqual([kinds(other), other.refused], [["add-contact", "add-deal"], undefined]);
});

Deno.test("an existing deal is refused only when it has to move to the missing stage", () => {
  const cancelled = reception(1, { status: "Отменен" });
  const refused = overDeal(cancelled, dealFor(70, reception(1)), WITHOUT_LOSE);
  assert.deepEqual([refused.steps, refused.refused === undefined], [[], false]);
  const held = overDeal(cancelled, dealFor(70, reception(1), { stage: "EXECUTING" }), WITHOUT_LOSE);
  assert.equal(held.refused, undefined);
  assert.equal(changes(held).UF_STATUS, "Отменен");
});

// ── doubles ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const DOUBLES: [what: string, deals: [id: number, closed: boolean][], used: number, rest: number[]][] = [
  ["the oldest open one", [[30, false], [20, false], [25, false]], 20, [25, 30]],
  ["an open one before an older closed one", [[10, true], [30, false], [20, false]], 20, [30, 10]],
  ["the oldest, if none is open", [[30, true], [10, true]], 10, [30]],
];

for (const [what, deals, used, rest] of DOUBLES) {
  Deno.test(`of doubles ${what} is used, the others are told`, () => {
    const now = reception(1, { status: "Отменен", comment: "новый" });
    const held = deals.map(([id, closed]) =>
      dealFor(id, reception(1, { status: "Отменен" }), { closed, stage: closed ? "LOSE" : "NEW" })
    );
    const [{ steps, doubles }] = planned([now], { contacts: [contactFor(7, now.patient)], deals: held });
    assert.ok(steps[0].kind === "update-deal" && steps[0].id === used);
    assert.deepEqual(doubles, rest);
  });
}

Deno.test("deals of other receptions and deals without a key are nobody's doubles", () => {
  const others = [dealFor(70, reception(2)), dealFor(71, reception(1), { key: "" }), dealFor(72, reception(11))];
  const [decision] = planned([reception(1)], { contacts: [contactFor(7, patient(1))], deals: others });
  assert.deepEqual(decision.doubles, []);
  assert.deepEqual(kinds(decision), ["add-deal"]);
});

// ── the deal's contact ───────────────────────────────────────────────────────────────────────────────────────────────

const contactOfUpdate = ({ steps }: Decision) => {
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
  const deal = dealFor(70, of, { contactId: 9 });
  assert.equal(contactOfUpdate(planned([of], { contacts: [wrong, contactFor(7, of.patient)], deals: [deal] })[0]), 7);
  const [made] = planned([of], { contacts: [wrong], deals: [deal] });
  assert.deepEqual(kinds(made), ["add-contact", "update-deal"]);
  assert.equal(contactOfUpdate(made), made.steps[0]);
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

// ── updating switched off ────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("with updating switched off existing deals and contacts are left, new ones are made", () => {
  const off = context({ updateExisting: false });
  const of = reception(1, { comment: "новый", status: "Отменен" });
  assert.deepEqual(overDeal(of, dealFor(70, reception(1)), off).steps, []);
  const [decision] = planned([reception(1)], { contacts: [contact(7, { patronymic: "" })] }, off);
  assert.deepEqual(decision.steps.map((step) => [step.kind, "contact" in step && step.contact]), [["add-deal", 7]]);
});

// ── promises over any portal ─────────────────────────────────────────────────────────────────────────────────────────

const anyStatus = fc.constantFrom(...everyStatus);
const anyStage = fc.constantFrom(...STAGES.map(({ id }) => id));
const anyReception = fc.record({
  status: anyStatus,
  amount: fc.option(fc.constantFrom("0.00", "1500.00", "99.90"), { nil: undefined }),
  comment: fc.constantFrom("", "Перезвонить"),
  end: fc.option(fc.constant("2026-03-01T11:00:00"), { nil: undefined }),
}).map((change) => reception(1, change));
const anyDeal = fc.record({ was: anyReception, stage: anyStage, closed: fc.boolean(), remembered: fc.boolean() })
  .map(({ was, stage, closed, remembered }) => {
    const deal = dealFor(70, was, { stage, closed });
    return remembered ? deal : { ...deal, fields: { ...deal.fields, UF_STATUS: null } };
  });

/** The portal's deal after an update. */
const after = (deal: PortalDeal, decision: Decision): PortalDeal =>
  decision.steps.reduce(
    (held, step) =>
      step.kind === "update-deal"
        ? { ...held, stage: String(step.fields.STAGE_ID ?? held.stage), fields: { ...held.fields, ...step.fields } }
        : held,
    deal,
  );

Deno.test("what has been carried over needs nothing more: a second plan is empty", () => {
  fc.assert(fc.property(anyReception, anyDeal, (now, deal) => {
    const first = overDeal(now, deal);
    assert.deepEqual(overDeal(now, after(deal, first)).steps, []);
  }));
});

Deno.test("a protected stage is never left, whatever the deal and the reception", () => {
  fc.assert(fc.property(anyReception, anyDeal, (now, deal) => {
    fc.pre(["PREPAYMENT_INVOICE", "EXECUTING", "APOLOGY"].includes(deal.stage));
    for (const { fields } of overDeal(now, deal).steps) assert.equal("STAGE_ID" in fields, false);
  }));
});

Deno.test("a deal is never made twice: where one with the key is held, none is added", () => {
  fc.assert(fc.property(anyReception, fc.array(anyDeal, { minLength: 1, maxLength: 3 }), (now, deals) => {
    const held = deals.map((deal, index) => ({ ...deal, id: 70 + index }));
    const [decision] = planned([now], { contacts: [contactFor(7, now.patient)], deals: held });
    assert.equal(kinds(decision).includes("add-deal"), false);
    assert.equal(decision.doubles.length, deals.length - 1);
  }));
});
