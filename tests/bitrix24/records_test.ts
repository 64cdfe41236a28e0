import assert from "node:assert/strict";
import { dealOf, idOf } from "../../src/bitrix24/records.ts";

const IDS: [value: unknown, id: number | undefined][] = [
  [5, 5],
  ["5", 5],
  [0, undefined],
  ["0", undefined],
  ["", undefined],
  [null, undefined],
  [undefined, undefined],
  [false, undefined],
  [true, undefined],
  [[5], undefined],
  [{ ID: 5 }, undefined],
  [-5, undefined],
  [5.5, undefined],
  ["5x", undefined],
  [2 ** 53, undefined],
];

for (const [value, id] of IDS) {
  Deno.test(`${JSON.stringify(value)} is ${id === undefined ? "no id" : `id ${id}`}`, () => {
    assert.equal(idOf(value), id);
  });
}

Deno.test("a deal is the program's own where its originator says so, and only there", () => {
  const originators = ["IDENT", "ident", "TILDA", "", null, undefined];
  const ours = originators.map((ORIGINATOR_ID) =>
    dealOf({ ID: "70", ...(ORIGINATOR_ID === undefined ? {} : { ORIGINATOR_ID }) }, "UF_KEY", []).ours
  );
  assert.deepEqual(ours, [true, false, false, false, false, false]);
});
