import assert from "node:assert/strict";
import { universalName } from "./fields.ts";
import { call } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

Deno.test("names of both families", () => {
  for (
    const [upper, camel] of [
      ["STAGE_ID", "stageId"],
      ["BEGINDATE", "begindate"],
      ["UF_CRM_1747309879", "ufCrm_1747309879"],
      ["UF_CRM_2_1639669411830", "ufCrm2_1639669411830"],
      ["UF_CRM_MY_KEY", "ufCrmMyKey"],
    ] as const
  ) assert.equal(universalName(upper), camel);
});

Deno.test("a deal item has numbers, a writable lead, and user fields by either name", async () => {
  await using stand = await startPortalStand();
  const lead = stand.leads.add({ TITLE: "Лид" });
  const contact = stand.contacts.add({ NAME: "Анна" });
  const fields = {
    title: "Приём",
    opportunity: "1500.5",
    leadId: lead.ID,
    contactId: String(contact.ID),
    UF_CRM_1769072841035: "F1_1",
  };
  const { result } = await call(stand, "crm.item.add", { entityTypeId: 2, fields, useOriginalUfNames: "Y" });
  const { item } = result;
  assert.deepEqual([item.opportunity, item.leadId, item.contactId], [1500.5, lead.ID, contact.ID]);
  assert.deepEqual([item.contactIds, item.companyId, item.originId], [[contact.ID], 0, null]);
  assert.equal(item.UF_CRM_1769072841035, "F1_1");
  assert.equal("ufCrm_1769072841035" in item, false);
  const plain = await call(stand, "crm.item.get", { entityTypeId: 2, id: item.id });
  assert.equal(plain.result.item.ufCrm_1769072841035, "F1_1");
  assert.equal((await call(stand, "crm.deal.get", { id: item.id })).result.LEAD_ID, String(lead.ID));
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("a name in the wrong case is ignored without a word; 0 becomes null in a user field", async () => {
  await using stand = await startPortalStand();
  stand.settings.userFields.deal.push({ name: "UF_CRM_SUM", type: "double", label: "Сумма" });
  const fields = { TITLE: "A", UF_CRM_1769072841035: "x", createdTime: "2020-01-01T00:00:00Z", ufCrmSum: 0 };
  const { result } = await call(stand, "crm.item.add", { entityTypeId: 2, fields });
  assert.equal(result.item.ufCrm_1769072841035, null);
  assert.equal(result.item.ufCrmSum, null);
  assert.equal(stand.mistakes.length, 3);
});

Deno.test("categoryId can be changed, with a stage of the new pipeline", async () => {
  await using stand = await startPortalStand();
  const deal = stand.deals.add({ TITLE: "A", STAGE_ID: "WON" });
  const update = (fields: unknown) => call(stand, "crm.item.update", { entityTypeId: 2, id: deal.ID, fields });
  assert.equal((await update({ categoryId: 1 })).result.item.stageId, "C1:WON");
  const { item } = (await update({ categoryId: 0, stageId: "PREPARATION" })).result;
  assert.deepEqual([item.categoryId, item.stageId, item.closed], [0, "PREPARATION", "N"]);
  const bad = await update({ categoryId: 77 });
  assert.deepEqual([bad.status, bad.body.error], [400, "CRM_FIELD_ERROR_VALUE_NOT_VALID"]);
});

Deno.test("fm: add, edit, delete; read by get, and by list only without select", async () => {
  await using stand = await startPortalStand();
  const add = await call(stand, "crm.item.add", {
    entityTypeId: 3,
    fields: { name: "Анна", fm: [{ typeId: "PHONE", valueType: "MOBILE", value: "+79160000001" }] },
  });
  const { id, fm } = add.result.item;
  assert.deepEqual(fm, [{ id: 7001, valueType: "MOBILE", value: "+79160000001", typeId: "PHONE" }]);
  const update = async (fm: unknown) =>
    (await call(stand, "crm.item.update", { entityTypeId: 3, id, fields: { fm } })).result.item.fm;
  const two = await update({
    n0: { typeId: "PHONE", value: "+79160000002", valueType: "WORK" },
    7001: { typeId: "PHONE", value: "+79160000003" },
  });
  assert.deepEqual(two.map(({ value }: { value: string }) => value), ["+79160000003", "+79160000002"]);
  assert.deepEqual((await update({ 7001: { typeId: "PHONE", value: "" } })).length, 1);
  assert.deepEqual(stand.mistakes, []);
  assert.equal((await update({ n0: { value: "+79160000009" } })).length, 1);
  assert.match(stand.mistakes.join("\n"), /without typeId/);
  const list = async (select?: string[]) =>
    (await call(stand, "crm.item.list", { entityTypeId: 3, select })).result.items[0];
  assert.equal((await list()).fm.length, 1);
  assert.equal((await list(["*"])).fm.length, 1);
  assert.deepEqual(await list(["id", "name"]), { id, name: "Анна" });
});

Deno.test("a lead's status is its stage; lists page like classic ones", async () => {
  await using stand = await startPortalStand();
  for (let index = 0; index < 60; index++) stand.leads.add({ TITLE: `Лид ${index}` });
  const { body } = await call(stand, "crm.item.list", { entityTypeId: 1, select: ["id"], order: { id: "ASC" } });
  assert.deepEqual([body.result.items.length, body.total, body.next], [50, 60, 50]);
  const id = body.result.items[0].id;
  const { result } = await call(stand, "crm.item.update", { entityTypeId: 1, id, fields: { stageId: "CONVERTED" } });
  assert.deepEqual([result.item.stageId, result.item.stageSemanticId], ["CONVERTED", "S"]);
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("errors have codes; fields tell both names", async () => {
  await using stand = await startPortalStand();
  for (
    const [method, params, code] of [
      ["crm.item.get", { entityTypeId: 2, id: 9 }, "NOT_FOUND"],
      ["crm.item.get", { entityTypeId: 99, id: 9 }, "NOT_FOUND"],
      ["crm.item.get", { entityTypeId: 2 }, "100"],
      ["crm.item.add", { entityTypeId: 2 }, "100"],
      ["crm.item.add", { entityTypeId: 3, fields: { secondName: "Петровна" } }, "CRM_FIELD_ERROR_REQUIRED"],
      ["crm.item.list", { entityTypeId: 2, order: { ID: "ASC" } }, "INVALID_ARG_VALUE"],
    ] as const
  ) {
    const { status, body } = await call(stand, method, params);
    assert.deepEqual([status, body.error], [400, code], `${method} ${JSON.stringify(params)}`);
  }
  const { result } = await call(stand, "crm.item.fields", { entityTypeId: 2 });
  assert.deepEqual([result.fields.stageId.upperName, result.fields.leadId.isReadOnly], ["STAGE_ID", false]);
});
