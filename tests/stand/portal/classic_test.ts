import assert from "node:assert/strict";
import { call } from "./plain_client.ts";
import { type PortalStand, startPortalStand } from "./stand.ts";

const KEY = "UF_CRM_1769072841035";

async function get(stand: PortalStand, kind: string, id: number) {
  return (await call(stand, `crm.${kind}.get`, { id })).result;
}

Deno.test("a deal reads as strings, with the portal's defaults", async () => {
  await using stand = await startPortalStand({ now: () => Date.parse("2026-03-01T20:59:30Z") });
  const added = await call(stand, "crm.deal.add", { fields: { OPPORTUNITY: 1500, [KEY]: "  F1_1 " } });
  assert.equal(added.result, 101);
  const deal = await get(stand, "deal", 101);
  const { ID, TITLE, OPPORTUNITY, CATEGORY_ID, STAGE_ID, CLOSED, CONTACT_ID, COMPANY_ID, BEGINDATE, CLOSEDATE } = deal;
  assert.deepEqual([ID, TITLE, OPPORTUNITY, CATEGORY_ID], ["101", "Сделка #101", "1500.00", "0"]);
  assert.deepEqual([STAGE_ID, deal.STAGE_SEMANTIC_ID, CLOSED, deal.IS_MANUAL_OPPORTUNITY], ["NEW", "P", "N", "N"]);
  assert.deepEqual([CONTACT_ID, COMPANY_ID, deal.LEAD_ID, deal.ORIGIN_ID], [null, "0", null, null]);
  assert.deepEqual([BEGINDATE, CLOSEDATE], ["2026-03-01T00:00:00+03:00", "2026-03-08T00:00:00+03:00"]);
  assert.deepEqual([deal.ASSIGNED_BY_ID, deal.TYPE_ID, deal.CURRENCY_ID], ["1", "SALE", "RUB"]);
  assert.equal(deal[KEY], "F1_1");
  assert.equal(deal.DATE_CREATE, "2026-03-01T23:59:30+03:00");
  assert.equal("CONTACT_IDS" in deal, false);
});

Deno.test("times come back in the server's offset as the same instant, dates as midnight", async () => {
  await using stand = await startPortalStand({ settings: { offset: "+05:00" } });
  const fields = {
    UF_CRM_1769008900: "2026-03-01T10:30:00+03:00",
    UF_CRM_1769008947: "2026-03-01T07:30:00.250Z",
    BEGINDATE: "2026-03-02",
  };
  const { result } = await call(stand, "crm.deal.add", { fields });
  const deal = await get(stand, "deal", result);
  assert.equal(deal.UF_CRM_1769008900, "2026-03-01T12:30:00+05:00");
  assert.equal(deal.UF_CRM_1769008947, "2026-03-01T12:30:00+05:00");
  assert.equal(deal.BEGINDATE, "2026-03-02T00:00:00+05:00");
  assert.deepEqual(stand.mistakes, []);
  await call(stand, "crm.deal.update", { id: result, fields: { UF_CRM_1769008900: "2026-03-01T10:00:00" } });
  await call(stand, "crm.deal.update", { id: result, fields: { UF_CRM_1769008947: "31.12.2026 10:00" } });
  const after = await get(stand, "deal", result);
  assert.equal(after.UF_CRM_1769008900, "2026-03-01T10:00:00+05:00");
  assert.equal(after.UF_CRM_1769008947, "2026-03-01T12:30:00+05:00");
  assert.match(stand.mistakes.join("\n"), /without offset(.|\n)*keeps the old value/);
});

