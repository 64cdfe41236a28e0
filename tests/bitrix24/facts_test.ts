import assert from "node:assert/strict";
import { factCommands, factsFrom } from "../../src/bitrix24/facts.ts";
import { CONTACT, DEAL } from "../sync/made_up.ts";

const CONFIG = { dealFields: DEAL, contactFields: CONTACT };

const STAGES = [
  { ID: "103", STATUS_ID: "C1:LOSE", NAME: "Отказ", SORT: "40", SEMANTICS: "F" },
  { ID: "101", STATUS_ID: "C1:NEW", NAME: "Новая", SORT: "10", SEMANTICS: null },
  { ID: "102", STATUS_ID: "C1:WON", NAME: "Успех", SORT: "30", SEMANTICS: "S" },
  { ID: "104", STATUS_ID: "C1:UC_1", NAME: "Приём", SORT: "20", SEMANTICS: "" },
];

for (const [pipeline, entity] of [[0, "DEAL_STAGE"], [1, "DEAL_STAGE_1"]] as const) {
  Deno.test(`the stages of pipeline ${pipeline} are asked for as ${entity}`, () => {
    const stages = factCommands(pipeline).find(({ method }) => method === "crm.status.list");
    assert.deepEqual(stages?.params.filter, { ENTITY_ID: entity });
  });
}

Deno.test("stages come in their order, each with what the portal thinks of it", () => {
  const { stages } = factsFrom([1, STAGES, {}, {}], CONFIG);
  assert.deepEqual(stages.map(({ id, semantics }) => [id, semantics]), [
    ["C1:NEW", "process"],
    ["C1:UC_1", "process"],
    ["C1:WON", "success"],
    ["C1:LOSE", "failure"],
  ]);
});

for (const [answer, mode] of [[1, "classic"], ["1", "classic"], [2, "simple"], ["2", "simple"]] as const) {
  Deno.test(`mode ${JSON.stringify(answer)} of the portal is ${mode}`, () => {
    assert.equal(factsFrom([answer, [], {}, {}], CONFIG).mode, mode);
  });
}

Deno.test("of the fields those are known that are configured and exist, with type, kind and items", () => {
  const deal = {
    UF_KEY: { type: "string", isMultiple: false, isReadOnly: false },
    UF_STATUS: {
      type: "enumeration",
      isMultiple: true,
      isReadOnly: false,
      items: [{ ID: "45", VALUE: "Завершен" }, { ID: 46, VALUE: "Отменен" }],
    },
    UF_START: { type: "datetime", isMultiple: false, isReadOnly: true },
    UF_SOMETHING_ELSE: { type: "string" },
  };
  const { dealFields, contactFields } = factsFrom([1, [], deal, { UF_C_CARD: { type: "double" } }], CONFIG);
  assert.deepEqual(dealFields, {
    UF_KEY: { type: "string", multiple: false, readOnly: false, items: {} },
    UF_STATUS: {
      type: "enumeration",
      multiple: true,
      readOnly: false,
      items: { "Завершен": "45", "Отменен": "46" },
    },
    UF_START: { type: "datetime", multiple: false, readOnly: true, items: {} },
  });
  assert.deepEqual(contactFields, { UF_C_CARD: { type: "double", multiple: false, readOnly: false, items: {} } });
});

Deno.test("answers of an unexpected form tell of nothing, and break nothing", () => {
  const facts = factsFrom([null, null, null, undefined], CONFIG);
  assert.deepEqual([facts.stages, facts.dealFields, facts.contactFields], [[], {}, {}]);
});
