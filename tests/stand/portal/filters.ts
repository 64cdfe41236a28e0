/**
 * Filters of lists, with what the real ones forgive: classic lists drop a key they do not know and show everything.
 */
import { type Field, fieldsOf, isUserField } from "./fields.ts";
import { universalKey } from "./faces.ts";
import { readMoment } from "./moment.ts";
import type { Param, Params } from "./php_query.ts";
import { RestError } from "./rest_error.ts";
import type { Kind, Settings } from "./settings.ts";
import type { MultiValue, StandRecord } from "./store.ts";

export type Test = (record: StandRecord) => boolean;

type Operation =
  | ""
  | "="
  | "!"
  | "!="
  | ">"
  | ">="
  | "<"
  | "<="
  | "@"
  | "!@"
  | "%"
  | "=%"
  | "%="
  | "!%"
  | "!=%"
  | "!%=";

const CLASSIC: readonly Operation[] = ["!@", "!=", ">=", "<=", "=%", "%=", "=", "!", ">", "<", "@", "%"];
const UNIVERSAL: readonly Operation[] = ["!=%", "!%=", "!%", ...CLASSIC];

/** Types that have no LIKE. */
const WITHOUT_LIKE: readonly string[] = ["crm_status", "crm_contact", "crm_company"];

function split(key: string, operations: readonly Operation[]): { operation: Operation; name: string } {
  const operation = operations.find((each) => key.startsWith(each)) ?? "";
  return { operation, name: key.slice(operation.length) };
}

type Comparable = string | number | null;

/** A stored value in a form that compares. */
function storedForm(field: Field, value: unknown): Comparable {
  if (value === null || value === undefined || value === "") return null;
  if (field.type === "crm_multifield") return (value as MultiValue).VALUE.toLowerCase();
  if (field.type === "datetime") return Date.parse(value as string);
  return typeof value === "number" ? value : String(value).toLowerCase();
}

/** Whether the stored value, or one of several, passes. */
function anyPasses(field: Field, record: StandRecord, test: (value: Comparable) => boolean): boolean {
  const value = record[field.name];
  if (!Array.isArray(value)) return test(storedForm(field, value));
  return value.length === 0 ? test(null) : value.some((each) => test(storedForm(field, each)));
}

const NUMERIC = new Set([
  "integer",
  "double",
  "boolean",
  "enumeration",
  "user",
  "crm_category",
  "crm_company",
  "crm_contact",
  "crm_lead",
  "crm_quote",
]);

interface Reading {
  readonly settings: Settings;
  readonly mistake: (text: string) => void;
}

function wantedForm(field: Field, raw: Param, { settings, mistake }: Reading): Comparable {
  if (raw === null || raw === "" || raw === false || typeof raw === "object") return null;
  if (NUMERIC.has(field.type)) return Number(raw);
  if (field.type === "datetime" || field.type === "date") {
    const moment = readMoment(String(raw), settings.offset);
    if (moment === undefined || (field.type === "datetime" && !moment.hasOffset)) {
      mistake(`filter on ${field.name}: a time without offset, or none at all: ${raw}`);
    }
    return moment === undefined ? NaN : field.type === "date" ? moment.date : moment.instant;
  }
  return String(raw).toLowerCase();
}

/** A LIKE pattern: `%` is any text, `_` any one character. */
function like(pattern: string): (text: Comparable) => boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", "[^]*").replaceAll("_", "[^]");
  const expression = new RegExp(`^${source}$`, "iu");
  return (text) => expression.test(String(text ?? ""));
}

function order(operation: Operation, wanted: Comparable): (value: Comparable) => boolean {
  return (value) => {
    if (value === null || wanted === null) return false;
    if (operation === ">") return value > wanted;
    if (operation === ">=") return value >= wanted;
    return operation === "<" ? value < wanted : value <= wanted;
  };
}