Deno.test("user fields keep their types", async () => {
  await using stand = await startPortalStand();
  stand.settings.userFields.deal.push(
    { name: "UF_CRM_INT", type: "integer", label: "Целое" },
    { name: "UF_CRM_SUM", type: "double", label: "Дробное" },
    { name: "UF_CRM_DAY", type: "date", label: "День" },
    { name: "UF_CRM_YES", type: "boolean", label: "Да" },
    { name: "UF_CRM_KIND", type: "enumeration", label: "Вид", choices: [{ id: 45, value: "A" }] },
    { name: "UF_CRM_MANY", type: "string", label: "Много", multiple: true },
  );
  const fields = {
    UF_CRM_INT: "7",
    UF_CRM_SUM: 1.005,
    UF_CRM_DAY: "2026-03-01",
    UF_CRM_YES: 1,
    UF_CRM_KIND: "45",
    UF_CRM_MANY: ["a", "", "b"],
  };
  const { result } = await call(stand, "crm.deal.add", { fields });
  const deal = await get(stand, "deal", result);
  const read = Object.keys(fields).map((name) => deal[name]);
  assert.deepEqual(read, ["7", "1", "2026-03-01T00:00:00+03:00", "1", "45", ["a", "b"]]);
  const item =
    (await call(stand, "crm.item.get", { entityTypeId: 2, id: result, useOriginalUfNames: "Y" })).result.item;
  const numbers = Object.keys(fields).map((name) => item[name]);
  assert.deepEqual(numbers, [7, 1, "2026-03-01T00:00:00+03:00", "Y", 45, ["a", "b"]]);
  await call(stand, "crm.deal.update", { id: result, fields: { UF_CRM_KIND: "A", UF_CRM_MANY: [""], UF_CRM_INT: "" } });
  const cleared = await get(stand, "deal", result);
  assert.deepEqual([cleared.UF_CRM_KIND, cleared.UF_CRM_MANY, cleared.UF_CRM_INT], ["", [], ""]);
  const [row] = (await call(stand, "crm.deal.list", {})).result;
  assert.deepEqual([row.UF_CRM_KIND, row.UF_CRM_MANY, row.UF_CRM_INT], [null, false, null]);
});

Deno.test("comments are reformatted, other text is trimmed", async () => {
  await using stand = await startPortalStand();
  const fields = { COMMENTS: "первая\nвторая <script>x</script>", TITLE: " Имя  Фамилия " };
  const { result } = await call(stand, "crm.deal.add", { fields });
  const deal = await get(stand, "deal", result);
  assert.equal(deal.COMMENTS, "первая<br>\nвторая x");
  assert.equal(deal.TITLE, "Имя  Фамилия");
  stand.settings.trimStrings = false;
  const other = await call(stand, "crm.deal.add", { fields: { TITLE: " A " } });
  assert.equal(stand.deals.get(other.result)?.TITLE, " A ");
});

Deno.test("unknown, read-only, immutable and computed fields are dropped, and the call still succeeds", async () => {
  await using stand = await startPortalStand();
  const lead = stand.leads.add({ TITLE: "Лид" });
  const fields = { TITLE: "A", NOPE: 1, title: "b", ID: 7, LEAD_ID: lead.ID, CLOSED: "Y", STAGE_SEMANTIC_ID: "S" };
  const { result } = await call(stand, "crm.deal.add", { fields });
  assert.equal(result, 101);
  const update = await call(stand, "crm.deal.update", { id: 101, fields: { CATEGORY_ID: 1, TITLE: "B" } });
  assert.equal(update.result, true);
  const deal = stand.deals.get(101)!;
  assert.deepEqual([deal.TITLE, deal.LEAD_ID, deal.CLOSED, deal.CATEGORY_ID], ["B", undefined, "N", 0]);
  assert.equal(stand.mistakes.length, 7);
});

