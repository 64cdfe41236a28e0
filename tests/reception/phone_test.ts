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
  ["900 123 45 01.02.1980", []],
  ["900 123 45 1/2/1980", []],
  ["900 900 1980-02-01", []],
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

const FOUND_AMONG_DIGITS: [cell: string, phones: string[]][] = [
  ["кв 12 89001234567", [NUMBER]],
  ["кв 126 900 123-45-67", [NUMBER]],
  ["дом 5 корп 2 кв 17 8 (900) 123-45-67 мама", [NUMBER]],
  ["5/12 89001234567", [NUMBER]],
  ["89001234567 5-12", [NUMBER]],
  ["9001234567 кв12", [NUMBER]],
  ["кв 12 +7 900 123-45-67", [NUMBER]],
  ["кв 12 (495) 123-45-67", ["+74951234567"]],
  ["дом 495 123-45-67", ["+74951234567"]],
  ["123456 8 900 123 45 67", [NUMBER]],
  ["с 10:00 до 19:00 8 900 1234567", [NUMBER]],
  ["с 9 до 18 900 123 45 67", [NUMBER]],
  ["с 8-10 900 123 45 67", [NUMBER]],
  ["8-10 900 123 45 67", [NUMBER]],
  ["8-30 900 123 45 67", [NUMBER]],
  ["9-00 900 123 45 67", [NUMBER]],
  ["8-10 8 495 123 45 67", ["+74951234567"]],
  ["с 8 900 123 45 67", [NUMBER]],
  ["10.00-19.00 900 123-45-67", [NUMBER]],
  ["9-18 8 900 123 45 67", [NUMBER]],
  ["8(900)123-45-67 до 18:00", [NUMBER]],
  ["8 900 1234567 18.00-20.00", [NUMBER]],
  ["+7 900 123-45-67 10-19", [NUMBER]],
  ["звонить после 15 89001234567", [NUMBER]],
  ["звонить после 15 495 123-45-67", ["+74951234567"]],
  ["01.02.1980 8 900 123 45 67", [NUMBER]],
  ["+7(900)1234567 01.02.1980", [NUMBER]],
  ["1980-02-01 9001234567", [NUMBER]],
  ["01.02.80 8 900 123 45 67", [NUMBER]],
  ["1980 г.р. 8-900-123-45-67", [NUMBER]],
  ["9001234567.0", [NUMBER]],
  ["9001234567,00", [NUMBER]],
  ["79001234567.0", [NUMBER]],
  ["8.9001234567E10", [NUMBER]],
  ["8,9001234567E+10", [NUMBER]],
  ["8,9001234567Е+10", [NUMBER]],
  ["9.001234567e9", [NUMBER]],
  ["8,9001234567E+10; 8,9007654321E+10", [NUMBER, "+79007654321"]],
  ["кв 5 89001234567 89007654321", [NUMBER, "+79007654321"]],
  ["12 8 900 123 45 67 8 495 123 45 67", [NUMBER, "+74951234567"]],
  ["кв 700 900 123 45 67", [NUMBER]],
  ["8426 (900) 123 45 67", [NUMBER]],
  ["900-34-56 8 900 123 45 67", [NUMBER]],
  ["паспорт 45 09 123456 89001234567", [NUMBER]],
  ["4276 1234 5678 9012 89001234567", [NUMBER]],
  ["8900123\u00AD45\u200B67", [NUMBER]],
  ["\u202A+7 900 123-45-67\u202C", [NUMBER]],
  ["(8442) 123456", ["+78442123456"]],
  ["8 8442 123456", ["+78442123456"]],
  ["8442-12-34-56", ["+78442123456"]],
  ["8 90 01 23 45 67", [NUMBER]],
  ["8900123456789007654321", [NUMBER, "+79007654321"]],
  ["+375 29 123-45-67 8 900 123 45 67", ["+375291234567", NUMBER]],
  ["+375 29 123-45-67 12", ["+375291234567"]],
  ["+375 29 123-45-67 до 18:00", ["+375291234567"]],
];

for (const [cell, phones] of FOUND_AMONG_DIGITS) {
  Deno.test(`digits beside it do not hide a phone: ${JSON.stringify(cell)}`, () => {
    assert.deepEqual(phonesOf(cell), phones);
  });
}

