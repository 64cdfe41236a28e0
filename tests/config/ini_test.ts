import assert from "node:assert/strict";
import fc from "fast-check";
import { IniDocument } from "../../src/config/ini.ts";
import { IdentSyncError } from "../../src/error.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function failure(action: () => unknown): IdentSyncError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof IdentSyncError, String(error));
    return error;
  }
  assert.fail("no error");
}

Deno.test("values keep everything that an administrator may write into them", () => {
  const document = IniDocument.parse([
    "[Database]",
    "Server = CLINIC\\SQLEXPRESS",
    "password = p;a#s%s=w:o\"r'd",
    "share: \\\\server\\share",
  ].join("\r\n"));
  assert.deepEqual(document.sections(), ["Database"]);
  assert.deepEqual(document.keys("Database"), ["server", "password", "share"]);
  assert.equal(document.get("Database", "SERVER"), "CLINIC\\SQLEXPRESS");
  assert.equal(document.get("Database", "password"), "p;a#s%s=w:o\"r'd");
  assert.equal(document.get("Database", "share"), "\\\\server\\share");
  assert.equal(document.get("Database", "absent"), undefined);
  assert.equal(document.get("database", "server"), undefined);
  assert.equal(document.lineOf("Database", "password"), 3);
});

Deno.test("a key of [DEFAULT] counts for every section that does not have its own", () => {
  const document = IniDocument.parse("[DEFAULT]\nk = shared\n[A]\n[B]\nk = own\n");
  assert.equal(document.get("A", "k"), "shared");
  assert.equal(document.get("B", "k"), "own");
  assert.equal(document.get("C", "k"), undefined);
  assert.deepEqual(document.sections(), ["A", "B"]);
});

Deno.test("every line that cannot be read is named by its number, without its contents", () => {
  const text = "[A]\nk = 1\nhidden-password\n= nothing\nK = 2\n[A]\n";
  const error = failure(() => IniDocument.parse(text, "C:\\config.ini"));
  assert.equal(error.code, "config");
  assert.equal(
    error.text.what,
    [
      "Файл C:\\config.ini не читается:",
      "  строка 3: нет знака «=»; нужно «ключ = значение», а комментарий начинается с «;» или «#»",
      "  строка 4: перед «=» нет названия ключа",
      "  строка 5: ключ k в разделе [A] уже задан выше (строка 2); оставьте один",
      "  строка 6: раздел [A] уже есть выше (строка 1); объедините их",
    ].join("\n"),
  );
  assert.ok(!error.message.includes("hidden-password"));
  for (const text of ["[Sync\n", "[A]\nk = 1\n[Sync\nk = 2\n", "[secret-password\n"]) {
    const { message } = failure(() => IniDocument.parse(text));
    assert.match(message, /строка \d: раздел пишется в скобках, например \[Sync\]\n/);
    assert.doesNotMatch(message, /secret|уже задан|первого раздела/);
  }
  const early = failure(() => IniDocument.parse("; настройки\nk = 1\n[A]\n"));
  assert.match(early.message, /строка 2: текст стоит до первого раздела/);
});

const WRONG_ENCODINGS: [string, Uint8Array, RegExp][] = [
  [
    "windows-1251",
    // "[A]\nk = Привет" as Notepad saves it as «ANSI»
    new Uint8Array([...bytes("[A]\nk = "), 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    /похоже, это windows-1251/,
  ],
  // Letters whose bytes are one of UTF-16's mark, and a mark the other way round.
  ["windows-1251 that begins with я", new Uint8Array([0xff, 0xf0, 0xe8]), /похоже, это windows-1251/],
  ["windows-1251 that begins with ю", new Uint8Array([0xfe, 0xf0, 0xe8]), /похоже, это windows-1251/],
  ["windows-1251 with ю and я further on", new Uint8Array([0xe8, 0xfe, 0xf0, 0xff]), /похоже, это windows-1251/],
  ["windows-1251 with ё and Ё only", new Uint8Array([0xb8, 0xa8]), /похоже, это windows-1251/],
  ["windows-1251 with yo at its second place", new Uint8Array([0xe8, 0xff]), /похоже, это windows-1251/],
  ["windows-1251 with yu at its second place", new Uint8Array([0xe8, 0xfe]), /похоже, это windows-1251/],
  ["UTF-16 with a mark, big end first", new Uint8Array([0xfe, 0xff, 0, 0x5b, 0, 0x41, 0, 0x5d]), /UTF-16/],
  ["UTF-16 with a mark", new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x41, 0, 0x5d, 0]), /UTF-16/],
  ["UTF-16 without a mark", new Uint8Array([0x5b, 0, 0x41, 0, 0x5d, 0]), /UTF-16/],
  ["broken bytes", new Uint8Array([...bytes("[A]\nk = "), 0x80, 0x81, 0x82]), /сохранён не в UTF-8\.\n/],
];
for (const [name, source, message] of WRONG_ENCODINGS) {
  Deno.test(`a file in ${name} is refused with advice and never read as something else`, () => {
    const error = failure(() => IniDocument.parse(source));
    assert.equal(error.code, "config");
    assert.match(error.message, message);
    assert.match(error.text.fix ?? "", /UTF-8/);
  });
}

