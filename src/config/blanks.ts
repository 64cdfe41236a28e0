/**
 * What Python counts as blank. `String.prototype.trim` differs from `str.strip` (it takes off U+FEFF and leaves
 * U+001C–U+001F and U+0085), and config.ini was written for Python's configparser.
 */
const BLANKS = new Set(
  [
    [0x09, 0x0d],
    [0x1c, 0x20],
    [0x85, 0x85],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
  ].flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, step) => String.fromCharCode(first + step))
  ),
);

/** The first position from `from` up to `end` that is not blank; `end` where all are. */
export function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && BLANKS.has(text[at])) at++;
  return at;
}

/** The end of `text[from..end]` without the blanks at its end. */
export function endBeforeBlanks(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && BLANKS.has(text[at - 1])) at--;
  return at;
}

/** `str.strip()` of Python. */
export function strip(text: string): string {
  const end = endBeforeBlanks(text, 0, text.length);
  return text.slice(skipBlanks(text, 0, end), end);
}
