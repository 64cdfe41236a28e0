/** What PHP's parse_url and parse_str make of a batch's command: an oracle that shares no code with the program. */

export type PhpValue = string | { [key: string]: PhpValue };

/** `method?query` → method and nested parameters; everything is text there. */
export function phpCommand(text: string): { method: string; params: { [key: string]: PhpValue } } {
  // A raw `#` begins the fragment, the first `?` the query.
  const [whole] = text.split("#");
  const mark = whole.indexOf("?");
  const method = mark === -1 ? whole : whole.slice(0, mark);
  const params: { [key: string]: PhpValue } = {};
  for (const pair of mark === -1 ? [] : whole.slice(mark + 1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = urldecode(equals === -1 ? pair : pair.slice(0, equals));
    put(params, name, equals === -1 ? "" : urldecode(pair.slice(equals + 1)));
  }
  return { method, params };
}

function urldecode(text: string): string {
  const bytes: number[] = [];
  const raw = new TextEncoder().encode(text);
  for (let index = 0; index < raw.length; index++) {
    const hex = raw[index] === 0x25 ? String.fromCharCode(raw[index + 1], raw[index + 2]) : "";
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(parseInt(hex, 16));
      index += 2;
    } else bytes.push(raw[index] === 0x2b ? 0x20 : raw[index]);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function put(into: { [key: string]: PhpValue }, name: string, value: string): void {
  const open = name.indexOf("[");
  // PHP turns blanks and dots of the outermost name into underscores.
  const path = [(open === -1 ? name : name.slice(0, open)).replace(/[ .]/g, "_")];
  let rest = open === -1 ? "" : name.slice(open);
  while (rest.startsWith("[") && rest.includes("]")) {
    path.push(rest.slice(1, rest.indexOf("]")));
    rest = rest.slice(rest.indexOf("]") + 1);
  }
  let place = into;
  for (const [index, part] of path.entries()) {
    const key = part === "" ? String(Object.keys(place).length) : part;
    if (index === path.length - 1) place[key] = value;
    else place = (typeof place[key] === "object" ? place[key] : place[key] = {}) as { [key: string]: PhpValue };
  }
}
