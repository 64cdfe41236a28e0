import assert from "node:assert/strict";
import { batch, call } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

const KEY = "UF_CRM_1769072841035";

Deno.test("a careful program makes no mistakes", async () => {
  await using stand = await startPortalStand();
  const lead = stand.leads.add({ TITLE: "Лид", NAME: "Анна", PHONE: "+79160000001" });
  await batch(stand, {
    p: ["crm.duplicate.findbycomm", { type: "PHONE", values: ["+79160000001"], entity_type: "CONTACT" }],
    d: ["crm.deal.list", { filter: { [`@${KEY}`]: ["F1_1", "F1_2"] }, select: ["ID", KEY], order: { ID: "ASC" } }],
    c: ["crm.contact.list", { filter: { ORIGINATOR_ID: "IDENT", "@ORIGIN_ID": ["F1_P1"] }, start: -1 }],
  });
  const fields = { NAME: "Анна", PHONE: [{ VALUE: "+79160000001", VALUE_TYPE: "MOBILE" }], TYPE_ID: "CLIENT" };
  const made = await batch(stand, {
    c0: ["crm.contact.add", { fields, params: { REGISTER_SONET_EVENT: "N" } }],
    d0: ["crm.item.add", {
      entityTypeId: 2,
      useOriginalUfNames: "Y",
      fields: {
        title: "Анна & Ко #1 100%",
        categoryId: 0,
        stageId: "NEW",
        contactId: "$result[c0]",
        leadId: lead.ID,
        [KEY]: "F1_1",
        UF_CRM_1769008900: "2026-03-01T10:00:00+03:00",
        opportunity: "1500.00",
      },
    }],
    l0: ["crm.lead.update", { id: lead.ID, fields: { STATUS_ID: "CONVERTED" } }],
  }, 1);
  assert.deepEqual(made.body.result.result_error, []);
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("what hides a mistake at the real portal is said here", async () => {
  await using stand = await startPortalStand({ settings: { rate: undefined } });
  const contact = stand.contacts.add({ NAME: "Анна", PHONE: "+79160000001" });
  const deal = stand.deals.add({ TITLE: "A", CONTACT_ID: contact.ID });
  const { ID: id } = deal;
  for (
    const [method, params, mistake] of [
      ["crm.deal.add", { fields: { NOPE: 1 } }, /there is no field NOPE/],
      ["crm.deal.add", {}, /without fields/],
      ["crm.deal.add", { fileds: { TITLE: "A" } }, /there is no parameter fileds/],
      ["crm.deal.list", { START: 50 }, /there is no parameter START/],
      ["crm.deal.list", { start: 7 }, /not a multiple of 50/],
      ["crm.deal.list", { select: ["NOPE"] }, /select: there is no field NOPE/],
      ["crm.deal.list", { order: { NOPE: "ASC" } }, /order: there is no field NOPE/],
      ["crm.deal.update", { id, fields: { DATE_CREATE: "2020-01-01T00:00:00Z" } }, /DATE_CREATE is read-only/],
      ["crm.deal.update", { id, fields: { CATEGORY_ID: 1 } }, /cannot be changed by update/],
      ["crm.deal.update", { id, fields: { CLOSED: "Y" } }, /worked out by the portal/],
      ["crm.deal.update", { id, fields: { TITLE: "A" } }, /changes nothing/],
      ["crm.deal.contact.add", { id, fields: { CONTACT_ID: contact.ID } }, /is linked to deal/],
      ["crm.deal.update", { id, fields: { CONTACT_ID: 9 } }, /there is no contact 9/],
      ["crm.deal.update", { id, fields: { OPPORTUNITY: "1 500,00" } }, /is not a number/],
      ["crm.deal.update", { id, fields: { OPENED: true } }, /a flag is Y or N/],
      ["crm.deal.update", { id, fields: { SOURCE_ID: "NOPE" } }, /not in the directory SOURCE/],
      ["crm.deal.update", { id, fields: { TITLE: ["A"] } }, /a list where one value is wanted/],
      ["crm.deal.add", { fields: { TITLE: "A" }, params: { REGISTER_SONET_EVENT: true } }, /neither "Y" nor "N"/],
      ["crm.contact.update", { id: contact.ID, fields: { PHONE: "+7" } }, /PHONE is not a list/],
      ["crm.contact.add", { fields: { NAME: "A", PHONE: ["+7"] } }, /an element that is not/],
      ["crm.contact.add", { fields: { NAME: "A", PHONE: [{ VALUE: "+7", VALUE_TYPE: "CELL" }] } }, /no type CELL/],
      ["crm.contact.update", { id: contact.ID, fields: { PHONE: [{ ID: 9, VALUE: "+7" }] } }, /there is no value 9/],
      ["crm.item.add", { entityTypeId: 2, fields: { leadId: 9 } }, /there is no lead 9/],
      ["crm.status.list", { filter: { ENTITY: "STATUS" } }, /filter key ENTITY is unknown/],
      ["user.get", {}, /there is no such method/],
      ["batch", {}, /a batch without commands/],
      ["batch", { cmd: { a: "profile" }, halt: "false" }, /halt is "false"/],
      ["batch", { cmd: { a: "profile" }, hallt: 1 }, /there is no parameter hallt/],
      ["batch", { cmd: { "a-b": "profile" } }, /a command named a-b/],
      ["batch", { cmd: { a: "crm.deal.list?filter[TITLE]=a#b" } }, /crm.deal.list \(a\): a raw #/],
      ["batch", { cmd: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`c${n}`, "profile"])) }, /51 commands/],
      ["batch", { cmd: { a: "batch" } }, /a batch inside a batch/],
    ] as [string, Record<string, unknown>, RegExp][]
  ) {
    stand.mistakes.length = 0;
    await call(stand, method, params);
    assert.match(stand.mistakes.join("\n"), mistake, `${method} ${JSON.stringify(params)}`);
  }
});

Deno.test("a test's own records are held to the fields that exist, and leave no trace", async () => {
  await using stand = await startPortalStand();
  assert.throws(() => stand.deals.add({ NOPE: 1 }), /deal has no field NOPE/);
  const lead = stand.leads.add({ TITLE: "Лид", STATUS_ID: "JUNK" });
  const deal = stand.deals.add({ LEAD_ID: lead.ID, DATE_CREATE: "2020-01-01T00:00:00+03:00", CATEGORY_ID: 1 });
  assert.deepEqual([deal.LEAD_ID, deal.DATE_CREATE, deal.STAGE_ID], [
    lead.ID,
    "2020-01-01T00:00:00+03:00",
    "C1:NEW",
  ]);
  const contact = stand.contacts.add({ PHONE: ["+79160000001", { VALUE: "+79160000002", VALUE_TYPE: "HOME" }] });
  assert.deepEqual(contact.PHONE?.map(({ VALUE_TYPE }) => VALUE_TYPE), ["WORK", "HOME"]);
  assert.deepEqual(stand.contacts.update(contact.ID, { PHONE: [] }).PHONE, []);
  deal.TITLE = "a copy";
  assert.notEqual(stand.deals.get(deal.ID)?.TITLE, "a copy");
  assert.deepEqual([stand.deals.find({ LEAD_ID: lead.ID })?.ID, stand.deals.where(() => true).length], [deal.ID, 1]);
  assert.equal(stand.deals.delete(deal.ID), true);
  assert.deepEqual([stand.robots, stand.mistakes, stand.requests, stand.deals.size], [[], [], [], 0]);
});
