import assert from "node:assert/strict";
import fc from "fast-check";
import { encryptSecrets } from "../../src/config/document_secrets.ts";
import { IniDocument } from "../../src/config/ini.ts";
import { dpapiOf, opened } from "./made_up_dpapi.ts";

const ADMIN = dpapiOf("CLINIC\\admin");
const RUNS = { numRuns: 400 };

const eol = fc.constantFrom("\n", "\r\n", "\r");
const blanks = fc.constantFrom("", " ", "\t", "   ", " \t ");
/** Anything that a line of the file may hold and that is no blank at its ends. */
const words = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."абвЁё%;#=:\"'\\[]{}()$@!*&,. /?x0"),
    fc.constantFrom("😀", "%(a)s", "\\\\server\\share", "dpapi:", "/rest/"),
  ),
  minLength: 1,
  maxLength: 12,
}).map((text) => text.trim()).filter((text) => text !== "");
/** A secret that stands nowhere else in the text, so that it can be looked for. */
const secret = fc.tuple(fc.nat(), words).map(([number, text]) => `${text}<${number}>${text}`);
const code = fc.stringMatching(/^[a-z0-9]{6,16}$/).map((text) => `c0de${text}`);

const noise = fc.oneof(
  fc.constant(""),
  blanks,
  fc.tuple(fc.constantFrom(";", "#"), blanks, words).map((parts) => parts.join("")),
);
const noises = fc.array(noise, { maxLength: 3 });
const inOtherCase = (text: string) =>
  fc.constantFrom(text, text.toUpperCase(), text.toLowerCase(), text[0].toUpperCase() + text.slice(1));

interface Line {
  readonly text: string;
  readonly plain: string | undefined;
}

const entry = (key: string, values: fc.Arbitrary<{ readonly value: string; readonly plain?: string }>) =>
  fc.tuple(inOtherCase(key), blanks, fc.constantFrom("=", ":"), blanks, values, blanks).map((
    [name, before, sign, after, { value, plain }, end],
  ): Line => ({ text: `${name}${before}${sign}${after}${value}${end}`, plain }));

const encrypted = fc.constantFrom("user", "machine").map((scope) =>
  `DPAPI:${ADMIN.encrypt("old", scope as "user" | "machine")}`
);
const password: fc.Arbitrary<{ readonly value: string; readonly plain?: string }> = fc.oneof(
  { weight: 3, arbitrary: secret.map((plain) => ({ value: plain, plain })) },
  { weight: 1, arbitrary: fc.constant({ value: "" }) },
  { weight: 1, arbitrary: encrypted.map((value) => ({ value })) },
);
const address = fc.tuple(
  fc.constantFrom("https://portal.bitrix24.ru", "HTTP://127.0.0.1:8080", "https://клиника.рф"),
  fc.oneof(code.map((plain) => ({ inside: plain, plain })), encrypted.map((inside) => ({ inside, plain: undefined }))),
  fc.constantFrom("", "/", "/profile.json", "/crm.deal.list/"),
).map(([host, { inside, plain }, end]) => ({ value: `${host}/rest/7/${inside}${end}`, plain }));
const emptyAddress = fc.constantFrom("", "https://portal.bitrix24.ru/rest/1/", "https://portal.bitrix24.ru/rest/1")
  .map((value) => ({ value }));

const other = fc.tuple(fc.nat(), blanks, words, fc.array(words, { maxLength: 2 })).map((
  [number, blank, value, more],
): Line => ({
  text: [`Чужой%${number}${blank}=${value}`, ...more.map((text) => `  \t${text.replace(/^[;#]/, "x")}`)].join("<EOL>"),
  plain: undefined,
}));

const inAnyOrder = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });

const section = (name: fc.Arbitrary<string>, ...entries: fc.Arbitrary<Line>[]) =>
  fc.tuple(name, fc.tuple(...entries.map((each) => fc.option(each, { nil: undefined }))), other, noises).chain((
    [title, lines, extra, comments],
  ) =>
    inAnyOrder([...lines, extra].filter((line) => line !== undefined)).map((chosen) => ({
      text: [`[${title}]`, ...chosen.flatMap(({ text }, index) => [text, ...comments.slice(index, index + 1)])],
      plain: chosen.map(({ plain }) => plain).filter((plain) => plain !== undefined),
    }))
  );

const file = fc.tuple(
  fc.constantFrom("", "\uFEFF"),
  noises,
  section(inOtherCase("Database"), entry("password", password), entry("server", words.map((value) => ({ value })))),
  section(
    fc.constantFrom("Bitrix24", "bitrix", "BITRIX", " Bitrix24 "),
    entry("webhook_url", fc.oneof(address, emptyAddress)),
    entry("token", password),
  ),
  section(inOtherCase("Notifications"), entry("smtp_password", password)),
  section(fc.constant("Раздел;другой#программы"), entry("password", words.map((value) => ({ value })))),
  eol,
  fc.boolean(),
).map(([mark, comments, database, portal, mail, foreign, end, closed]) => {
  const sections = [database, portal, mail, foreign];
  const text = [...comments, ...sections.flatMap(({ text }) => text)].join("\n").replaceAll("<EOL>", "\n");
  return {
    text: mark + (closed ? `${text}\n` : text).replaceAll("\n", end),
    plain: sections.flatMap(({ plain }) => plain),
  };
});

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("encrypting changes the bytes of the secrets in plain text and not one other", () => {
  let secrets = 0;
  fc.assert(
    fc.property(file, ({ text, plain }) => {
      const before = opened(text, ADMIN);
      const document = IniDocument.parse(bytesOf(text));
      const places = encryptSecrets(document, (each) => ADMIN.encrypt(each, "user"));
      const after = new TextDecoder("utf-8", { ignoreBOM: true }).decode(document.toBytes());
      assert.equal(opened(after, ADMIN), before);
      assert.deepEqual(places.filter(({ state }) => state === "plain").map(({ plain }) => plain).sort(), plain.sort());
      for (const each of plain) assert.ok(!after.includes(each), each);
      const untouched = (whole: string) => whole.split(/DPAPI:[0-9a-fA-F]+/);
      if (plain.length === 0) assert.equal(after, text);
      else assert.equal(untouched(after).length - untouched(text).length, plain.length);
      secrets += plain.length;
    }),
    RUNS,
  );
  assert.ok(secrets > RUNS.numRuns, "the texts hold hardly a secret");
});

Deno.test("what is encrypted is never encrypted again", () => {
  fc.assert(
    fc.property(file, ({ text }) => {
      const document = IniDocument.parse(text);
      encryptSecrets(document, (each) => ADMIN.encrypt(each, "user"));
      const once = document.toText();
      const places = encryptSecrets(document, () => assert.fail("encrypted twice"));
      assert.equal(document.toText(), once);
      assert.ok(places.every(({ state }) => state !== "plain"));
    }),
    RUNS,
  );
});
