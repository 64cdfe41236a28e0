/**
 * Money, exactly: amounts come as decimal text, are added as whole numbers and leave as roubles and kopecks.
 */

const DECIMALS = 8;
const KOPECK = 10n ** BigInt(DECIMALS - 2);

/** A line of a bill, as far as its amount goes: decimal text (`2.5000`), or `null` where the clinic has no value. */
export interface AmountLine {
  readonly count: string | null;
  readonly price: string | null;
  readonly discount: string | null;
}

/** `12.3456` → 123456 at four decimals. */
function scaled(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) throw new TypeError(`not a decimal number with at most four decimals: ${text}`);
  const digits = BigInt(match[2] + (match[3] ?? "").padEnd(4, "0"));
  return match[1] === "-" ? -digits : digits;
}

/**
 * Sum of count · price − discount over all lines, rounded to kopecks once, at the end (half away from zero).
 * A line without count or price has no amount and adds nothing, as SQL's SUM would have it.
 *
 * @returns roubles with two decimals (`1500.00`), or `undefined` when no line has an amount
 * @throws TypeError when a value is not decimal text with at most four decimals
 */
export function totalAmount(lines: readonly AmountLine[]): string | undefined {
  let sum: bigint | undefined;
  for (const { count, price, discount } of lines) {
    if (count === null || price === null) continue;
    sum = (sum ?? 0n) + scaled(count) * scaled(price) - (discount === null ? 0n : scaled(discount) * 10_000n);
  }
  if (sum === undefined) return undefined;
  const negative = sum < 0n;
  const kopecks = ((negative ? -sum : sum) + KOPECK / 2n) / KOPECK;
  const text = `${kopecks / 100n}.${String(kopecks % 100n).padStart(2, "0")}`;
  return negative && kopecks > 0n ? `-${text}` : text;
}
