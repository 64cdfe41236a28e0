/**
 * One command of a batch: `method?query`, read as PHP's `parse_url` and `parse_str` read it.
 */
import { type Params, parsePhpQuery } from "./php_query.ts";

export interface Command {
  /** In lower case. */
  readonly method: string;
  readonly params: Params;
  /** What a careful sender would have encoded: one line each. */
  readonly oddities: readonly string[];
}

/** Reads a command the way the portal does: a raw `#` cuts it, control characters become `_`. */
export function parseCommand(text: string): Command {
  const hash = text.indexOf("#");
  const whole = hash < 0 ? text : text.slice(0, hash);
  // deno-lint-ignore no-control-regex
  const clean = whole.replace(/[\u0000-\u001f\u007f]/g, "_");
  const mark = clean.indexOf("?");
  const query = mark < 0 ? "" : clean.slice(mark + 1);
  return {
    method: (mark < 0 ? clean : clean.slice(0, mark)).toLowerCase(),
    params: parsePhpQuery(query),
    oddities: odditiesOf(text),
  };
}

function odditiesOf(text: string): string[] {
  const found: string[] = [];
  if (text.includes("#")) found.push("a raw # cuts the command");
  const mark = text.indexOf("?");
  if (mark < 0) return found;
  for (const pair of text.slice(mark + 1).split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    if (equals < 0 && pair !== "") found.push(`a part without "=" (a raw & in a value?): ${pair.slice(0, 20)}`);
    else if (pair === "") found.push("an empty part (&&)");
    const odd = /[^A-Za-z0-9\-_.~!*'()%+[\]]/.exec(key) ?? /[^A-Za-z0-9\-_.~!*'()%+]/.exec(value) ??
      /%(?![0-9A-Fa-f]{2})/.exec(pair);
    if (odd !== null) found.push(`not encoded: ${JSON.stringify(odd[0])} at ${key.slice(0, 40)}`);
  }
  return found;
}
