import assert from "node:assert/strict";
import fc from "fast-check";
import { type AmountLine, totalAmount } from "../../src/reception/amount.ts";

const line = (count: string | null, price: string | null, discount: string | null = null): AmountLine => ({
  count,
  price,
  discount,
});

const SUMS: [what: string, lines: AmountLine[], amount: string | undefined][] = [
  ["no lines", [], undefined],
  ["one line", [line("1.0000", "1500.0000", "0.0000")], "1500.00"],
  ["count times price less discount", [line("2.5000", "99.9900", "0.4750")], "249.50"],
  ["several lines", [line("1.0000", "0.1000"), line("1.0000", "0.2000")], "0.30"],
  ["a line without a price among others", [line("1.0000", null, "100.0000"), line("1.0000", "50.0000")], "50.00"],
  ["a line without a count among others", [line(null, "10.0000"), line("1.0000", "50.0000")], "50.00"],
  ["no line that has an amount", [line(null, "10.0000"), line("1.0000", null, "5.0000"), line(null, null)], undefined],
  ["a discount of the whole", [line("1.0000", "50.0000", "50.0000")], "0.00"],
  ["half a kopeck up", [line("0.5000", "0.0100")], "0.01"],
  ["less than half a kopeck down", [line("0.4999", "0.0100")], "0.00"],
  ["rounded once, at the end", [line("0.4000", "0.0100"), line("0.4000", "0.0100")], "0.01"],
  ["a return", [line("-1.0000", "1500.0000")], "-1500.00"],
  ["half a kopeck away from zero", [line("-0.5000", "0.0100")], "-0.01"],
  ["no minus before nothing", [line("-0.4000", "0.0100")], "0.00"],
  [
    "beyond what a double holds",
    [line("1.0000", "900719925474099.1200"), line("1.0000", "0.0100")],
    "900719925474099.13",
  ],
  ["whole numbers without a point", [line("2", "10")], "20.00"],
];

for (const [what, lines, amount] of SUMS) {
  Deno.test(`the amount of a reception: ${what}`, () => assert.equal(totalAmount(lines), amount));
}

for (const wrong of ["", "1,5", "1.23456", "1e3", "abc", " 1", "1.", "--1", "0x10", "NaN"]) {
  Deno.test(`${JSON.stringify(wrong)} is no amount and is told so`, () => {
    assert.throws(() => totalAmount([line(wrong, "1")]), TypeError);
    assert.throws(() => totalAmount([line("1", wrong)]), TypeError);
    assert.throws(() => totalAmount([line("1", "1", wrong)]), TypeError);
  });
}

/** Numbers of ten-thousandths. */
const tenThousandths = fc.integer({ min: -99_999_999, max: 99_999_999 });

function asText(value: number): string {
  const digits = String(Math.abs(value)).padStart(5, "0");
  return `${value < 0 ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** Kopecks from hundred-millionths of a rouble, digit by digit on the decimal text. */
function roundedText(sum: bigint): string {
  const digits = (sum < 0n ? -sum : sum).toString().padStart(9, "0");
  const kept = BigInt(digits.slice(0, -6)) + (digits.at(-6)! >= "5" ? 1n : 0n);
  const kopecks = kept.toString().padStart(3, "0");
  const text = `${kopecks.slice(0, -2)}.${kopecks.slice(-2)}`;
  return sum < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}

Deno.test("the amount is exact to the kopeck, as long division by hand would give it", () => {
  const lines = fc.array(fc.tuple(tenThousandths, tenThousandths, fc.option(tenThousandths)), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(lines, (bill) => {
      const sum = bill.reduce(
        (total, [count, price, discount]) => total + BigInt(count) * BigInt(price) - BigInt(discount ?? 0) * 10_000n,
        0n,
      );
      const text = bill.map(([count, price, discount]) =>
        line(asText(count), asText(price), discount === null ? null : asText(discount))
      );
      assert.equal(totalAmount(text), roundedText(sum));
    }),
    { numRuns: 500 },
  );
});

Deno.test("the order of the lines does not change the amount", () => {
  const bill = fc.array(fc.tuple(tenThousandths, tenThousandths), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(bill, (rows) => {
    const lines = rows.map(([count, price]) => line(asText(count), asText(price)));
    assert.equal(totalAmount(lines), totalAmount(lines.toReversed()));
  }));
});
