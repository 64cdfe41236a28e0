/** A batch of T-SQL as steps that the engine runs one after the other. */

import { afterClosing, is, listed, nameOf, textOf, type Token, tokens } from "./lexer.ts";
import { CLOCK, converted, type Names, rewritten, withParameters } from "./rewrite.ts";
import { columnNames } from "./select_list.ts";
import { statements } from "./split.ts";
import { notUnderstood, permissionDenied, TsqlError, undeclared } from "./sql_server_errors.ts";
import { parseSqlType, postgresType, type SqlType } from "./sql_type.ts";
import { translated } from "./translate.ts";

/** A statement for PostgreSQL: the variables stand for `$1` … in this order. */
export interface Statement {
  readonly sql: string;
  readonly variables: readonly string[];
}

export type Step =
  | { readonly kind: "noCount"; readonly on: boolean; readonly line: number }
  | { readonly kind: "nothing"; readonly line: number }
  | { readonly kind: "table"; readonly table: string; readonly create: string; readonly line: number }
  | { readonly kind: "assign"; readonly variable: string; readonly value: Statement; readonly line: number }
  | { readonly kind: "change"; readonly statement: Statement; readonly line: number }
  | {
    readonly kind: "query";
    readonly statement: Statement;
    /** Undefined: the columns of a star; then the names are the catalogue's. */
    readonly names: readonly string[] | undefined;
    readonly line: number;
  }
  | { readonly kind: "wait"; readonly milliseconds: number; readonly line: number }
  | { readonly kind: "fail"; readonly error: TsqlError; readonly line: number };

const SYSTEM_TYPES: Readonly<Record<string, string>> = {
  [CLOCK.local]: "timestamp",
  [CLOCK.utc]: "timestamp",
  "@@rowcount": "integer",
};

/** The declared parameters of `sp_executesql`, `@size int, @upper varchar(27)`, by name in lower case. */
export function parameterTypes(declaration: string): ReadonlyMap<string, SqlType> {
  const types = new Map<string, SqlType>();
  if (declaration.trim() === "") return types;
  for (const part of listed(tokens(declaration))) {
    const words = part.filter((token) => !is(token, "AS", "OUTPUT", "OUT"));
    types.set(words[0].text.toLowerCase(), knownType(words.slice(1)));
  }
  return types;
}

function knownType(written: readonly Token[]): SqlType {
  const type = parseSqlType(textOf(written));
  if (type === undefined) throw new TsqlError(2715, `Cannot find data type ${textOf(written)}.`);
  return type;
}

/** Makes the steps of one batch. `id` keeps the temporary tables of different batches apart. */
export class BatchCompiler {
  readonly #id: number;
  readonly #database: string;
  readonly #types: Map<string, SqlType>;
  readonly #tables = new Map<string, string>();

  constructor(id: number, database: string, parameters: ReadonlyMap<string, SqlType>) {
    this.#id = id;
    this.#database = database;
    this.#types = new Map(parameters);
  }

  /** Everything is translated before anything runs, so a batch with a syntax error does nothing. */
  async steps(text: string): Promise<readonly Step[]> {
    const steps: Step[] = [];
    for (const statement of statements(tokens(text))) {
      try {
        for await (const step of this.#compile(statement)) steps.push(step);
      } catch (error) {
        if (error instanceof TsqlError && error.answer.line === 1) {
          const { number, message, class: severity, state } = error.answer;
          throw new TsqlError(number, message, severity, statement[0].line, state);
        }
        throw error;
      }
    }
    return steps;
  }

  get #names(): Names {
    return { database: this.#database, tables: this.#tables };
  }

  async #statement(sql: string): Promise<Statement> {
    return withParameters(await translated(sql), (variable) => {
      const type = this.#types.get(variable);
      if (type !== undefined) return postgresType(type);
      const known = SYSTEM_TYPES[variable];
      if (known === undefined) throw undeclared(variable);
      return known;
    });
  }

