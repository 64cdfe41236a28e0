/** Runs batches of T-SQL on PostgreSQL and answers what SQL Server would. */

import type { WallClock } from "../clock.ts";
import type { Column } from "../tds/types.ts";
import { BatchCompiler, parameterTypes, type Statement, type Step } from "./batch.ts";
import type { CatalogueTable } from "./catalogue.ts";
import type { Postgres, PostgresColumn, PostgresResult, Prepared } from "./postgres.ts";
import { CLOCK } from "./rewrite.ts";
import { translatedError, TsqlError } from "./sql_server_errors.ts";
import type { SqlType } from "./sql_type.ts";

/** What a statement answers. */
export type Outcome =
  | { readonly kind: "rows"; readonly columns: readonly Column[]; readonly rows: PostgresResult["rows"] }
  /** Rows changed; undefined with NOCOUNT. */
  | { readonly kind: "done"; readonly count: number | undefined };

/** What a batch answers: the outcomes of the statements that ran, and the error that ended it. */
export interface BatchAnswer {
  readonly outcomes: readonly Outcome[];
  readonly error: TsqlError | undefined;
}

/** A batch with its parameters: their declaration as `sp_executesql` takes it, their values by name with the `@`. */
export interface Batch {
  readonly text: string;
  readonly declaration: string;
  readonly values: ReadonlyMap<string, string | null>;
}

interface Compiled {
  readonly id: number;
  readonly steps: readonly Step[];
  readonly prepared: Map<Step, Prepared>;
}

export class Engine {
  readonly #postgres: Postgres;
  readonly #database: string;
  readonly #clock: WallClock;
  readonly #compiled = new Map<string, Promise<Compiled>>();
  readonly #tables: ReadonlyMap<number, CatalogueTable>;
  /** How often each temporary table was used. */
  readonly #uses = new Map<string, number>();

  /** @param tables the catalogue by PostgreSQL's OIDs */
  constructor(
    postgres: Postgres,
    database: string,
    clock: WallClock,
    tables: ReadonlyMap<number, CatalogueTable>,
  ) {
    this.#postgres = postgres;
    this.#database = database;
    this.#clock = clock;
    this.#tables = tables;
  }

  /** Runs a batch. Batches run one at a time; while one waits (WAITFOR) others go on. */
  async run(batch: Batch, signal: AbortSignal): Promise<BatchAnswer> {
    const outcomes: Outcome[] = [];
    let line = 1;
    try {
      const compiled = await this.#compile(batch);
      const variables = new Map<string, string | null>(batch.values);
      let noCount = false;
      for (const part of apart(compiled.steps)) {
        if (part.kind === "wait") {
          await pause(part.milliseconds, signal);
          outcomes.push({ kind: "done", count: undefined });
          continue;
        }
        await this.#postgres.exclusively(async () => {
          for (const step of part.steps) {
            if (signal.aborted) return;
            line = step.line;
            if (step.kind === "noCount") noCount = step.on;
            const outcome = await this.#step(compiled, step, variables);
            if (outcome === undefined) continue;
            outcomes.push(outcome.kind === "done" && noCount ? { kind: "done", count: undefined } : outcome);
          }
        });
      }
      return { outcomes, error: undefined };
    } catch (error) {
      return { outcomes, error: translatedError(error, batch.text, line) };
    }
  }

  #compile(batch: Batch): Promise<Compiled> {
    const key = `${batch.declaration}\n${batch.text}`;
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      const id = this.#compiled.size;
      const compile = async () => {
        const compiler = new BatchCompiler(id, this.#database, parameterTypes(batch.declaration));
        return { id, steps: await compiler.steps(batch.text), prepared: new Map<Step, Prepared>() };
      };
      compiled = compile();
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }

  async #execute(
    compiled: Compiled,
    step: Step,
    statement: Statement,
    variables: ReadonlyMap<string, string | null>,
  ): Promise<{ readonly prepared: Prepared; readonly result: PostgresResult }> {
    let prepared = compiled.prepared.get(step);
    if (prepared === undefined) {
      prepared = await this.#postgres.prepare(statement.sql);
      compiled.prepared.set(step, prepared);
    }
    const values = statement.variables.map((name) => this.#clockTime(name) ?? variables.get(name) ?? null);
    return { prepared, result: await this.#postgres.execute(prepared, values) };
  }

  /** DELETE is quick and keeps the plans, but leaves dead rows behind, which TRUNCATE takes away now and then. */
  async #emptyTable(table: string, create: string): Promise<void> {
    const uses = this.#uses.get(table) ?? 0;
    this.#uses.set(table, uses + 1);
    await this.#postgres.run(uses === 0 ? create : `${uses % 32 === 0 ? "TRUNCATE" : "DELETE FROM"} ${table}`);
  }

  #clockTime(variable: string): string | undefined {
    switch (variable) {
      case CLOCK.local:
        return this.#clock.now();
      case CLOCK.utc:
        return this.#clock.utcNow();
    }
  }

  async #step(
    compiled: Compiled,
    step: Exclude<Step, { kind: "wait" }>,
    variables: Map<string, string | null>,
  ): Promise<Outcome | undefined> {
    switch (step.kind) {
      case "noCount":
      case "nothing":
        return undefined;
      case "fail":
        throw step.error;
      case "table":
        await this.#emptyTable(step.table, step.create);
        return undefined;
      case "assign": {
        const { result } = await this.#execute(compiled, step, step.value, variables);
        variables.set(step.variable, result.rows[0]?.[0] ?? null);
        return undefined;
      }
      case "change": {
        const { result } = await this.#execute(compiled, step, step.statement, variables);
        variables.set("@@rowcount", String(result.count));
        return { kind: "done", count: result.count };
      }
      case "query": {
        const { prepared, result } = await this.#execute(compiled, step, step.statement, variables);
        variables.set("@@rowcount", String(result.rows.length));
        const columns = prepared.columns.map((column, index) => this.#column(column, index, step.names, result.rows));
        return { kind: "rows", columns, rows: result.rows };
      }
    }
  }

  #column(
    column: PostgresColumn,
    index: number,
    names: readonly string[] | undefined,
    rows: PostgresResult["rows"],
  ): Column {
    const stored = this.#tables.get(column.table)?.columns[column.column - 1];
    const name = names?.[index] ?? stored?.name ?? column.name;
    if (stored !== undefined) {
      const nullable = stored.nullable || rows.some((row) => row[index] === null);
      return { name, type: stored.type, nullable };
    }
    const computed = typeOfComputed(column, () => rows.map((row) => row[index]));
    return { name, type: computed, nullable: true };
  }
}

