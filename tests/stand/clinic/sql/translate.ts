/** T-SQL to PostgreSQL, one statement at a time. */

import { TsqlError } from "./sql_server_errors.ts";

/** Loaded when the first statement comes: its 22 MB of WebAssembly take a while to compile. */
let translator: Promise<typeof import("@polyglot-sql/sdk")> | undefined;

/** Begins to load the translator, so that the first statement need not wait for it. */
export function loadTranslator(): Promise<unknown> {
  translator ??= import("@polyglot-sql/sdk");
  return translator;
}

/** The statement in PostgreSQL's language; variables stay as they are. What the translator cannot read is error 102. */
export async function translated(sql: string): Promise<string> {
  translator ??= import("@polyglot-sql/sdk");
  const { Dialect, transpile } = await translator;
  const result = transpile(sql, Dialect.TSQL, Dialect.PostgreSQL);
  if (!result.success || result.sql?.length !== 1) {
    const near = /near ['"]?([^'"\n]+)/i.exec(String(result.error))?.[1] ?? "";
    throw new TsqlError(102, `Incorrect syntax near '${near}'.`, 15);
  }
  return result.sql[0];
}
