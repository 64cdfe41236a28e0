import assert from "node:assert/strict";
import { batch, call, phpQuery } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

const ADD = ["crm.deal.add", { fields: { TITLE: "A" } }] as const;
const FAIL = ["crm.deal.get", { id: 999 }] as const;

Deno.test("results, errors, totals and times come by name; an empty map is a list", async () => {
  await using stand = await startPortalStand();
  const { status, body } = await batch(stand, { d0: ADD, e0: FAIL, l0: ["crm.deal.list", { select: { 0: "ID" } }] });
  assert.equal(status, 200);
  const { result, result_error, result_total, result_next, result_time } = body.result;
  assert.deepEqual(result, { d0: 101, l0: [{ ID: "101" }] });
  assert.deepEqual(result_error, { e0: { error: "", error_description: "Not found" } });
  assert.deepEqual(result_total, { l0: 1 });
  assert.deepEqual(result_next, []);
  assert.deepEqual(Object.keys(result_time), ["d0", "l0"]);
  assert.equal(typeof result_time.d0.operating, "number");
  assert.equal("operating" in body.time, false);

  const failed = await batch(stand, { e0: FAIL });
  const { result_error: errors, ...maps } = failed.body.result;
  assert.deepEqual(maps, { result: [], result_total: [], result_next: [], result_time: [] });
  assert.deepEqual(Object.keys(errors), ["e0"]);
});

Deno.test("halt stops at the first failure: later commands are mentioned nowhere", async () => {
  await using stand = await startPortalStand();
  const { body } = await batch(stand, { d0: ADD, e0: FAIL, d1: ADD }, 1);
  assert.deepEqual([body.result.result, Object.keys(body.result.result_error)], [{ d0: 101 }, ["e0"]]);
  assert.deepEqual(stand.requests[0]!.commands.map(({ outcome }) => outcome), ["accepted", "refused", "lost"]);
  assert.equal(stand.deals.size, 1);
  await batch(stand, { d0: ADD, e0: FAIL, d1: ADD }, 0);
  assert.equal(stand.deals.size, 3);
});

Deno.test("numbered commands answer as a list, gaps make a map", async () => {
  await using stand = await startPortalStand();
  const list = await call(stand, "batch", { cmd: [`crm.deal.add?${phpQuery(ADD[1])}`, "profile"] });
  assert.equal(Array.isArray(list.result.result), true);
  const gap = await call(stand, "batch", { cmd: ["crm.deal.get?id=9", "profile"] });
  assert.deepEqual(Object.keys(gap.result.result), ["1"]);
});

Deno.test("51 commands: the last is refused; a batch in a batch is refused; unknown methods and scopes too", async () => {
  await using stand = await startPortalStand();
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`d${index}`, ADD]));
  const { body } = await batch(stand, many);
  assert.deepEqual(Object.keys(body.result.result).length, 50);
  assert.equal(body.result.result_error.d50.error, "ERROR_BATCH_LENGTH_EXCEEDED");
  stand.settings.scope = [];
  const odd = await batch(stand, { b: ["batch", {}], u: ["crm.nothing", {}], s: ADD });
  assert.deepEqual(odd.body.result.result_error, {
    b: { error: "ERROR_BATCH_METHOD_NOT_ALLOWED", error_description: "Method is not allowed for batch usage" },
    u: { error: "ERROR_METHOD_NOT_FOUND", error_description: "Method not found!" },
    s: { error: "insufficient_scope", error_description: "" },
  });
});

Deno.test("a chain by reference works; when its first part fails, the second goes on with rubbish", async () => {
  await using stand = await startPortalStand();
  const chain = (name: string) => ({
    c0: ["crm.contact.add", { fields: { NAME: name } }],
    d0: ["crm.item.add", { entityTypeId: 2, fields: { title: "Т", contactId: "$result[c0]" } }],
  } as const);
  const good = await batch(stand, chain("Анна"));
  assert.equal(good.result.d0.item.contactId, good.result.c0);
  assert.deepEqual(stand.mistakes, []);
  const bad = await batch(stand, chain(""));
  assert.equal(bad.result.d0.item.contactId, null);
  assert.match(stand.mistakes.join("\n"), /CONTACT_ID: a list where one value is wanted/);
});

Deno.test("text from a patient that looks like a reference is replaced", async () => {
  await using stand = await startPortalStand();
  const title = "скидка $total[l] руб.";
  await batch(stand, { l: ["crm.deal.list", {}], d: ["crm.deal.add", { fields: { TITLE: title } }] });
  assert.equal(stand.deals.all()[0]!.TITLE, "скидка 0 руб.");
  await call(stand, "crm.deal.add", { fields: { TITLE: title } });
  assert.equal(stand.deals.all()[1]!.TITLE, title);
});

Deno.test("all values of a batch are strings", async () => {
  await using stand = await startPortalStand();
  await batch(stand, { d: ["crm.deal.add", { fields: { TITLE: "A", OPPORTUNITY: 10, CATEGORY_ID: 1 } }] });
  assert.deepEqual(stand.calls("crm.deal.add")[0]!.params, {
    fields: { TITLE: "A", OPPORTUNITY: "10", CATEGORY_ID: "1" },
  });
  assert.equal(stand.deals.all()[0]!.STAGE_ID, "C1:NEW");
});
