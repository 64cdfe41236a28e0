/** The names that the columns of a query have, spelt as the query spells them: PostgreSQL answers lower case only. */

import { is, listed, nameOf, type Token } from "./lexer.ts";

/** The names in order; undefined where a star stands for the columns. An expression without a name has an empty one. */
export function columnNames(query: readonly Token[]): readonly string[] | undefined {
  const items = listed(selectList(query)).map(nameOfItem);
  return items.includes(undefined) ? undefined : items as string[];
}

/** The tokens between SELECT (with ALL, DISTINCT, TOP) and FROM of the query's first SELECT outside brackets. */
function selectList(query: readonly Token[]): readonly Token[] {
  let depth = 0;
  let from = -1;
  for (let at = 0; at < query.length; at++) {
    const token = query[at];
    if (is(token, "(")) depth++;
    if (is(token, ")")) depth--;
    if (depth > 0) continue;
    if (from < 0 && is(token, "SELECT")) from = at + 1;
    else if (from >= 0 && is(token, "FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "ORDER", "GROUP")) {
      return withoutTop(query.slice(from, at));
    }
  }
  return from < 0 ? [] : withoutTop(query.slice(from));
}

function withoutTop(list: readonly Token[]): readonly Token[] {
  let at = 0;
  while (is(list[at], "ALL", "DISTINCT")) at++;
  if (!is(list[at], "TOP")) return list.slice(at);
  at++;
  if (is(list[at], "(")) {
    while (!is(list[at], ")")) at++;
  }
  return list.slice(at + 1);
}

function nameOfItem(item: readonly Token[]): string | undefined {
  const last = item.at(-1);
  const before = item.at(-2);
  if (last === undefined) return "";
  if (is(last, "*") && (item.length === 1 || is(before, "."))) return undefined;
  if (is(item[1], "=") && item[0].kind !== "variable") return nameOf(item[0]);
  const isName = (last.kind === "word" || last.kind === "quoted") && !is(last, "NULL", "END");
  if (is(before, "AS")) return last.kind === "string" ? last.text.slice(1, -1) : nameOf(last);
  if (!isName) return "";
  const endsExpression = before === undefined || is(before, ".", ")", "END") || before.kind !== "symbol";
  return endsExpression ? nameOf(last) : "";
}
