/**
 * The `*.list` methods: any number of them, fifty to a request, each read to its end.
 */
import { type Command, COMMANDS_PER_BATCH } from "./batch.ts";
import type { Params } from "./encode.ts";
import { strangeAnswerError } from "./trouble.ts";
import { idOf, type Row, rowsOf } from "./records.ts";

/** Rows a page of a list; a list that is shorter is complete. */
export const PAGE = 50;

/** Reads by 1 to 50 commands in one request; each command's result in their order. */
export type Read = (commands: readonly Command[]) => Promise<unknown[]>;

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, index) => items.slice(index * size, (index + 1) * size),
  );
}

/** A list by id, without the count of all rows, which would take the portal long. */
export function list(method: string, select: readonly string[], filter: Params): Command {
  return { method, params: { select, filter, order: { ID: "ASC" }, start: -1 } };
}

/** Reads any number of commands, fifty to a request. */
export async function readAll(commands: readonly Command[], read: Read): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const batch of chunks(commands, COMMANDS_PER_BATCH)) results.push(...await read(batch));
  return results;
}

/** The rows of an answer. What is no list is no empty list either: a deal that is not seen would be made again. */
function pageOf(result: unknown): Row[] {
  const rows = rowsOf(result);
  const isList = Array.isArray(result) && result.length === rows.length;
  if (!isList || rows.some(({ ID }) => idOf(ID) === undefined)) throw strangeAnswerError();
  return rows;
}

const lastIdOf = (page: readonly Row[]): number => idOf(page.at(-1)?.ID) ?? 0;

/** All rows of each list, from their first pages: a full page may have a next one, which begins after its last id. */
export async function readLists(
  lists: readonly Command[],
  firstPages: readonly unknown[],
  read: Read,
): Promise<Row[][]> {
  const rows = firstPages.map(pageOf);
  let open = lists.map((command, index) => ({ command, index, page: rows[index] }));
  while (true) {
    open = open.filter(({ page }) => page.length >= PAGE);
    if (open.length === 0) return rows;
    const next = open.map(({ command: { method, params }, page }): Command => ({
      method,
      params: { ...params, filter: { ...params.filter as object, ">ID": lastIdOf(page) } },
    }));
    const pages = (await readAll(next, read)).map(pageOf);
    open.forEach(({ page }, place) => {
      if (pages[place].length > 0 && lastIdOf(pages[place]) <= lastIdOf(page)) throw strangeAnswerError();
    });
    open = open.map(({ index }, place) => ({ command: next[place], index, page: pages[place] }));
    for (const { index, page } of open) rows[index].push(...page);
  }
}

/** All rows of a long list whose length nobody knows: fifty pages to a request, by their places. */
export async function readWholeList(command: Command, read: Read): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let start = 0;; start += COMMANDS_PER_BATCH * PAGE) {
    const pages = Array.from({ length: COMMANDS_PER_BATCH }, (_, index): Command => ({
      method: command.method,
      params: { ...command.params, start: start + index * PAGE },
    }));
    const some = (await read(pages)).map(pageOf);
    for (const row of some.flat()) rows.set(String(row.ID), row);
    if (some.at(-1)!.length < PAGE) return [...rows.values()];
  }
}

/**
 * All rows of a list of which it is known about how long it is: its pages share a request, by their places. What comes
 * after them is read on as usual.
 */
export async function readLongList(command: Command, expected: number, read: Read): Promise<Row[]> {
  // One place is left for a command that rides along.
  const count = Math.min(COMMANDS_PER_BATCH - 1, Math.ceil(expected / PAGE) + 1);
  const pages = Array.from({ length: count }, (_, index): Command => ({
    method: command.method,
    params: { ...command.params, start: index * PAGE },
  }));
  const rows = (await read(pages)).map(pageOf);
  const last = rows.at(-1)!;
  const rest = last.length < PAGE ? [] : (await readLists([command], [last], read))[0].slice(last.length);
  // A row that came in between has moved the others from page to page.
  return [...new Map([...rows.flat(), ...rest].map((row) => [String(row.ID), row])).values()];
}
