/**
 * Phones as registrars type them → international form.
 */
import { visible } from "./invisible.ts";
import { withoutNoise } from "./phone_noise.ts";

const MAXIMUM_DIGITS = 15; // E.164

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** Whether ten digits are a Russian (or Kazakh) number when a leading 7 or 8 was typed before them. */
const isNational = (digits: string) => /^[3-9]\d{9}$/.test(digits) && !/^(\d)\1{9}$/.test(digits);

/**
 * Whether ten digits alone are a number. `7…` and `89…` are rather eleven digits of which one was left out: no area
 * code begins so.
 */
const isBareNational = (digits: string) => isNational(digits) && /^(?:[349]|8[0-8])/.test(digits);

/** Neighbouring countries whose numbers all have twelve digits. */
const NEIGHBOUR = /^(?:375|380|99[2-68])/;

/** Whether the digits are such a number, with or without the plus. */
const isNeighbour = (digits: string) => digits.length === 12 && NEIGHBOUR.test(digits);

interface Reading {
  readonly number: string;
  /** How many groups of digits it takes. */
  readonly length: number;
  readonly hasPrefix: boolean;
}

/** The number that begins with the first group and ends with one: no digits are taken from a group to fill up another. */
function firstNumber(groups: readonly string[]): Reading | undefined {
  let digits = "";
  let found: Reading | undefined;
  for (const [index, group] of groups.entries()) {
    digits += group;
    const hasPrefix = digits.length === 11;
    const isNumber = hasPrefix ? /^[78]/.test(digits) && isNational(digits.slice(1)) : isBareNational(digits);
    const length = index + 1;
    if (isNumber && keepsAreaCode(groups.slice(0, length), hasPrefix)) {
      found = { number: `+7${digits.slice(-10)}`, length, hasPrefix };
    }
  }
  return found;
}

/**
 * Whether no gap tears the area code apart: the first of such groups is something else. A mobile number may stand in pairs;
 * `8.30 10.45 11.50` are three times.
 */
function keepsAreaCode([first, second = "", ...others]: readonly string[], hasPrefix: boolean): boolean {
  if (!hasPrefix) return first.length >= 3;
  if (first.length > 1) return first.length >= 4;
  return second.length >= 3 || (/^9\d$/.test(second) && others.every((group) => group.length === 2));
}

/** Numbers that were typed with nothing between them: `8900…7900…`. */
const apart = (group: string): string[] => /^(?:[78]\d{10}){2,}$/.test(group) ? group.match(/\d{11}/g)! : [group];

/** The numbers of a piece that holds nothing else, but for an extension of few digits at its end. */
function onlyNumbers(piece: string): string[] {
  const numbers: string[] = [];
  let rest = (piece.match(/\d+/g) ?? []).flatMap(apart);
  while (rest.length > 0) {
    const next = firstNumber(rest);
    if (next === undefined) return [];
    numbers.push(next.number);
    rest = rest.slice(next.length);
    if (next.hasPrefix && rest.length === 1 && rest[0].length <= 5) break;
  }
  return numbers;
}

/**
 * A number that can be told from the digits around it: one with 7 or 8; a mobile one as ten digits together, or with its
 * code by itself; one with the code in brackets. Any other ten digits may be anything.
 */
const AMONG_DIGITS = [
  /(?<!\d)[78]\D{0,4}([3-9]\d\d\D{0,4}\d{3}\D{0,4}\d\d\D{0,4}\d\d)(?!\d)/,
  /(?<!\d)(9\d{9})(?!\d)/,
  // Behind the beginning of a number it has digits too many: `8 926 912 345 67 89`. `8-30` is a time.
  /(?<!\d|(?<!\d)[78](?:\D{1,4}(?:[3-9]|[6-9]\d|[3-9]\d\d)|[3-9]\d\d)\D{1,4})(9\d\d\D{1,4}\d{3}\D{0,4}\d\d\D{0,4}\d\d)(?!\d)/,
  /(\([3489]\d\d\)\D{0,3}\d{3}\D{0,4}\d\d\D{0,4}\d\d)(?!\d)/,
];
const ANY_AMONG_DIGITS = new RegExp(AMONG_DIGITS.map(({ source }) => source).join("|"), "g");

/** The numbers that stand among other digits: a house, an hour, a year. */
function numbersAmong(piece: string): string[] {
  const typed = [...piece.matchAll(ANY_AMONG_DIGITS)].map((match) => digitsOf(match.slice(1).find(Boolean)!));
  return typed.filter(isNational).map((national) => `+7${national}`);
}

function russianNumbers(piece: string): string[] {
  // `+7 8 900…` has the country's code twice.
  const whole = /^(?:\+[78]|\+?78)([3-9]\d{9})$/.exec(piece.replace(/[^\d+]/g, ""))?.[1];
  if (whole !== undefined) return isNational(whole) ? [`+7${whole}`] : [];
  const numbers = onlyNumbers(piece);
  return numbers.length > 0 ? numbers : numbersAmong(piece);
}

/** A number of another country, typed with a plus. Of a neighbour's it is known where it ends: more may stand behind it. */
function foreignNumbers(piece: string): string[] {
  const [head = ""] = /^(?:\D*\d){12}(?!\d)/.exec(piece) ?? [];
  if (isNeighbour(digitsOf(head))) return [`+${digitsOf(head)}`, ...russianNumbers(piece.slice(head.length))];
  const digits = digitsOf(piece);
  const isPossible = digits.length >= 10 && digits.length <= MAXIMUM_DIGITS && !/^0/.test(digits);
  return isPossible && !NEIGHBOUR.test(digits) ? [`+${digits}`] : [];
}

/** A piece that begins with what is dialled before a number of another country, with a plus in its place. */
function withPlus(piece: string): string {
  const number = piece.replace(/^\D*(?:0\D*0|8\D*1\D*0)(?=(?:\D*\d){10})/, "");
  if (number === piece) return piece;
  // `8-10 926 123-45-67` are hours before a Russian number.
  const isRussian = !/^\D*\d{11,}\D*$/.test(number) && numbersAmong(number).length > 0;
  return isRussian ? number : `+${number}`;
}

/**
 * The usable phones of a cell such as `+7 (900) 000-12-34, кв 5 8 900 000 5678 доб. 12, до 18:00`, each once, in their
 * order: Russian ones as `+7XXXXXXXXXX`, others as `+` and digits where the `+` was typed. Junk (`-`, `нет`, seven digits,
 * ten equal digits), dates and documents give nothing, and so does what can be read in two ways: a wrong number would
 * merge strangers.
 */
export function phonesOf(cell: string): string[] {
  const phones: string[] = [];
  for (const typed of withoutNoise(visible(cell)).split(/[,;/\\|\r\n\p{L}#*]+|(?=\+)/u)) {
    // A few digits in brackets at the end are an extension.
    const piece = withPlus(typed.replace(/\(\d{1,5}\)\s*$/, ""));
    const digits = digitsOf(piece);
    // `+8 900…` is a Russian number with a plus before the usual 8: no country's code begins with 89.
    const isForeign = isNeighbour(digits) || (piece.trim().startsWith("+") && !/^(?:7|89)/.test(digits));
    phones.push(...(isForeign ? foreignNumbers(piece) : russianNumbers(piece)));
  }
  return [...new Set(phones)];
}

/**
 * A phone as the portal holds it, folded so that the same number in any usual form compares equal:
 * the international form where it can be read, else its digits.
 */
export function foldPhone(text: string): string {
  return phonesOf(text)[0] ?? digitsOf(text);
}