Deno.test("errors have an empty code and a text", async () => {
  await using stand = await startPortalStand();
  for (
    const [method, params, text] of [
      ["crm.deal.get", { id: 9 }, "Not found"],
      ["crm.deal.get", {}, "ID is not defined or invalid."],
      ["crm.deal.update", { id: 9, fields: { TITLE: "A" } }, "Not found"],
      ["crm.contact.update", { id: 9, fields: { NAME: "A" } }, "Contact is not found"],
      ["crm.lead.update", { id: 9, fields: { NAME: "A" } }, "Lead is not found"],
      ["crm.deal.add", { fields: "x" }, "Parameter 'fields' must be array."],
      ["crm.contact.add", { fields: { SECOND_NAME: "Петровна" } }, "Необходимо заполнить поле «Имя» или «Фамилия»."],
      ["crm.duplicate.findbycomm", { values: ["1"] }, "Communication type is not defined."],
      ["crm.duplicate.findbycomm", { type: "PHONE", values: [] }, "Communication values is not defined."],
    ] as const
  ) {
    const { status, body } = await call(stand, method, params);
    assert.deepEqual([status, body], [400, { error: "", error_description: text }]);
  }
  const bad = await call(stand, "crm.contact.add", { fields: { NAME: "A", EMAIL: [{ VALUE: "not an address" }] } });
  assert.deepEqual([bad.status, bad.body.error], [400, "ERROR_CORE"]);
  assert.equal(stand.contacts.size, 0);
});

