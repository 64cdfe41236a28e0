import assert from "node:assert/strict";
import fc from "fast-check";
import type { Reception } from "../../../src/reception/reception.ts";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import {
  contact,
  contactFor,
  context,
  DEAL,
  dealFor,
  everyStatus,
  fieldsOf,
  patient,
  reception,
  STAGES,
  stagesOf,
} from "../made_up.ts";
import { changes, kinds, overDeal, planned, type Seen } from "./planning.ts";

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

Deno.test("an update tells on which stage the deal was", () => {
  const [step] = overDeal(reception(1, { status: "В процессе" }), dealFor(70, reception(1))).steps;
  assert.equal(step.kind === "update-deal" && step.stageBefore, "NEW");
});

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
  for (const stage of ["WON", "LOSE"]) {
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

// ── what the clinic emptied ──────────────────────────────────────────────────────────────────────────────────────────

Deno.test("what the clinic emptied is emptied on the program's own deal, and left on a manager's", () => {
  const emptied = reception(1, { comment: "", end: undefined, doctor: "Васильков Олег" });
  const own = changes(overDeal(emptied, dealFor(70, reception(1))));
  assert.deepEqual(own, { UF_COMMENT: "", UF_END: "", UF_DOCTOR: "Васильков Олег" });
  const managers = changes(overDeal(emptied, dealFor(70, reception(1), { ours: false, originId: "F1_1" })));
  assert.deepEqual(managers, { UF_DOCTOR: "Васильков Олег" });
});

Deno.test("a deal that the program did not make is marked with the first change, where it has the patient's own contact", () => {
  const of = reception(1, { comment: "новый" });
  const others = { ours: false, originId: "" };
  assert.deepEqual(changes(overDeal(of, dealFor(70, reception(1), others))), {
    UF_COMMENT: "новый",
    ORIGIN_ID: "F1_1",
  });
  assert.deepEqual(overDeal(reception(1), dealFor(70, reception(1), others)).steps, []);
  const chosen = contact(9, { surname: "Плательщик", name: "Иван", phones: [] });
  const deal = dealFor(70, reception(1), { ...others, contactId: 9 });
  assert.deepEqual(changes(planned([of], { contacts: [chosen], deals: [deal] })[0]), { UF_COMMENT: "новый" });
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

// ── another pipeline ─────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("a deal in another pipeline is refused only where its stage would have to move", () => {
  const elsewhere = dealFor(70, reception(1), { pipeline: 5, stage: "C5:NEW" });
  const moving = overDeal(reception(1, { status: "В процессе" }), elsewhere);
  assert.deepEqual([moving.steps, moving.refused === undefined], [[], false]);
  assert.deepEqual(changes(overDeal(reception(1, { comment: "новый" }), elsewhere)), { UF_COMMENT: "новый" });
});

Deno.test("a deal that is closed in another pipeline was closed by a manager", () => {
  const elsewhere = dealFor(70, reception(1), { pipeline: 5, stage: "C5:WON", closed: true });
  assert.equal(overDeal(reception(1, { comment: "новый" }), elsewhere).untouched, true);
});

// ── doubles ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type Closer = "nobody" | "manager" | "program";
const STAGE_BY = { nobody: "NEW", manager: "WON", program: "LOSE" } as const satisfies Record<Closer, string>;
const DOUBLES: [what: string, deals: [id: number, closedBy: Closer][], used: number, rest: number[]][] = [
  ["the oldest open one", [[30, "nobody"], [20, "nobody"], [25, "nobody"]], 20, [25, 30]],
  [
    "an open one before an older one that a manager closed",
    [[10, "manager"], [30, "nobody"], [20, "nobody"]],
    20,
    [30, 10],
  ],
  ["one that the program closed before a newer open one", [[10, "program"], [20, "nobody"]], 10, [20]],
  ["the oldest, if the program closed all", [[30, "program"], [10, "program"]], 10, [30]],
];

for (const [what, deals, used, rest] of DOUBLES) {
  Deno.test(`of doubles ${what} is used, the others are told`, () => {
    const now = reception(1, { status: "Отменен", comment: "новый" });
    const held = deals.map(([id, by]) =>
      dealFor(id, reception(1, { status: "Отменен" }), { closed: by !== "nobody", stage: STAGE_BY[by] })
    );
    const [{ steps, doubles }] = planned([now], { contacts: [contactFor(7, now.patient)], deals: held });
    assert.ok(steps[0].kind === "update-deal" && steps[0].id === used);
    assert.deepEqual(doubles, rest);
  });
}

const BILL = "Завершен (счет выдан)";
const UNMARKED = { ours: false, originId: "" };
const MARKED = { ours: false, originId: "F1_1" };
const FOLLOWED: [what: string, first: PortalDeal, second: PortalDeal, used: number][] = [
  [
    "a copy made in the middle of the visit is not paid a second time",
    dealFor(10, reception(1, { status: BILL })),
    dealFor(20, reception(1, { status: "В процессе" }), UNMARKED),
    10,
  ],
  [
    "nor is one that has the program's mark as well",
    dealFor(10, reception(1, { status: BILL })),
    dealFor(20, reception(1, { status: "В процессе" })),
    10,
  ],
  [
    "the live deal of the original program stays the live one where its protected stage outlasts a cancellation",
    dealFor(10, reception(1, { status: "Отменен" }), UNMARKED),
    dealFor(20, reception(1, { status: "Отменен" }), { ...MARKED, stage: "EXECUTING", closed: false }),
    20,
  ],
  [
    "where it was cancelled itself",
    dealFor(10, reception(1, { status: "Отменен" }), UNMARKED),
    dealFor(20, reception(1, { status: "Отменен" }), MARKED),
    20,
  ],
  [
    "and where it was won itself",
    dealFor(10, reception(1, { status: BILL }), UNMARKED),
    dealFor(20, reception(1, { status: BILL }), MARKED),
    20,
  ],
];

for (const [what, first, second, used] of FOLLOWED) {
  Deno.test(`the deal that was followed goes on being followed: ${what}`, () => {
    const now = reception(1, { comment: "новый" });
    for (const deals of [[first, second], [second, first]]) {
      const [{ steps }] = planned([now], { contacts: [contactFor(7, now.patient)], deals });
      assert.ok(steps[0].kind === "update-deal" && steps[0].id === used);
    }
  });
}

Deno.test("of doubles that all were closed by managers none is touched", () => {
  const lost = (id: number) => dealFor(id, reception(1), { stage: "LOSE", closed: true });
  const [decision] = planned([reception(1, { comment: "новый" })], { deals: [lost(30), lost(20)] });
  assert.deepEqual([decision.untouched, decision.steps, decision.doubles], [true, [], [30]]);
});

Deno.test("deals of other receptions and deals without a key are nobody's doubles", () => {
  const others = [
    dealFor(70, reception(2)),
    dealFor(71, reception(1), { key: "", contactId: 8 }),
    dealFor(72, reception(11)),
  ];
  const [decision] = planned([reception(1)], { contacts: [contactFor(7, patient(1))], deals: others });
  assert.deepEqual(decision.doubles, []);
  assert.deepEqual(kinds(decision), ["add-deal"]);
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
const after = (deal: PortalDeal, decision: Seen): PortalDeal =>
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
    for (const step of overDeal(now, deal).steps) assert.equal("STAGE_ID" in fieldsOf(step), false);
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

Deno.test("of two open deals the one of the pipeline is followed, though one that was moved elsewhere is older", () => {
  const now = reception(1, { status: "В процессе" });
  const elsewhere = dealFor(60, reception(1), { pipeline: 5, stage: "C5:NEW" });
  const [{ steps, refused }] = planned([now], {
    contacts: [contactFor(7, now.patient)],
    deals: [elsewhere, dealFor(70, reception(1))],
  });
  assert.deepEqual([steps.map((step) => step.kind === "update-deal" && step.id), refused], [[70], undefined]);
});

Deno.test("where nothing remembers the status, of closed doubles the oldest is followed, on whatever stage it stands", () => {
  const forgetful = context({ dealFields: { ...DEAL, status: undefined, statusText: undefined } });
  const now = reception(1, { status: "Завершен (счет выдан)", comment: "новый" });
  const held = [dealFor(60, now), dealFor(70, now, { stage: "APOLOGY", closed: true })];
  const [{ doubles }] = planned([now], { contacts: [contactFor(7, now.patient)], deals: held }, forgetful);
  assert.deepEqual(doubles, [70]);
});
