import assert from "node:assert/strict";
import { FieldWords } from "../../src/cli/field_words.ts";
import { CONTACT, DEAL, FACTS, field } from "../sync/made_up.ts";

const facts = {
  ...FACTS,
  dealFields: {
    ...FACTS.dealFields,
    [DEAL.status!]: field("enumeration", { Завершен: "45" }),
    [DEAL.startTime!]: field("datetime"),
    [DEAL.orderDate!]: field("date"),
  },
};
const words = new FieldWords({ dealFields: DEAL, contactFields: CONTACT, sync: { timeZone: "Asia/Omsk" } }, facts);

Deno.test("a configured field is called by what it holds, one of the portal by its name, another one by its code", () => {
  assert.equal(words.meaning("deal", DEAL.doctorName!), "врач");
  assert.equal(words.meaning("contact", CONTACT.cardNumber!), "карта");
  assert.equal(words.meaning("deal", "OPPORTUNITY"), "сумма");
  assert.equal(words.meaning("deal", "UF_CRM_OTHER"), "UF_CRM_OTHER");
  assert.equal(words.meaning("deal", "CURRENCY_ID"), undefined);
});

Deno.test("values are shown as a person reads them: an item by its name, times, phones, nothing", () => {
  assert.equal(words.value("deal", DEAL.status!, "45"), "Завершен");
  assert.equal(words.value("deal", DEAL.startTime!, "2026-11-26T12:45:00+03:00"), "26.11.2026 12:45 +03:00");
  assert.equal(words.value("deal", DEAL.orderDate!, "2026-11-26"), "26.11.2026");
  const phones = ["+79000001111", "+79000002222"].map((VALUE) => ({ VALUE, VALUE_TYPE: "MOBILE" }));
  assert.equal(words.value("contact", "PHONE", phones), "+79000001111, +79000002222");
  assert.equal(words.value("deal", DEAL.comment!, ""), "пусто");
  assert.equal(words.value("deal", "STAGE_ID", "NOT_THERE"), "NOT_THERE");
});

Deno.test("whatever stands in a value or a name of the portal, it is shown on one line and obeyed by no terminal", () => {
  const comment = "болит зуб\r\n+ контакт F1_P1\u001b[2J\u202e";
  assert.equal(
    words.value("deal", DEAL.comment!, comment),
    "болит зуб⏎+ контакт F1_P1\\u001b[2J\\u202e",
  );
  assert.equal(words.value("contact", "PHONE", [{ VALUE: "8\n9" }, "1\r2"]), "8⏎9, 1⏎2");
  const stages = [{ ...FACTS.stages[0], id: "NEW", name: "Новая\nстадия\u0007" }];
  const renamed = new FieldWords(
    { dealFields: DEAL, contactFields: CONTACT, sync: { timeZone: "Asia/Omsk" } },
    { ...facts, stages },
  );
  assert.equal(renamed.value("deal", "STAGE_ID", "NEW"), "«Новая⏎стадия\\u0007» (NEW)");
  assert.equal(renamed.stage("A\u001b"), "A\\u001b");
});

Deno.test("a visit is shown with the offset that the portal is told, so that a wrong zone is seen", () => {
  assert.equal(words.visit("2026-11-26T12:45:00"), "26.11.2026 12:45 +06:00");
  assert.equal(words.visit(undefined), "без времени");
});
