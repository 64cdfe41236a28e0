/** The stage of an existing deal, row by row of the table, and whose closing stands. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Status, STATUSES } from "../../../src/reception/status.ts";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { type How, isClosedByManager, nextStage, STAGE_RULES } from "../../../src/sync/rules/stage.ts";
import { context, DEAL, dealFor, reception, STAGES, stagesOf } from "../made_up.ts";

/** A deal on a stage that remembers a status; `undefined`: the portal has no field for it. */
function dealOn(stage: string, remembered: string | undefined, changes: Partial<PortalDeal> = {}): PortalDeal {
  const deal = dealFor(70, reception(1), { stage, closed: ["WON", "LOSE", "APOLOGY"].includes(stage), ...changes });
  return { ...deal, fields: { ...deal.fields, UF_STATUS: remembered ?? null, UF_STATUS_TEXT: remembered ?? null } };
}

const FORGETFUL = context({ dealFields: { ...DEAL, status: undefined, statusText: undefined } });
const under = (remembered: string | undefined) => remembered === undefined ? FORGETFUL : context();

const MANAGERS = { ours: false, originId: "" } as const;

const ROWS: [
  what: string,
  deal: PortalDeal,
  status: Status,
  how: How,
  next: string,
  remembered?: string | undefined,
][] = [
  ["a protected stage stays", dealOn("EXECUTING", "Запланирован"), "Завершен", "follow", "stay"],
  ["a protected stage that the portal calls final stays", dealOn("APOLOGY", "Отменен"), "Завершен", "follow", "stay"],
  ["a protected stage stays when binding", dealOn("EXECUTING", ""), "Завершен", "bind", "stay"],
  ["the status is the one last written", dealOn("UC_NO40X0", "В процессе"), "В процессе", "follow", "stay"],
  ["the statuses share a stage", dealOn("PREPARATION", "Запланирован"), "Пациент пришел", "follow", "stay"],
  ["the status changed", dealOn("NEW", "Запланирован"), "В процессе", "follow", "PREPARATION"],
  [
    "a manager moved it on, then the status changed",
    dealOn("UC_NO40X0", "Запланирован"),
    "В процессе",
    "follow",
    "PREPARATION",
  ],
  ["a lost visit is restored", dealOn("LOSE", "Отменен"), "Запланирован", "follow", "NEW"],
  ["our own deal never knew a status", dealOn("UC_NO40X0", ""), "В процессе", "follow", "PREPARATION"],
  [
    "a manager's deal never knew a status, and the stage lies behind",
    dealOn("UC_NO40X0", "", MANAGERS),
    "В процессе",
    "follow",
    "stay",
  ],
  [
    "a manager's deal never knew a status, and the stage lies ahead",
    dealOn("NEW", "", MANAGERS),
    "В процессе",
    "follow",
    "PREPARATION",
  ],
  ["binding moves forward", dealOn("NEW", "", MANAGERS), "Завершен (счет выдан)", "bind", "WON"],
  ["binding never moves back", dealOn("UC_NO40X0", "", MANAGERS), "Запланирован", "bind", "stay"],
  [
    "binding moves also where somebody wrote the status already",
    dealOn("NEW", "В процессе", MANAGERS),
    "В процессе",
    "bind",
    "PREPARATION",
  ],
  ["nothing remembers the status", dealOn("UC_NO40X0", undefined), "Запланирован", "follow", "NEW", undefined],
  ["it stands where it should", dealOn("PREPARATION", "Запланирован"), "В процессе", "follow", "stay"],
];

for (const [what, deal, status, how, expected, ...remembered] of ROWS) {
  Deno.test(`the next stage of a deal: ${what} → ${expected}`, () => {
    const next = nextStage(deal, status, how, under(remembered.length > 0 ? remembered[0] : ""));
    assert.equal(next.kind === "move" ? next.stage : next.kind, expected);
  });
}

Deno.test("a stage that the pipeline lacks is refused with its name, and a deal of another pipeline with its number", () => {
  const missing = context({ stages: stagesOf(STAGES.filter(({ id }) => id !== "LOSE")) });
  const refused = nextStage(dealOn("NEW", "Запланирован"), "Отменен", "follow", missing);
  assert.ok(refused.kind === "refuse" && /LOSE/.test(refused.reason) && /Отменен/.test(refused.reason));
  const elsewhere = nextStage(dealOn("C5:NEW", "Запланирован", { pipeline: 5 }), "В процессе", "follow", context());
  assert.ok(elsewhere.kind === "refuse" && /70/.test(elsewhere.reason) && /В процессе/.test(elsewhere.reason));
});

