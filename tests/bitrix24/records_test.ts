import assert from "node:assert/strict";
import { contactOf, dealOf, idOf } from "../../src/bitrix24/records.ts";

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

Deno.test("a contact's phones are folded for comparison, and what is no phone fills the field all the same", () => {
  const PHONE = ["8 (900) 000-00-01", "9000000002", "375 29 123-45-67", "123-45-67", "нет", "", null]
    .map((VALUE) => ({ VALUE, VALUE_TYPE: "WORK" }));
  const { phones } = contactOf({ ID: "5", PHONE }, []);
  assert.deepEqual(phones, ["+79000000001", "+79000000002", "+375291234567", "1234567", "нет"]);
});
