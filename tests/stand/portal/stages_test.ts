import assert from "node:assert/strict";
import { call } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

Deno.test("on add a foreign stage becomes the first of the same semantics", async () => {
  await using stand = await startPortalStand();
  for (
    const [fields, stage, closed] of [
      [{}, "NEW", "N"],
      [{ STAGE_ID: "UC_NO40X0" }, "UC_NO40X0", "N"],
      [{ CATEGORY_ID: 1 }, "C1:NEW", "N"],
      [{ CATEGORY_ID: 1, STAGE_ID: "WON" }, "C1:WON", "Y"],
      [{ CATEGORY_ID: "1", STAGE_ID: "APOLOGY" }, "C1:LOSE", "Y"],
      [{ CATEGORY_ID: 1, STAGE_ID: "EXECUTING" }, "C1:NEW", "N"],
      [{ STAGE_ID: "NOWHERE" }, "NEW", "N"],
      [{ CATEGORY_ID: 77, STAGE_ID: "LOSE" }, "LOSE", "Y"],
    ] as const
  ) {
    const { result } = await call(stand, "crm.deal.add", { fields: { TITLE: "A", ...fields } });
    const deal = stand.deals.get(result)!;
    assert.deepEqual([deal.STAGE_ID, deal.CLOSED], [stage, closed], JSON.stringify(fields));
  }
  assert.equal(stand.mistakes.length, 5);
});

Deno.test("on update a foreign stage is silently reverted, the other fields are saved", async () => {
  let now = Date.parse("2026-03-01T07:00:00Z");
  await using stand = await startPortalStand({ now: () => now });
  const deal = stand.deals.add({ TITLE: "A", STAGE_ID: "PREPARATION" });
  now += 60_000;
  const update = (fields: unknown) => call(stand, "crm.deal.update", { id: deal.ID, fields });
  assert.equal((await update({ STAGE_ID: "C1:WON", TITLE: "B" })).result, true);
  const reverted = stand.deals.get(deal.ID)!;
  assert.deepEqual([reverted.STAGE_ID, reverted.TITLE, reverted.CLOSED], ["PREPARATION", "B", "N"]);
  assert.equal(reverted.MOVED_TIME, deal.MOVED_TIME);
  assert.match(stand.mistakes.join(), /C1:WON is not a stage of pipeline 0/);
  await update({ STAGE_ID: "LOSE" });
  const lost = stand.deals.get(deal.ID)!;
  assert.deepEqual([lost.STAGE_SEMANTIC_ID, lost.CLOSED, lost.MOVED_TIME], ["F", "Y", "2026-03-01T10:01:00+03:00"]);
  assert.deepEqual(stand.robots.at(-1)!.changes.STAGE_ID, { from: "PREPARATION", to: "LOSE" });
  await update({ STAGE_ID: "NEW" });
  assert.equal(stand.deals.get(deal.ID)!.CLOSED, "N");
});

Deno.test("pipelines and stages are listed as the portal lists them", async () => {
  await using stand = await startPortalStand();
  const categories = await call(stand, "crm.category.list", { entityTypeId: 2 });
  assert.equal(categories.body.total, 2);
  assert.deepEqual(categories.result.categories.map(({ id, isDefault }: Record<string, unknown>) => [id, isDefault]), [
    [0, "Y"],
    [1, "N"],
  ]);
  const stages = async (ENTITY_ID: string) =>
    (await call(stand, "crm.status.list", { order: { SORT: "ASC" }, filter: { ENTITY_ID } })).result;
  const first = await stages("DEAL_STAGE");
  assert.deepEqual(first.map(({ STATUS_ID }: Record<string, unknown>) => STATUS_ID), [
    "NEW",
    "PREPARATION",
    "PREPAYMENT_INVOICE",
    "EXECUTING",
    "FINAL_INVOICE",
    "UC_NO40X0",
    "WON",
    "LOSE",
    "APOLOGY",
  ]);
  const { ID: _, ...won } = first[6];
  assert.deepEqual(won, {
    NAME_INIT: "",
    SYSTEM: "Y",
    COLOR: "#39A8EF",
    ENTITY_ID: "DEAL_STAGE",
    STATUS_ID: "WON",
    NAME: "Сделка успешна",
    SORT: "70",
    CATEGORY_ID: null,
    SEMANTICS: "S",
    EXTRA: { SEMANTICS: "success", COLOR: "#39A8EF" },
  });
  assert.deepEqual([first[8].SEMANTICS, first[8].EXTRA.SEMANTICS, first[0].SEMANTICS], ["F", "apology", null]);
  const [second] = await stages("DEAL_STAGE_1");
  assert.deepEqual([second.STATUS_ID, second.CATEGORY_ID], ["C1:NEW", "1"]);
  assert.equal((await stages("STATUS")).length, 5);
  assert.equal((await stages("CONTACT_TYPE"))[0].STATUS_ID, "CLIENT");
});
