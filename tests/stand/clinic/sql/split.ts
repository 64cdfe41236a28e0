/** A batch as statements. T-SQL needs no semicolon between them, so a keyword that begins a statement also ends one. */

import { is, type Token } from "./lexer.ts";

const BEGINNINGS = [
  "SELECT",
  "SET",
  "DECLARE",
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
  "TRUNCATE",
  "WAITFOR",
  "USE",
  "PRINT",
  "EXEC",
  "EXECUTE",
  "CREATE",
  "ALTER",
  "DROP",
  "IF",
  "WHILE",
  "RETURN",
  "RAISERROR",
  "BEGIN",
  "COMMIT",
  "ROLLBACK",
  "KILL",
  "BACKUP",
  "GRANT",
  "DENY",
  "REVOKE",
]; // deno-fmt-ignore

/** Whether a keyword goes on with the statement before it instead of beginning one. */
function continues(statement: readonly Token[], token: Token): boolean {
  const first = statement[0];
  const before = statement.at(-1);
  const holds = (...words: string[]) => statement.some((each) => is(each, ...words));
  if (is(token, "SELECT")) {
    if (is(before, "UNION", "ALL", "EXCEPT", "INTERSECT")) return true;
    if (is(first, "INSERT")) return !holds("SELECT", "VALUES");
    if (is(first, "WITH")) return is(before, ")") && !mainQuery(statement);
    return false;
  }
  if (is(first, "WITH")) return is(token, "INSERT", "UPDATE", "DELETE", "MERGE") && is(before, ")") && !mainQuery(statement);
  if (is(token, "SET")) return is(first, "UPDATE") && !holds("SET");
  return is(token, "EXEC", "EXECUTE") && is(first, "INSERT");
}

/** Whether the query after the common table expressions has begun. */
function mainQuery(statement: readonly Token[]): boolean {
  let depth = 0;
  return statement.some((token) => {
    if (is(token, "(")) depth++;
    if (is(token, ")")) depth--;
    return depth === 0 && is(token, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE");
  });
}

/** The statements of a batch, none of them empty. */
export function statements(batch: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  const end = () => {
    if (current.length > 0) found.push(current);
    current = [];
  };
  for (const token of batch) {
    if (is(token, "(")) depth++;
    if (is(token, ")")) depth--;
    if (depth === 0 && is(token, ";")) {
      end();
      continue;
    }
    if (depth === 0 && current.length > 0 && is(token, ...BEGINNINGS) && !continues(current, token)) end();
    current.push(token);
  }
  end();
  return found;
}
