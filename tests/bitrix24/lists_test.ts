import assert from "node:assert/strict";
import { list, type Read, readLists } from "../../src/bitrix24/lists.ts";
import type { Row } from "../../src/bitrix24/records.ts";

const DEALS = list("crm.deal.list", ["ID"], { "=CATEGORY_ID": 0 });

const rows = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ ID: String(from + index) }));

const nothingMore: Read = () => assert.fail("nothing more is asked");

const STRANGE: [what: string, answer: unknown][] = [
  ["nothing", null],
  ["no answer", undefined],
  ["yes", true],
  ["a record", { ID: "1" }],
  ["a list by number", { 0: { ID: "1" } }],
  ["rows without an ID", [{ ID: "1" }, { TITLE: "Приём" }]],
  ["rows with an ID that is none", [{ ID: true }]],
];

for (const [what, answer] of STRANGE) {
  Deno.test(`an answer that is no list is not taken for an empty one: ${what}`, async () => {
    await assert.rejects(readLists([DEALS], [answer], nothingMore), { code: "portal" });
  });

  Deno.test(`nor is a further page that is none: ${what}`, async () => {
    await assert.rejects(readLists([DEALS], [rows(1, 50)], () => Promise.resolve([answer])), { code: "portal" });
  });
}

Deno.test("an empty list is one", async () => {
  assert.deepEqual(await readLists([DEALS], [[]], nothingMore), [[]]);
});

Deno.test("a portal that gives the same page again and again is given up at once", async () => {
  let asked = 0;
  const same: Read = () => {
    asked++;
    return Promise.resolve([rows(1, 50)]);
  };
  await assert.rejects(readLists([DEALS], [rows(1, 50)], same), { code: "portal" });
  assert.equal(asked, 1);
});

Deno.test("each list goes on after its own last ID, and those that are complete are not asked again", async () => {
  const asked: unknown[][] = [];
  const read: Read = (commands) => {
    asked.push(commands.map(({ params }) => (params.filter as Record<string, unknown>)[">ID"]));
    return Promise.resolve(
      commands.map((_, place) => rows(1000 * asked.length + 100 * place, asked.length < 2 ? 50 : 1)),
    );
  };
  const read3 = await readLists([DEALS, DEALS, DEALS], [rows(1, 50), rows(200, 3), rows(300, 50)], read);
  assert.deepEqual(asked, [[50, 349], [1049, 1149]]);
  assert.deepEqual(read3.map(({ length }) => length), [101, 3, 101]);
});
