/**
 * T-SQL expressions that the translator does not carry over exactly become calls of the stand's own functions
 * (functions.ts) before it sees them: conversions with their styles, date arithmetic, the clock.
 */

import { afterClosing, is, listed, nameOf, textOf, type Token, tokens } from "./lexer.ts";
import { notUnderstood, TsqlError } from "./sql_server_errors.ts";
import { parseSqlType, type SqlType } from "./sql_type.ts";

/** Names of a batch that mean something else in PostgreSQL. */
export interface Names {
  readonly database: string;
  /** The temporary table behind a table variable; its name in lower case, with the `@`. */
  readonly tables: ReadonlyMap<string, string>;
}

/** Variables that the engine fills in by itself. */
export const CLOCK = { local: "@__local_time", utc: "@__utc_time" } as const;

const CLOCK_FUNCTIONS: Readonly<Record<string, string>> = {
  SYSDATETIME: CLOCK.local,
  GETDATE: `stand_datetime(${CLOCK.local})`,
  SYSUTCDATETIME: CLOCK.utc,
  GETUTCDATE: `stand_datetime(${CLOCK.utc})`,
};

const SYSTEM: Readonly<Record<string, string>> = {
  "@@VERSION": "N'Microsoft SQL Server 2019 (RTM) - 15.0.2000.5 (X64) (clinic stand)'",
  "@@SERVERNAME": "N'CLINIC-STAND'",
  "@@SERVICENAME": "N'MSSQLSERVER'",
  "@@LANGUAGE": "N'us_english'",
  "@@SPID": "51",
  "@@TRANCOUNT": "0",
  "@@MAX_PRECISION": "38",
};

/** Functions that came after SQL Server 2008 R2, which the integration's queries must do without. */
const LATER = [
  "STRING_AGG",
  "STRING_SPLIT",
  "IIF",
  "CHOOSE",
  "CONCAT",
  "CONCAT_WS",
  "FORMAT",
  "EOMONTH",
  "TRIM",
  "TRANSLATE",
  "TRY_CONVERT",
  "TRY_CAST",
  "TRY_PARSE",
  "PARSE",
  "GREATEST",
  "LEAST",
  "DATEFROMPARTS",
  "DATETIME2FROMPARTS",
  "DATETIMEFROMPARTS",
  "DATETRUNC",
  "DATE_BUCKET",
  "LAG",
  "LEAD",
  "FIRST_VALUE",
  "LAST_VALUE",
  "JSON_VALUE",
  "JSON_QUERY",
  "ISJSON",
  "OPENJSON",
  "STRING_ESCAPE",
  "GENERATE_SERIES",
]; // deno-fmt-ignore

const PARTS: Readonly<Record<string, string>> = {
  year: "year", yy: "year", yyyy: "year", quarter: "quarter", qq: "quarter", q: "quarter", month: "month", mm: "month",
  m: "month", week: "week", wk: "week", ww: "week", day: "day", dd: "day", d: "day", hour: "hour", hh: "hour",
  minute: "minute", mi: "minute", n: "minute", second: "second", ss: "second", s: "second", millisecond: "millisecond",
  ms: "millisecond", microsecond: "microsecond", mcs: "microsecond",
}; // deno-fmt-ignore

/** An expression converted to a type, as a text that the translator leaves as it is. */
export function converted(expression: string, type: SqlType, style = "0"): string {
  switch (type.name) {
    case "datetime2":
    case "datetime":
    case "smalldatetime":
    case "date":
      return `stand_${type.name}(${expression})`;
    case "int":
      return `CAST(stand_integer(${expression}) AS INTEGER)`;
    case "bigint":
      return `stand_integer(${expression})`;
    case "bit":
      return `CAST(SIGN(ABS(${expression})) AS SMALLINT)`;
    case "float":
      return `CAST(${expression} AS FLOAT)`;
    case "money":
      return `CAST(${expression} AS DECIMAL(19, 4))`;
    case "decimal":
      return `CAST(${expression} AS DECIMAL(${type.precision}, ${type.scale}))`;
    case "nvarchar":
      return type.length === "max"
        ? `stand_text(${expression}, ${style})`
        : `LEFT(stand_text(${expression}, ${style}), ${type.length})`;
    case "varchar":
      return `CAST(stand_text(${expression}, ${style}) AS VARCHAR(${type.length === "max" ? 1_000_000 : type.length}))`;
  }
}

function typeOf(part: readonly Token[]): SqlType {
  const type = parseSqlType(textOf(part), true);
  if (type === undefined) throw new TsqlError(243, `Type ${textOf(part)} is not a defined system type.`);
  return type;
}

