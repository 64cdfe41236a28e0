import assert from "node:assert/strict";
import fc from "fast-check";
import { columns, wrapped } from "../../src/cli/wrap.ts";

/** Words of what the program says and of what a keyboard can do, none of which begins a path. */
const WORDS = fc.string({
  unit: fc.constantFrom("п", "Щ", "ё", "a", "9", "й", "«", "—", "界", "👍", "/", ".", "\u00a0"),
  minLength: 1,
  maxLength: 24,
});
const LINES = fc.tuple(fc.nat(8), fc.array(fc.tuple(WORDS, fc.integer({ min: 1, max: 3 })), { maxLength: 40 })).map(
  ([indent, words]) => " ".repeat(indent) + words.map(([word, gap]) => word + " ".repeat(gap)).join("").trimEnd(),
);
const TEXTS = fc.array(LINES, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));

const wordsOf = (text: string) => text.split(/[ \n]+/).filter((word) => word !== "");

Deno.test("no line is longer than 80 columns but a single word; words stay whole and in order; an indent goes on", () => {
  fc.assert(fc.property(TEXTS, (text) => {
    const shown = wrapped(text);
    for (const line of shown.split("\n")) {
      assert.ok(columns(line) <= 80 || wordsOf(line).length === 1, line);
    }
    assert.deepEqual(wordsOf(shown), wordsOf(text));
    assert.equal(wrapped(shown), shown);
    for (const line of text.split("\n")) {
      const indents = wrapped(line).split("\n").map((part) => /^ */.exec(part)![0].length);
      assert.equal(new Set(indents).size, 1, line);
    }
  }));
});

Deno.test("a text whose lines are short enough stays as it is, blanks and all", () => {
  fc.assert(fc.property(TEXTS, (text) => {
    fc.pre(text.split("\n").every((line) => columns(line) <= 80));
    assert.equal(wrapped(text), text);
  }));
  const block = `${"=".repeat(80)}\nПолучено из БД:       50\n`;
  assert.equal(wrapped(block), block);
});

Deno.test("a line is as full as its words allow", () => {
  const word = "слово";
  const lines = wrapped(Array(40).fill(word).join(" ")).split("\n");
  assert.deepEqual(lines.map((line) => line.length), [77, 77, 77, 5]);
});

for (
  const [text, width] of [
    ["запись", 6],
    ["и\u0306ё\u0301", 2],
    ["👨\u200d", 2],
    ["界", 2],
    ["", 0],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} takes ${width} columns`, () => assert.equal(columns(text), width));
}

const LONG = "слова, ".repeat(9);

for (
  const whole of [
    "C:\\Program Files\\Клиника на Лесной\\ident-sync\\config.ini.",
    "«\\\\server\\общая папка\\журналы за год\\integration_log_2026-01-21.txt»",
    `https://portal.bitrix24.ru/rest/1/${"x".repeat(90)}/`,
    "двух\u00a0слов",
  ]
) {
  Deno.test(`«${whole.slice(0, 40)}…» is never broken`, () => {
    for (let skipped = 0; skipped < LONG.length; skipped += 7) {
      assert.ok(wrapped(`${LONG.slice(skipped)}${whole} ${LONG}`).includes(whole));
    }
  });
}

Deno.test("after a path the line is broken again", () => {
  const lines = wrapped(`Файл C:\\Мои файлы\\config.ini не читается: ${LONG}${LONG}`).split("\n");
  assert.ok(lines.length > 1 && lines.every((line) => columns(line) <= 80));
});

Deno.test("a command stays on one line, to be copied", () => {
  for (
    const command of [
      `icacls "C:\\ident-sync\\config.ini" /inheritance:r /grant:r ${"*S-1-5-32-544:F ".repeat(5)}`,
      `  chmod 600 "/home/${"папка с пробелами/".repeat(6)}config.ini"`,
      `ident-sync once --config ${"D:/клиника/".repeat(8)}config.ini --full`,
    ]
  ) {
    assert.equal(wrapped(command), command);
  }
});
