/**
 * Phones as registrars type them → international form.
 */

const MAXIMUM_DIGITS = 15; // E.164

/** Whether ten digits are a Russian (or Kazakh) number when a leading 7 or 8 was typed before them. */
const isNational = (digits: string) => /^[3-9]\d{9}$/.test(digits) && !/^(\d)\1{9}$/.test(digits);

/**
 * Whether ten digits alone are a number. `7…` and `89…` are rather eleven digits of which one was left out: no area
 * code begins so.
 */
const isBareNational = (digits: string) => isNational(digits) && /^(?:[349]|8[0-8])/.test(digits);

/** Twelve digits with the code of a neighbouring country, typed without the plus. */
const isNeighbour = (digits: string) => /^(?:375|380|99[2-68])\d{9}$/.test(digits);

/**
 * The digits of a piece as they were meant: of an extension behind a blank or dash only the number before it counts, and
 * `+7 8 900…` has the country's code twice.
 */
function digitsOf(piece: string): string {
  const digits = piece.replace(/\D/g, "");
  if (/^78[3-9]\d{9}$/.test(digits)) return digits.slice(1);
  const head = piece.replace(/[\s.\u2010-\u2015-]+\d{1,5}\s*$/, "").replace(/\D/g, "");
  return /^[78][3-9]\d{9}$/.test(head) ? head : digits;
}

/** All numbers in a run of digits that may hold several, one after another: `8900…7900…`. */
function russianNumbers(digits: string): string[] {
  const numbers: string[] = [];
  let rest = digits;
  while (rest.length >= 10) {
    const long = /^[78]/.test(rest) && rest.length >= 11 && isNational(rest.slice(1, 11));
    const national = long ? rest.slice(1, 11) : rest.slice(0, 10);
    if (!long && !isBareNational(national)) return [];
    numbers.push(`+7${national}`);
    rest = rest.slice(long ? 11 : 10);
  }
  return rest === "" ? numbers : [];
}

/**
 * The usable phones of a cell such as `+7 (900) 000-12-34, 8 900 000 5678 доб. 12`, each once, in their order:
 * Russian ones as `+7XXXXXXXXXX`, others as `+` and digits where the `+` was typed. Junk (`-`, `нет`, seven digits,
 * ten equal digits) gives nothing.
 */
export function phonesOf(cell: string): string[] {
  const phones: string[] = [];
  for (const piece of cell.split(/[,;/\\|\r\n\p{L}#*]+|(?=\+)/u)) {
    // A few digits in brackets at the end are an extension.
    const typed = digitsOf(piece.replace(/\(\d{1,5}\)\s*$/, ""));
    const dialled = /^(?:00|810)(\d{10,})$/.exec(typed)?.[1];
    const digits = dialled ?? typed;
    const isInternational = dialled !== undefined || piece.trim().startsWith("+") || isNeighbour(digits);
    // `+8 900…` is a Russian number with a plus before the usual 8: no country's code begins with 89.
    const foreign = isInternational && !/^(?:7|89)/.test(digits);
    if (!foreign) phones.push(...russianNumbers(digits));
    else if (digits.length >= 10 && digits.length <= MAXIMUM_DIGITS && !digits.startsWith("0")) {
      phones.push(`+${digits}`);
    }
  }
  return [...new Set(phones)];
}

/**
 * A phone as the portal holds it, folded so that the same number in any usual form compares equal:
 * the international form where it can be read, else its digits.
 */
export function foldPhone(text: string): string {
  return phonesOf(text)[0] ?? text.replace(/\D/g, "");
}
