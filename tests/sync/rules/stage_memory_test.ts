/** Which field remembers the status that was written last, by which the stage follows or stays. */
import assert from "node:assert/strict";
import { context, DEAL, dealFor, FACTS, field, reception } from "../made_up.ts";
import { changes, overDeal } from "./planning.ts";

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

/** Under a portal that keeps the status in a list with these items. */
const withList = (...items: readonly string[]) =>
  context({
    facts: {
      ...FACTS,
      dealFields: {
        ...FACTS.dealFields,
        UF_STATUS: field("enumeration", Object.fromEntries(items.map((item, index) => [item, String(index)]))),
      },
    },
  });

const SPELLED = ["ЗАПЛАНИРОВАН", "Пациент пришёл", "В процессе", "Завершён", "Завершён (счёт  выдан)", "Отменён"];

Deno.test("a list that spells the statuses in its own way remembers them", () => {
  const won = reception(1, { status: "Завершен (счет выдан)" });
  const deal = dealFor(70, won);
  const held = { ...deal, fields: { ...deal.fields, UF_STATUS: "4", UF_STATUS_TEXT: "" } };
  const decision = overDeal({ ...won, amount: "1800.00" }, held, withList(...SPELLED));
  assert.equal(decision.untouched, false);
  assert.equal(changes(decision).OPPORTUNITY, "1800.00");
});

Deno.test("a list that lacks a status leaves the remembering to the text beside it", () => {
  const of = reception(1, { status: "В процессе" });
  const moved = dealFor(70, of, { stage: "UC_NO40X0" });
  const held = { ...moved, fields: { ...moved.fields, UF_STATUS: "0" } };
  const fields = changes(overDeal({ ...of, comment: "новый" }, held, withList("Запланирован", "Отменен")));
  assert.deepEqual(fields, { UF_COMMENT: "новый", UF_STATUS: "" });
});

Deno.test("where no field can hold every status the first one that is there remembers what it can", () => {
  const under = withList("Запланирован", "В процессе");
  const { UF_STATUS_TEXT: _, ...dealFields } = under.facts.dealFields;
  const only = context({ facts: { ...under.facts, dealFields } });
  const of = reception(1, { status: "В процессе" });
  const moved = dealFor(70, of, { stage: "UC_NO40X0" });
  const held = { ...moved, fields: { ...moved.fields, UF_STATUS: "1" } };
  assert.deepEqual(overDeal(of, held, only).steps, []);
});