Deno.test("bytes that are only read come out unchanged", () => {
  for (const text of ["\uFEFF[A]\r\nключ = значение\n\n; конец", "", "[A]\rk=1\n\r\n"]) {
    assert.deepEqual(IniDocument.parse(bytes(text)).toBytes(), bytes(text));
  }
});

const EDITS: [promise: string, before: string, edit: [string, string, string], after: string][] = [
  ["a first key before an indented section", "[A]\n  [B]\n k = 1\n", ["A", "k", "v"], "[A]\n  k = v\n  [B]\n k = 1\n"],
  ["a first key before a blank line", "[A]\n\n  [B]\n", ["A", "k", "v"], "[A]\n  k = v\n\n  [B]\n"],
  ["a value", "[A]\nk = old\nn = 1\n", ["A", "k", "new"], "[A]\nk = new\nn = 1\n"],
  ["a value, its key written in another case", "[A]\nKey=old\n", ["A", "KEY", "new"], "[A]\nKey=new\n"],
  ["a value at the end without a line end", "[A]\nk = old", ["A", "k", "new"], "[A]\nk = new"],
  ["a value with blanks around", "[A]\r\n k :  old \t\r\n", ["A", "k", "a=b;c"], "[A]\r\n k :  a=b;c \t\r\n"],
  ["an empty value", "[A]\nk =\nn = 1\n", ["A", "k", "new"], "[A]\nk = new\nn = 1\n"],
  ["an empty value without blanks", "[A]\nk=\n", ["A", "k", "new"], "[A]\nk=new\n"],
  ["a value that is emptied", "[A]\nk = old\n", ["A", "k", ""], "[A]\nk = \n"],
  [
    "a value of several lines, the comments between them kept",
    "[A]\nk = a\n  b\n; note\n\n  c\n\nn = 1\n",
    ["A", "k", "new"],
    "[A]\nk = new\n; note\n\n\nn = 1\n",
  ],
  ["a key that is missing", "[A]\nk = 1\n\n; about B\n[B]\n", ["A", "n", "2"], "[A]\nk = 1\nn = 2\n\n; about B\n[B]\n"],
  ["a key after an indented one", "[A]\n  k = 1\n  [B]\n", ["A", "n", "2"], "[A]\n  k = 1\n  n = 2\n  [B]\n"],
  ["a key in an empty section", "[A]\n; none\n  [B]\n", ["A", "n", "2"], "[A]\n  n = 2\n; none\n  [B]\n"],
  ["a key after a last line without end", "[A]\r\nk = 1", ["A", "n", "2"], "[A]\r\nk = 1\r\nn = 2\r\n"],
  ["a key that only [DEFAULT] has", "[DEFAULT]\nk = 1\n[A]\n", ["A", "k", "2"], "[DEFAULT]\nk = 1\n[A]\nk = 2\n"],
  ["a section that is missing", "[A]\r\nk = 1\r\n", ["B", "n", "2"], "[A]\r\nk = 1\r\n\r\n[B]\r\nn = 2\r\n"],
  ["a section after a last line without end", "[A]\nk = 1", ["B", "n", "2"], "[A]\nk = 1\n\n[B]\nn = 2\n"],
  ["a section in an empty file", "", ["A", "k", "1"], "[A]\nk = 1\n"],
  ["a section in a file that is a mark only", "\uFEFF", ["A", "k", "1"], "\uFEFF[A]\nk = 1\n"],
];
for (const [name, before, edit, after] of EDITS) {
  Deno.test(`setting ${name} changes nothing else`, () => {
    const document = IniDocument.parse(before);
    document.set(...edit);
    assert.equal(document.toText(), after);
    assert.equal(document.get(edit[0], edit[1]), edit[2]);
  });
}

