/**
 * A scenario's text → statements. A line is a statement, `what: part; part; …`; the indented lines below it are its rows
 * (`label: part; part; …`). Blank lines and lines that begin with `#` say nothing. A part may stand in quotes, as a
 * JSON text, where it holds `;`, line breaks or blanks that matter.
 */

/** A line of a scenario, taken apart. */
export interface Line {
  /** In the file, from 1. */
  readonly number: number;
  /** As written, less the indentation. */
  readonly text: string;
  /** What stands before the first colon that a blank or the end of the line follows. */
  readonly head: string;
  /** What stands after it, between semicolons. */
  readonly parts: readonly string[];
}

export interface Statement extends Line {
  readonly rows: readonly Line[];
}

/** What is wrong with a scenario, or what a scenario found; `number`: the line that it is about. */
export class ScenarioError extends Error {
  constructor(readonly number: number | undefined, message: string) {
    super(message);
  }
}

/** Where the semicolons are that stand in no quotes. */
function splitParts(text: string): string[] {
  const parts = [""];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^";]+|[";]/g)) {
    if (piece === ";") parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function lineOf(text: string, number: number): Line {
  const [, head, rest] = /^([^"]*?)(?::(?:\s+|$)(.*))?$/.exec(text) ?? [undefined, text, undefined];
  return { number, text, head: head.trim(), parts: splitParts(rest ?? "") };
}

export function parseScript(script: string): Statement[] {
  const statements: (Line & { rows: Line[] })[] = [];
  script.split("\n").forEach((raw, index) => {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) return;
    const line = lineOf(text, index + 1);
    if (!/^\s/.test(raw)) statements.push({ ...line, rows: [] });
    else if (statements.length === 0) {
      throw new ScenarioError(index + 1, "an indented line without a statement above it");
    } else statements.at(-1)!.rows.push(line);
  });
  return statements;
}

/** A text that may stand in quotes as a whole. */
export function unquoted(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(text) ? JSON.parse(text) : text;
}

/**
 * A part that begins with one of the words (the longest that fits), or with a name in capitals: `phone 8 900 …`.
 *
 * @returns `undefined`: it begins with neither
 */
export function wordAndValue(part: string, words: Iterable<string>): { word: string; value: string } | undefined {
  const fitting = [...words].filter((word) => part === word || part.startsWith(`${word} `));
  const word = fitting.sort((a, b) => b.length - a.length)[0] ?? /^[A-Z][A-Z0-9_]+(?= |$)/.exec(part)?.[0];
  if (word === undefined) return undefined;
  return { word, value: unquoted(part.slice(word.length).trim()) };
}
