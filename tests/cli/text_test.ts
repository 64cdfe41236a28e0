import assert from "node:assert/strict";
import { notes } from "../../src/cli/text.ts";
import { emptyReport } from "../../src/sync/report.ts";

Deno.test("a cycle with nothing to tell has no further lines", () => assert.deepEqual(notes(emptyReport()), []));

Deno.test("what the comparison left alone and the open doubles are told beside what it put right", () => {
  const report = { ...emptyReport(), compared: 40, repaired: 3, shownOtherwise: 2, openDoubles: 1 };
  assert.deepEqual(notes(report), [
    "Сверено с порталом записей: 40, исправлено: 3",
    "Оставлено как есть: 2 (портал и после исправления показывает их по-своему)",
    "Лишних открытых сделок с номером записи: 1 (какие — в журнале)",
  ]);
  assert.equal(notes(report, true)[0], "Сверено с порталом записей: 40, будет исправлено: 3");
});
