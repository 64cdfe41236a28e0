import assert from "node:assert/strict";
import { call } from "./plain_client.ts";
import { type PortalStand, startPortalStand } from "./stand.ts";

const KEY = "UF_CRM_1769072841035";

/** Three deals whose keys differ in case, and in what `_` stands for. */
async function threeDeals(): Promise<PortalStand> {
  const stand = await startPortalStand({ settings: { rate: undefined } });
  const contact = stand.contacts.add({ NAME: "Анна", PHONE: "+7 916 000-00-01" });
  stand.deals.add({ TITLE: "Один", [KEY]: "F1_12", OPPORTUNITY: 100, ORIGIN_ID: "A", CONTACT_ID: contact.ID });
  stand.deals.add({ TITLE: "Два", [KEY]: "F1x12", OPPORTUNITY: 200, ORIGIN_ID: "a", STAGE_ID: "WON" });
  stand.deals.add({
    TITLE: "Три",
    [KEY]: "f1_12",
    OPPORTUNITY: 300,
    CATEGORY_ID: 1,
    UF_CRM_1769008900: "2026-03-01T10:00:00+03:00",
  });
  return stand;
}

Deno.test("classic filters: prefixes, lists, times, and what is dropped", async () => {
  await using stand = await threeDeals();
  for (
    const [filter, expected] of [
      [{ [`=${KEY}`]: "F1_12" }, [101, 103]],
      [{ [`@${KEY}`]: ["F1_12", "F1x12"] }, [101, 102, 103]],
      [{ [`=${KEY}`]: ["F1x12"] }, [102]],
      [{ ORIGIN_ID: "A" }, [101, 102]],
      [{ "@ORIGIN_ID": ["A", "B"] }, [101, 102]],
      [{ ID: [101, 103] }, [101, 103]],
      [{ "@ID": { 0: "101", 1: "102" } }, [101, 102]],
      [{ "!@ID": [101] }, [102, 103]],
      [{ "!ID": 101 }, [102, 103]],
      [{ "!=STAGE_ID": "WON" }, [101, 103]],
      [{ ">OPPORTUNITY": 100, "<OPPORTUNITY": "300" }, [102]],
      [{ ">=OPPORTUNITY": 200 }, [102, 103]],
      [{ "<=OPPORTUNITY": 100 }, [101]],
      [{ "%TITLE": "Р" }, [103]],
      [{ "=%TITLE": "%д%" }, [101, 102]],
      [{ "%=TITLE": "Т_и" }, [103]],
      [{ CATEGORY_ID: 0, CLOSED: "N" }, [101]],
      [{ STAGE_SEMANTIC_ID: ["S", "F"] }, [102]],
      [{ ORIGIN_ID: "" }, [103]],
      [{ "!ORIGIN_ID": "" }, [101, 102]],
      [{ CONTACT_ID: 501 }, [101]],
      [{ ">=UF_CRM_1769008900": "2026-03-01T07:00:00Z" }, [103]],
      [{ ">UF_CRM_1769008900": "2026-03-01T07:00:00Z" }, []],
      [{ "<DATE_CREATE": "2000-01-01T00:00:00Z" }, []],
    ] as [Record<string, unknown>, number[]][]
  ) {
    const { result } = await call(stand, "crm.deal.list", { select: ["ID"], filter, order: { ID: "ASC" } });
    assert.deepEqual(result.map(({ ID }: { ID: string }) => Number(ID)), expected, JSON.stringify(filter));
  }
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("classic filters that go wrong without a word are noted", async () => {
  await using stand = await threeDeals();
  for (
    const [filter, rows, mistake] of [
      [{ UF_CRM_NOPE: "x" }, 3, /UF_CRM_NOPE is unknown/],
      [{ "=origin_id": "A" }, 3, /origin_id is unknown/],
      [{ "@ORIGIN_ID": [] }, 3, /empty list/],
      [{ "!%TITLE": "x" }, 3, /is unknown/],
      [{ PHONE: "1" }, 3, /PHONE is unknown/],
      [{ CONTACT_IDS: 501 }, 3, /CONTACT_IDS is unknown/],
      [{ [KEY]: "F1_12" }, 3, /wildcards/],
      [{ [KEY]: "f1x%" }, 1, /wildcards/],
      [{ "%STAGE_ID": "WON" }, 1, /no LIKE/],
      [{ ">=DATE_CREATE": "2000-01-01" }, 3, /without offset/],
    ] as [Record<string, unknown>, number, RegExp][]
  ) {
    stand.mistakes.length = 0;
    const { result } = await call(stand, "crm.deal.list", { filter });
    assert.equal(result.length, rows, JSON.stringify(filter));
    assert.match(stand.mistakes.join("\n"), mistake);
  }
});

Deno.test("a filter on PHONE matches the stored text only", async () => {
  await using stand = await threeDeals();
  const found = async (PHONE: string) => (await call(stand, "crm.contact.list", { filter: { PHONE } })).result.length;
  assert.deepEqual([await found("+7 916 000-00-01"), await found("+79160000001")], [1, 0]);
});

Deno.test("universal filters: camel case, nested OR, and an error for what is unknown", async () => {
  await using stand = await threeDeals();
  for (
    const [filter, expected] of [
      [{ "@originId": ["a"] }, [101, 102]],
      [{ ">id": 101, "=categoryId": 0 }, [102]],
      [{ "=ufCrm_1769072841035": "F1x12" }, [102]],
      [{ "0": { logic: "OR", 0: { "=id": 101 }, 1: { "=stageId": "WON" } } }, [101, 102]],
      [{ logic: "OR", 0: { "=title": "Три" }, 1: { "=id": 101 } }, [101, 103]],
      [{ "!%title": "и" }, [102]],
    ] as [Record<string, unknown>, number[]][]
  ) {
    const { result } = await call(stand, "crm.item.list", { entityTypeId: 2, filter, order: { id: "ASC" } });
    assert.deepEqual(result.items.map(({ id }: { id: number }) => id), expected, JSON.stringify(filter));
  }
  assert.deepEqual(stand.mistakes, []);
  const unknown = await call(stand, "crm.item.list", { entityTypeId: 2, filter: { ORIGIN_ID: "A" } });
  assert.deepEqual([unknown.status, unknown.body.error], [400, "INVALID_ARG_VALUE"]);
});
