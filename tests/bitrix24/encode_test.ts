import assert from "node:assert/strict";
import fc from "fast-check";
import { command, holdsReference, type Params } from "../../src/bitrix24/encode.ts";
import type { PortalValue } from "../../src/sync/ports.ts";
import { phpCommand, type PhpValue } from "./php_query.ts";

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

Deno.test("a command has the form that PHP reads", () => {
  const text = command("crm.deal.add", {
    fields: { TITLE: "А & Б", PHONE: [{ VALUE: "+7900", VALUE_TYPE: "MOBILE" }] },
    params: { REGISTER_SONET_EVENT: "N" },
  });
  assert.equal(
    text,
    "crm.deal.add?fields%5BTITLE%5D=%D0%90%20%26%20%D0%91&fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7900" +
      "&fields%5BPHONE%5D%5B0%5D%5BVALUE_TYPE%5D=MOBILE&params%5BREGISTER_SONET_EVENT%5D=N",
  );
});

const TEXTS: [value: PortalValue, text: string][] = [
  [15, "15"],
  [-1, "-1"],
  [true, "Y"],
  [false, "N"],
  [null, ""],
  ["", ""],
  ["a=b&c#d[0]$x%20+", "a=b&c#d[0]$x%20+"],
  ["перенос\r\nстроки\tи 🦷", "перенос\r\nстроки\tи 🦷"],
];

for (const [value, text] of TEXTS) {
  Deno.test(`${JSON.stringify(value)} arrives in PHP as ${JSON.stringify(text)}`, () => {
    assert.deepEqual(phpCommand(command("m", { fields: { A: value } })).params, { fields: { A: text } });
  });
}

Deno.test("a list keeps its order, an empty one leaves nothing", () => {
  assert.deepEqual(phpCommand(command("m", { values: ["a", "b"], none: [] })).params, { values: { 0: "a", 1: "b" } });
});

Deno.test("a command without parameters names its method", () => {
  assert.deepEqual(phpCommand(command("crm.deal.fields", {})), { method: "crm.deal.fields", params: {} });
});

/** What PHP sees of a value; `undefined`: nothing. */
function seen(value: PortalValue): PhpValue | undefined {
  if (typeof value !== "object" || value === null) {
    return value === null ? "" : typeof value === "boolean" ? (value ? "Y" : "N") : String(value);
  }
  const entries = Object.entries(value).map(([key, each]) => [key, seen(each)] as const)
    .filter(([, each]) => each !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries) as PhpValue;
}

const names = fc.stringMatching(/^[>=@!%]{0,2}[A-Z][A-Z0-9_]{0,9}$/);
const nasty = fc.string({ unit: fc.constantFrom(..."%&+#=[]$?;/:\\'\" \n\r\tабёZ0.🦷é") });
const scalar = fc.oneof(
  fc.string({ unit: anyCharacter }).map((text) => text.toWellFormed()),
  nasty,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: PortalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const params: fc.Arbitrary<Params> = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, {
  maxKeys: 4,
  noNullPrototype: true,
});

Deno.test("whatever the parameters hold, PHP reads the very same", () => {
  fc.assert(
    fc.property(params, (sent) => {
      assert.deepEqual(phpCommand(command("crm.deal.add", sent)), { method: "crm.deal.add", params: seen(sent) ?? {} });
    }),
    { numRuns: 400 },
  );
});

Deno.test("a command holds nothing that parse_url would stumble over", () => {
  fc.assert(fc.property(params, (sent) => {
    assert.match(command("crm.deal.add", sent), /^crm\.deal\.add(?:\?[\w.!~*'()%=&-]+)?$/);
  }));
});

const REFERENCES: [value: PortalValue, holds: boolean][] = [
  ["$result[c0]", true],
  ["цена $RESULT[c0] рублей", true],
  ["$next[a]", true],
  ["$total[a]", true],
  ["$time[a]", true],
  ["$error[a]", true],
  [{ fields: { COMMENTS: ["a", { VALUE: "x $Result[c1][ID]" }] } }, true],
  ["result[c0]", false],
  ["100 $ за приём", false],
  ["", false],
  [null, false],
  [15, false],
  [{ fields: { A: ["b"] } }, false],
];

for (const [each, holds] of REFERENCES) {
  Deno.test(`${JSON.stringify(each)} ${holds ? "would" : "would not"} be replaced by the portal in a batch`, () => {
    assert.equal(holdsReference(each), holds);
  });
}
