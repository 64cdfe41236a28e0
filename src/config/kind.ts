/**
 * Kinds of values: what a person may write for a key, and what the program makes of it. Pure.
 */
import { isAbsolute, resolve } from "node:path";
import { strip } from "./blanks.ts";
import { COMMENT_AFTER_VALUE, endsWithComment } from "./comment_after.ts";

/**
 * What reading a value gives: the value, or what is wrong with it, in Russian, to stand after «…» of the value; `shown`: of
 * the part that is wrong.
 */
export type Reading<T> = { readonly value: T } | { readonly wrong: string; readonly shown?: string };

/** What reading may need to know besides the text. */
export interface ReadingContext {
  /** Absolute folder of config.ini, from which relative paths are taken. */
  readonly folder: string;
}

export interface Kind<T> {
  /** What may be written, in Russian: `целое число от 1 до 300`; empty where the key's explanation says it all. */
  readonly accepts: string;
  /** Whether the value must never be shown: it is a secret or holds one. */
  readonly secret: boolean;
  /** Reads a text that is not empty and has no blanks around it. */
  readonly read: (text: string, context: ReadingContext) => Reading<T>;
}

function kind<T>(accepts: string, read: Kind<T>["read"], options: { secret?: boolean } = {}): Kind<T> {
  return { accepts, read, secret: options.secret ?? false };
}

/** Items between commas and line breaks, blanks taken off, empty ones left out. */
export function itemsOf(text: string): string[] {
  return text.split(/[,\n]/).map(strip).filter((item) => item !== "");
}

/** Any one line. */
export const text: Kind<string> = kind<string>("", (value) => oneLine(value, value));

/** A whole number from `min` to `max`, both included; `unit` as it stands after "число": `секунд`. */
export function integer(min: number, max: number, unit?: string): Kind<number> {
  const accepts = `целое число ${rangeText(min, max, unit)}`;
  return kind<number>(accepts, (value) => {
    if (!/^[+-]?\d{1,15}$/.test(value)) return { wrong: `нужно ${accepts}` };
    return inRange(Number(value), min, max, accepts);
  });
}

/** A number with or without a fraction; the fraction may follow a point or a comma. */
export function decimal(min: number, max: number, unit?: string): Kind<number> {
  const accepts = `число ${rangeText(min, max, unit)}`;
  return kind<number>(accepts, (value) => {
    if (!/^\+?\d{1,15}([.,]\d{1,15})?$/.test(value)) return { wrong: `нужно ${accepts}` };
    return inRange(Number(value.replace(",", ".")), min, max, accepts);
  });
}

/** An id of SQL Server or of the portal: the largest one is no news to anybody and is not told. */
export const id: Kind<number> = { ...integer(1, 2_147_483_647), accepts: "целое число больше нуля" };

/** An id, or 0 where that has a meaning of its own. */
export const idOrZero: Kind<number> = { ...integer(0, 2_147_483_647), accepts: "целое число, начиная с нуля" };

function rangeText(min: number, max: number, unit: string | undefined): string {
  return `${unit === undefined ? "" : `${unit} `}от ${min} до ${max}`;
}

function inRange(value: number, min: number, max: number, accepts: string): Reading<number> {
  return value >= min && value <= max ? { value } : { wrong: `нужно ${accepts}` };
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  1: true,
  yes: true,
  true: true,
  on: true,
  0: false,
  no: false,
  false: false,
  off: false,
};

/** The words that configparser's `getboolean` takes, in any case. */
export const boolean: Kind<boolean> = kind<boolean>("True или False", (value) => {
  const known = BOOLEANS[value.toLowerCase()];
  return known === undefined ? { wrong: "нужно True или False (можно yes/no, on/off, 1/0)" } : { value: known };
});

