/** SQL text as tokens: T-SQL of the client and PostgreSQL's of the translation alike. Comments are left out. */

export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "variable" | "symbol";
  /** As it was written; a string without its leading `N`. */
  readonly text: string;
  /** Whether blanks or a comment stood before it. */
  readonly spaced: boolean;
  /** The line it stands on, from 1. */
  readonly line: number;
}

const PATTERNS: readonly (readonly [Token["kind"] | "blank", RegExp])[] = [
  ["blank", /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y],
  ["string", /N?'(?:[^']|'')*'/iy],
  ["quoted", /\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"/y],
  ["variable", /@@?[\p{L}\p{N}_$#]+/uy],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy],
  ["word", /[\p{L}_#][\p{L}\p{N}_$#@]*/uy],
  ["symbol", /<>|<=|>=|!=|\+=|::|\|\||./suy],
];

/** The tokens of a text. What cannot begin a token becomes a symbol of its own. */
export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  let spaced = false;
  let line = 1;
  for (let at = 0; at < sql.length;) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const text = pattern.exec(sql)?.[0];
      if (text === undefined) continue;
      if (kind === "blank") spaced = true;
      else {
        found.push({ kind, text: kind === "string" ? text.slice(text.indexOf("'")) : text, spaced, line });
        spaced = false;
      }
      line += text.split("\n").length - 1;
      at += text.length;
      break;
    }
  }
  return found;
}

/** Whether a token is this keyword or symbol; a quoted name is no keyword. */
export function is(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token !== undefined && (token.kind === "word" || token.kind === "symbol") &&
    texts.includes(token.text.toUpperCase());
}

/** The name that a word, a quoted name or a variable means. */
export function nameOf(token: Token): string {
  if (token.kind !== "quoted") return token.text;
  const close = token.text[0] === "[" ? "]" : '"';
  return token.text.slice(1, -1).replaceAll(close + close, close);
}

/** The tokens as text again. */
export function textOf(part: readonly Token[]): string {
  return part.map((token, index) => (index > 0 && token.spaced ? " " : "") + token.text).join("");
}

/** The index after the bracket that closes the one at `open`; the end, if none does. */
export function afterClosing(all: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < all.length; index++) {
    if (is(all[index], "(")) depth++;
    else if (is(all[index], ")") && --depth === 0) return index + 1;
  }
  return all.length;
}

/** The parts between the commas that stand in no bracket. */
export function listed(all: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of all) {
    if (is(token, "(")) depth++;
    if (is(token, ")")) depth--;
    if (depth === 0 && is(token, ",")) parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return parts;
}
