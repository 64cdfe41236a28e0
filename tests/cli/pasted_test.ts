import assert from "node:assert/strict";
import fc from "fast-check";
import { isWebhook, pastedName, pastedWebhook } from "../../src/cli/pasted.ts";

const RIGHT = "https://clinic.bitrix24.ru/rest/1/abc123def456/";

for (
  const pasted of [
    RIGHT,
    "https://clinic.bitrix24.ru/rest/1/abc123def456",
    `  ${RIGHT}\t`,
    `\u00a0${RIGHT}\u00a0`,
    `"${RIGHT}"`,
    `'${RIGHT}'`,
    `«${RIGHT}»`,
    `“${RIGHT}”`,
    `„${RIGHT}“`,
    `‘${RIGHT}’`,
    `« "${RIGHT}" »`,
    `<${RIGHT}>`,
    `(${RIGHT}).`,
    `[${RIGHT}];`,
    `\`${RIGHT}\``,
    `${RIGHT},`,
    `\ufeff${RIGHT}\u200b`,
    "https://clinic.bitrix24.ru/rest/1/abc\u200b123def456/",
    `${RIGHT}profile.json`,
    `${RIGHT}/crm.lead.add.json?FIELDS[TITLE]=x`,
    `${RIGHT}crm.deal.list/`,
    `${RIGHT}?a=1`,
    `${RIGHT}#x`,
    "http://clinic.bitrix24.ru/rest/1/abc123def456/",
    "clinic.bitrix24.ru/rest/1/abc123def456/",
    `Вебхук: ${RIGHT}`,
    `webhook_url = ${RIGHT}`,
    `${RIGHT}\n`,
    `\r\n${RIGHT}\r\n`,
    `Вебхук для вызова REST API\n${RIGHT}`,
    `${RIGHT}\n${RIGHT}`,
  ]
) {
  Deno.test(`the webhook is found in ${JSON.stringify(pasted)}`, () => assert.equal(pastedWebhook(pasted), RIGHT));
}

for (
  const [pasted, read] of [
    ["", ""],
    [" «» ", ""],
    ["abc123def456", "abc123def456"],
    ["https://clinic.bitrix24.ru/rest/1/", "https://clinic.bitrix24.ru/rest/1/"],
    ["«https://clinic.bitrix24.ru/»", "https://clinic.bitrix24.ru/"],
    ["https://clinic.bitrix24.ru/rest/1/abc 123/", "https://clinic.bitrix24.ru/rest/1/abc 123/"],
    ["https://clinic.bitrix24.ru/rest/1/abc/a/b/", "https://clinic.bitrix24.ru/rest/1/abc/a/b/"],
    ["http://127.0.0.1:8080/rest/1/abc", "http://127.0.0.1:8080/rest/1/abc/"],
    ["http://localhost/rest/1/abc/", "http://localhost/rest/1/abc/"],
    ["http://[::1]:80/rest/1/abc/", "http://[::1]:80/rest/1/abc/"],
    ["ftp://clinic.bitrix24.ru/rest/1/abc/", "ftp://clinic.bitrix24.ru/rest/1/abc/"],
  ] as const
) {
  Deno.test(`nothing is made up of ${JSON.stringify(pasted)}`, () => assert.equal(pastedWebhook(pasted), read));
}

Deno.test("whatever stands around an address, in whatever order, it is the same address, read once or twice", () => {
  const noise = fc.string({ unit: fc.constantFrom(..." \t\u00a0\u200b\"'`«»“”„‘’<>()[];,") });
  fc.assert(fc.property(noise, noise, (before, after) => {
    assert.equal(pastedWebhook(before + RIGHT + after), RIGHT);
    assert.equal(pastedWebhook(pastedWebhook(before + RIGHT + after)), RIGHT);
  }));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(pastedWebhook(text), /[\r\n]|^\s|\s$/);
  }));
});

Deno.test("names lose the quotes around them, and keep what is theirs", () => {
  for (
    const [pasted, name] of [
      [" «IdentDB» ", "IdentDB"],
      ['"CLINIC-PC\\SQLEXPRESS"', "CLINIC-PC\\SQLEXPRESS"],
      ["“IdentDB”", "IdentDB"],
      ["„IdentDB“", "IdentDB"],
      ["'reader'", "reader"],
      ["\u200bIdent DB\ufeff", "Ident DB"],
      ['Клиника "Улыбка"', 'Клиника "Улыбка"'],
      ["(local)", "(local)"],
      [".", "."],
      ['"', '"'],
      ["две\nстроки", "две\nстроки"],
      ["", ""],
    ] as const
  ) {
    assert.equal(pastedName(pasted), name);
  }
});

Deno.test("an address is told from an answer to another question", () => {
  for (const answer of [RIGHT, `«${RIGHT}»`, "clinic.bitrix24.ru/rest/1/abc"]) assert.ok(isWebhook(answer));
  for (const answer of ["", "да", "https://clinic.bitrix24.ru/", "https://clinic.bitrix24.ru/rest/1/", "CLINIC\\SQL"]) {
    assert.ok(!isWebhook(answer));
  }
});
