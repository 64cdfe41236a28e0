/** A manager's open deal becomes the reception's. */
import assert from "node:assert/strict";
import type { Reception } from "../../../src/reception/reception.ts";
import { Sent } from "../../../src/sync/rules/sent.ts";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { contactFor, context, dealFor, everyStatus, fieldsOf, patient, reception } from "../made_up.ts";
import { kinds, planned, type Seen } from "./planning.ts";

// ── a manager's deal ─────────────────────────────────────────────────────────────────────────────────────────────────

const OWN = contactFor(7, patient(1));

/** A deal that a manager made for contact 7. */
const managers = (id: number, changes: Partial<PortalDeal> = {}): PortalDeal => ({
  ...dealFor(id, reception(1), { ours: false, originId: "", key: "", stage: "NEW", ...changes }),
  fields: { OPPORTUNITY: "0.00", CURRENCY_ID: "RUB", UF_COMMENT: "заметка менеджера", ...changes.fields },
});

const boundTo = ({ steps }: Seen): number | undefined => {
  const step = steps.find(({ kind }) => kind === "bind-deal");
  return step?.kind === "bind-deal" ? step.id : undefined;
};

Deno.test("a manager's open deal of the patient's contact becomes the reception's, with key and fields in one write", () => {
  const [decision] = planned([reception(1, { status: "В процессе" })], { contacts: [OWN], deals: [managers(70)] });
  assert.deepEqual(kinds(decision), ["bind-deal"]);
  assert.equal(boundTo(decision), 70);
  const [bound] = decision.steps;
  assert.ok(bound.kind === "bind-deal");
  assert.deepEqual([bound.contact, bound.stageBefore], [7, "NEW"]);
  const fields = fieldsOf(bound);
  assert.deepEqual([fields.UF_KEY, fields.STAGE_ID, fields.UF_STATUS], ["F1_1", "PREPARATION", "В процессе"]);
  assert.equal("TITLE" in fields || "ASSIGNED_BY_ID" in fields, false);
});

Deno.test("the newest of several open deals is bound", () => {
  const deals = [managers(70), managers(90), managers(80)];
  assert.equal(boundTo(planned([reception(1)], { contacts: [OWN], deals })[0]), 90);
});

const NOT_BOUND: [what: string, deal: PortalDeal][] = [
  ["a closed one", managers(70, { closed: true, stage: "LOSE" })],
  ["an open one on a stage that the configuration counts as final", managers(70, { stage: "LOSE" })],
  ["one of another pipeline", managers(70, { pipeline: 5 })],
  ["one that has a key", managers(70, { key: "F1_99" })],
  ["one of another contact", managers(70, { contactId: 8 })],
  ["one without a contact", managers(70, { contactId: undefined })],
];

for (const [what, deal] of NOT_BOUND) {
  Deno.test(`a manager's deal is left alone: ${what}`, () => {
    assert.deepEqual(kinds(planned([reception(1)], { contacts: [OWN], deals: [deal] })[0]), ["add-deal"]);
  });
}

Deno.test("a reception that is cancelled when first seen binds nothing", () => {
  const [decision] = planned([reception(1, { status: "Отменен" })], { contacts: [OWN], deals: [managers(70)] });
  assert.deepEqual(kinds(decision), ["add-deal"]);
});

Deno.test("with updating switched off nothing is bound", () => {
  const off = context({ updateExisting: false });
  assert.deepEqual(kinds(planned([reception(1)], { contacts: [OWN], deals: [managers(70)] }, off)[0]), ["add-deal"]);
});

const PLACES: [from: string, status: Reception["status"], stage: string | undefined][] = [
  ["NEW", "Завершен (счет выдан)", "WON"],
  ["UC_NO40X0", "Запланирован", undefined],
  ["UC_NO40X0", "Завершен", undefined],
  ["EXECUTING", "Завершен (счет выдан)", undefined],
];

for (const [from, status, stage] of PLACES) {
  Deno.test(`when binding, the stage moves forward only: ${from} and «${status}» → ${stage ?? "stays"}`, () => {
    const held = { contacts: [OWN], deals: [managers(70, { stage: from })] };
    assert.equal(fieldsOf(planned([reception(1, { status })], held)[0].steps[0]).STAGE_ID, stage);
  });
}

