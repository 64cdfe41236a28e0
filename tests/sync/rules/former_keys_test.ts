/** Which of the original program's deals get the key of their reception. */
import assert from "node:assert/strict";
import type { Status } from "../../../src/reception/status.ts";
import { pairFormerKeys, plainKeyIn } from "../../../src/sync/rules/former_keys.ts";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { context, dealFor, reception, STAGES } from "../made_up.ts";

const KEYS: [key: string, plain: string | undefined][] = [
  ["F1_123_2", "F1_123"],
  ["F12_9_31", "F12_9"],
  ["F1_123_t1769072841035", "F1_123"],
  ["F1_123", undefined],
  ["F1_123_", undefined],
  ["F1_123_x", undefined],
  ["F1_123_2_3", undefined],
  ["F1_P77", undefined],
  ["", undefined],
];

for (const [key, plain] of KEYS) {
  Deno.test(`«${key}» is ${plain === undefined ? "no former key" : `a former key of ${plain}`}`, () => {
    assert.equal(plainKeyIn(key), plain);
  });
}

const deal = (id: number, key: string, stage: string, status: Status): PortalDeal =>
  dealFor(id, reception(1, { status }), {
    key,
    stage,
    closed: STAGES.find((each) => each.id === stage)!.semantics !== "process",
    ours: false,
    originId: "",
  });

const BILL = "Завершен (счет выдан)";
const renaming = (id: number, from: string) => ({ id, from, to: "F1_1" as const });
const twins = (followed: number, ...others: number[]) => ({ key: "F1_1" as const, followed, others });

const PAIRS: [what: string, deals: PortalDeal[], found: Partial<ReturnType<typeof pairFormerKeys>>][] = [
  [
    "a closed plain deal and a live one",
    [deal(1, "F1_1", "LOSE", "Отменен"), deal(2, "F1_1_2", "NEW", "Запланирован")],
    {
      renamings: [renaming(2, "F1_1_2")],
      closed: [twins(2, 1)],
    },
  ],
  ["a live one alone", [deal(2, "F1_1_t17690", "NEW", "Запланирован")], { renamings: [renaming(2, "F1_1_t17690")] }],
  ["a lost one alone", [deal(2, "F1_1_2", "LOSE", "Отменен")], { renamings: [renaming(2, "F1_1_2")] }],
  ["both open", [deal(1, "F1_1_2", "NEW", "Запланирован"), deal(2, "F1_1", "NEW", "Запланирован")], {
    open: [twins(2, 1)],
  }],
  ["both won", [deal(1, "F1_1", "WON", BILL), deal(2, "F1_1_2", "WON", BILL)], { won: [twins(1, 2)] }],
  ["a lost plain one and a won one", [deal(1, "F1_1", "LOSE", "Отменен"), deal(2, "F1_1_2", "WON", BILL)], {
    renamings: [renaming(2, "F1_1_2")],
    closed: [twins(2, 1)],
  }],
  ["a won plain one and a manager's copy of it", [deal(1, "F1_1", "WON", BILL), deal(2, "F1_1_2", "NEW", BILL)], {}],
  ["a plain one that a manager won, and a live one", [
    deal(1, "F1_1", "WON", "Запланирован"),
    deal(2, "F1_1_2", "NEW", "Запланирован"),
  ], { renamings: [renaming(2, "F1_1_2")], closed: [twins(2, 1)] }],
  ["two live ones beside a closed plain one", [
    deal(1, "F1_1", "LOSE", "Отменен"),
    deal(3, "F1_1_3", "NEW", "Запланирован"),
    deal(2, "F1_1_2", "NEW", "Запланирован"),
  ], { renamings: [renaming(2, "F1_1_2")], closed: [twins(2, 1)], open: [twins(2, 3)] }],
  ["a manager's copy with the plain key, and the won one", [
    deal(1, "F1_1", "NEW", BILL),
    deal(2, "F1_1_2", "WON", BILL),
  ], { renamings: [renaming(2, "F1_1_2")] }],
  ["a plain one that a manager won, and one that we won", [
    deal(1, "F1_1", "WON", "Запланирован"),
    deal(2, "F1_1_2", "WON", BILL),
  ], { renamings: [renaming(2, "F1_1_2")], won: [twins(2, 1)] }],
  ["an open plain one that was moved to another pipeline, and a live one", [
    { ...deal(1, "F1_1", "NEW", "Запланирован"), pipeline: 5, stage: "C5:NEW" },
    deal(2, "F1_1_2", "NEW", "Запланирован"),
  ], { renamings: [renaming(2, "F1_1_2")], open: [twins(2, 1)] }],
  ["a live one alone in another pipeline", [
    { ...deal(2, "F1_1_2", "NEW", "Запланирован"), pipeline: 5, stage: "C5:NEW" },
  ], { renamings: [renaming(2, "F1_1_2")] }],
  ["plain keys only, twice", [deal(1, "F1_1", "NEW", "Запланирован"), deal(2, "F1_1", "NEW", "Запланирован")], {}],
];

for (const [what, deals, found] of PAIRS) {
  Deno.test(`former keys: ${what}`, () => {
    const expected = { renamings: [], closed: [], open: [], won: [], ...found };
    assert.deepEqual(pairFormerKeys(deals, context()), expected);
    assert.deepEqual(pairFormerKeys(deals.toReversed(), context()), expected);
  });
}
