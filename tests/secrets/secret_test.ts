import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import { configFrom } from "../../src/config/from_document.ts";
import { IniDocument } from "../../src/config/ini.ts";
import { IdentSyncError } from "../../src/error.ts";
import { Secret } from "../../src/secret.ts";
import { MINIMAL } from "../config/minimal.ts";

const CANARY = "canary-9f3b";
const secret = new Secret(CANARY);
const everything = { depth: Infinity, showHidden: true } as const;

/** All that is printed while `work` runs, as a terminal would show it. */
async function printedBy(script: string): Promise<string> {
  const module = new URL("../../src/secret.ts", import.meta.url).href;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, `import { Secret } from ${JSON.stringify(module)};\n${script}`);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-config", path],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(path);
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

const WAYS: readonly (readonly [string, () => string])[] = [
  ["a template", () => `${secret}`],
  ["joined with +", () => "" + secret],
  ["String()", () => String(secret)],
  ["toString()", () => secret.toString()],
  ["toLocaleString()", () => secret.toLocaleString()],
  ["JSON", () => JSON.stringify({ secret, list: [secret] })],
  ["Deno.inspect", () => Deno.inspect(secret, everything)],
  ["Deno.inspect of an object", () => Deno.inspect({ a: { b: [secret] }, map: new Map([[1, secret]]) }, everything)],
  ["node's inspect", () => inspect(secret, { ...everything, getters: true })],
  ["node's inspect of an object", () => inspect({ a: { b: [secret] }, set: new Set([secret]) }, everything)],
  ["node's format", () => format("%s %o %O %j", secret, secret, secret, { secret })],
  ["an error's cause", () => Deno.inspect(new Error("x", { cause: secret }), everything)],
  ["a cause's property", () => Deno.inspect(new Error("x", { cause: { login: { secret } } }), everything)],
  ["node's inspect of a cause", () => inspect(new IdentSyncError("database", { what: "x" }, { cause: { secret } }))],
  ["an array's join", () => [secret, secret].join(" ")],
  ["a URL", () => new URL(`https://portal.ru/rest/1/${secret}/`).href],
  ["a query", () => new URLSearchParams({ code: `${secret}` }).toString()],
];
for (const [way, text] of WAYS) {
  Deno.test(`a secret in ${way} is ***`, () => {
    assert.ok(text().includes("***") || text().includes("%2A"), text());
    assert.ok(!text().includes(CANARY), text());
  });
}

Deno.test("nothing of a secret's value can be listed, copied or cloned", () => {
  assert.deepEqual(Reflect.ownKeys(secret), []);
  assert.deepEqual({ ...secret }, {});
  assert.ok(!JSON.stringify(structuredClone({ secret })).includes(CANARY));
  assert.equal(secret.reveal(), CANARY);
  assert.deepEqual([secret.isEmpty, new Secret("").isEmpty], [false, true]);
});

Deno.test("an uncaught error and console.log with a secret in them print ***", async () => {
  const printed = await printedBy(`
    const secret = new Secret("${CANARY.split("").join('" + "')}");
    console.log(secret, "%o", secret, { config: { password: secret } });
    console.error(new Error("failed", { cause: { secret } }));
    console.table([{ secret }]);
    throw new Error(\`login with \${secret}\`, { cause: new Error("inside", { cause: secret }) });
  `);
  assert.match(printed, /login with \*\*\*/);
  assert.ok(!printed.includes(CANARY), printed);
});

Deno.test("a whole configuration prints without its secrets, in every way", () => {
  const text = MINIMAL.replace(/password = .*/, `password = ${CANARY}`).replace(/rest\/1\/[^/]+/, `rest/1/${CANARY}`) +
    `token = ${CANARY}\n[Notifications]\nsmtp_password = ${CANARY}\n`;
  const config = configFrom(IniDocument.parse(text), {
    path: "/clinic/config.ini",
    decrypt: () => "",
    localTimeZone: "Europe/Moscow",
  });
  const printed = [
    Deno.inspect(config, everything),
    inspect(config, { ...everything, getters: true }),
    JSON.stringify(config),
    format("%O", config),
    JSON.stringify(structuredClone(config)),
  ];
  for (const each of printed) assert.ok(!each.includes(CANARY), each);
  assert.equal(config.database.password.reveal(), CANARY);
});