Deno.test("pages of 50 with next and total; start -1 counts nothing", async () => {
  await using stand = await startPortalStand({ settings: { rate: undefined } });
  for (let index = 0; index < 120; index++) stand.deals.add({ TITLE: `${index}` });
  const page = async (start: unknown) => (await call(stand, "crm.deal.list", { order: { ID: "ASC" }, start })).body;
  const first = await page(0);
  assert.deepEqual([first.result.length, first.total, first.next, first.result[0].ID], [50, 120, 50, "101"]);
  const last = await page("100");
  assert.deepEqual([last.result.length, last.total, last.next, last.result[0].ID], [20, 120, undefined, "201"]);
  const fast = await page(-1);
  assert.deepEqual([fast.result.length, fast.total, fast.next], [50, 0, undefined]);
  const beyond = await call(stand, "crm.deal.list", { order: { ID: "ASC" }, filter: { ">ID": 215 }, start: -1 });
  assert.equal(beyond.result.length, 5);
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("select, masks, and phones that must be asked for", async () => {
  await using stand = await startPortalStand();
  stand.contacts.add({ NAME: "Анна", PHONE: "+79160000001" });
  const keys = async (select?: string[]) => {
    const [row] = (await call(stand, "crm.contact.list", select === undefined ? {} : { select })).result;
    return Object.keys(row);
  };
  assert.deepEqual(await keys(["ID", "PHONE"]), ["ID", "PHONE"]);
  assert.equal((await keys()).includes("PHONE"), false);
  assert.equal((await keys()).includes("UF_CRM_1769083788971"), true);
  assert.equal((await keys(["*"])).includes("UF_CRM_1769083788971"), false);
  assert.deepEqual(await keys(["UF_*"]), ["ID", "UF_CRM_1769083788971", "UF_CRM_1769087537061"]);
  assert.deepEqual(await keys(["ID", "EMAIL"]), ["ID"]);
});

Deno.test("fields and userfield.list describe types, choices and labels", async () => {
  await using stand = await startPortalStand();
  stand.settings.userFields.deal = [
    { name: "UF_CRM_K", type: "enumeration", label: "Вид", mandatory: true, choices: [{ id: 45, value: "A" }] },
  ];
  const { result: fields } = await call(stand, "crm.deal.fields");
  assert.deepEqual([fields.STAGE_ID.type, fields.STAGE_ID.statusType], ["crm_status", "DEAL_STAGE"]);
  assert.deepEqual([fields.LEAD_ID.isReadOnly, fields.CATEGORY_ID.isImmutable], [true, true]);
  const { type, isDynamic, title, formLabel, items } = fields.UF_CRM_K;
  assert.deepEqual([type, isDynamic, title, formLabel], ["enumeration", true, "UF_CRM_K", "Вид"]);
  assert.deepEqual(items, [{ ID: "45", VALUE: "A" }]);
  const rows = await call(stand, "crm.deal.userfield.list", { filter: { FIELD_NAME: "UF_CRM_K", LANG: "ru" } });
  const [row] = rows.result;
  assert.deepEqual([rows.body.total, row.MANDATORY, row.EDIT_FORM_LABEL, row.LIST[0].ID], [1, "Y", "Вид", "45"]);
  assert.equal((await call(stand, "crm.contact.userfield.list")).result[0].ENTITY_ID, "CRM_CONTACT");
});

Deno.test("mandatory user fields are checked where the portal is set so", async () => {
  await using stand = await startPortalStand();
  stand.settings.userFields.deal = [{ name: "UF_CRM_M", type: "string", label: "Нужное", mandatory: true }];
  const attempt = () => call(stand, "crm.deal.add", { fields: { TITLE: "A" } });
  assert.equal((await attempt()).status, 200);
  stand.settings.checkMandatoryUserFields = true;
  assert.match((await attempt()).body.error_description, /Нужное/);
  const item = await call(stand, "crm.item.add", { entityTypeId: 2, fields: { title: "A" } });
  assert.equal(item.body.error, "CRM_FIELD_ERROR_REQUIRED");
});

Deno.test("only an effective write starts a robot and moves DATE_MODIFY; origins need not be unique", async () => {
  let now = Date.parse("2026-03-01T07:00:00Z");
  await using stand = await startPortalStand({ now: () => now });
  const fields = { TITLE: "A", ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1" };
  await call(stand, "crm.deal.add", { fields });
  await call(stand, "crm.deal.add", { fields });
  now += 60_000;
  await call(stand, "crm.deal.update", { id: 101, fields });
  await call(stand, "crm.deal.update", { id: 102, fields: { ...fields, TITLE: "B" } });
  stand.deals.update(101, { STAGE_ID: "PREPARATION" });
  assert.deepEqual(stand.robots.map(({ id, event }) => [id, event]), [[101, "add"], [102, "add"], [102, "update"]]);
  assert.deepEqual(stand.robots[2]!.changes, { TITLE: { from: "A", to: "B" } });
  assert.equal(stand.deals.get(102)!.DATE_MODIFY, "2026-03-01T10:01:00+03:00");
  assert.deepEqual(stand.mistakes, ["crm.deal.update: an update of deal 101 that changes nothing"]);
});

Deno.test("a lead works out its semantics and when it was closed", async () => {
  await using stand = await startPortalStand({ now: () => Date.parse("2026-03-01T07:00:00Z") });
  const { result: id } = await call(stand, "crm.lead.add", { fields: { TITLE: "Звонок", NAME: "Анна" } });
  const open = await get(stand, "lead", id);
  assert.deepEqual([open.STATUS_ID, open.STATUS_SEMANTIC_ID, open.DATE_CLOSED, open.BIRTHDATE], ["NEW", "P", "", ""]);
  await call(stand, "crm.lead.update", { id, fields: { STATUS_ID: "CONVERTED" } });
  const closed = await get(stand, "lead", id);
  assert.deepEqual([closed.STATUS_SEMANTIC_ID, closed.DATE_CLOSED], ["S", "2026-03-01T10:00:00+03:00"]);
  await call(stand, "crm.lead.update", { id, fields: { STATUS_ID: "NOPE" } });
  assert.equal((await get(stand, "lead", id)).STATUS_ID, "CONVERTED");
  assert.equal(stand.mistakes.length, 2);
  assert.equal(stand.deals.size + stand.contacts.size, 0);
});

Deno.test("in the simple mode a lead becomes a deal at once and cannot be read", async () => {
  await using stand = await startPortalStand({ settings: { mode: 2 } });
  assert.equal((await call(stand, "crm.settings.mode.get")).result, 2);
  const { result: id } = await call(stand, "crm.lead.add", { fields: { TITLE: "Звонок", NAME: "Анна" } });
  assert.equal((await call(stand, "crm.lead.get", { id })).body.error_description, "Not found");
  assert.deepEqual((await call(stand, "crm.lead.list")).result, []);
  assert.equal(stand.deals.find({ LEAD_ID: id })?.CONTACT_ID, stand.contacts.find({ NAME: "Анна" })?.ID);
  assert.match(stand.mistakes[0]!, /leads are off/);
});
