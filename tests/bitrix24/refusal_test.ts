import assert from "node:assert/strict";
import { reasonOf } from "../../src/bitrix24/refusal.ts";
import type { PortalValue } from "../../src/sync/ports.ts";
import { CONTACT, DEAL } from "../sync/made_up.ts";

const CODES = { dealFields: DEAL, contactFields: CONTACT };
const reason = (description: string, fields: Readonly<Record<string, PortalValue>>) =>
  reasonOf({ code: "", description }, fields, CODES);

const LEE = { LAST_NAME: "Ли", NAME: "Ян", SECOND_NAME: "" };

const TOLD: [what: string, description: string, fields: Readonly<Record<string, PortalValue>>, kept: string][] = [
  ["a name of two letters", "Контакт «Ли Ян» уже есть", LEE, "Контакт «[скрыто] [скрыто]» уже есть"],
  ["a name of two letters in capitals", "ЛИ ЯН: есть ли дубль?", LEE, "[скрыто] [скрыто]: есть ли дубль?"],
  ["a name of two letters in a title", "Сделка Ли Ян", { TITLE: "Ли Ян" }, "Сделка [скрыто]"],
  [
    "a parent's short name",
    "Родитель Цой И. указан",
    { [DEAL.parentName!]: "Цой И" },
    "Родитель [скрыто]. указан",
  ],
  [
    "a part of a double name",
    "Похоже на Ким",
    { LAST_NAME: "Ким-Ли", NAME: "Ян" },
    "Похоже на [скрыто]",
  ],
  [
    "another person in quotes",
    'Похож на «Петров Иван», "Ким Ир" и &quot;Цой А.&quot;',
    LEE,
    'Похож на «[имя]», "[имя]" и "[имя]"',
  ],
  ["a phone with dots", "тел. 8.900.123.45.67", LEE, "тел. [телефон]"],
  ["a phone in unusual groups", "тел. 7 900 12 34 567", LEE, "тел. [телефон]"],
];

for (const [what, description, fields, kept] of TOLD) {
  Deno.test(`of a refusal ${what} is not kept`, () => {
    assert.equal(reason(description, fields), `портал отказал: ${kept}`);
  });
}

Deno.test("short words of other fields are nobody's name, and the portal's words stay readable", () => {
  const fields = { ...LEE, CURRENCY_ID: "RUB", OPENED: "Y", [DEAL.comment!]: "В 9 не приходить" };
  assert.equal(
    reason("В поле «Дата рождения» не указан Y (код 9)", fields),
    "портал отказал: В поле «Дата рождения» не указан Y (код 9)",
  );
});

Deno.test("a comment of any length is not kept, however much of it the portal repeats", () => {
  const comment = Array.from({ length: 30_000 }, (_, index) => `слово${index}`).join(" ");
  const words = reason(`Поле: ${comment} — слишком длинное`, { ...LEE, [DEAL.comment!]: comment });
  assert.doesNotMatch(words, /слово/);
  assert.match(words, /^портал отказал: Поле: \[скрыто\]/);
});
