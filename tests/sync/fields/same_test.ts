import assert from "node:assert/strict";
import fc from "fast-check";
import type { WallClock } from "../../../src/reception/reception.ts";
import { fit } from "../../../src/sync/fields/fit.ts";
import { isEmpty, shows, textOf } from "../../../src/sync/fields/same.ts";
import type { PortalField, PortalValue } from "../../../src/sync/ports.ts";
import { field, ZONE } from "../made_up.ts";

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const ITEMS = field("enumeration", { "Терапевт": "45", "Хирург  детский": "46", "Отменён": "47" });

const SAME: [what: string, shown: PortalValue | undefined, sent: PortalValue, field: PortalField][] = [
  ["the portal's offset", "2026-03-01T12:30:00+05:00", "2026-03-01T10:30:00+03:00", field("datetime")],
  ["the portal's Z", "2026-03-01T07:30:00Z", "2026-03-01T10:30:00+03:00", field("datetime")],
  ["midnight in some zone", "2026-03-01T03:00:00+03:00", "2026-03-01", field("date")],
  ["decimals", "1500", "1500.00", field("double")],
  ["a number in place of text", 1500, "1500.00", field("double")],
  ["leading zeros of an integer", "77", "0077", field("integer")],
  ["blanks at the ends", "Осмотр", "  Осмотр \n", field("string")],
  ["CRLF", "один\r\nдва", "один\nдва", field("string")],
  ["a lone CR", "один\rдва", "один\nдва", field("string")],
  ["blanks before a line's end", "один\nдва", "один  \nдва", field("string")],
  ["composed letters", "й".normalize("NFD"), "й", field("string")],
  ["Y for 1", "Y", "1", field("boolean")],
  ["true for 1", true, "1", field("boolean")],
  ["N for 0", "N", "0", field("boolean")],
  ["0 for a boolean's nothing", "0", "", field("boolean")],
  ["N for a boolean's nothing", "N", "", field("boolean")],
  ["an item's id as a number", 45, "45", ITEMS],
  ...([undefined, null, "", false, [], [""], [null]] as (PortalValue | undefined)[]).map((
    nothing,
  ): [string, PortalValue | undefined, PortalValue, PortalField] => [
    `${JSON.stringify(nothing)} for nothing`,
    nothing,
    "",
    field("string"),
  ]),
];

for (const [what, shown, sent, type] of SAME) {
  Deno.test(`what the portal reformatted is no difference: ${what}`, () => {
    assert.equal(shows(shown, sent, type), true);
  });
}

const DIFFERENT: [what: string, shown: PortalValue | undefined, sent: PortalValue, field: PortalField][] = [
  ["another minute", "2026-03-01T10:31:00+03:00", "2026-03-01T10:30:00+03:00", field("datetime")],
  ["the same clock in another zone", "2026-03-01T10:30:00+05:00", "2026-03-01T10:30:00+03:00", field("datetime")],
  ["no moment at all", "скоро", "2026-03-01T10:30:00+03:00", field("datetime")],
  ["another day", "2026-03-02", "2026-03-01", field("date")],
  ["a kopeck", "1500.01", "1500.00", field("double")],
  ["nothing for 0", "", "0", field("double")],
  ["0 for nothing", "0", "", field("double")],
  ["another case", "осмотр", "Осмотр", field("string")],
  ["a blank inside", "Осмотрзуба", "Осмотр зуба", field("string")],
  ["a line break inside", "один два", "один\nдва", field("string")],
  ["1 for 0", "1", "0", field("boolean")],
  ["1 for a boolean's nothing", "1", "", field("boolean")],
  ["0 for 1", "0", "1", field("boolean")],
  ["another item", "46", "45", ITEMS],
  ["something for nothing", "X", "", field("string")],
];

for (const [what, shown, sent, type] of DIFFERENT) {
  Deno.test(`a real difference is seen: ${what}`, () => {
    assert.equal(shows(shown, sent, type), false);
  });
}

const types = fc.constantFrom("string", "integer", "double", "boolean", "enumeration", "date", "datetime", "url")
  .map((type) => type === "enumeration" ? ITEMS : field(type));

const moments = fc.date({ min: new Date("1995-01-01"), max: new Date("2060-01-01"), noInvalidDate: true })
  .map((date) => ({ moment: date.toISOString().slice(0, 19) as WallClock }));

const texts = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.nat(9999)).map(([whole, part]) => `${whole},${part}`),
  fc.constantFrom("да", "нет", "Терапевт", "ОТМЕНЕН", "", " ", "\r\n"),
).map((text) => ({ text }));

Deno.test("what was sent is recognised when the portal shows it as it is, in a field of every type", () => {
  fc.assert(fc.property(fc.oneof(texts, moments), types, (wanted, type) => {
    const sent = fit(wanted, type, ZONE);
    if (sent !== undefined) assert.equal(shows(sent, sent, type), true);
  }));
});

Deno.test("a moment is recognised whatever offset the portal shows it with", () => {
  fc.assert(fc.property(moments, fc.integer({ min: -12, max: 14 }), (wanted, hours) => {
    const sent = String(fit(wanted, field("datetime"), ZONE));
    const offset = `${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:00`;
    const shown = Temporal.Instant.from(sent).toZonedDateTimeISO(offset).toString({ timeZoneName: "never" });
    assert.equal(shows(shown, sent, field("datetime")), true);
    const later = Temporal.Instant.from(sent).add({ seconds: 1 }).toString();
    assert.equal(shows(later, sent, field("datetime")), false);
  }));
});

Deno.test("text is recognised when the portal trims it and breaks its lines in its own way", () => {
  const lines = fc.array(fc.stringMatching(/^[а-яА-Я0-9 ,.]{0,12}$/), { maxLength: 5 });
  fc.assert(fc.property(lines, fc.constantFrom("\r\n", "\r", "\n"), (parts, newline) => {
    const sent = parts.join("\n");
    fc.pre(sent.trim() !== "");
    assert.equal(shows(parts.join(newline).trim(), sent, field("string")), true);
  }));
});

Deno.test("text behind a field is its own, of a list the item's name", () => {
  assert.equal(textOf("47", ITEMS), "Отменён");
  assert.equal(textOf("99", ITEMS), "");
  assert.equal(textOf(null, ITEMS), "");
  assert.equal(textOf(false, field("string")), "");
  assert.equal(textOf("Завершен", field("string")), "Завершен");
  assert.equal(textOf(77, undefined), "77");
});

Deno.test("zero is a value, not nothing", () => {
  assert.equal(isEmpty("0"), false);
  assert.equal(isEmpty(0), false);
});

const MARKED: [shown: string, sent: string, same: boolean][] = [
  ["первая<br>\nвторая", "первая\nвторая", true],
  ["[p]первая[/p]\n[p]вторая[/p]", "первая\nвторая", true],
  ["Соколова &amp; Ко, 5 &lt; 6", "Соколова & Ко, 5 < 6", true],
  ["вторая x", "вторая <script>x</script>", true],
  ["[vip] звонить", "[new] звонить", false],
  ["зуб [11]", "зуб [12]", false],
  ["[p 12] звонить", "[p 13] звонить", false],
  ["[url=https://x.ru]сайт[/url] [img width=5]", "сайт", true],
  ["5 < 6 и 7 > 3", "5 < 8 и 7 > 3", false],
];

for (const [shown, sent, same] of MARKED) {
  Deno.test(`${JSON.stringify(shown)} ${same ? "is" : "is not"} what the portal makes of ${JSON.stringify(sent)}`, () => {
    assert.equal(shows(shown, sent, field("string")), same);
  });
}