function call(called: Token, inner: readonly Token[], names: Names): string {
  const name = called.text.toUpperCase();
  const parts = listed(inner);
  const text = (index: number) => rewritten(parts[index], names);
  switch (name) {
    case "CONVERT":
      return converted(text(1), typeOf(parts[0]), parts.length > 2 ? text(2) : "0");
    case "CAST": {
      const as = inner.findLastIndex((token) => is(token, "AS"));
      return converted(rewritten(inner.slice(0, as), names), typeOf(inner.slice(as + 1)));
    }
    case "DATEADD":
    case "DATEDIFF": {
      const part = PARTS[textOf(parts[0]).toLowerCase()];
      if (part === undefined) throw notUnderstood(`${name} of ${textOf(parts[0])}`);
      return `stand_${name.toLowerCase()}('${part}', ${text(1)}, ${text(2)})`;
    }
    case "COUNT":
      return `CAST(COUNT(${rewritten(inner, names)}) AS INTEGER)`;
    case "COUNT_BIG":
      return `COUNT(${rewritten(inner, names)})`;
  }
  const time = CLOCK_FUNCTIONS[name];
  if (time !== undefined) return time;
  if (LATER.includes(name)) {
    throw new TsqlError(195, `'${name}' is not a recognized built-in function name.`, 15, 1, 10);
  }
  return `${called.text}(${rewritten(inner, names)})`;
}

/** The old way of a table hint: `FROM Receptions (NOLOCK)`. */
function isHint(inner: readonly Token[]): boolean {
  return inner.length === 1 && is(inner[0], "NOLOCK", "READUNCOMMITTED");
}

/** Where the name of a table goes on after the name of its database: `IDENT.dbo.X`, `IDENT..X`; else `at`. */
function afterDatabase(all: readonly Token[], at: number, names: Names): number {
  if (!is(all[at + 1], ".") || nameOf(all[at]).toLowerCase() !== names.database.toLowerCase()) return at;
  if (is(all[at + 2], ".")) return at + 3;
  return is(all[at + 3], ".") ? at + 2 : at;
}

/** The statement as text for the translator. */
export function rewritten(all: readonly Token[], names: Names): string {
  let sql = "";
  const put = (text: string, spaced: boolean) => sql += (spaced && sql !== "" ? " " : "") + text;
  for (let at = 0; at < all.length;) {
    const token = all[at];
    const afterDot = is(all[at - 1], ".");
    if (token.kind === "variable") {
      const name = token.text.toLowerCase();
      put(names.tables.get(name) ?? SYSTEM[name.toUpperCase()] ?? name, token.spaced);
      at++;
    } else if (token.kind === "word" && !afterDot && is(all[at + 1], "(") && isFunction(token)) {
      const end = afterClosing(all, at + 1);
      const inner = all.slice(at + 2, end - 1);
      put(isHint(inner) ? token.text : call(token, inner, names), token.spaced);
      at = end;
    } else if (is(token, "CURRENT_TIMESTAMP")) {
      put(CLOCK_FUNCTIONS.GETDATE, token.spaced);
      at++;
    } else if (is(token, "WITH", "OPTION") && is(all[at + 1], "(") && !afterDot) {
      at = afterClosing(all, at + 1);
    } else if (is(token, "INFORMATION_SCHEMA") && is(all[at + 1], ".")) {
      put(`stand_${nameOf(all[at + 2]).toLowerCase()}`, token.spaced);
      at += 3;
    } else if ((token.kind === "word" || token.kind === "quoted") && !afterDot && afterDatabase(all, at, names) > at) {
      at = afterDatabase(all, at, names);
      put(all[at].text, true);
      at++;
    } else {
      put(token.text, token.spaced);
      at++;
    }
  }
  return sql;
}

const NO_FUNCTIONS = [
  "IN",
  "AND",
  "OR",
  "NOT",
  "EXISTS",
  "VALUES",
  "AS",
  "ON",
  "TOP",
  "FROM",
  "JOIN",
  "APPLY",
  "WHERE",
  "SELECT",
  "INTO",
  "BY",
  "OVER",
  "WHEN",
  "THEN",
  "ELSE",
  "CASE",
  "WITH",
  "OPTION",
  "UNION",
  "ALL",
  "ANY",
  "BETWEEN",
  "LIKE",
  "INSERT",
]; // deno-fmt-ignore

/** A word before a bracket is a function's name, unless it is a keyword; aliases with columns pass through unchanged. */
function isFunction(token: Token): boolean {
  return !is(token, ...NO_FUNCTIONS);
}

/** The translation with `$1` … for variables, and the variables in that order. All quoted names in lower case. */
export function withParameters(
  postgres: string,
  typeOfVariable: (variable: string) => string,
): { readonly sql: string; readonly variables: readonly string[] } {
  const variables: string[] = [];
  let sql = "";
  for (const token of tokens(postgres)) {
    let text = token.text;
    if (token.kind === "variable") {
      const name = text.toLowerCase();
      if (!variables.includes(name)) variables.push(name);
      text = `$${variables.indexOf(name) + 1}::${typeOfVariable(name)}`;
    } else if (token.kind === "quoted") text = text.toLowerCase();
    sql += (token.spaced ? " " : "") + text;
  }
  return { sql, variables };
}
