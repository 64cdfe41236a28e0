import assert from "node:assert/strict";
import fc from "fast-check";
import { maskerOf, maskText } from "../../src/logging/mask.ts";

const NOTHING_KNOWN = { secrets: [], personal: [], maskPersonal: true };

const PHONES = [
  "+7 (999) 123-45-67",
  "+7(999)1234567",
  "+79991234567",
  "79991234567",
  "89991234567",
  "8 999 123 45 67",
  "8-800-555-35-35",
  "8 (3952) 12-34-56",
  "(495) 123-45-67",
  "999-123-45-67",
  "9991234567",
  "4951234567",
  "+375 29 123-45-67",
  "+998901234567",
  "8.900.123.45.67",
  "+7.900.123.45.67",
  "900.123.45.67",
  "7 900 12 34 567",
  "8 900 1234-567",
  "8 (900) 12-34-567",
  "900 12 34 567",
  "+7(917)899-01-24",
  "+7 ( 917 ) 899-01-24",
  "+7\u00a0(917)\u00a0899\u201101\u201124",
  "8\u202f917\u202f899\u202f01\u202f24",
  "8 – 917 – 899 – 01 – 24",
  "7−917−899−01−24",
  "(917) 8990124",
  "(917)899-0124",
  "917 899 0124",
  "917-8990124",
  "8 (39522) 1-23-45",
];
for (const phone of PHONES) {
  Deno.test(`the phone ${phone} does not stay in a log`, () => {
    assert.equal(maskText(phone, NOTHING_KNOWN), "[телефон]");
    assert.equal(maskText(`Тел.: ${phone}, перезвонить`, NOTHING_KNOWN), "Тел.: [телефон], перезвонить");
  });
}

const KEPT = [
  "F1_12345",
  "F1_P12345",
  "F10_8999123456",
  "F1_89991234567",
  "2026-01-21 10:30:00",
  "2026-01-21T10:30:00+03:00",
  "2026-03-01 10:30:00.8912345",
  "UF_CRM_1769008900",
  "UF_CRM_1769072841035",
  "сделка 1234567, контакт 2147483647",
  "operating_reset_at 1769008900",
  "1769072841035 мс",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "89123456-7891-2345-8912-345678912345",
  "получено 50, ошибок 2, 3.45с, 100 %",
  "[Database] port (строка 12): «abc»",
  "C:\\ident-sync\\config.ini",
  "192.168.1.10:1433",
  "10.200.255.231",
  "SQL Server 10.50.1600.1",
  "сумма 99 000 000.00",
  "Deno 2.9.6, 8.3.2026 10:30",
  "портал portal.bitrix24.ru не отвечает",
  "Статус Завершен (счет выдан)",
  "Битрикс24 Не Отвечает",
  "Запись Пациент Пришел",
];
for (const text of KEPT) {
  Deno.test(`«${text}» is nobody's data and stays`, () => assert.equal(maskText(text, NOTHING_KNOWN), text));
}

const NAMES: [string, string][] = [
  ["Тестов Пример Образцович", "[имя]"],
  ["Приём: Примерова Анна-Мария Ильинична, 10:30", "Приём: [имя], 10:30"],
  ["ТЕСТОВА ПРОБА ОБРАЗЦОВНА", "[имя]"],
  ["Пример Кузьмич Тестов", "[имя]"],
  ["Приём Пример Образцович Тестов", "[имя]"],
  ["Тестов-Пробный Пример Лукич отменил", "[имя] отменил"],
  ["Тестов Али Пример оглы", "[имя]"],
  ["врач Тестов П. О.", "врач [имя]"],
  ["врач Тестова П.О.", "врач [имя]"],
];
for (const [text, masked] of NAMES) {
  Deno.test(`the name in «${text}» is recognised`, () => assert.equal(maskText(text, NOTHING_KNOWN), masked));
}

Deno.test("e-mail addresses do not stay in a log", () => {
  assert.equal(maskText("Письмо на a.b+c@clinic-test.ru ушло", NOTHING_KNOWN), "Письмо на [почта] ушло");
  assert.equal(maskText("<пациент@клиника.рф>", NOTHING_KNOWN), "<[почта]>");
});

Deno.test("what is known to be personal is masked where it stands whole, whatever its case and ё", () => {
  const rules = { ...NOTHING_KNOWN, personal: ["Пётр", "Ан", " Примерова ", "12 34"] };
  assert.equal(
    maskText("ПЕТР примерова петрушка Ан номер 12 34, 112 34", rules),
    "[скрыто] [скрыто] петрушка [скрыто] номер [скрыто], 112 34",
  );
});

Deno.test("a name of one or two letters is masked with its capital letter only: a particle or a number is no name", () => {
  const rules = { ...NOTHING_KNOWN, personal: ["Ли", "Ян", "О", "Ёж", "12", "да"] };
  assert.equal(
    maskText("Контакт Ли Ян, ЛИ ЯН, есть ли О? Лиза о янтаре, Ёж, да, 12", rules),
    "Контакт [скрыто] [скрыто], [скрыто] [скрыто], есть ли [скрыто]? Лиза о янтаре, [скрыто], да, 12",
  );
});

