import assert from "node:assert/strict";
import fc from "fast-check";
import { replyOf, replyOfError } from "../../src/bitrix24/reply.ts";
import type { Answer } from "../../src/bitrix24/transport.ts";

const answered = (status: number, body: string, location?: string): Answer => ({
  kind: "answered",
  status,
  body,
  location,
});
const error = (code: unknown, description = "") => JSON.stringify({ error: code, error_description: description });

const HTML = "<html><body>502 Bad Gateway</body></html>";

const ANSWERS: [status: number, body: string, kind: string][] = [
  [200, '{"result":394,"time":{}}', "accepted"],
  [200, '{"result":[]}', "accepted"],
  [200, '{"result":false}', "accepted"],
  [200, '{"result":null}', "accepted"],
  [200, "", "unknown"],
  [200, HTML, "unknown"],
  [200, '{"result":39', "unknown"],
  [200, "[]", "unknown"],
  [200, "{}", "unknown"],
  [200, '"ok"', "unknown"],
  [200, "null", "unknown"],
  [503, error("QUERY_LIMIT_EXCEEDED"), "limited"],
  [200, error("QUERY_LIMIT_EXCEEDED"), "limited"],
  [429, error("OPERATION_TIME_LIMIT"), "limited"],
  [503, error("OVERLOAD_LIMIT"), "fatal"],
  [500, error("INTERNAL_SERVER_ERROR"), "unknown"],
  [500, error("ERROR_UNEXPECTED_ANSWER"), "unknown"],
  [500, error("ERROR_CORE"), "unknown"],
  [400, error("ERROR_CORE"), "refused"],
  [500, error(""), "unknown"],
  [502, error("SOMETHING_NEW"), "unknown"],
  [401, error("NO_AUTH_FOUND"), "fatal"],
  [401, error("INVALID_CREDENTIALS"), "fatal"],
  [403, error("INVALID_CREDENTIALS"), "fatal"],
  [401, error("expired_token"), "fatal"],
  [403, error("insufficient_scope"), "fatal"],
  [401, error("insufficient_scope"), "fatal"],
  [401, error("authorization_error"), "fatal"],
  [403, error("user_access_error"), "fatal"],
  [403, error("ACCESS_DENIED"), "fatal"],
  [400, error("ACCESS_DENIED"), "refused"],
  [403, error("allowed_only_intranet_user"), "fatal"],
  [400, error("INVALID_REQUEST"), "fatal"],
  [404, error("ERROR_METHOD_NOT_FOUND"), "fatal"],
  [500, error("PORTAL_DELETED"), "fatal"],
  [403, error("PORTAL_DELETED"), "fatal"],
  [402, error("PAYMENT_REQUIRED"), "fatal"],
  [401, error("SOMETHING_NEW"), "fatal"],
  [403, error(""), "fatal"],
  [400, error("ERROR_ARGUMENT"), "refused"],
  [400, error("", "Not found"), "refused"],
  [200, error("", "Not found"), "refused"],
  [400, error(null), "refused"],
  [400, error("NOT_FOUND"), "refused"],
  [400, error("CRM_FIELD_ERROR_REQUIRED"), "refused"],
  [400, error(100), "refused"],
  [400, error("INVALID_ARG_VALUE"), "refused"],
  [400, error("ENTITY_TYPE_NOT_SUPPORTED"), "refused"],
  [400, error("ERROR_BATCH_LENGTH_EXCEEDED"), "refused"],
  [405, error("ERROR_BATCH_METHOD_NOT_ALLOWED"), "refused"],
  [401, error("invalid_token"), "fatal"],
  [404, error("ERROR_MANIFEST_IS_NOT_AVAILABLE"), "fatal"],
  [429, error("SOMETHING_NEW"), "limited"],
  [413, HTML, "intercepted"],
  [301, HTML, "intercepted"],
  [500, HTML, "unknown"],
  [502, HTML, "unknown"],
  [504, "", "unknown"],
  [408, HTML, "unknown"],
  [429, HTML, "limited"],
  [400, HTML, "intercepted"],
  [403, HTML, "intercepted"],
  [404, "", "intercepted"],
  [405, HTML, "intercepted"],
  [406, HTML, "intercepted"],
  [414, HTML, "intercepted"],
  [415, HTML, "intercepted"],
  [431, HTML, "intercepted"],
  [401, HTML, "closed"],
  [407, HTML, "closed"],
  [411, HTML, "closed"],
  [451, HTML, "closed"],
  [511, HTML, "closed"],
  [503, HTML, "unknown"],
  [204, "", "unknown"],
  [403, '{"message":"Forbidden"}', "intercepted"],
  [403, '{"error":{"code":403,"message":"Forbidden"}}', "intercepted"],
  [403, '{"result":1}', "unknown"],
];