  async #assign(variable: string, expression: readonly Token[], line: number): Promise<Step> {
    const name = variable.toLowerCase();
    const type = this.#types.get(name);
    if (type === undefined) throw undeclared(variable);
    const value = await this.#statement(`SELECT ${converted(rewritten(expression, this.#names), type)}`);
    return { kind: "assign", variable: name, value, line };
  }

  async *#compile(statement: readonly Token[]): AsyncGenerator<Step> {
    const [first, second, third] = statement;
    const line = first.line;
    switch (first.kind === "word" ? first.text.toUpperCase() : "") {
      case "SET":
        if (second?.kind === "variable") yield await this.#assign(second.text, statement.slice(3), line);
        else if (is(second, "NOCOUNT")) yield { kind: "noCount", on: is(third, "ON"), line };
        else yield { kind: "nothing", line };
        return;
      case "DECLARE":
        yield* this.#declare(statement.slice(1), line);
        return;
      case "WITH":
      case "SELECT":
        yield await this.#select(statement, line);
        return;
      case "INSERT":
      case "UPDATE":
      case "DELETE":
      case "MERGE":
        yield await this.#change(statement, line);
        return;
      case "WAITFOR":
        yield { kind: "wait", milliseconds: delay(third), line };
        return;
      case "USE":
        if (second !== undefined && nameOf(second).toLowerCase() === this.#database.toLowerCase()) {
          yield { kind: "nothing", line };
          return;
        }
        throw new TsqlError(
          911,
          `Database '${second && nameOf(second)}' does not exist. Make sure that the name is entered correctly.`,
        );
      case "CREATE":
      case "ALTER":
      case "DROP":
      case "TRUNCATE":
        throw new TsqlError(
          262,
          `${first.text.toUpperCase()} ${second?.text.toUpperCase()} permission denied in database '${this.#database}'.`,
          14,
        );
      case "PRINT":
      case "IF":
      case "WHILE":
      case "BEGIN":
      case "EXEC":
      case "EXECUTE":
      case "RETURN":
      case "RAISERROR":
      case "COMMIT":
      case "ROLLBACK":
        throw notUnderstood(`no statements of ${first.text.toUpperCase()}`);
      default:
        throw new TsqlError(102, `Incorrect syntax near '${first.text}'.`, 15);
    }
  }

  async *#declare(rest: readonly Token[], line: number): AsyncGenerator<Step> {
    for (const part of listed(rest)) {
      const [variable, ...tail] = part.filter((token, index) => !(index === 1 && is(token, "AS")));
      const name = variable.text.toLowerCase();
      if (is(tail[0], "TABLE")) {
        const table = `tv_${this.#id}_${name.replace(/[^a-z0-9_]/g, "")}`;
        this.#tables.set(name, table);
        const columns = listed(tail.slice(2, afterClosing(tail, 1) - 1)).map(tableColumn);
        yield { kind: "table", table, create: `CREATE TEMP TABLE ${table} (${columns.join(", ")})`, line };
        continue;
      }
      const equals = tail.findIndex((token) => is(token, "="));
      this.#types.set(name, knownType(equals < 0 ? tail : tail.slice(0, equals)));
      const value = equals < 0 ? tokens("NULL") : tail.slice(equals + 1);
      yield await this.#assign(variable.text, value, line);
    }
  }

  async #select(statement: readonly Token[], line: number): Promise<Step> {
    if (statement.some((token) => is(token, "OFFSET")) && statement.some((token) => is(token, "ROW", "ROWS"))) {
      throw new TsqlError(102, "Incorrect syntax near 'OFFSET'.", 15);
    }
    if (statement[1]?.kind === "variable" && is(statement[2], "=") && !statement.some((token) => is(token, "FROM"))) {
      return await this.#assign(statement[1].text, statement.slice(3), line);
    }
    if (statement.some((token) => is(token, "INTO"))) {
      throw new TsqlError(262, `CREATE TABLE permission denied in database '${this.#database}'.`, 14);
    }
    return {
      kind: "query",
      statement: await this.#statement(rewritten(statement, this.#names)),
      names: columnNames(statement),
      line,
    };
  }

  /** The login may only read; a table variable is the batch's own. */
  async #change(statement: readonly Token[], line: number): Promise<Step> {
    const at = statement.findIndex((token, index) => index > 0 && !is(token, "INTO", "FROM", "TOP"));
    if (at < 0) throw new TsqlError(102, `Incorrect syntax near '${statement[0].text}'.`, 15);
    const target = statement[at];
    if (target.kind === "variable") {
      if (!this.#tables.has(target.text.toLowerCase())) {
        throw new TsqlError(1087, `Must declare the table variable "${target.text}".`, 15, 1, 2);
      }
      return { kind: "change", statement: await this.#statement(rewritten(statement, this.#names)), line };
    }
    const name = nameOf(is(statement[at + 1], ".") ? statement[at + 2] ?? target : target);
    return { kind: "fail", error: permissionDenied(statement[0].text.toUpperCase(), name, this.#database), line };
  }
}

/** A column, or a constraint, of a table variable for PostgreSQL. */
function tableColumn(part: readonly Token[]): string {
  if (is(part[0], "PRIMARY", "UNIQUE", "CHECK", "CONSTRAINT")) return textOf(part);
  const typeEnd = is(part[2], "(") ? afterClosing(part, 2) : 2;
  const rest = part.slice(typeEnd).filter((token) => !is(token, "CLUSTERED", "NONCLUSTERED"));
  return `"${nameOf(part[0]).toLowerCase()}" ${postgresType(knownType(part.slice(1, typeEnd)))} ${textOf(rest)}`;
}

/** `'00:00:05.250'` of WAITFOR DELAY in milliseconds. */
function delay(time: Token | undefined): number {
  const match = /^'(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d{1,3})?))?'$/.exec(time?.text ?? "");
  if (match === null) {
    throw new TsqlError(148, `Incorrect time syntax in time string ${time?.text} used with WAITFOR.`, 15);
  }
  return ((Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3] ?? 0)) * 1000;
}