Deno.test("three letters are masked in any case, in others' words three digits too", () => {
  assert.equal(maskText("КИТ кит 123", { ...NOTHING_KNOWN, personal: ["Кит", "123"] }), "[скрыто] [скрыто] [скрыто]");
});

Deno.test("an empty text that is said to be a secret masks nothing", () => {
  assert.equal(maskText("а, б", { ...NOTHING_KNOWN, secrets: [""], personal: ["", " "] }), "а, б");
});

Deno.test("a longer personal string is not spoilt by a shorter one inside it", () => {
  const rules = { ...NOTHING_KNOWN, personal: ["Анна", "Анна Мария"] };
  assert.equal(maskText("Анна Мария и Анна", rules), "[скрыто] и [скрыто]");
});

Deno.test("secrets are masked also where personal data is not", () => {
  const rules = { secrets: ["p[a]ss.word", "s/p ace", 'q"uote\\', "ab"], personal: ["Тестов"], maskPersonal: false };
  const text = 'Тестов +79991234567 a@b.ru: p[a]ss.word, s%2Fp%20ace, q\\"uote\\\\, ab, about';
  assert.equal(maskText(text, rules), "Тестов +79991234567 a@b.ru: ***, ***, ***, ***, about");
});

Deno.test("the secret of any webhook address and anything encrypted is masked, known or not", () => {
  const rules = { ...NOTHING_KNOWN, maskPersonal: false };
  assert.equal(
    maskText('POST "https://portal.bitrix24.ru/rest/1/abc123/crm.deal.add" DPAPI:01AB', rules),
    'POST "https://portal.bitrix24.ru/rest/1/***/crm.deal.add" DPAPI:***',
  );
});

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });

Deno.test("no Russian phone stays, however it is grouped", () => {
  const separator = fc.constantFrom("", " ", "-", ".", "\u00a0", "\u202f", "–", "‑", " - ");
  fc.assert(fc.property(
    fc.constantFrom("+7", "8", "7"),
    fc.constantFrom(..."3456789"),
    digits(2),
    digits(3),
    digits(2),
    digits(2),
    fc.tuple(separator, separator, separator, separator, fc.boolean()),
    fc.constantFrom(" ", "(", "«", ":", ", ", "="),
    (prefix, first, area, a, b, c, [s1, s2, s3, s4, brackets], before) => {
      const code = brackets ? `(${first}${area})` : `${first}${area}`;
      const masked = maskText(`тел${before}${prefix}${s1}${code}${s2}${a}${s3}${b}${s4}${c} конец`, NOTHING_KNOWN);
      assert.equal(masked, `тел${before}[телефон] конец`);
    },
  ));
});

Deno.test("keys, dates, amounts and ids are never taken for phones", () => {
  const technical = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 10 }), fc.nat()).map(([filial, id]) => `F${filial}_${id}`),
    fc.tuple(fc.integer({ min: 1, max: 10 }), fc.nat()).map(([filial, id]) => `F${filial}_P${id}`),
    fc.nat(2 ** 31 - 1).map(String),
    fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((date) =>
      date.toISOString()
    ),
    fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19).replace("T", " ")),
    fc.uuid(),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 32, maxLength: 64 }).filter((hex) =>
      /[a-f]/.test(hex)
    ),
    fc.integer({ min: 0, max: 99_999_999 }).map((kopecks) => (kopecks / 100).toFixed(2)),
  );
  fc.assert(fc.property(fc.array(technical, { maxLength: 4 }), (parts) => {
    const text = parts.join(", ");
    assert.equal(maskText(text, NOTHING_KNOWN), text);
  }));
});

Deno.test("a secret never comes through, and masking twice changes nothing more", () => {
  const secret = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_/+%&"\\. '), minLength: 4, maxLength: 20 })
    .filter((text) => text.trim() === text);
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 3 }),
      fc.array(fc.string(), { maxLength: 4 }),
      (secrets, words) => {
        const mask = (text: string) => maskText(text, { ...NOTHING_KNOWN, secrets });
        const text = secrets.map((secret, index) => `${words[index] ?? ""}${secret}`).join("|");
        const masked = mask(text);
        for (const secret of secrets) assert.ok(!masked.includes(secret));
        assert.equal(mask(masked), masked);
      },
    ),
  );
});

Deno.test("personal texts of any length and number can be known, and are masked where they stand", () => {
  const long = Array.from({ length: 30_000 }, (_, index) => `слово${index}`).join(" ");
  const many = Array.from({ length: 30_000 }, (_, index) => `Имярек${index}ов`);
  const mask = maskerOf({ ...NOTHING_KNOWN, personal: [long, ...many, "Ёлкин", "Ли"] });
  assert.equal(mask("Запись F1_1: имярек7ов, елкин и ЛИ", "foreign"), "Запись F1_1: [скрыто], [скрыто] и [скрыто]");
  assert.equal(mask("Запись F1_1 не перенесена: имярек ли", "foreign"), "Запись F1_1 не перенесена: имярек ли");
});