Deno.test("what the clinic does not know stays as the manager wrote it", () => {
  const bare = reception(1, { comment: "", amount: undefined });
  const fields = fieldsOf(planned([bare], { contacts: [OWN], deals: [managers(70)] })[0].steps[0]);
  assert.equal("UF_COMMENT" in fields || "OPPORTUNITY" in fields, false);
});

Deno.test("two receptions of one patient never bind one deal, in one plan or in one cycle", () => {
  const two = [reception(1), reception(2, { patient: patient(1), start: "2026-03-02T10:00:00" })];
  const held = { contacts: [OWN], deals: [managers(70)] };
  assert.deepEqual(planned(two, held).map(boundTo), [70, undefined]);
  const sent = new Sent();
  sent.boundDeals.add(70);
  assert.deepEqual(planned(two, held, context({ sent })).map(boundTo), [undefined, undefined]);
});

Deno.test("the earliest visit binds the deal, in whatever order the receptions come", () => {
  const late = reception(1, { start: "2026-03-05T10:00:00" });
  const early = reception(2, { patient: patient(1), start: "2026-03-01T10:00:00" });
  const held = { contacts: [OWN], deals: [managers(70)] };
  assert.deepEqual(planned([late, early], held).map(boundTo), [undefined, 70]);
  assert.deepEqual(planned([early, late], held).map(boundTo), [70, undefined]);
});

Deno.test("a contact that is new in this cycle has no manager's deal to bind", () => {
  const sent = new Sent();
  sent.note({ kind: "add-contact", patient: "F1_P1", fields: {} }, 7);
  const [decision] = planned([reception(1)], { contacts: [OWN], deals: [managers(70)] }, context({ sent }));
  assert.deepEqual(kinds(decision), ["add-deal"]);
});

Deno.test("a contact that this cycle has given to the patient may have a manager's deal, as it was there before", () => {
  const sent = new Sent();
  sent.note({ kind: "give-contact", patient: "F1_P1", id: 7, fields: {} }, undefined);
  const [decision] = planned([reception(1)], { contacts: [OWN], deals: [managers(70)] }, context({ sent }));
  assert.equal(boundTo(decision), 70);
});

Deno.test("a deal with a former key of the reception is the reception's deal", () => {
  const moved = reception(1, { key: "F3_1", formerKeys: ["F1_1"], comment: "новый" });
  const [decision] = planned([moved], { contacts: [OWN], deals: [dealFor(70, reception(1))] });
  assert.deepEqual(kinds(decision), ["update-deal"]);
  assert.equal(boundTo(decision), undefined);
});

Deno.test("a deal that was made on a later day than a visit that is over is about something else", () => {
  const later = managers(70, { createdAt: Date.parse("2026-03-02T00:00:00+03:00") });
  const sameDay = managers(71, { createdAt: Date.parse("2026-03-01T23:59:59+03:00") });
  for (const status of everyStatus.filter((each) => each !== "Отменен")) {
    const bound = (deal: PortalDeal) =>
      boundTo(planned([reception(1, { status })], { contacts: [OWN], deals: [deal] })[0]);
    const isOver = status === "Завершен" || status === "Завершен (счет выдан)";
    assert.deepEqual([bound(later), bound(sameDay)], [isOver ? undefined : 70, 71], status);
  }
});

Deno.test("a deal that the program made and whose key somebody took away keeps what the clinic does not know", () => {
  const bare = reception(1, { comment: "" });
  const fields = fieldsOf(planned([bare], { contacts: [OWN], deals: [managers(70, { ours: true })] })[0].steps[0]);
  assert.equal("UF_COMMENT" in fields, false);
});

Deno.test("a stage that stays when binding is not in the update", () => {
  const held = { contacts: [OWN], deals: [managers(70, { stage: "UC_NO40X0" })] };
  assert.equal("STAGE_ID" in fieldsOf(planned([reception(1)], held)[0].steps[0]), false);
});
