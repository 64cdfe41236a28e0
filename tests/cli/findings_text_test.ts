import assert from "node:assert/strict";
import { FieldWords } from "../../src/cli/field_words.ts";
import { findingLines, unfittedLines } from "../../src/cli/findings_text.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type Field } from "../../src/reception/fields.ts";
import type { FieldSection, Finding } from "../../src/sync/knowledge.ts";
import { CONTACT, DEAL, FACTS } from "../sync/made_up.ts";

const GONE = "на портале такого поля нет";
const field = (code: string, meant: Field, section: FieldSection = "deal_fields"): Finding => ({
  kind: "field",
  section,
  code,
  meant: [meant],
  fault: GONE,
});

Deno.test("nothing is told of a configuration that fits the portal", () => assert.deepEqual(findingLines([]), []));

Deno.test("the field that remembers the status is told first, fields that are not filled in together, in words and by key", () => {
  const lines = findingLines([
    field("UF_1", DEAL_FIELDS.doctorName),
    field("UF_2", DEAL_FIELDS.legacyCardNumber),
    { kind: "no-status" },
    field("UF_3", CONTACT_FIELDS.parentName, "contact_fields"),
    { kind: "status-list", code: "UF_4", missing: ["Отменен"] },
    { kind: "stages", list: "protected", words: ["EXECUTNG"] },
  ]);
  assert.equal(lines.length, 5);
  assert.match(lines[0], /^На портале нет поля для статуса приёма \(\[deal_fields\] status или status_text\)/);
  assert.equal(
    lines[1],
    "Не заполняются поля сделок: врач (doctor_name = UF_1), карта (legacy_card_number = UF_2). " +
      "Причина: на портале такого поля нет. " +
      "Исправьте поле на портале, впишите другой код в [deal_fields] или оставьте там пустое значение.",
  );
  assert.match(lines[2], /^Не заполняются поля контактов: представитель \(parent_name = UF_3\)\. .*\[contact_fields\]/);
  assert.match(lines[3], /UF_4.*«Отменен»/);
  assert.match(lines[4], /EXECUTNG.*\[deal_stages\] protected/);
});

Deno.test("fields that could not hold a value are told by what they are for, with their codes", () => {
  const config = { dealFields: DEAL, contactFields: CONTACT, sync: { timeZone: "Europe/Moscow" } };
  const words = new FieldWords(config, FACTS);
  assert.deepEqual(unfittedLines([], words), []);
  const [line] = unfittedLines([DEAL.doctorName!, CONTACT.cardNumber!, "UF_OTHER"], words);
  assert.match(line, /врач \(UF_DOCTOR\), карта \(UF_C_CARD\), UF_OTHER\./);
});
