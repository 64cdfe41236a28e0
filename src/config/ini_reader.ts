/**
 * Reads the text of an INI file by the rules of Python's `RawConfigParser` (strict, default delimiters `=` and `:`),
 * for which the clinics' files were written, and remembers where in the text each value stands.
 */
import { endBeforeBlanks, skipBlanks } from "./blanks.ts";

/** The section whose keys count for all others. */
export const DEFAULT_SECTION = "DEFAULT";

/** A piece of the text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One `key = value`, with its continuation lines. */
export interface IniEntry {
  /** Lower-cased, as configparser does. */
  readonly key: string;
  /** Continuation lines joined by `\n`, blanks at their ends taken off. */
  value: string;
  /** Number of the key's line, from 1. */
  readonly line: number;
  /** The blanks before the key: a line indented deeper continues the value. */
  readonly indent: string;
  /** The value on the key's own line, without the blanks around it. */
  readonly firstLine: Span;
  /** Continuation lines, each whole with its line end; comments between them belong to nobody. */
  readonly continuations: Span[];
  /** End of the last line that holds a part of the value, its line end included. */
  end: number;
}

export interface IniSection {
  /** As in the file, blanks and case kept. */
  readonly name: string;
  /** Number of the header's line, from 1. */
  readonly line: number;
  /** End of the header's line, its line end included. */
  readonly headerEnd: number;
  readonly entries: Map<string, IniEntry>;
}

/** A place that configparser would refuse. `key` and `firstLine` are set for a repetition only. */
export interface IniProblem {
  readonly kind: "text before section" | "no bracket" | "no delimiter" | "no key" | "section repeated" | "key repeated";
  readonly line: number;
  readonly section?: string;
  readonly key?: string;
  /** Where the section or key stood for the first time. */
  readonly firstLine?: number;
}

export interface IniContents {
  /** By name, in the order of the file; `DEFAULT` only where the file has it. */
  readonly sections: Map<string, IniSection>;
  readonly problems: readonly IniProblem[];
}

interface Line {
  readonly number: number;
  readonly start: number;
  /** Where the first character that is not blank stands. */
  readonly textStart: number;
  /** End of the text, blanks and line end not counted. */
  readonly textEnd: number;
  /** Where the next line begins. */
  readonly end: number;
}

/** Lines as Python's text files have them: ended by `\n`, `\r\n` or `\r`. */
export function* linesOf(text: string): Generator<Line> {
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let number = 1; start < text.length; number++) {
    let lineEnd = start;
    while (lineEnd < text.length && text[lineEnd] !== "\n" && text[lineEnd] !== "\r") lineEnd++;
    const end = Math.min(text.length, lineEnd + (text.startsWith("\r\n", lineEnd) ? 2 : 1));
    const textStart = skipBlanks(text, start, lineEnd);
    yield { number, start, textStart, textEnd: endBeforeBlanks(text, textStart, lineEnd), end };
    start = end;
  }
}

/** Whether a line says something: neither blank nor a comment. */
export function isSignificant(text: string, line: Line): boolean {
  return line.textStart < line.textEnd && text[line.textStart] !== "#" && text[line.textStart] !== ";";
}

/**
 * Sections, values and problems of an INI text. Never throws: where there are problems, what was read besides is
 * complete for every line that has none.
 */
export function readIni(text: string): IniContents {
  const sections = new Map<string, IniSection>();
  const problems: IniProblem[] = [];
  let section: IniSection | undefined;
  let entry: IniEntry | undefined;
  let parts: string[] = [];
  let indent = 0;

  const finishEntry = (): void => {
    if (entry === undefined) return;
    const value = parts.join("\n");
    entry.value = value.slice(0, endBeforeBlanks(value, 0, value.length));
    entry = undefined;
  };

  for (const line of linesOf(text)) {
    if (line.textStart === line.textEnd) {
      if (entry !== undefined) parts.push("");
      continue;
    }
    if (!isSignificant(text, line)) continue;

    const lineIndent = line.textStart - line.start;
    if (entry !== undefined && lineIndent > indent) {
      parts.push(text.slice(line.textStart, line.textEnd));
      entry.continuations.push({ start: line.start, end: line.end });
      entry.end = line.end;
      continue;
    }
    indent = lineIndent;

    const header = headerOf(text.slice(line.textStart, line.textEnd));
    if (header !== undefined) {
      finishEntry();
      const known = sections.get(header);
      if (known !== undefined && header !== DEFAULT_SECTION) {
        problems.push({ kind: "section repeated", line: line.number, section: header, firstLine: known.line });
      }
      section = known ?? { name: header, line: line.number, headerEnd: line.end, entries: new Map() };
      sections.set(header, section);
      continue;
    }
    const delimiter = delimiterIn(text, line);
    if (text[line.textStart] === "[" && delimiter === undefined) {
      problems.push({ kind: "no bracket", line: line.number });
      // What follows would stand in no section, or in a wrong one.
      return { sections, problems };
    }
    if (section === undefined) {
      problems.push({ kind: "text before section", line: line.number });
      return { sections, problems };
    }

    if (delimiter === undefined) {
      problems.push({ kind: "no delimiter", line: line.number, section: section.name });
      continue;
    }
    finishEntry();
    const key = text.slice(line.textStart, endBeforeBlanks(text, line.textStart, delimiter)).toLowerCase();
    if (key === "") {
      problems.push({ kind: "no key", line: line.number, section: section.name });
      continue;
    }
    const known = section.entries.get(key);
    if (known !== undefined) {
      const { name } = section;
      problems.push({ kind: "key repeated", line: line.number, section: name, key, firstLine: known.line });
    }
    const firstLine = { start: skipBlanks(text, delimiter + 1, line.textEnd), end: line.textEnd };
    entry = {
      key,
      value: "",
      line: line.number,
      indent: text.slice(line.start, line.textStart),
      firstLine,
      continuations: [],
      end: line.end,
    };
    parts = [text.slice(firstLine.start, firstLine.end)];
    section.entries.set(key, entry);
  }
  finishEntry();
  return { sections, problems };
}

/** The name in `[name]`: up to the last bracket of the line, whatever follows it, as configparser reads it. */
function headerOf(line: string): string | undefined {
  const close = line.lastIndexOf("]");
  return line.startsWith("[") && close > 1 ? line.slice(1, close) : undefined;
}

function delimiterIn(text: string, line: Line): number | undefined {
  for (let at = line.textStart; at < line.textEnd; at++) {
    if (text[at] === "=" || text[at] === ":") return at;
  }
  return undefined;
}
