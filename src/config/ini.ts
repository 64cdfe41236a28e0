/**
 * config.ini as a lossless document: it is read as Python's configparser reads it, and setting one value changes the
 * bytes of that value only. Comments, order, line ends, a byte order mark and keys nobody knows stay as they are.
 */
import { IdentSyncError } from "../error.ts";
import { strip } from "./blanks.ts";
import { decodeIni } from "./ini_bytes.ts";
import { DEFAULT_SECTION, type IniContents, type IniProblem, isSignificant, linesOf, readIni } from "./ini_reader.ts";

export class IniDocument {
  #text: string;
  #contents: IniContents;

  private constructor(text: string, contents: IniContents) {
    this.#text = text;
    this.#contents = contents;
  }

  /**
   * Reads a document. Throws IdentSyncError("config") that names every line that configparser would refuse (never
   * their contents: one may be a password), or the encoding where bytes are not UTF-8.
   *
   * @param name what the file is called in an error
   */
  static parse(source: Uint8Array | string, name = "config.ini"): IniDocument {
    const text = typeof source === "string" ? source : decodeIni(source, name);
    const contents = readIni(text);
    if (contents.problems.length > 0) {
      throw new IdentSyncError("config", {
        what: [`Файл ${name} не читается:`, ...contents.problems.map((problem) => `  ${problemText(problem)}`)]
          .join("\n"),
        fix: "Исправьте эти строки и запустите программу снова.",
      });
    }
    return new IniDocument(text, contents);
  }

  /** Names of the sections in the order of the file, as written there; without `DEFAULT`, as in configparser. */
  sections(): string[] {
    return [...this.#contents.sections.keys()].filter((name) => name !== DEFAULT_SECTION);
  }

  /** Keys that stand in the section itself, lower-cased, in the order of the file; none where there is no section. */
  keys(section: string): string[] {
    return [...this.#contents.sections.get(section)?.entries.keys() ?? []];
  }

  /**
   * The value of a key, else that of `[DEFAULT]`, else `undefined`; a section that is not there has nothing at all.
   * The section's name is exact, the key's case does not matter.
   */
  get(section: string, key: string): string | undefined {
    const own = this.#contents.sections.get(section);
    if (own === undefined) return undefined;
    const shared = this.#contents.sections.get(DEFAULT_SECTION);
    return (own.entries.get(key.toLowerCase()) ?? shared?.entries.get(key.toLowerCase()))?.value;
  }

  /** Number of the line (from 1) on which the key stands in the section itself. */
  lineOf(section: string, key: string): number | undefined {
    return this.#contents.sections.get(section)?.entries.get(key.toLowerCase())?.line;
  }

  /**
   * Sets a value. A key that is missing is added after the section's last key, a section that is missing at the end
   * of the file. Throws RangeError for what no INI file can hold: a value with line breaks or with blanks around it,
   * a key with a delimiter in it.
   */
  set(section: string, key: string, value: string): void {
    if (/[\r\n]/.test(value) || strip(value) !== value) throw new RangeError("the value is not one stripped line");
    const edited = this.#edited(section, key, value);
    const contents = readIni(edited);
    const written = contents.sections.get(section)?.entries.get(key.toLowerCase())?.value;
    if (contents.problems.length > 0 || written !== value) {
      throw new RangeError(`[${section}] ${key} cannot be written`);
    }
    this.#text = edited;
    this.#contents = contents;
  }

  toText(): string {
    return this.#text;
  }

  /** UTF-8, with a byte order mark where the source had one. */
  toBytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }

  #edited(sectionName: string, key: string, value: string): string {
    const text = this.#text;
    const section = this.#contents.sections.get(sectionName);
    if (section === undefined) {
      const eol = this.#lineEndAt(text.length);
      const gap = text === "" || text === "\uFEFF" ? "" : /[\r\n]$/.test(text) ? eol : eol + eol;
      return `${text}${gap}[${sectionName}]${eol}${key} = ${value}${eol}`;
    }

    const entry = section.entries.get(key.toLowerCase());
    if (entry !== undefined) {
      const { firstLine, continuations } = entry;
      let rest = text.slice(firstLine.end, continuations[0]?.start);
      continuations.forEach((line, index) => rest += text.slice(line.end, continuations[index + 1]?.start));
      // "key =" without a blank after the sign: a value put there reads better with one.
      const glued = firstLine.start === firstLine.end && / [=:]$/.test(text.slice(0, firstLine.start)) && value !== "";
      return text.slice(0, firstLine.start) + (glued ? " " : "") + value + rest;
    }

    const last = [...section.entries.values()].at(-1);
    const at = last?.end ?? section.headerEnd;
    // Indented as its neighbour, so that neither becomes a continuation line of the other.
    const indent = last?.indent ?? this.#indentAfter(at);
    const eol = this.#lineEndAt(at);
    const before = text.slice(0, at);
    return `${before}${/[\r\n]$/.test(before) ? "" : eol}${indent}${key} = ${value}${eol}${text.slice(at)}`;
  }

  /** Blanks before the next line that says something. */
  #indentAfter(offset: number): string {
    for (const line of linesOf(this.#text)) {
      if (line.start >= offset && isSignificant(this.#text, line)) return this.#text.slice(line.start, line.textStart);
    }
    return "";
  }

  /** The line end in use just before the offset, else the file's first one. */
  #lineEndAt(offset: number): string {
    return /(\r\n|\n|\r)$/.exec(this.#text.slice(0, offset))?.[1] ?? /\r\n|\n|\r/.exec(this.#text)?.[0] ?? "\n";
  }
}

function problemText(problem: IniProblem): string {
  const place = `строка ${problem.line}: `;
  switch (problem.kind) {
    case "text before section":
      return `${place}текст стоит до первого раздела; первым должен идти раздел, например [Database]`;
    case "no bracket":
      return `${place}раздел пишется в скобках, например [Sync]`;
    case "no delimiter":
      return `${place}нет знака «=»; нужно «ключ = значение», а комментарий начинается с «;» или «#»`;
    case "no key":
      return `${place}перед «=» нет названия ключа`;
    case "section repeated":
      return `${place}раздел [${problem.section}] уже есть выше (строка ${problem.firstLine}); объедините их`;
    case "key repeated":
      return `${place}ключ ${problem.key} в разделе [${problem.section}] уже задан выше (строка ${problem.firstLine}); оставьте один`;
  }
}
