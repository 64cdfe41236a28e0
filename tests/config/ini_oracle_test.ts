import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { DEFAULT_SECTION, readIni } from "../../src/config/ini_reader.ts";
import { TEXTS } from "./configparser_texts.ts";

type Answer =
  | { error: string }
  | { sections: [string, [string, string][]][]; defaults: [string, string][] };

const ANSWERS = new URL("configparser_answers.json", import.meta.url);

/** How Python reads the texts; `undefined` where there is no Python. */
function askPython(texts: readonly string[]): Answer[] | undefined {
  if (spawnSync("python3", ["--version"]).status !== 0) return undefined;
  const script = fileURLToPath(new URL("configparser_oracle.py", import.meta.url));
  const input = JSON.stringify(texts);
  const { status, stdout, stderr } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** How the program reads a text, in the same form. The kinds of errors are tested on their own. */
function ours(text: string): Answer {
  const { sections, problems } = readIni(text);
  if (problems.length > 0) return { error: "" };
  const itemsOf = (name: string): [string, string][] =>
    [...sections.get(name)?.entries.values() ?? []].map(({ key, value }) => [key, value]);
  const defaults = new Map(itemsOf(DEFAULT_SECTION));
  return {
    sections: [...sections.keys()].filter((name) => name !== DEFAULT_SECTION)
      .map((name) => [name, sorted([...new Map([...defaults, ...itemsOf(name)])])]),
    defaults: sorted([...defaults]),
  };
}

function sorted(items: [string, string][]): [string, string][] {
  return items.sort(([one], [other]) => one < other ? -1 : 1);
}

function normalized(answer: Answer): Answer {
  if ("error" in answer) return { error: "" };
  const { sections, defaults } = answer;
  return { sections: sections.map(([name, items]) => [name, sorted(items)]), defaults: sorted(defaults) };
}

Deno.test("each hand-picked text is read as Python's configparser was seen to read it", async () => {
  const answers: Answer[] = JSON.parse(await Deno.readTextFile(ANSWERS));
  assert.equal(answers.length, TEXTS.length);
  for (const [index, text] of TEXTS.entries()) {
    assert.deepEqual(ours(text), normalized(answers[index]), JSON.stringify(text));
  }
});

const blank = fc.constantFrom("", "", "", " ", "  ", "    ", "\t", "\u00a0", "\u2003");
const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ maxLength: 6, unit: "grapheme" }),
  fc.constantFrom("a;b", "#", "x # y", "%(a)s", '"q"', "\\\\srv\\x", "=", ":", "Запланирован:NEW", ""),
).map((value) => value.replace(/[\r\n\0]/g, "").toWellFormed());
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.nat(60), fc.constantFrom(" = ", "=", ": ", ":", " ="), word).map(([n, sign, value]) =>
      `Key${n}${sign}${value}`
    ),
  },
  { weight: 3, arbitrary: fc.nat(25).map((n) => `[section ${n}]`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom("; comment", "# comment = 1", "", "", "[DEFAULT]", "no delimiter", "[A] x]", "[]", "="),
  },
  { weight: 3, arbitrary: word },
);
const document = fc.array(fc.tuple(blank, line, blank, fc.constantFrom("\n", "\n", "\r\n", "\r")), { maxLength: 14 })
  .map((lines) => "[first]\n" + lines.map((parts) => parts.join("")).join(""));

const pythonAnswers = askPython(TEXTS);
if (pythonAnswers !== undefined) {
  Deno.test("the recorded answers are what the Python of this machine says", async () => {
    if (Deno.env.get("UPDATE_GOLDEN") === "1") {
      await Deno.writeTextFile(ANSWERS, JSON.stringify(pythonAnswers, null, 1) + "\n");
    }
    assert.deepEqual(JSON.parse(await Deno.readTextFile(ANSWERS)), pythonAnswers);
  });

  Deno.test("any text is read as Python's configparser reads it", () => {
    const texts = fc.sample(document, 3000);
    const answers = askPython(texts);
    assert.ok(answers !== undefined);
    const readable = answers.filter((answer) => "sections" in answer);
    assert.ok(readable.length > texts.length / 10, `only ${readable.length} texts of ${texts.length} are valid`);
    for (const [index, text] of texts.entries()) {
      assert.deepEqual(ours(text), normalized(answers[index]), JSON.stringify(text));
    }
  });
}
