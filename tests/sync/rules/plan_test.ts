import assert from "node:assert/strict";
import { plan } from "../../../src/sync/rules/plan.ts";
import { Sent } from "../../../src/sync/rules/sent.ts";
import {
  contact,
  contactFor,
  context,
  dealFor,
  everyStatus,
  FACTS,
  field,
  fieldsOf,
  patient,
  reception,
  STAGES,
  stagesOf,
} from "../made_up.ts";
import { kinds, overDeal, planned } from "./planning.ts";

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
    reception: "F1_1",
    contact: person,
    fields: {
      TITLE: "Ромашкин Пётр Ильич",
      CATEGORY_ID: 0,
      STAGE_ID: "NEW",
      ORIGINATOR_ID: "IDENT",
      ORIGIN_ID: "F1_1",
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
    assert.equal(fieldsOf(steps.at(-1)!).STAGE_ID, target.id);
    assert.equal(fieldsOf(steps.at(-1)!).CATEGORY_ID, 3);
  }
});

Deno.test("a reception without bill lines leaves the amount alone", () => {
  const [{ steps }] = planned([reception(1, { amount: undefined })]);
  assert.equal(
    ["OPPORTUNITY", "CURRENCY_ID", "IS_MANUAL_OPPORTUNITY"].some((name) => name in fieldsOf(steps[1])),
    false,
  );
  const bare = reception(1, { amount: undefined });
  const deal = dealFor(70, bare);
  assert.deepEqual(overDeal(bare, { ...deal, fields: { ...deal.fields, OPPORTUNITY: "990.00" } }).steps, []);
});

Deno.test("a patient with two phones brings both, one without any brings none", () => {
  const two = patient(1, { phones: ["+79000000001", "+375291234567"] });
  assert.deepEqual(fieldsOf(planned([reception(1, { patient: two })])[0].steps[0]).PHONE, [
    { VALUE: "+79000000001", VALUE_TYPE: "MOBILE" },
    { VALUE: "+375291234567", VALUE_TYPE: "MOBILE" },
  ]);
  assert.equal(
    "PHONE" in fieldsOf(planned([reception(1, { patient: patient(1, { phones: [] }) })])[0].steps[0]),
    false,
  );
});

Deno.test("a patient without any name still has a contact that the portal takes and a deal with a title", () => {
  const nobody = patient(1, { surname: "", name: "", patronymic: "" });
  const [{ steps }] = planned([reception(1, { patient: nobody })]);
  assert.equal(fieldsOf(steps[0]).LAST_NAME, "Пациент F1_P1");
  assert.equal(fieldsOf(steps[1]).TITLE, "Пациент F1_P1");
});

Deno.test("fields that the portal lacks or that cannot hold the value are not sent", () => {
  const { UF_DOCTOR: _, ...rest } = FACTS.dealFields;
  const facts = { ...FACTS, dealFields: { ...rest, UF_COMMENT: field("integer") }, contactFields: {} };
  const [{ steps }] = planned([reception(1)], {}, context({ facts }));
  assert.equal("UF_DOCTOR" in fieldsOf(steps[1]) || "UF_COMMENT" in fieldsOf(steps[1]), false);
  assert.equal("UF_C_CARD" in fieldsOf(steps[0]), false);
  assert.equal(fieldsOf(steps[1]).UF_SERVICES, "Осмотр, Снимок");
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
  const sent = new Sent();
  sent.note({ kind: "add-contact", patient: "F1_P1", fields: {} }, 55);
  const [{ steps }] = planned([reception(1)], {}, context({ sent }));
  assert.deepEqual(steps.map((step) => [step.kind, "contact" in step && step.contact]), [["add-deal", 55]]);
});

// ── a contact that exists ────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("of an existing contact only what is empty is filled in, and it is marked as the patient", () => {
  const poor = contact(7, { patronymic: "", phones: ["+79000000001"] });
  const [{ steps }] = planned([reception(1)], { contacts: [poor] });
  assert.deepEqual(steps[0], {
    kind: "give-contact",
    patient: "F1_P1",
    id: 7,
    fields: { SECOND_NAME: "Ильич", ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1", UF_C_CARD: "К-1" },
  });
  // The contact is the patient's only when that is confirmed: the deal waits.
  assert.ok(steps[1].kind === "add-deal" && steps[1].contact === steps[0]);
});

Deno.test("an existing contact's name and phones are never overwritten", () => {
  const renamed = patient(1, { surname: "Ромашкина" });
  const [{ steps }] = planned([reception(1, { patient: renamed })], { contacts: [contactFor(7, patient(1))] });
  assert.deepEqual(steps.map(({ kind }) => kind), ["add-deal"]);
});

Deno.test("a name that comes later takes the place of the makeshift one, and of no other", () => {
  const held = { ...contactFor(7, patient(1)), surname: "Пациент F1_P1", name: "", patronymic: "" };
  const [{ steps }] = planned([reception(1)], { contacts: [held] });
  const { LAST_NAME, NAME, SECOND_NAME } = fieldsOf(steps[0]);
  assert.deepEqual([LAST_NAME, NAME, SECOND_NAME], ["Ромашкин", "Пётр", "Ильич"]);
  const [other] = planned([reception(1)], { contacts: [{ ...held, surname: "Пациент F1_P2" }] });
  assert.equal("LAST_NAME" in fieldsOf(other.steps[0]), false);
});

Deno.test("a new phone is added to the contact that is marked as the patient, and none is replaced", () => {
  const [old, fresh] = ["+79990001122", "+79000000001"];
  for (
    const [phones, shown, added] of [[[fresh], [], [fresh]], [[old, fresh], [old], [fresh]], [[old], [old, fresh], []]]
  ) {
    const known = { ...contactFor(7, patient(1)), phones: shown };
    const [{ steps }] = planned([reception(1, { patient: patient(1, { phones }) })], { contacts: [known] });
    const sent = steps[0].kind === "update-contact" ? fieldsOf(steps[0]) : {};
    assert.deepEqual(sent, added.length === 0 ? {} : { PHONE: [{ VALUE: fresh, VALUE_TYPE: "MOBILE" }] });
  }
});

Deno.test("a contact that is only matched by name and phone gets no phone beside its own", () => {
  const two = patient(1, { phones: ["+79000000001", "+79990001122"] });
  const [{ steps }] = planned([reception(1, { patient: two })], { contacts: [contact(7)] });
  assert.ok(steps[0].kind === "give-contact" && !("PHONE" in steps[0].fields));
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

// ── nobody responsible; decisions and receptions ──────────────────────────────────────────────────────────────────────────────────────

Deno.test("where nobody is configured as responsible the portal chooses", () => {
  for (const step of planned([reception(1)])[0].steps) assert.equal("ASSIGNED_BY_ID" in fieldsOf(step), false);
});

Deno.test("each decision tells of its own reception, in the order of the receptions", () => {
  const receptions = [
    reception(3, { start: undefined }),
    reception(2, { start: "2026-04-01T10:00:00" }),
    reception(1, { status: "Отменен" }),
  ];
  const decisions = plan(receptions, { contacts: [], deals: [], leads: [] }, context());
  assert.deepEqual(decisions.map((decision) => decision.reception), receptions);
});
