import assert from "node:assert/strict";
import { logLines } from "../../src/logging/line.ts";

const TIME = Temporal.PlainDateTime.from("2026-01-21T10:30:00.999");

Deno.test("a message is one line with the clinic's time and a level of fixed width", () => {
  assert.equal(logLines(TIME, "INFO", "сообщение", "\n"), "2026-01-21 10:30:00 INFO    сообщение\n");
  assert.equal(logLines(TIME, "WARNING", "сообщение", "\r\n"), "2026-01-21 10:30:00 WARNING сообщение\r\n");
});

Deno.test("further lines of a message are indented, so that it cannot pass for another message", () => {
  assert.equal(
    logLines(TIME, "ERROR", "первая\n2026-01-21 10:30:00 INFO    вторая\r\n\r\nчетвёртая\n\n", "\n"),
    "2026-01-21 10:30:00 ERROR   первая\n    2026-01-21 10:30:00 INFO    вторая\n\n    четвёртая\n",
  );
});

Deno.test("what a terminal or an editor would obey stands in the file as its code", () => {
  assert.equal(
    logLines(TIME, "DEBUG", "a\u001b[31mb\u0000c\u2028d\te\u202ef", "\n"),
    "2026-01-21 10:30:00 DEBUG   a\\u001b[31mb\\u0000c\\u2028d e\\u202ef\n",
  );
});
