import assert from "node:assert/strict";
import fc from "fast-check";
import { foldPhone, phonesOf } from "../../src/reception/phone.ts";

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const NUMBER = "+79001234567";

const CELLS: [cell: string, phones: string[]][] = [
  ["+7 (900) 123-45-67", [NUMBER]],
  ["8 900 123 45 67", [NUMBER]],
  ["79001234567", [NUMBER]],
  ["9001234567", [NUMBER]],
  ["8(900)123-45-67", [NUMBER]],
  ["8-900-123-45-67 мама", [NUMBER]],
  ["тел. 8.900.123.45.67", [NUMBER]],
  ["\u00A08\u00A0900\u2009123‑45–67\u00A0", [NUMBER]],
  ["+7 900 123-45-67 доб. 12", [NUMBER]],
  ["+7 900 123-45-67 #12", [NUMBER]],
  ["8 (495) 123-45-67", ["+74951234567"]],
  ["+7 701 123 45 67", ["+77011234567"]],
  ["+7 (900) 123-45-67, 8 900 765 43 21", [NUMBER, "+79007654321"]],
  ["89001234567; 89007654321", [NUMBER, "+79007654321"]],
  ["89001234567/89007654321", [NUMBER, "+79007654321"]],
  ["89001234567\n89007654321", [NUMBER, "+79007654321"]],
  ["89001234567 89007654321", [NUMBER, "+79007654321"]],
  ["9001234567 9007654321", [NUMBER, "+79007654321"]],
  ["+79001234567+79007654321", [NUMBER, "+79007654321"]],
  ["+7 900 123-45-67, 8 900 123 45 67", [NUMBER]],
  ["8 (900) 123-45-67, 123-45-67", [NUMBER]],
  ["+375 29 123-45-67", ["+375291234567"]],
  ["+998 (90) 123-45-67", ["+998901234567"]],
  ["+49 30 1234567", ["+49301234567"]],
  ["+84 91 234 56 78", ["+84912345678"]],
  ["+86 138 0013 8000", ["+8613800138000"]],
  ["+81 90 1234 5678", ["+819012345678"]],
  ["+82 10 1234 5678", ["+821012345678"]],
  ["+8 900 123-45-67", [NUMBER]],
  ["375 29 123-45-67", ["+375291234567"]],
  ["996555123456", ["+996555123456"]],
  ["8 900 123-45-67 - 2", [NUMBER]],
  ["8 900 123 45 67 2", [NUMBER]],
  ["89001234567.0", [NUMBER]],
  ["+7 8 900 123-45-67", [NUMBER]],
  ["8-10-375-29-123-45-67", ["+375291234567"]],
  ["00375291234567", ["+375291234567"]],
  ["00 7 900 123-45-67", [NUMBER]],
  ["8 10 7 900 123-45-67", [NUMBER]],
  ["+7 900 123-45-67 (5)", [NUMBER]],
  ["8 900 123-45-67 (доб. 12)", [NUMBER]],
  ["+7 (900) 123-45-67 +7 900 765 43 21", [NUMBER, "+79007654321"]],
  ["+1 212 555 0123, 89001234567", ["+12125550123", NUMBER]],
  ["", []],
  ["-", []],
  ["нет", []],
  ["нет телефона", []],
  ["123-45-67", []],
  ["900123456", []],
  ["0000000000", []],
  ["9999999999", []],
  ["88888888888", []],
  ["890012345678", []],
  ["8 900 123 45 678", []],
  ["8 900 123 45", []],
  ["8900123456", []],
  ["+0 900 123 45 67", []],
  ["+1234567890123456", []],
  ["+376 312 345", []],
];

for (const [cell, phones] of CELLS) {
  Deno.test(`a registrar's cell ${JSON.stringify(cell)} holds ${phones.length === 0 ? "no phone" : phones.join(" and ")}`, () => {
    assert.deepEqual(phonesOf(cell), phones);
  });
}

/** Ten digits of a mobile or a city that are not all equal. */
const nationals = fc.stringMatching(/^[349]\d{9}$/).filter((digits) => !/^(\d)\1{9}$/.test(digits));
const separators = fc.constantFrom("", " ", "-", "\u00A0", ".", "  ", " - ");

/** The number as it may be typed. */
const typed = fc.record({
  digits: nationals,
  prefix: fc.constantFrom("+7", "8", "7", ""),
  gaps: fc.array(separators, { minLength: 4, maxLength: 4 }),
  brackets: fc.boolean(),
}).map(({ digits, prefix, gaps, brackets }) => {
  const area = brackets ? `(${digits.slice(0, 3)})` : digits.slice(0, 3);
  return {
    digits,
    text: prefix + gaps[0] + area + gaps[1] + digits.slice(3, 6) + gaps[2] + digits.slice(6, 8) + gaps[3] +
      digits.slice(8),
  };
});

Deno.test("however a Russian number is typed, it is the same number", () => {
  fc.assert(fc.property(typed, ({ digits, text }) => {
    assert.deepEqual(phonesOf(text), [`+7${digits}`]);
    assert.equal(foldPhone(text), `+7${digits}`);
  }));
});

Deno.test("two numbers in a cell are both found, in their order, each once", () => {
  const between = fc.constantFrom(", ", ";", "/", "\n", " и ", " | ");
  fc.assert(fc.property(typed, typed, between, (one, other, gap) => {
    const expected = [...new Set([`+7${one.digits}`, `+7${other.digits}`])];
    assert.deepEqual(phonesOf(one.text + gap + other.text), expected);
  }));
});

Deno.test("whatever stands in the cell, what comes out is international, short enough and comes out again", () => {
  const cells = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({ unit: fc.constantFrom(..."0123456789+-() ,;доб"), maxLength: 60 }),
  );
  fc.assert(
    fc.property(cells, (cell) => {
      const phones = phonesOf(cell);
      assert.equal(new Set(phones).size, phones.length);
      for (const phone of phones) {
        assert.match(phone, /^\+[1-9]\d{9,14}$/);
        assert.deepEqual(phonesOf(phone), [phone]);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a phone that cannot be read is compared by its digits, and equals no other", () => {
  assert.equal(foldPhone("123-45-67"), "1234567");
  assert.equal(foldPhone("нет"), "");
  assert.notEqual(foldPhone("+7 900 123-45-67"), foldPhone("+7 900 123-45-68"));
});
