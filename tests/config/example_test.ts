import assert from "node:assert/strict";
import { renderConfig, renderExample } from "../../src/config/example.ts";
import { IniDocument } from "../../src/config/ini.ts";
import { allKeys } from "../../src/config/registry.ts";
import { configOf, failureOf, MINIMAL } from "./minimal.ts";

Deno.test("config.example.ini is what the registry says", async () => {
  const file = await Deno.readTextFile(new URL("../../config.example.ini", import.meta.url));
  assert.equal(file.replaceAll("\r\n", "\n"), renderExample(), "run: deno run -A scripts/write_config_example.ts");
});

Deno.test("the example has every key once, each explained, and asks for the required ones only", () => {
  const document = IniDocument.parse(renderExample());
  const lines = renderExample().split("\n");
  for (const { section, key, entry } of allKeys()) {
    const line = document.lineOf(section, key);
    assert.ok(line !== undefined, `[${section}] ${key}`);
    assert.match(lines[line - 2], /^; \S/);
    assert.equal(document.get(section, key), entry.fallback ?? "");
    assert.ok(entry.about.length <= 2, `[${section}] ${key}`);
  }
  const problems = failureOf(renderExample()).text.what.split("\n").slice(1);
  const required = allKeys().filter(({ entry }) => entry.required);
  assert.equal(problems.length, required.length);
  assert.ok(problems.every((problem) => problem.endsWith("значение не заполнено")), problems.join("\n"));
});

Deno.test("the example with the required values filled in loads to the same as a file with only those", () => {
  const document = IniDocument.parse(renderExample());
  const minimal = IniDocument.parse(MINIMAL);
  for (const section of minimal.sections()) {
    for (const key of minimal.keys(section)) document.set(section, key, minimal.get(section, key) ?? "");
  }
  const [filled, bare] = [configOf(document.toText()), configOf(MINIMAL)];
  assert.deepEqual(filled, bare);
  assert.equal(filled.portal.webhook.reveal(), bare.portal.webhook.reveal());
});

Deno.test("a new config.ini is the example but for the line that says to copy it", () => {
  const [example, made] = [renderExample().split("\n"), renderConfig().split("\n")];
  assert.equal(made.length, example.length);
  assert.equal(example.filter((line, index) => line !== made[index]).length, 1);
  assert.match(renderExample(), /Скопируйте этот файл/);
  assert.doesNotMatch(renderConfig(), /Скопируйте|config\.example/);
});