const longest = (values: readonly (string | null)[]) =>
  values.reduce((length, value) => Math.max(length, value?.length ?? 0), 0);

/** The type of a value that comes from no column directly, by PostgreSQL's type. */
function typeOfComputed(column: PostgresColumn, values: () => readonly (string | null)[]): SqlType {
  switch (column.type) {
    case 23:
      return { name: "int" };
    case 20:
      return { name: "bigint" };
    case 16:
    case 21:
      return { name: "bit" };
    case 700:
    case 701:
      return { name: "float" };
    case 1082:
      return { name: "date" };
    case 1114:
      return { name: "datetime2", scale: 7 };
    case 1700: {
      if (column.modifier >= 4) {
        return { name: "decimal", precision: (column.modifier - 4) >> 16, scale: (column.modifier - 4) & 0xffff };
      }
      const places = values().map((value) => value?.split(".")[1] ?? "");
      return { name: "decimal", precision: 38, scale: Math.min(longest(places), 20) };
    }
    case 1043: {
      const written = column.modifier - 4;
      return written >= 1 && written <= 8000
        ? { name: "varchar", length: written }
        : { name: "varchar", length: longest(values()) > 8000 ? "max" : 8000 };
    }
    default:
      return { name: "nvarchar", length: longest(values()) > 4000 ? "max" : 4000 };
  }
}

type Part =
  | { readonly kind: "steps"; readonly steps: readonly Exclude<Step, { kind: "wait" }>[] }
  | { readonly kind: "wait"; readonly milliseconds: number };

/** The steps in runs between the waits. */
function apart(steps: readonly Step[]): readonly Part[] {
  const parts: Part[] = [];
  let run: Exclude<Step, { kind: "wait" }>[] = [];
  for (const step of steps) {
    if (step.kind !== "wait") {
      run.push(step);
      continue;
    }
    parts.push({ kind: "steps", steps: run }, { kind: "wait", milliseconds: step.milliseconds });
    run = [];
  }
  parts.push({ kind: "steps", steps: run });
  return parts;
}

/** Resolves after the time, or at once when the signal comes. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    // A day stands for "never": setTimeout takes no infinity.
    const timer = setTimeout(end, Math.min(milliseconds, 86_400_000));
    signal.addEventListener("abort", end);
  });
}
