import assert from "node:assert/strict";
import { configOf, configWith, failureOf, MINIMAL, textWith } from "./minimal.ts";

Deno.test("without a mapping the stages are those of the clinics' portals", () => {
  assert.deepEqual(configOf(MINIMAL).stages, {
    byStatus: {
      "Запланирован": "NEW",
      "Пациент пришел": "NEW",
      "В процессе": "PREPARATION",
      "Завершен": "UC_NO40X0",
      "Завершен (счет выдан)": "WON",
      "Отменен": "LOSE",
    },
    final: ["WON", "LOSE"],
    protected: ["PREPAYMENT_INVOICE", "FINAL_INVOICE", "EXECUTING", "APOLOGY"],
    fallback: "NEW",
  });
});

Deno.test("names of statuses may differ in case, ё and blanks; a status that is not named gets the default stage", () => {
  const { stages } = configWith({
    "deal_stages.mapping": "запланирован : C5:NEW,ПАЦИЕНТ  ПРИШЁЛ:Ждёт приёма,завершён(счёт выдан):C5:WON,",
    "deal_defaults.default_stage_id": "C5:PREPARATION",
  });
  assert.deepEqual(stages.byStatus, {
    "Запланирован": "C5:NEW",
    "Пациент пришел": "Ждёт приёма",
    "В процессе": "C5:PREPARATION",
    "Завершен": "C5:PREPARATION",
    "Завершен (счет выдан)": "C5:WON",
    "Отменен": "C5:PREPARATION",
  });
});

Deno.test("a mapping may stand on several lines", () => {
  const { stages } = configOf(MINIMAL + "[deal_stages]\nmapping =\n  Запланирован:A,\n  Отменен:B\n");
  assert.equal(stages.byStatus["Запланирован"], "A");
  assert.equal(stages.byStatus["Отменен"], "B");
});

const WRONG: [string, RegExp][] = [
  [
    "Перенесен:NEW",
    /: «Перенесен» — такого статуса нет; есть: «Запланирован», «Пациент пришел», «В процессе», «Завершен», «Завершен \(счет выдан\)», «Отменен»/,
  ],
  ["Запланирован", /mapping[^«]*: «Запланирован» — нужно «статус:стадия»/],
  ["Запланирован:", /нужно «статус:стадия»/],
  [":NEW", /нужно «статус:стадия»/],
  ["Запланирован:NEW,Отменен", /mapping[^«]*: «Отменен» — нужно/],
  ["Отменен:A,отменён:B", /: «отменён» — этот статус назван дважды/],
];
for (const [mapping, message] of WRONG) {
  Deno.test(`the mapping «${mapping}» is refused with advice`, () => {
    assert.match(failureOf(textWith({ "deal_stages.mapping": mapping })).text.what, message);
  });
}
