import assert from "node:assert/strict";
import { findingLines } from "../../src/cli/findings_text.ts";
import type { Finding } from "../../src/sync/knowledge.ts";

const GONE = "на портале такого поля нет";
const field = (code: string, key: string, section: "deal_fields" | "contact_fields" = "deal_fields"): Finding => ({
  kind: "field",
  section,
  code,
  keys: [key],
  fault: GONE,
});

Deno.test("nothing is told of a configuration that fits the portal", () => assert.deepEqual(findingLines([]), []));

Deno.test("the field that remembers the status is told first, fields that are not filled in together, in words and by key", () => {
  const lines = findingLines([
    field("UF_1", "doctorName"),
    field("UF_2", "legacyCardNumber"),
    { kind: "no-status" },
    field("UF_3", "parentName", "contact_fields"),
    { kind: "status-list", code: "UF_4", missing: ["Отменен"] },
    { kind: "stages", list: "protected", words: ["EXECUTNG"] },
  ]);
  assert.equal(lines.length, 5);
  assert.match(lines[0], /^На портале нет поля для статуса приёма \(\[deal_fields\] status или status_text\)/);
  assert.equal(
    lines[1],
    "Не заполняются поля сделок: врач (doctor_name), карта (legacy_card_number). " +
      "Причина: на портале такого поля нет (UF_1, UF_2). " +
      "Исправьте поле на портале, впишите другой код в [deal_fields] или оставьте там пустое значение.",
  );
  assert.match(lines[2], /^Не заполняются поля контактов: представитель \(parent_name\)\. .*UF_3.*\[contact_fields\]/);
  assert.match(lines[3], /UF_4.*«Отменен»/);
  assert.match(lines[4], /EXECUTNG.*\[deal_stages\] protected/);
});
