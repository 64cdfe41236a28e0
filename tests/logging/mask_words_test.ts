/** Whose words a text is: what is known to be personal is taken out of others' words, and spoils none of the program's. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Problem } from "../../src/sync/report.ts";
import { notes, queueLines, resultBlock } from "../../src/cli/text.ts";
import { maskerOf, maskText, PORTAL_FAILED, type Words } from "../../src/logging/mask.ts";

const mask = (text: string, words: Words, personal: readonly string[]) =>
  maskerOf({ secrets: [], personal, maskPersonal: true })(text, words);

Deno.test("the parts of a phone that are known as cards do not hide it", () => {
  const personal = ["917", "899", "24", "+79178990124"];
  for (const words of ["own", "mixed", "foreign"] as const) {
    assert.equal(
      mask("Элемент «Пробный Африкан Образцович», +7 (917) 899-01-24, 8 917 899 01 24: не заполнено", words, personal),
      "Элемент «[имя]», [телефон], [телефон]: не заполнено",
    );
  }
});

Deno.test("a phone inside a known comment does not hide the rest of the comment", () => {
  const comment = "боится, звонить маме 8 917 899-01-24 вечером";
  assert.equal(mask(`Поле: ${comment}!`, "mixed", [comment]), "Поле: [скрыто]!");
});

Deno.test("places that touch have a mask each, places that overlap one, of the longest", () => {
  const rules = { secrets: ["secret-one", "one-two-three", "secret-four"], personal: [], maskPersonal: true };
  assert.equal(maskText("secret-onesecret-four", rules), "******");
  const personal = ["Пример Образцович", "мама"];
  assert.equal(mask("Пример Образцович Пробный, мама", "mixed", personal), "[имя], [скрыто]");
  assert.equal(mask("тел. 89170000000: мама", "mixed", ["тел. 89170000000: мама"]), "[скрыто]");
  assert.equal(mask("Пример Образцович Пробный", "mixed", ["Пример Образцович Пробный"]), "[имя]");
  assert.equal(mask("маме 8 917 000-00-00", "mixed", ["маме 8"]), "[телефон]");
});

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
const separator = fc.constantFrom("", " ", "-", ".", "\u00a0", "\u202f", "–", "‑");

Deno.test("of a phone no group stays, however it is written and whichever of its parts are known", () => {
  fc.assert(fc.property(
    fc.constantFrom("+7", "8", "7"),
    fc.tuple(fc.constantFrom("3", "4", "9"), digits(2), digits(3), digits(2), digits(2)),
    separator,
    fc.boolean(),
    fc.subarray([0, 1, 2, 3]),
    (prefix, [first, area, a, b, c], between, brackets, known) => {
      const groups = [first + area, a, b, c];
      const [code, ...rest] = groups;
      const phone = [prefix, brackets ? `(${code})` : code, ...rest].join(between);
      assert.equal(
        maskText(`тел. ${phone}, звонить`, {
          secrets: [],
          personal: known.map((index) => groups[index]),
          maskPersonal: true,
        }),
        "тел. [телефон], звонить",
      );
    },
  ));
});

const CARDS: [text: string, masked: string][] = [
  ["Карта 12 занята, карта №12, карты: 12", "Карта [скрыто] занята, карта №[скрыто], карты: [скрыто]"],
  [
    "номер карты 12, карточка № 12, картой номер 12",
    "номер карты [скрыто], карточка № [скрыто], картой номер [скрыто]",
  ],
  ["№ 12 и «12», '12' или \"12\"", "№ [скрыто] и «[скрыто]», '[скрыто]' или \"[скрыто]\""],
  ["сделка 12, строка 12:12, 12.12.2012", "сделка 12, строка 12:12, 12.12.2012"],
  ["Карта 123, №12а, «1 12»", "Карта 123, №12а, «1 12»"],
];
for (const [text, masked] of CARDS) {
  Deno.test(`in «${text}» a card's number is taken out where it stands as a card`, () => {
    assert.equal(mask(text, "mixed", ["12"]), masked);
  });
}

Deno.test("in others' words a card's number is taken out wherever it stands, of the program's around them none", () => {
  const portal = "Запись F1_2026 (сделка 2026) не перенесена: портал отказал: дубль 2026\nПопытка 2026";
  assert.equal(
    mask(portal, "mixed", ["2026"]),
    "Запись F1_2026 (сделка 2026) не перенесена: портал отказал: дубль [скрыто]\nПопытка 2026",
  );
  const defect = "Внутренняя ошибка 2026.\nTypeError: пациент 2026\nвторой 2026\n    at main.ts:2026:7\nError: 2026 1";
  assert.equal(
    mask(defect, "mixed", ["2026"]),
    "Внутренняя ошибка 2026.\nTypeError: пациент [скрыто]\nвторой [скрыто]\n    at main.ts:2026:7\nError: [скрыто] 1",
  );
  assert.equal(mask("портал отказал: 2026", "mixed", ["2026"]), "портал отказал: [скрыто]");
  for (const said of [`${PORTAL_FAILED}дубль`, "Чтение сделок (crm.deal.list) на портале a2026.example не удалось:"]) {
    assert.equal(mask(`${said} 2026`, "mixed", ["2026"]), `${said} [скрыто]`);
  }
  assert.equal(mask("дубль 2026", "foreign", ["2026"]), "дубль [скрыто]");
});

const counts = fc.nat(999_999_999);
const report = fc.record({
  received: counts,
  transformed: counts,
  synced: counts,
  errors: counts,
  untouched: counts,
  deleted: counts,
  problems: fc.constant<Problem[]>([]),
  waiting: counts,
  skipped: counts,
  compared: counts,
  repaired: counts,
  shownOtherwise: counts,
  unfitted: fc.constant(new Set<string>()),
  openDoubles: counts,
  closingsHeld: counts,
  contactsMade: counts,
  dealsMade: counts,
  dealsBound: counts,
  dealsChanged: counts,
  leadsConverted: counts,
  dealsClosed: counts,
  stopped: fc.boolean(),
});
const queue = fc.record({ total: counts, pending: counts, processing: counts, failed: counts, completed: counts });
const numbers = fc.oneof(counts.map(String), fc.constantFrom("2026", "02", "02.12", "12.2026", "02.12.2026", "10:30"));
const words = fc.oneof(numbers, fc.string(), fc.constantFrom("Ошибок", "Очередь", "всего", "нет", "Результаты", "Ян"));

Deno.test("result blocks, queue lines and dates come through whole, whatever is known to be personal", () => {
  fc.assert(fc.property(report, queue, fc.array(words), fc.nat(), (result, waiting, personal, milliseconds) => {
    const text = [
      resultBlock(result, milliseconds),
      ...queueLines(waiting),
      ...notes(result),
      "02.12.2026 в 10:30, 2026-12-02T10:30:00",
    ].join("\n");
    // Each of these counts too, as a card.
    const cards = Object.values({ ...result, ...waiting }).map(String);
    assert.equal(mask(text, "own", [...personal, ...cards]), text);
  }));
});

Deno.test("numbers, ids and dates come through whole in warnings and errors, whatever cards there are", () => {
  fc.assert(fc.property(fc.array(numbers), counts, counts, (cards, id, count) => {
    const text = `Запись F1_${id}: сделка ${id}, не закрыто: ${count}, с 02.12.2026 10:30, Error (код ${count})`;
    assert.equal(mask(text, "mixed", [...cards, String(id), String(count)]), text);
  }));
});