Deno.test("what no INI file can hold is refused and leaves the document as it was", () => {
  const text = "[A]\nk = 1\n";
  const document = IniDocument.parse(text);
  for (
    const [section, key, value] of [
      ["A", "k", "two\nlines"],
      ["A", "k", " blanks "],
      ["A", "k", "\u0085"],
      ["A", "key=", "1"],
      ["A", "; k", "1"],
      ["A", "[k]", "1"],
      ["A", "", "1"],
      ["A", " k", "1"],
      ["B\n", "k", "1"],
    ]
  ) {
    assert.throws(() => document.set(section, key, value), RangeError, `[${section}] ${key} = ${value}`);
    assert.equal(document.toText(), text);
  }
});

const oneLine = fc.string({ unit: "grapheme", maxLength: 12 })
  .map((text) => text.replace(/[\p{C}\p{Z}]/gu, "_").toWellFormed());
const indent = fc.constantFrom("", "", " ", "\t");
const eol = fc.constantFrom("\n", "\r\n");
const filler = fc.array(
  fc.tuple(fc.constantFrom("", "; comment", "# x = 1", "other = 1;2", "  ; k = 2"), eol).map((line) => line.join("")),
  { maxLength: 4 },
).map((lines) => lines.join(""));

Deno.test("replacing one value changes the bytes of that value only", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("", "\uFEFF"),
      filler.map((lines) => lines.replace(/^other.*$/gm, ";")),
      fc.tuple(indent, fc.constantFrom("=", " = ", ":", " :\t"), fc.constantFrom("", " ", "\t"), eol),
      filler.map((lines) => lines.replace(/^other/gm, "after")),
      oneLine,
      oneLine,
      (mark, head, [space, sign, tail, end], foot, before, after) => {
        const text = (value: string): string =>
          `${mark}${head}[A]${end}${space}k${sign}${value}${tail}${end}` +
          `[B]${end}${foot.replace(/^(after.*\r?\n)(?=[^]*^after)/gm, ";$1")}`;
        const document = IniDocument.parse(bytes(text(`x${before}`)));
        document.set("A", "k", `y${after}`);
        assert.deepEqual(document.toBytes(), bytes(text(`y${after}`)));
      },
    ),
  );
});

Deno.test("after any edit all other values read as before", () => {
  const key = fc.constantFrom("k", "n", "m");
  const section = fc.constantFrom("A", "B", "C");
  const value = oneLine.chain((first) => fc.constantFrom(first, `${first}\n\t\tmore`, `\n\t\t${first}x`));
  const entries = fc.uniqueArray(fc.tuple(section, indent, key, value), {
    selector: ([name, , keyName]) => `${name}${keyName}`,
    maxLength: 8,
  });
  fc.assert(fc.property(entries, section, key, oneLine, filler, (list, setSection, setKey, setValue, comments) => {
    const plain = comments.replace(/^other.*\r?\n/gm, "");
    const text = ["A", "B"].map((name) =>
      `[${name}]\n` + list.filter(([owner]) => owner === name).map(([, space, k, v]) => `${space}${k} = ${v}\n${plain}`)
        .join("")
    ).join("");
    const document = IniDocument.parse(text);
    const all = (): string[] =>
      ["A", "B", "C"].flatMap((name) => ["k", "n", "m"].map((k) => `${name} ${k} ${document.get(name, k)}`));
    const isSet = (line: string): boolean => line.startsWith(`${setSection} ${setKey} `);
    const before = all();
    document.set(setSection, setKey, setValue);
    assert.equal(document.get(setSection, setKey), setValue);
    assert.deepEqual(all().filter((line) => !isSet(line)), before.filter((line) => !isSet(line)));
  }));
});
