import assert from "node:assert/strict";
import { dealsByKey, keyedDeals, lookUp } from "../../src/bitrix24/lookup.ts";
import type { Row } from "../../src/bitrix24/records.ts";
import { fieldNamesOf, type Question } from "../../src/sync/ports.ts";
import { CONTACT, DEAL, FACTS } from "../sync/made_up.ts";
import { contactRow, dealRow, type Filter, Tables } from "./tables.ts";

const CONFIG = { pipeline: 0, keyField: DEAL.identId };

const question = (changes: Partial<Question> = {}): Question => ({
  receptionKeys: [["F1_1"]],
  patientKeys: ["F1_P1"],
  phones: ["+79000000001"],
  leads: true,
  fields: fieldNamesOf(FACTS),
  ...changes,
});

const ids = (records: readonly { readonly id: number }[]) => records.map(({ id }) => id).sort((a, b) => a - b);

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

Deno.test("deals come by key, contacts by origin, by phone and by deal, leads by phone", async () => {
  const tables = new Tables();
  tables.deals = [dealRow(70, "F1_1", { CONTACT_ID: "9" }), dealRow(71, "F1_2"), dealRow(72, null)];
  tables.contacts = [
    contactRow(7, "8 900 000-00-01"),
    contactRow(8, undefined, { ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1" }),
    contactRow(9, undefined),
    contactRow(10, "+79000000002"),
  ];
  tables.leads = [contactRow(40, "+79000000001", { STATUS_ID: "NEW", STATUS_SEMANTIC_ID: "P" }), contactRow(41, "1")];
  const view = await lookUp(question(), CONFIG, tables.read);
  assert.deepEqual([ids(view.deals), ids(view.contacts), ids(view.leads)], [[70], [7, 8, 9], [40]]);
});

Deno.test("rows become what the sync knows: text as text, nothing as nothing", async () => {
  const tables = new Tables();
  tables.deals = [
    dealRow(70, "F1_1", { CONTACT_ID: "0", LEAD_ID: "40", CATEGORY_ID: "3", UF_COMMENT: "а", CLOSED: "Y" }),
  ];
  tables.contacts = [contactRow(7, "+79000000001", { LAST_NAME: null, DATE_CREATE: "2026-03-01T10:00:00+03:00" })];
  const { deals: [deal], contacts: [person] } = await lookUp(question(), CONFIG, tables.read);
  assert.deepEqual([deal.key, deal.pipeline, deal.stage, deal.closed], ["F1_1", 3, "NEW", true]);
  assert.deepEqual([deal.contactId, deal.leadId, deal.createdAt], [undefined, 40, Date.UTC(2026, 2, 1, 7)]);
  assert.deepEqual([deal.fields.UF_COMMENT, deal.fields.UF_START], ["а", null]);
  assert.deepEqual([person.surname, person.name, person.phones], ["", "Пётр", ["+79000000001"]]);
  assert.deepEqual([person.originId, person.leadId, person.createdAt], ["", undefined, Date.UTC(2026, 2, 1, 7)]);
});

Deno.test("every list asks for all configured fields, by ID, without counting", async () => {
  const tables = new Tables();
  tables.contacts = [contactRow(7, "+79000000001")];
  await lookUp(question(), CONFIG, tables.read);
  for (const { method, params } of tables.commands.filter(({ method }) => method.endsWith(".list"))) {
    if (method !== "crm.status.list") assert.deepEqual([params.order, params.start], [{ ID: "ASC" }, -1]);
  }
  const [deals] = tables.of("crm.deal.list");
  for (const name of [...Object.values(DEAL), "OPPORTUNITY", "CURRENCY_ID", "LEAD_ID"]) {
    assert.ok((deals.params.select as string[]).includes(name as string), String(name));
  }
  const [contacts] = tables.of("crm.contact.list");
  for (const name of [...Object.values(CONTACT), "PHONE", "ORIGIN_ID"]) {
    assert.ok((contacts.params.select as string[]).includes(name as string), String(name));
  }
});

Deno.test("fields that the portal does not have are not asked for, the key's and the usual ones are", async () => {
  const tables = new Tables();
  tables.deals = [dealRow(70, "F1_1", { ORIGINATOR_ID: "IDENT", UF_START: "2026-03-01T10:30:00+03:00" })];
  tables.contacts = [contactRow(7, "+79000000001")];
  const fields = { deal: ["UF_START"], contact: [] };
  const { deals: [deal] } = await lookUp(question({ fields }), CONFIG, tables.read);
  assert.deepEqual([deal.key, deal.ours, Object.keys(deal.fields).sort()], [
    "F1_1",
    true,
    ["CURRENCY_ID", "OPPORTUNITY", "UF_START"],
  ]);
  const selected = (method: string) =>
    (tables.of(method)[0].params.select as string[]).filter((name) => name.startsWith("UF_")).sort();
  assert.deepEqual([selected("crm.deal.list"), selected("crm.contact.list")], [["UF_KEY", "UF_START"], []]);
});

Deno.test("no filter is without a prefix, and no list of values is empty or longer than a page", async () => {
  const tables = new Tables();
  const many = question({
    receptionKeys: numbers(230).map((id) => [`F1_${id}`]),
    patientKeys: numbers(230).map((id) => `F1_P${id}`),
    phones: numbers(230).map((id) => `+7900${String(id).padStart(7, "0")}`),
  });
  tables.contacts = numbers(230).map((id) => contactRow(id, `+7900${String(id).padStart(7, "0")}`));
  for (const each of [many, question(), question({ phones: [], patientKeys: [] })]) {
    await lookUp(each, CONFIG, tables.read);
  }
  for (const { method, params } of tables.commands) {
    const lists = method === "crm.duplicate.findbycomm"
      ? [params.values]
      : Object.entries(params.filter as Filter).filter(([key]) => key.startsWith("@")).map(([, values]) => values);
    for (const values of lists as unknown[][]) {
      assert.ok(values.length > 0);
      assert.ok(values.length <= (method === "crm.duplicate.findbycomm" ? 20 : 50));
    }
  }
  assert.ok(tables.requests.every(({ length }) => length > 0 && length <= 50));
});

Deno.test("phones are asked for in international form and as ten digits, as texts, one kind of record at a time", async () => {
  const tables = new Tables();
  await lookUp(question({ phones: ["+79000000001", "+375291234567"] }), CONFIG, tables.read);
  for (const { params } of tables.of("crm.duplicate.findbycomm")) {
    assert.deepEqual(params.values, ["+79000000001", "9000000001", "+375291234567"]);
    assert.equal(params.type, "PHONE");
  }
  assert.deepEqual(tables.of("crm.duplicate.findbycomm").map(({ params }) => params.entity_type), ["CONTACT", "LEAD"]);
});

Deno.test("where leads do not count they are not asked for", async () => {
  const tables = new Tables();
  tables.leads = [contactRow(40, "+79000000001")];
  const view = await lookUp(question({ leads: false }), CONFIG, tables.read);
  assert.deepEqual(view.leads, []);
  assert.equal(JSON.stringify(tables.commands).includes('LEAD"'), false);
});

Deno.test("a page that is full has a next one, as long as it takes", async () => {
  for (const count of [49, 50, 51, 100, 125]) {
    const tables = new Tables();
    tables.deals = numbers(count).map((id) => dealRow(id, "F1_1"));
    const { deals } = await lookUp(question(), CONFIG, tables.read);
    assert.deepEqual(ids(deals), numbers(count));
    assert.equal(tables.of("crm.deal.list").length, Math.floor(count / 50) + 1);
  }
});

Deno.test("the contacts of more than a page of deals are all there", async () => {
  const tables = new Tables();
  const keys = numbers(120).map((id) => [`F1_${id}`]);
  tables.deals = numbers(120).map((id) => dealRow(id, `F1_${id}`, { CONTACT_ID: String(1000 + id) }));
  tables.contacts = numbers(120).map((id) => contactRow(1000 + id, undefined));
  const view = await lookUp(question({ receptionKeys: keys, patientKeys: [], phones: [] }), CONFIG, tables.read);
  assert.deepEqual([view.deals.length, view.contacts.length], [120, 120]);
});

Deno.test("rows that do not match the question are left out, although the portal gives them", async () => {
  const tables = new Tables();
  tables.ignored = ["UF_KEY", "ORIGIN_ID", "ORIGINATOR_ID", "ID"];
  tables.deals = [dealRow(70, "F1_1"), dealRow(71, "f1_1"), dealRow(72, "F1_11")];
  tables.contacts = [
    contactRow(7, "+79000000001"),
    contactRow(8, undefined, { ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P2" }),
    contactRow(9, "+79000000002"),
  ];
  const view = await lookUp(question({ leads: false }), CONFIG, tables.read);
  assert.deepEqual(ids(view.contacts), [7]);
  assert.deepEqual(ids(view.deals), [70]);
});

Deno.test("deals without a key where deals were asked for by key: the field is gone, and nothing is decided", async () => {
  for (const UF_KEY of [null, "", undefined]) {
    const tables = new Tables();
    tables.ignored = ["UF_KEY"];
    tables.deals = [dealRow(70, "F1_1"), { ...dealRow(71, null), UF_KEY } as Row];
    await assert.rejects(lookUp(question({ leads: false }), CONFIG, tables.read), { code: "config" });
    await assert.rejects(dealsByKey(["F1_1"], fieldNamesOf(FACTS), CONFIG, tables.read), { code: "config" });
  }
});

for (const nothing of [[], null, { CONTACT: [] }, { LEAD: [1] }, { CONTACT: ["x", 0, null] }]) {
  Deno.test(`a search that answers ${JSON.stringify(nothing)} has found no contact`, async () => {
    const tables = new Tables();
    tables.found = nothing;
    tables.contacts = [contactRow(7, "+79000000001")];
    assert.deepEqual((await lookUp(question({ leads: false }), CONFIG, tables.read)).contacts, []);
  });
}

// ── managers' deals and leads ────────────────────────────────────────────────────────────────────────────────────────

Deno.test("the open deals of the contacts in the pipeline come, as long as a reception is new", async () => {
  const tables = new Tables();
  tables.contacts = [contactRow(7, "+79000000001")];
  tables.deals = [
    dealRow(80, null, { CONTACT_ID: "7" }),
    dealRow(81, null, { CONTACT_ID: "7", CLOSED: "Y" }),
    dealRow(82, null, { CONTACT_ID: "7", CATEGORY_ID: "5" }),
    dealRow(83, null, { CONTACT_ID: "8" }),
  ];
  assert.deepEqual(ids((await lookUp(question(), CONFIG, tables.read)).deals), [80]);
  tables.deals.push(dealRow(70, "F1_1", { CONTACT_ID: "7" }));
  tables.requests.length = 0;
  assert.deepEqual(ids((await lookUp(question(), CONFIG, tables.read)).deals), [70]);
  assert.equal(tables.of("crm.deal.list").length, 1);
});

Deno.test("a reception with a deal under a former key is not new", async () => {
  const tables = new Tables();
  tables.contacts = [contactRow(7, "+79000000001")];
  tables.deals = [dealRow(70, "F3_1", { CONTACT_ID: "7" }), dealRow(80, null, { CONTACT_ID: "7" })];
  const view = await lookUp(question({ receptionKeys: [["F1_1", "F3_1"]] }), CONFIG, tables.read);
  assert.deepEqual(ids(view.deals), [70]);
});

Deno.test("a lead's own contact is there, with its open deals, although it has another phone", async () => {
  const tables = new Tables();
  tables.leads = [contactRow(40, "+79000000001", { CONTACT_ID: "9", STATUS_ID: "NEW", STATUS_SEMANTIC_ID: "P" })];
  tables.contacts = [contactRow(9, "+79990000000")];
  tables.deals = [dealRow(80, null, { CONTACT_ID: "9" })];
  const view = await lookUp(question(), CONFIG, tables.read);
  assert.deepEqual([ids(view.leads), ids(view.contacts), ids(view.deals)], [[40], [9], [80]]);
});

Deno.test("open leads of the contacts that were found come, without a phone of their own, in the same requests", async () => {
  const tables = new Tables();
  const repeat = (id: number, contact: number, semantics = "P") =>
    contactRow(id, undefined, { CONTACT_ID: String(contact), STATUS_ID: "NEW", STATUS_SEMANTIC_ID: semantics });
  tables.contacts = [contactRow(7, "+79000000001"), contactRow(8, "+79000000002")];
  tables.leads = [repeat(40, 7), repeat(41, 7, "F"), repeat(42, 8)];
  const view = await lookUp(question(), CONFIG, tables.read);
  assert.deepEqual([ids(view.leads), tables.requests.length], [[40], 2]);
  assert.deepEqual((await lookUp(question({ leads: false }), CONFIG, tables.read)).leads, []);
});

Deno.test("where every reception has its deal, nothing is asked for beyond what names it", async () => {
  const tables = new Tables();
  tables.contacts = [contactRow(7, undefined, { ORIGINATOR_ID: "IDENT", ORIGIN_ID: "F1_P1" })];
  tables.deals = [dealRow(70, "F1_1", { CONTACT_ID: "7" })];
  await lookUp(question(), CONFIG, tables.read);
  assert.equal(tables.requests.length, 1);
});

Deno.test("fifty contacts cost no request more than forty-nine", async () => {
  for (const count of [49, 50, 98]) {
    const tables = new Tables();
    const phones = numbers(count).map((id) => `+7900${String(id).padStart(7, "0")}`);
    tables.contacts = phones.map((phone, index) => contactRow(index + 1, phone));
    const view = await lookUp(question({ phones, leads: false }), CONFIG, tables.read);
    assert.deepEqual([view.contacts.length, tables.requests.length], [count, 2]);
  }
});

Deno.test("all deals of the pipeline with a key come, closed ones too, fifty pages to a request", async () => {
  for (const [count, requests] of [[0, 1], [120, 1], [2499, 1], [2500, 2], [9999, 4]]) {
    const tables = new Tables();
    tables.deals = numbers(count).map((id) => dealRow(id, `F1_${id}`, id % 2 === 0 ? { CLOSED: "Y" } : {}));
    tables.deals.push(dealRow(20_000, null));
    const deals = await keyedDeals({ deal: [], contact: [] }, CONFIG, tables.read);
    assert.deepEqual([deals.length, tables.requests.length], [count, requests]);
  }
});

Deno.test("a lead is closed where the portal's semantics say so", async () => {
  const tables = new Tables();
  tables.leads = [["P", 40], ["S", 41], ["F", 42], [null, 43]].map(([semantics, id]) =>
    contactRow(Number(id), "+79000000001", { STATUS_ID: "X", STATUS_SEMANTIC_ID: semantics })
  );
  const { leads } = await lookUp(question(), CONFIG, tables.read);
  assert.deepEqual(leads.map(({ id, closed }) => [id, closed]), [[40, false], [41, true], [42, true], [43, false]]);
});

Deno.test("a page of fifty new receptions is asked for in two requests", async () => {
  const tables = new Tables();
  tables.contacts = numbers(25).map((id) => contactRow(id, `+7900${String(id).padStart(7, "0")}`));
  await lookUp(
    question({
      receptionKeys: numbers(50).map((id) => [`F1_${id}`]),
      patientKeys: numbers(50).map((id) => `F1_P${id}`),
      phones: numbers(50).map((id) => `+7900${String(id).padStart(7, "0")}`),
    }),
    CONFIG,
    tables.read,
  );
  assert.equal(tables.requests.length, 2);
});

Deno.test("the pipeline's stages ride along where the request has room, and none is no answer", async () => {
  const tables = new Tables();
  assert.equal((await lookUp(question(), CONFIG, tables.read)).stages, undefined);
  tables.stages = [{ STATUS_ID: "NEW", NAME: "Новая", SORT: "10", SEMANTICS: null }];
  assert.deepEqual((await lookUp(question(), CONFIG, tables.read)).stages?.map(({ id }) => id), ["NEW"]);
  assert.equal(tables.requests.length, 2);
});

Deno.test("many phones of a few owners each cost no further requests worth the name", async () => {
  const phones = numbers(200).map((index) => `+7900${String(index).padStart(7, "0")}`);
  const tables = new Tables();
  tables.contacts = phones.flatMap((
    phone,
    index,
  ) => [contactRow(2 * index + 1, phone), contactRow(2 * index + 2, phone)]);
  const view = await lookUp(question({ phones, leads: false }), CONFIG, tables.read);
  assert.equal(view.contacts.length, 400);
  assert.deepEqual(tables.of("crm.contact.list").filter(({ params }) => "PHONE" in (params.filter as Filter)), []);
  assert.ok(tables.of("crm.duplicate.findbycomm").length <= 20 + 400);
});
