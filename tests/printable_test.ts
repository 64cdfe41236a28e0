import assert from "node:assert/strict";
import fc from "fast-check";
import { onOneLine, printable } from "../src/printable.ts";

const FOREIGN = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b[2J", "\r", "\n", "\r\n", "\t", "\u0007", "\u009b", "\u2028", "\u202e", "\u2066", "\u200f"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom("а", "Ё", " ", "é", "👍"),
  ),
});
/** Written out, not by the classes of the program: what a terminal obeys or an editor hides. */
const OBEYED = (code: number): boolean =>
  code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029 || code === 0x061c ||
  code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

for (
  const [value, shown] of [
    ["Иванов Иван", "Иванов Иван"],
    ["первая\nвторая\r\nтретья\rчетвёртая", "первая⏎вторая⏎третья⏎четвёртая"],
    ["абзац\u2029строка\u2028страница\fи\u000bи\u0085", "абзац⏎строка⏎страница⏎и⏎и⏎"],
    ["\u001b[31mкрасное\u001b[0m", "\\u001b[31mкрасное\\u001b[0m"],
    ["\u009b2J\u0007", "\\u009b2J\\u0007"],
    ["счёт\u202e001\u202c", "счёт\\u202e001\\u202c"],
    ["колонка\tколонка", "колонка колонка"],
    ["й из двух: и\u0306, семья: 👨\u200d👩", "й из двух: и\u0306, семья: 👨\u200d👩"],
  ] as const
) {
  Deno.test(`a value with ${JSON.stringify(value)} is shown on one line, and nothing in it is obeyed`, () => {
    assert.equal(onOneLine(value), shown);
  });
}

Deno.test("of a whole text the lines stay, whatever their ends", () => {
  assert.equal(printable("одна\r\nдве\n\nтри\u001b\rчетыре\n"), "одна\nдве\n\nтри\\u001b\\u000dчетыре\n");
});

Deno.test("no text is obeyed by a terminal, shown once or twice, and what can be seen stays", () => {
  fc.assert(fc.property(FOREIGN, (text) => {
    const shown = printable(text);
    assert.ok([...shown].every((letter) => letter === "\n" || !OBEYED(letter.codePointAt(0)!)));
    assert.ok(!onOneLine(text).includes("\n"));
    assert.equal(printable(shown), shown);
    assert.equal(onOneLine(onOneLine(text)), onOneLine(text));
    const seen = [...text].filter((letter) => !OBEYED(letter.codePointAt(0)!));
    if (seen.length === [...text].length) assert.equal(shown, text);
  }));
});
