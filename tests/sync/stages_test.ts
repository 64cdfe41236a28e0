import assert from "node:assert/strict";
import { resolveStages } from "../../src/sync/stages.ts";
import type { PortalStage } from "../../src/sync/ports.ts";
import { STAGE_CONFIG, STAGES, stagesOf } from "./made_up.ts";

const stage = (id: string, name: string, semantics: PortalStage["semantics"] = "process"): PortalStage => ({
  id,
  name,
  sort: 10,
  semantics,
});

/** The stage that the word resolves to for "Запланирован". */
function resolved(word: string, pipeline: number, stages: readonly PortalStage[]) {
  const config = { ...STAGE_CONFIG, byStatus: { ...STAGE_CONFIG.byStatus, "Запланирован": word } };
  return resolveStages(config, pipeline, stages).stages.ofStatus["Запланирован"];
}

const RESOLVED: [what: string, word: string, pipeline: number, stages: PortalStage[], id: string][] = [
  ["an id as it is", "PREPARATION", 0, [stage("NEW", "А"), stage("PREPARATION", "Б")], "PREPARATION"],
  ["a full id in a further pipeline", "C5:NEW", 5, [stage("C5:NEW", "А")], "C5:NEW"],
  ["a short id in a further pipeline", "NEW", 5, [stage("C5:NEW", "А")], "C5:NEW"],
  ["the name that the portal shows", "Первичный приём", 0, [stage("UC_1", "Первичный приём")], "UC_1"],
  ["the name in another case, with е for ё", "первичный ПРИЕМ", 0, [stage("UC_1", "Первичный  приём ")], "UC_1"],
  ["an id that is also another stage's name", "NEW", 0, [stage("UC_1", "new"), stage("NEW", "Новая")], "NEW"],
];

for (const [what, word, pipeline, stages, id] of RESOLVED) {
  Deno.test(`a configured stage is found by ${what}`, () => {
    assert.deepEqual(resolved(word, pipeline, stages), { id });
  });
}

const MISSING: [what: string, word: string, pipeline: number, stages: PortalStage[]][] = [
  ["a stage of another pipeline", "C4:NEW", 5, [stage("C5:NEW", "А")]],
  ["a short id of another pipeline", "NEW", 4, [stage("C5:NEW", "А")]],
  ["a part of a name", "Перв", 0, [stage("UC_1", "Первичный приём")]],
  ["no stages at all", "NEW", 0, []],
];

for (const [what, word, pipeline, stages] of MISSING) {
  Deno.test(`a stage that the pipeline lacks is known to be missing: ${what}`, () => {
    assert.deepEqual(resolved(word, pipeline, stages), { missing: word });
  });
}

Deno.test("a name that two stages share resolves to neither and is told once", () => {
  const twins = [stage("UC_1", "Приём"), stage("UC_2", "приём")];
  const config = {
    ...STAGE_CONFIG,
    byStatus: { ...STAGE_CONFIG.byStatus, "Запланирован": "Прием", "В процессе": "Прием" },
  };
  const { stages, ambiguous } = resolveStages(config, 0, twins);
  assert.deepEqual(stages.ofStatus["Запланирован"], { missing: "Прием" });
  assert.deepEqual(ambiguous, [{ name: "Прием", ids: ["UC_1", "UC_2"] }]);
});

Deno.test("an ambiguous name among the protected or final stages is told as well", () => {
  const twins = [stage("UC_1", "Приём"), stage("UC_2", "Приём"), ...STAGES];
  for (const list of ["final", "protected"] as const) {
    const { ambiguous } = resolveStages({ ...STAGE_CONFIG, [list]: ["Приём"] }, 0, twins);
    assert.deepEqual(ambiguous.map(({ name }) => name), ["Приём"]);
  }
});

Deno.test("final stages are the configured ones and those that the portal itself counts as closed", () => {
  const stages = [stage("A", "А"), stage("B", "Б", "success"), stage("C", "В", "failure"), stage("D", "Г")];
  const config = { ...STAGE_CONFIG, final: ["D", "НЕТ ТАКОЙ"], protected: ["А"] };
  const { stages: known } = resolveStages(config, 0, stages);
  assert.deepEqual([...known.final].sort(), ["B", "C", "D"]);
  assert.deepEqual([...known.protected], ["A"]);
});

Deno.test("words of the protected and final stages that the pipeline lacks are told, with their list", () => {
  const config = { ...STAGE_CONFIG, final: ["WON", "WOM"], protected: ["EXECUTING", "Ждёт оплаты", "Счёт"] };
  assert.deepEqual(resolveStages(config, 0, STAGES).unknown, [
    { list: "final", word: "WOM" },
    { list: "protected", word: "Ждёт оплаты" },
  ]);
});

Deno.test("in a further pipeline final and protected stages carry its prefix", () => {
  const known = stagesOf(STAGES.map((each) => ({ ...each, id: `C3:${each.id}` })), 3);
  assert.deepEqual([...known.final].sort(), ["C3:APOLOGY", "C3:LOSE", "C3:WON"]);
  assert.deepEqual([...known.protected].sort(), ["C3:APOLOGY", "C3:EXECUTING", "C3:PREPAYMENT_INVOICE"]);
  assert.deepEqual(known.ofStatus["Завершен (счет выдан)"], { id: "C3:WON" });
});
