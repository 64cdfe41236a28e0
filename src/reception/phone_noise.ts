/**
 * What registrars and spreadsheets put beside a phone, and is none by its shape alone. A house number, an hour or a year
 * has no shape of its own: `phone.ts` looks for the number among such digits.
 */

const HOUR = String.raw`(?:[01]?\d|2[0-4])`;
const MINUTES = String.raw`[0-5]\d`;
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const MONTH = String.raw`(?:0?[1-9]|1[0-2])`;
const YEAR = String.raw`(?:19|20)\d\d`;

/** Stands where the noise was: nothing is read across it. */
const CUT = "|";

interface Noise {
  readonly what: string;
  readonly why: string;
  readonly shape: RegExp;
  /** What is to be read in its place, of the shape's groups. */
  readonly instead?: (...groups: readonly string[]) => string;
}

/** Whole runs of digits only, and in this order: a date goes before the time behind it. */
const NOISE: readonly Noise[] = [
  {
    what: "8.9261234567E10, 8,92612E+10",
    why: "a spreadsheet shows long numbers so; where it has left digits out nobody knows them",
    shape: alone(String.raw`(\d)[.,](\d+)[eе]\+?(\d\d?)`),
    instead: (first, rest, exponent) => rest.length === Number(exponent) ? `${CUT}${first}${rest}${CUT}` : CUT,
  },
  {
    what: "9261234567.0",
    why: "a spreadsheet's number that was written out as a fraction",
    shape: alone(String.raw`(\d{10,})[.,]0+`),
    instead: (digits) => `${digits}${CUT}`,
  },
  {
    what: "1980-02-01, 1980.02.01",
    why: "a date of birth or of a call, as databases write it",
    shape: alone(`${YEAR}[./-]${MONTH}[./-]${DAY}`),
  },
  {
    what: "01.02.1980, 1/2/1980, 01-02-1980",
    why: "the same, as people write it",
    shape: alone(`${DAY}[./-]${MONTH}[./-]${YEAR}`),
  },
  {
    what: "10:30, 10:30:00.000",
    why: "a time: phones have no colons",
    shape: alone(`${HOUR}(?::${MINUTES}){1,2}(?:\\.\\d+)?`),
  },
  {
    what: "10.00-19.00, 9.30 – 18.00",
    why: "when to call; four pairs with a dash in their middle are no phone",
    shape: alone(`${HOUR}\\.${MINUTES}\\s*[‐-―-]\\s*${HOUR}\\.${MINUTES}`),
  },
  {
    what: "с 9, до 18.00, после 15, с 8-10, от 10 - 19",
    why: "a preposition with an hour; an 8 that belongs to the number is not missed",
    shape: alone(
      `(?<!\\p{L})(?:[сc]|от|до|в|после|около|к)\\s*${HOUR}(?:[.-]${MINUTES}(?![.-]?\\d))?(?:\\s*[‐-―-]\\s*${HOUR}(?:\\.${MINUTES})?)?`,
    ),
  },
  {
    what: "4276 1234 5678 9012, 4276123456789012",
    why: "a bank card or a policy of medical insurance; of five such groups one belongs to a phone",
    shape: alone(String.raw`(?<!(?<!\d)\d{4}[ -])\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?![ -]\d{4}(?!\d))`),
  },
  { what: "812-345-678 90", why: "a СНИЛС", shape: alone(String.raw`\d{3}-\d{3}-\d{3}[ -]\d{2}`) },
  {
    what: "45 09 123456, паспорт 4509 № 123456",
    why: "a passport; behind a 7, 8 or plus, in brackets or with a dash the four digits are an area code",
    shape: alone(
      String.raw`(?<!\+[\d ()-]{0,6}|(?<!\d)[78]\D{1,4})\d{2} ?\d{2}[ №]+\d{6}|паспорт[^\p{L}\d]{0,3}\d{10}`,
    ),
  },
  {
    what: "ИНН 5001007322, СНИЛС 81234567890",
    why: "documents whose numbers are as long as phones, told apart by their name",
    shape: alone(String.raw`(?<!\p{L})(?:инн|снилс|огрн|полис)[\s:.№-]{0,3}\d+`),
  },
];

/** The shape where no digit stands at its ends. */
function alone(shape: string): RegExp {
  return new RegExp(`(?<!\\d)(?:${shape})(?!\\d)`, "giu");
}

/** The cell with a cut in the place of everything that is no phone by its shape. */
export const withoutNoise = (cell: string): string =>
  NOISE.reduce(
    (text, { shape, instead }) => text.replace(shape, (_, ...groups) => instead?.(...groups as string[]) ?? CUT),
    cell,
  );
