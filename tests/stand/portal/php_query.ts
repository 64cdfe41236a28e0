/**
 * Parameters as PHP's `parse_str` reads them: brackets make arrays, every value is a string, the last of equal names wins.
 */

export type Param = string | number | boolean | null | Param[] | { [key: string]: Param };
export type Params = { [key: string]: Param };

/** A PHP array while it is being filled: ordered keys, and the next number for `[]`. */
class PhpArray {
  readonly entries = new Map<string, string | PhpArray>();
  #next = 0;

  set(key: string | undefined, value: string | PhpArray): void {
    const name = key ?? String(this.#next);
    if (/^(0|[1-9]\d*)$/.test(name)) this.#next = Math.max(this.#next, Number(name) + 1);
    this.entries.set(name, value);
  }

  /** The array under a key, made if there is none (or a plain value) yet. */
  child(key: string | undefined): PhpArray {
    const existing = key === undefined ? undefined : this.entries.get(key);
    if (existing instanceof PhpArray) return existing;
    const made = new PhpArray();
    this.set(key, made);
    return made;
  }

  toParam(): Param[] | Params {
    const entries = [...this.entries].map(([key, value]): [string, Param] => [
      key,
      value instanceof PhpArray ? value.toParam() : value,
    ]);
    return entries.every(([key], index) => key === String(index))
      ? entries.map(([, value]) => value)
      : Object.fromEntries(entries);
  }
}

/** `urldecode`: `+` is a blank, a `%` without two hex digits stays. */
function decode(text: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const part of text.replaceAll("+", " ").split(/(%[0-9A-Fa-f]{2})/)) {
    if (/^%[0-9A-Fa-f]{2}$/.test(part)) bytes.push(parseInt(part.slice(1), 16));
    else bytes.push(...encoder.encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** `a[b][]` → `["a", "b", undefined]`; text after the last bracket is dropped, as PHP does. */
function keyPath(name: string): (string | undefined)[] {
  const plain = (part: string) => part.replace(/[ .]/g, "_");
  const open = name.indexOf("[");
  if (open <= 0) return [plain(name)];
  if (!name.includes("]", open)) return [plain(name.replace("[", "_"))];
  const path: (string | undefined)[] = [plain(name.slice(0, open))];
  let rest = name.slice(open);
  for (;;) {
    const close = rest.indexOf("]");
    if (!rest.startsWith("[") || close < 0) return path;
    path.push(rest.slice(1, close) || undefined);
    rest = rest.slice(close + 1);
  }
}

/** Parses a query string or a form body. Values are strings or arrays of them; `0…n-1` keys make a list. */
export function parsePhpQuery(text: string): Params {
  const root = new PhpArray();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals)).replace(/^ +/, "");
    if (name === "") continue;
    const path = keyPath(name);
    let target = root;
    for (const key of path.slice(0, -1)) target = target.child(key);
    target.set(path.at(-1), equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return Object.fromEntries(Object.entries(root.toParam()));
}

/** JSON as PHP gives it back: an empty map is `[]`, a map with keys 0…n-1 is a list. */
export function phpMap<T>(map: ReadonlyMap<string, T>): T[] | Record<string, T> {
  const entries = [...map];
  return entries.every(([key], index) => key === String(index))
    ? entries.map(([, value]) => value)
    : Object.fromEntries(entries);
}

/** Whether PHP takes the value for empty: `""`, `"0"`, 0, false, null, `[]`, or not there. */
export function phpEmpty(value: Param | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (value === "" || value === "0" || value === 0) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