const REFUSED: [what: string, deal: PortalDeal, how: How, reason: RegExp][] = [
  [
    "to a manager's deal that never knew a status",
    dealOn("NEW", "", MANAGERS),
    "follow",
    /стадии «LOSE» \(статус «Отменен»\) нет в воронке/,
  ],
  ["to a deal that is being bound", dealOn("NEW", "", MANAGERS), "bind", /стадии «LOSE»/],
  [
    "to a deal of another pipeline: it would be missing there as well",
    dealOn("C5:NEW", "Запланирован", { pipeline: 5 }),
    "follow",
    /стадии «LOSE»/,
  ],
];

for (const [what, deal, how, reason] of REFUSED) {
  Deno.test(`a stage that the pipeline lacks is refused ${what}`, () => {
    const missing = context({ stages: stagesOf(STAGES.filter(({ id }) => id !== "LOSE")) });
    const next = nextStage(deal, "Отменен", how, missing);
    assert.match(next.kind === "refuse" ? next.reason : "", reason);
  });
}

Deno.test("a manager's deal of another pipeline is refused also where it never knew a status", () => {
  const elsewhere = dealOn("C5:NEW", "", { ...MANAGERS, pipeline: 5 });
  assert.equal(nextStage(elsewhere, "В процессе", "follow", context()).kind, "refuse");
});

Deno.test("a missing stage refuses nobody whose deal stays where it is", () => {
  const missing = context({ stages: stagesOf(STAGES.filter(({ id }) => id !== "LOSE")) });
  assert.equal(nextStage(dealOn("EXECUTING", "Запланирован"), "Отменен", "follow", missing).kind, "stay");
  assert.equal(nextStage(dealOn("NEW", "Отменен"), "Отменен", "follow", missing).kind, "stay");
});

const CLOSED: [what: string, stage: string, remembered: string | undefined, closed: boolean][] = [
  ["an open stage", "PREPARATION", "Запланирован", false],
  ["won, and we wrote the bill", "WON", "Завершен (счет выдан)", false],
  ["won, and we had written a visit", "WON", "В процессе", true],
  ["lost, and we had written a bill", "LOSE", "Завершен (счет выдан)", true],
  ["lost, and we wrote the cancellation", "LOSE", "Отменен", false],
  ["won, and nothing was ever written", "WON", "", true],
  ["won, with a status of somebody's own", "WON", "Оплачено", true],
  ["won, with nothing to remember by", "WON", undefined, false],
  ["on a protected stage that the portal counts as closed", "APOLOGY", "Запланирован", false],
  ["on a closed stage of another pipeline", "C5:WON", "Запланирован", true],
];

for (const [what, stage, remembered, closed] of CLOSED) {
  Deno.test(`a manager ${closed ? "closed" : "did not close"} the deal: ${what}`, () => {
    const deal = dealOn(stage, remembered, { closed: !["PREPARATION"].includes(stage) });
    assert.equal(isClosedByManager(deal, under(remembered)), closed);
  });
}

Deno.test("a deal that the program closed itself is never taken for a manager's, in any status", () => {
  for (const status of STATUSES) {
    const target = stagesOf().ofStatus[status];
    assert.ok("id" in target);
    assert.equal(isClosedByManager(dealOn(target.id, status, { closed: true }), context()), false);
  }
});

Deno.test("whatever the deal, one row of the table holds, and only a protected or unchanged one keeps a wrong stage", () => {
  const anyDeal = fc.record({
    stage: fc.constantFrom(...STAGES.map(({ id }) => id)),
    remembered: fc.constantFrom("", ...STATUSES),
    ours: fc.boolean(),
  }).map(({ stage, remembered, ours }) => dealOn(stage, remembered, { ours }));
  fc.assert(
    fc.property(anyDeal, fc.constantFrom(...STATUSES), fc.constantFrom<How>("follow", "bind"), (deal, status, how) => {
      const next = nextStage(deal, status, how, context());
      assert.notEqual(next.kind === "move" && next.stage, deal.stage);
      if (["PREPAYMENT_INVOICE", "EXECUTING", "APOLOGY"].includes(deal.stage)) assert.equal(next.kind, "stay");
    }),
  );
  assert.equal(STAGE_RULES.at(-1)!.holds(undefined as never), true);
});