for (const [status, body, kind] of ANSWERS) {
  Deno.test(`status ${status} with ${JSON.stringify(body.slice(0, 60))} is ${kind}`, () => {
    assert.equal(replyOf(answered(status, body)).kind, kind);
  });
}

Deno.test("which limit was hit is told", () => {
  assert.deepEqual(replyOf(answered(503, error("QUERY_LIMIT_EXCEEDED"))), { kind: "limited", by: "rate" });
  assert.deepEqual(replyOf(answered(429, error("OPERATION_TIME_LIMIT"))), { kind: "limited", by: "method" });
  assert.deepEqual(replyOfError({ code: "QUERY_LIMIT_EXCEEDED", description: "" }, undefined).kind, "limited");
});

Deno.test("a refusal keeps the portal's own words", () => {
  assert.deepEqual(replyOf(answered(400, error("", "Contact is not found"))), {
    kind: "refused",
    error: { code: "", description: "Contact is not found" },
  });
});

Deno.test("a portal that moved says where to; without an address something else has answered", () => {
  assert.deepEqual(replyOf(answered(302, "", "https://new.example/rest/1/s/batch")), {
    kind: "moved",
    location: "https://new.example/rest/1/s/batch",
    status: 302,
  });
  for (const status of [301, 307, 308]) {
    assert.equal(replyOf(answered(status, "", "https://new.example/rest/1/s/batch")).kind, "moved");
  }
  assert.equal(replyOf(answered(302, HTML)).kind, "intercepted");
});

Deno.test("what never left is unreachable, what may have arrived is unknown", () => {
  const cause = { reason: "нет сети", fix: "Проверьте сеть." };
  assert.deepEqual(replyOf({ kind: "not-sent", ...cause }), { kind: "unreachable", ...cause });
  assert.deepEqual(replyOf({ kind: "lost", reason: "обрыв" }), { kind: "unknown", reason: "обрыв" });
});

const IN_BATCH: [code: string, kind: string][] = [
  ["", "refused"],
  ["ERROR_ARGUMENT", "refused"],
  ["ACCESS_DENIED", "refused"],
  ["ERROR_CORE", "unknown"],
  ["INTERNAL_SERVER_ERROR", "unknown"],
  ["OPERATION_TIME_LIMIT", "limited"],
  ["insufficient_scope", "fatal"],
  ["ERROR_METHOD_NOT_FOUND", "fatal"],
];

for (const [code, kind] of IN_BATCH) {
  Deno.test(`inside a batch, where there is no status, «${code}» is ${kind}`, () => {
    assert.equal(replyOfError({ code, description: "" }, undefined).kind, kind);
  });
}

const BY_CODE_ALONE: [kind: string, codes: string[]][] = [
  ["fatal", [
    "OVERLOAD_LIMIT",
    "NO_AUTH_FOUND",
    "INVALID_CREDENTIALS",
    "expired_token",
    "invalid_token",
    "insufficient_scope",
    "authorization_error",
    "user_access_error",
    "allowed_only_intranet_user",
    "INVALID_REQUEST",
    "ERROR_METHOD_NOT_FOUND",
    "ERROR_MANIFEST_IS_NOT_AVAILABLE",
    "PORTAL_DELETED",
    "PAYMENT_REQUIRED",
  ]],
  ["unknown", ["INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"]],
  ["limited", ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT"]],
];

for (const [kind, codes] of BY_CODE_ALONE) {
  for (const code of codes) {
    Deno.test(`«${code}» is ${kind} by its code, whatever the status`, () => {
      for (const status of [200, 400, 404, undefined]) {
        assert.equal(replyOfError({ code, description: "" }, status).kind, kind, `${status}`);
      }
    });
  }
}

Deno.test("no answer is taken for done without a result, and a server's failure never for refused", () => {
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ error: fc.oneof(fc.string(), fc.constant(null)), error_description: fc.string() }, {
      requiredKeys: ["error"],
    }).map((body) => JSON.stringify(body)),
  );
  fc.assert(fc.property(fc.integer({ min: 200, max: 599 }), bodies, (status, body) => {
    const { kind } = replyOf(answered(status, body));
    if (kind === "accepted") assert.ok(status < 300 && "result" in JSON.parse(body));
    if (status >= 500 && status !== 511) assert.ok(!["refused", "accepted", "intercepted", "closed"].includes(kind));
  }));
});
