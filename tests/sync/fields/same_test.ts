import type { WallClock } from "../../../src/reception/reception.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { fit, isEmpty, shows, textOf, type Wanted } from "../../../src/sync/fields/same.ts";
import { servicesText } from "../../../src/sync/fields/wanted.ts";
import type { PortalField, PortalValue } from "../../../src/sync/ports.ts";
import { field, ZONE } from "../made_up.ts";

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const ITEMS = field("enumeration", { "Терапевт": "45", "Хирург  детский": "46", "Отменён": "47" });
const AT: Wanted = { moment: "2026-03-01T10:30:00" };

const FITTED: [what: string, wanted: Wanted, field: PortalField, value: PortalValue | undefined][] = [
  ["a moment to a datetime field", AT, field("datetime"), "2026-03-01T10:30:00+03:00"],
  ["a moment to a date field", AT, field("date"), "2026-03-01"],
  ["a moment to a text field", AT, field("string"), "01.03.2026 10:30"],
  ["a moment to a number", AT, field("integer"), undefined],
  ["no moment", { moment: undefined }, field("datetime"), ""],
  ["an empty text to a number", { text: "" }, field("double"), ""],
  ["an empty text to a list", { text: "" }, ITEMS, ""],
  ["text to text", { text: " как есть " }, field("string"), " как есть "],
  ["text to a date", { text: "завтра" }, field("date"), undefined],
  ["text to a datetime", { text: "2026-03-01" }, field("datetime"), undefined],
  ["a number to an integer", { text: "0077" }, field("integer"), "0077"],
  ["text to an integer", { text: "К-77" }, field("integer"), undefined],
  ["a comma to a double", { text: "-12,50" }, field("double"), "-12.50"],
  ["text to a double", { text: "12.5.6" }, field("double"), undefined],
  ["yes to a boolean", { text: "Да" }, field("boolean"), "1"],
  ["no to a boolean", { text: "нет" }, field("boolean"), "0"],
  ["text to a boolean", { text: "может быть" }, field("boolean"), undefined],
  ["an item of a list, by its name", { text: "терапевт" }, ITEMS, "45"],
  ["an item of a list, blanks folded", { text: "хирург детский" }, ITEMS, "46"],
  ["an item of a list, ё folded", { text: "Отменен" }, ITEMS, "47"],
  ["no item of a list", { text: "Ортодонт" }, ITEMS, undefined],
];

for (const [what, wanted, type, value] of FITTED) {
  Deno.test(`a value is fitted to the portal's field: ${what}`, () => {
    assert.equal(fit(wanted, type, ZONE), value);
  });
}

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

// ── services ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("services that fit stand whole, up to the last of three thousand characters", () => {
  const exact = ["а".repeat(1499), "б".repeat(1499)];
  assert.equal(servicesText(exact), exact.join(", "));
  assert.equal(servicesText(exact).length, 3000);
  assert.equal(servicesText([]), "");
});

Deno.test("services that do not fit are cut at a comma", () => {
  const text = servicesText(["а".repeat(1500), "б".repeat(1490), "в".repeat(20)]);
  assert.equal(text, `${"а".repeat(1500)}, ${"б".repeat(1490)}...`);
});

Deno.test("services are cut exactly at the limit where a comma stands there", () => {
  const first = "а".repeat(2997);
  assert.equal(servicesText([first, "Снимок"]), `${first}...`);
  assert.equal(servicesText([`${first}а`, "Снимок"]).length, 3000);
});

Deno.test("a single service that is too long is cut where it must be", () => {
  assert.equal(servicesText(["а".repeat(3001)]), `${"а".repeat(2997)}...`);
});

Deno.test("a pair of surrogates is never cut in two", () => {
  for (const shift of [0, 1]) {
    const text = servicesText(["а".repeat(shift) + "🦷".repeat(1600)]);
    assert.equal(text.isWellFormed(), true);
    assert.ok(text.length <= 3000 && text.length >= 2998);
  }
});

Deno.test("services are never longer than the field, and what stands there begins the whole list", () => {
  const names = fc.string({ minLength: 1, maxLength: 700, unit: fc.constantFrom("а", "б", " ", ",", "🦷") });
  fc.assert(fc.property(fc.array(names, { maxLength: 12 }), (services) => {
    const whole = services.join(", ");
    const text = servicesText(services);
    assert.ok(text.length <= 3000);
    assert.equal(text.isWellFormed(), true);
    if (whole.length <= 3000) return assert.equal(text, whole);
    assert.ok(text.endsWith("..."));
    const kept = text.slice(0, -3);
    assert.ok(whole.startsWith(kept));
    if (whole.slice(0, 2997).includes(", ")) assert.ok(whole.slice(kept.length).startsWith(", "));
  }));
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
