import assert from "node:assert/strict";
import { normalPhone } from "./phones.ts";
import { call } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

Deno.test("phones are compared by digits, 8… as 7…, ten digits stay ten", () => {
  for (
    const [text, expected] of [
      ["+7 (916) 123-45-67", "79161234567"],
      ["89161234567", "79161234567"],
      ["79161234567", "79161234567"],
      ["9161234567", "9161234567"],
      ["+7 916 123-45-67 #12", "79161234567"],
      ["+7 916 123-45-67;12", "79161234567"],
      ["8002000600", "8002000600"],
      ["0079161234567", "79161234567"],
      ["01179161234567", "79161234567"],
      ["нет", ""],
    ] as const
  ) assert.equal(normalPhone(text), expected, text);
});

Deno.test("findbycomm gives numbers by entity, or an empty list", async () => {
  await using stand = await startPortalStand();
  const contact = stand.contacts.add({ NAME: "Анна", PHONE: ["+7 (916) 123-45-67"], EMAIL: "anna@example.org" });
  const bare = stand.contacts.add({ NAME: "Пётр", PHONE: "9161234567" });
  const lead = stand.leads.add({ TITLE: "Лид", PHONE: "89161234567" });
  const find = async (values: unknown, entity?: string, type = "PHONE") =>
    (await call(stand, "crm.duplicate.findbycomm", { type, values, ...(entity ? { entity_type: entity } : {}) }))
      .result;
  assert.deepEqual(await find(["+79161234567"], "CONTACT"), { CONTACT: [contact.ID] });
  assert.deepEqual(await find(["9161234567"], "CONTACT"), { CONTACT: [bare.ID] });
  assert.deepEqual(await find(["+79161234567", "9161234567"], "CONTACT"), { CONTACT: [contact.ID, bare.ID] });
  assert.deepEqual(await find(["+79990000000"], "CONTACT"), []);
  assert.deepEqual(await find(["ANNA@example.org"], "CONTACT", "EMAIL"), { CONTACT: [contact.ID] });
  assert.deepEqual(stand.mistakes, []);
  assert.deepEqual(await find(["+79161234567"]), { LEAD: [lead.ID], CONTACT: [contact.ID] });
  assert.deepEqual(await find([79161234567, "x"], "CONTACT"), []);
  assert.deepEqual(stand.mistakes.length, 2);
});

Deno.test("findbycomm looks at 20 values and gives at most 20 rows a value, leads first", async () => {
  await using stand = await startPortalStand();
  for (let index = 0; index < 25; index++) {
    stand.leads.add({ TITLE: "Лид", PHONE: "+79160000001" });
    stand.contacts.add({ NAME: "Анна", PHONE: "+79160000001" });
  }
  const find = async (params: Record<string, unknown>) =>
    (await call(stand, "crm.duplicate.findbycomm", { type: "PHONE", ...params })).result;
  const phone = "+79160000001";
  assert.equal((await find({ values: [phone], entity_type: "CONTACT" })).CONTACT.length, 20);
  const all = await find({ values: [phone] });
  assert.deepEqual([all.LEAD.length, all.CONTACT], [20, undefined]);
  const late = [...Array.from({ length: 20 }, (_, index) => `+7999000000${index}`), phone];
  assert.deepEqual(await find({ values: late, entity_type: "CONTACT" }), []);
  assert.match(stand.mistakes.at(-1)!, /21 values/);
});

Deno.test("phones: read as rows with numbers, absent where there are none; edited, deleted and added one by one", async () => {
  await using stand = await startPortalStand();
  const fields = { NAME: "Анна", PHONE: [{ VALUE: "+79160000001", VALUE_TYPE: "MOBILE" }] };
  const { result: id } = await call(stand, "crm.contact.add", { fields });
  const read = async () => (await call(stand, "crm.contact.get", { id })).result;
  const phones = async () => ((await read()).PHONE ?? []).map(({ VALUE }: { VALUE: string }) => VALUE);
  const update = (PHONE: unknown) => call(stand, "crm.contact.update", { id, fields: { PHONE } });
  assert.deepEqual((await read()).PHONE, [
    { ID: "7001", VALUE_TYPE: "MOBILE", VALUE: "+79160000001", TYPE_ID: "PHONE" },
  ]);
  assert.deepEqual([(await read()).HAS_PHONE, (await read()).EMAIL], ["Y", undefined]);
  await update([{ VALUE: "+79160000002" }]);
  await update([{ ID: "7001", VALUE: "+79160000003" }]);
  assert.deepEqual(await phones(), ["+79160000003", "+79160000002"]);
  await update([{ ID: 7001, DELETE: "Y" }]);
  assert.deepEqual(await phones(), ["+79160000002"]);
  assert.deepEqual(stand.mistakes, []);
  await update([{ VALUE: "8 916 000-00-02" }]);
  assert.deepEqual(await phones(), ["+79160000002", "8 916 000-00-02"]);
  assert.match(stand.mistakes[0]!, /already there/);
  await update([{ ID: "7002", VALUE: "" }, { ID: "7003", DELETE: "Y" }]);
  assert.equal("PHONE" in await read(), false);
});

Deno.test("the links of a deal: set replaces, add says false when linked, the first is primary", async () => {
  await using stand = await startPortalStand();
  const ids = ["А", "Б", "В"].map((NAME) => stand.contacts.add({ NAME }).ID);
  const deal = stand.deals.add({ TITLE: "A", CONTACT_ID: ids[0] });
  const id = deal.ID;
  const get = async () => (await call(stand, "crm.deal.contact.items.get", { id })).result;
  assert.deepEqual(await get(), [{ CONTACT_ID: ids[0], SORT: 10, ROLE_ID: 0, IS_PRIMARY: "Y" }]);
  const add = async (CONTACT_ID: number) =>
    (await call(stand, "crm.deal.contact.add", { id, fields: { CONTACT_ID } })).result;
  assert.deepEqual([await add(ids[1]!), await add(ids[1]!)], [true, false]);
  const items = [{ CONTACT_ID: ids[2], SORT: 20, IS_PRIMARY: "Y" }, { CONTACT_ID: ids[1], SORT: 10 }];
  assert.equal((await call(stand, "crm.deal.contact.items.set", { id, items })).result, true);
  assert.deepEqual(
    (await get()).map(({ CONTACT_ID, IS_PRIMARY }: Record<string, unknown>) => [CONTACT_ID, IS_PRIMARY]),
    [
      [ids[1], "N"],
      [ids[2], "Y"],
    ],
  );
  assert.equal(stand.deals.get(id)!.CONTACT_ID, ids[2]);
  await call(stand, "crm.deal.update", { id, fields: { CONTACT_IDS: [ids[0], ids[1]] } });
  assert.deepEqual(stand.deals.get(id)!.CONTACT_IDS, [ids[0], ids[1]]);
});
