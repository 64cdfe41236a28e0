import assert from "node:assert/strict";
import fc from "fast-check";
import { answerJson } from "../../src/bitrix24/answer_json.ts";

const ANSWER = {
  result: { result: { c0: 5, c1: 'a "quoted} text', c2: "<script>" }, result_error: [] },
  time: { start: 1 },
};
const JSON_TEXT = JSON.stringify(ANSWER);
const NOTICE = "<br />\n<b>Notice</b>:  Undefined index: {x} in <b>/home/bitrix/www/a.php</b> on line <b>1</b><br />\n";

for (
  const [what, body] of [
    ["alone", JSON_TEXT],
    ["after a byte order mark", `\uFEFF${JSON_TEXT}`],
    ["after two", `\uFEFF\uFEFF${JSON_TEXT}`],
    ["between blank lines", `\r\n\r\n ${JSON_TEXT}\n`],
    ["after a notice", NOTICE + JSON_TEXT],
    ["before a notice", JSON_TEXT + NOTICE],
    ["between notices and marks", `\uFEFF${NOTICE}\uFEFF${JSON_TEXT}\n${NOTICE}}`],
  ]
) {
  Deno.test(`the portal's JSON is found ${what}`, () => assert.deepEqual(answerJson(body), ANSWER));
}

Deno.test("an error is found as well", () => {
  assert.deepEqual(answerJson(`${NOTICE}{"error":"","error_description":"Not found"}`), {
    error: "",
    error_description: "Not found",
  });
});

for (
  const [what, body] of [
    ["nothing", ""],
    ["a notice alone", NOTICE],
    ["an answer that breaks off", JSON_TEXT.slice(0, -1)],
    ["a notice and an answer that breaks off", NOTICE + JSON_TEXT.slice(0, -1)],
    ["a web page with JSON in it", `<!DOCTYPE html><html><script>var a = ${JSON_TEXT}</script></html>`],
    ["other JSON in a text", 'error {"message":"x"}'],
  ]
) {
  Deno.test(`${what} holds no answer`, () => assert.equal(answerJson(body), undefined));
}

Deno.test("whatever stands around it, an answer is found whole or not at all", () => {
  const around = fc.string().filter((text) => !/[{"\\]/.test(text));
  fc.assert(fc.property(around, fc.json(), around, fc.nat(), (before, value, after, cut) => {
    const text = `{"result":${value}}`;
    const found = answerJson(before + text + after);
    if (found !== undefined) assert.deepEqual(found, JSON.parse(text));
    const part = answerJson(before + text.slice(0, cut % text.length));
    assert.ok(part === undefined || !(typeof part === "object" && part !== null && "result" in part));
  }));
});
