import assert from "node:assert/strict";
import type { Wanted } from "../../../src/reception/fields.ts";
import { fit } from "../../../src/sync/fields/fit.ts";
import type { PortalField, PortalValue } from "../../../src/sync/ports.ts";
import { field, ZONE } from "../made_up.ts";

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