const NO_PHONE: [what: string, cell: string][] = [
  ["a date and a time", "01.02.1980 10:30"],
  ["a date and a time of a database", "2026-03-01 10:30:00.0000000"],
  ["a time in a date's standard form", "2026-03-01T10:30:00"],
  ["three times", "8.30 10.45 11.50"],
  ["a bank card", "4276 1234 5678 9012"],
  ["a policy that begins as a call abroad", "8101 1234 5678 9012"],
  ["a bank card without blanks", "8900123456789012"],
  ["an account", "40817810099910004312"],
  ["a passport", "9204 123456"],
  ["a passport in pairs", "45 09 № 123456"],
  ["a passport by name", "паспорт: 4509123456"],
  ["an ИНН by name", "ИНН 9001234567"],
  ["an ИНН of a person", "500100732259"],
  ["a СНИЛС", "893-233-445 95"],
  ["ten equal digits among others", "кв 12 9999999999"],
  ["a number that a spreadsheet has rounded", "8,90012E+10"],
  ["local numbers", "912-34-56 123-45-67"],
  ["local numbers behind a house", "8 912-34-56 123-45-67"],
  ["local numbers without dashes", "9123456 1234567 912345"],
  ["three digits too many", "8 926 912 345 67 89"],
  ["two digits of an area code too many", "8 92 926 123 45 67"],
  ["an area code twice", "8926 926 123 45 67"],
  ["a digit too many behind a house", "кв 12 8 900 123 45 678"],
  ["a digit missing behind a house", "д 3 495123456"],
  ["a digit missing behind a flat", "кв 89 926123456"],
  ["a digit missing behind hours", "с 8-9 926123456"],
  ["ten digits of a city among others", "12 4951234567"],
  ["a neighbour's number with a digit too many", "+375 29 123-45-678"],
];

for (const [what, cell] of NO_PHONE) {
  Deno.test(`no phone is made of ${what}: ${JSON.stringify(cell)}`, () => assert.deepEqual(phonesOf(cell), []));
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

const twoDigits = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((number) => String(number).padStart(2, "0"));
const date = fc.tuple(twoDigits(1, 28), twoDigits(1, 12), fc.integer({ min: 1930, max: 2029 }).map(String));
const hours = twoDigits(0, 23);
const minutes = twoDigits(0, 59);
const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

const noise = fc.oneof(
  fc.tuple(fc.constantFrom("кв ", "кв.", "д. ", "дом №", "п."), fc.integer({ min: 1, max: 999 })).map((of) =>
    of.join("")
  ),
  date.map((parts) => parts.join(".")),
  date.map((parts) => parts.join("/")),
  date.map((parts) => parts.toReversed().join("-")),
  fc.tuple(hours, minutes).map((parts) => parts.join(":")),
  fc.tuple(hours, minutes, hours, minutes).map(([from, past, to, later]) => `${from}.${past}-${to}.${later}`),
  fc.tuple(hours, hours).map(([from, to]) => `с ${from} до ${to}`),
  hours.map((hour) => `после ${hour}`),
  fc.tuple(digits(4), digits(4), digits(4), fc.stringMatching(/^[0-6]\d{3}$/)).map((parts) => parts.join(" ")),
  digits(10).map((number) => `ИНН ${number}`),
  digits(10).map((number) => `паспорт ${number}`),
);

/** A mobile number in the spellings that registrars use. */
const mobile = fc.tuple(
  fc.stringMatching(/^9\d{9}$/).filter((number) => !/^(\d)\1{9}$/.test(number)),
  fc.constantFrom(
    "+7(XXX)XXX-XX-XX",
    "+7 XXX XXX XX XX",
    "+7XXXXXXXXXX",
    "8 (XXX) XXX-XX-XX",
    "8XXXXXXXXXX",
    "8-XXX-XXX-XX-XX",
    "8 XXX XXX XX XX",
    "8 XXX XXXXXXX",
    "8XXX XXX XXXX",
    "8.XXX.XXX.XX.XX",
    "7XXXXXXXXXX",
    "XXXXXXXXXX",
    "XXX XXX-XX-XX",
    "(XXX) XXX XX XX",
    "XXXXXXXXXX.0",
  ),
).map(([number, form]) => {
  const rest = [...number];
  return { phone: `+7${number}`, text: form.replace(/X/g, () => rest.shift()!) };
});

Deno.test("a mobile number is found among all that stands beside phones, and nothing else is", () => {
  const beside = fc.array(noise, { maxLength: 2 });
  const gap = fc.constantFrom(" ", ", ", "; ", "\n");
  fc.assert(
    fc.property(beside, mobile, beside, gap, (before, { phone, text }, behind, between) => {
      assert.deepEqual(phonesOf([...before, text, ...behind].join(between)), [phone]);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("what stands beside phones is none by itself", () => {
  fc.assert(fc.property(fc.array(noise, { maxLength: 4 }), (all) => assert.deepEqual(phonesOf(all.join(" ")), [])));
});

Deno.test("no phone has digits that were not typed one behind the other", () => {
  const cells = fc.string({ unit: fc.constantFrom(..."0123456789789789  --.:()/E"), maxLength: 60 });
  fc.assert(
    fc.property(cells, (cell) => {
      const all = cell.replace(/\D/g, "");
      for (const phone of phonesOf(cell)) assert.ok(all.includes(phone.replace(/^\+7?/, "")), phone);
    }),
    { numRuns: 2000 },
  );
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