/** One of some words, in any case; `words` maps each accepted word, in lower case, to what it means. */
export function choice<T extends string>(shown: readonly T[], words: Readonly<Record<string, T>>): Kind<T> {
  const accepts = `одно из: ${shown.join(", ")}`;
  return kind<T>(accepts, (value) => {
    const known = Object.hasOwn(words, value.toLowerCase()) ? words[value.toLowerCase()] : undefined;
    return known === undefined ? { wrong: `нужно ${accepts}` } : { value: known };
  });
}

/** Words between commas. */
export const list: Kind<readonly string[]> = kind<readonly string[]>(
  "список через запятую",
  (value) => ({ value: itemsOf(value) }),
);

/** Codes between commas: a comment after them would be a part of the last one, and make it unknown. */
export const codes: Kind<readonly string[]> = kind<readonly string[]>(
  "список через запятую",
  (value) => endsWithComment(value) ? { wrong: COMMENT_AFTER_VALUE } : { value: itemsOf(value) },
);

/** Ids between commas. */
export const idList: Kind<readonly number[]> = kind<readonly number[]>("числа через запятую", (value, context) => {
  const values: number[] = [];
  for (const part of itemsOf(value)) {
    const reading = id.read(part, context);
    if ("wrong" in reading) return { wrong: "нужны целые числа больше нуля через запятую" };
    values.push(reading.value);
  }
  return { value: values };
});

/** A path; a relative one is taken from the folder of config.ini. Read as an absolute path. */
export const path: Kind<string> = kind<string>("", (value, { folder }) => {
  return oneLine(value, isAbsolute(value) ? value : resolve(folder, value));
});

/** An IANA time zone. */
export const timeZone: Kind<string> = kind<string>("", (value) => {
  const wrong = "такого часового пояса нет; нужно название вида Europe/Moscow, Europe/Samara, Asia/Yekaterinburg";
  if (!/^[A-Za-z]/.test(value)) return { wrong };
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return { value };
  } catch (error) {
    if (error instanceof RangeError) return { wrong };
    throw error;
  }
});

/** An e-mail address, or several between commas. */
export const email: Kind<string> = kind<string>("адрес или несколько через запятую", (value) => {
  const wrong = itemsOf(value).find((item) => !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(item));
  return wrong === undefined ? { value } : { wrong: "нужен адрес вида admin@clinic.ru" };
});

/** The code of a field as the portal's lists show it. */
export const fieldCode: Kind<string> = kind<string>("", (value) => {
  if (/^[A-Z][A-Z0-9_]{0,99}$/.test(value)) return { value };
  return {
    wrong: "не похоже на код поля Битрикс24; нужны заглавные латинские буквы, цифры и «_», например UF_CRM_1769008900",
  };
});

/** What stands in the file for a secret: the secret itself or its encrypted form. */
export type SecretText = { readonly plain: string } | { readonly encrypted: string };

const ENCRYPTED = "DPAPI:";

/** Takes the `DPAPI:` off an encrypted secret; its hexadecimal payload is in lower case then. */
export function readSecret(value: string): Reading<SecretText> {
  if (!value.startsWith(ENCRYPTED)) return { value: { plain: value } };
  const payload = value.slice(ENCRYPTED.length);
  if (/^([0-9a-f]{2})+$/i.test(payload)) return { value: { encrypted: payload.toLowerCase() } };
  return {
    wrong: "зашифрованное значение испорчено (после DPAPI: должны идти только цифры и буквы A–F, чётное число); " +
      "впишите пароль заново и выполните ident-sync encrypt",
  };
}

/** A secret, plain or as `DPAPI:` and hexadecimal digits. */
export const secret: Kind<SecretText> = kind<SecretText>("", (value) => {
  return value.includes("\n") ? { wrong: SEVERAL_LINES } : readSecret(value);
}, { secret: true });

const SEVERAL_LINES = "значение занимает несколько строк; следующая строка начинается с пробела и стала его частью";

function oneLine<T>(value: string, read: T): Reading<T> {
  return value.includes("\n") ? { wrong: SEVERAL_LINES } : { value: read };
}