function testOf(field: Field, operation: Operation, raw: Param, reading: Reading): Test {
  const list = Array.isArray(raw) ? raw : typeof raw === "object" && raw !== null ? Object.values(raw) : [raw];
  const some = (test: (value: Comparable) => boolean): Test => (record) => anyPasses(field, record, test);
  const none = (test: (value: Comparable) => boolean): Test => (record) => !anyPasses(field, record, test);
  const textual = !NUMERIC.has(field.type) && field.type !== "date" && field.type !== "datetime";
  if (operation === "" && isUserField(field) && textual) {
    reading.mistake(`filter on ${field.name} without a prefix is a LIKE in which _ and % are wildcards`);
    const patterns = list.map((item) => like(String(item ?? "")));
    return some((value) => patterns.some((matches) => matches(value)));
  }
  if (operation.includes("%")) {
    const pattern = String(list[0] ?? "");
    const anywhere = operation === "%" || operation === "!%";
    if (anywhere) {
      const wanted = pattern.toLowerCase();
      return (operation.startsWith("!") ? none : some)((value) => String(value ?? "").includes(wanted));
    }
    return (operation.startsWith("!") ? none : some)(like(pattern));
  }
  if (/^[<>]/.test(operation)) return some(order(operation, wantedForm(field, list[0] ?? null, reading)));
  const wanted = new Set(list.map((item) => wantedForm(field, item, reading)));
  return (operation.startsWith("!") ? none : some)((value) => wanted.has(value));
}

function isEmptyList(raw: Param): boolean {
  return typeof raw === "object" && raw !== null && Object.keys(raw).length === 0;
}

/** A classic filter. Unknown keys and empty lists are dropped, as the portal does, and noted as mistakes. */
export function classicFilter(
  kind: Kind,
  settings: Settings,
  raw: Params,
  mistake: (text: string) => void,
): Test {
  const fields = fieldsOf(kind, settings);
  const tests: Test[] = [];
  for (const [key, value] of Object.entries(raw)) {
    let { operation, name } = split(key, CLASSIC);
    const field = fields.get(name);
    if (field === undefined || name === "CONTACT_IDS") {
      mistake(`filter key ${key} is unknown: the portal drops it and shows all rows`);
      continue;
    }
    if (isEmptyList(value)) {
      mistake(`filter key ${key} with an empty list: the portal drops it and shows all rows`);
      continue;
    }
    if (operation.includes("%") && WITHOUT_LIKE.includes(field.type)) {
      mistake(`filter key ${key}: this type has no LIKE`);
      operation = "=";
    }
    tests.push(testOf(field, operation, value, { settings, mistake }));
  }
  return (record) => tests.every((test) => test(record));
}

/** A universal filter, nested `logic: OR` included. An unknown field is the error INVALID_ARG_VALUE. */
export function universalFilter(
  kind: Kind,
  settings: Settings,
  raw: Params,
  originalUserNames: boolean,
  mistake: (text: string) => void,
): Test {
  const fields = new Map(
    [...fieldsOf(kind, settings).values()].map((each) => [universalKey(each, originalUserNames), each]),
  );
  const tests: Test[] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (key === "logic") continue;
    if (/^\d+$/.test(key) && typeof value === "object" && value !== null && !Array.isArray(value)) {
      tests.push(universalFilter(kind, settings, value, originalUserNames, mistake));
      continue;
    }
    const { operation, name } = split(key, UNIVERSAL);
    const field = fields.get(name);
    if (field === undefined || field.type === "crm_multifield") {
      mistake(`filter key ${key} is unknown`);
      throw new RestError(400, "INVALID_ARG_VALUE", `Invalid filter: field '${name}' is not allowed in filter`);
    }
    if (isEmptyList(value)) mistake(`filter key ${key} with an empty list`);
    tests.push(testOf(field, operation, value, { settings, mistake }));
  }
  const any = String(raw.logic ?? "").toUpperCase() === "OR";
  return any ? (record) => tests.some((test) => test(record)) : (record) => tests.every((test) => test(record));
}
