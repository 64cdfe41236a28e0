import assert from "node:assert/strict";
import { keysPart, renderKeys } from "../scripts/write_readme_keys.ts";
import { EVIDENCE } from "../src/sync/rules/contact.ts";
import { STAGE_RULES } from "../src/sync/rules/stage.ts";
import { EXIT } from "../src/cli/exit_code.ts";
import { sectionsOfRegistry } from "../src/config/registry.ts";
import { stageMapping } from "../src/config/stages.ts";
import { makeWorkplace } from "./stand/workplace.ts";

const ROOT = new URL("../", import.meta.url);
const NAMES = ["README.md", "README.ru.md", "CONTRIBUTING.md"] as const;
const READMES = ["README.md", "README.ru.md"] as const;

const read = async (name: string) => (await Deno.readTextFile(new URL(name, ROOT))).replaceAll("\r\n", "\n");
const texts = new Map(await Promise.all(NAMES.map(async (name) => [name, await read(name)] as const)));
const registry = new Map(sectionsOfRegistry());

/** Without the blocks of code, whose lines may look like headings or tables. */
const prose = (text: string) => text.replace(/^```.*?^```$/gms, "");

/** The cells of a table's rows between `<!-- name -->` and `<!-- /name -->`, the head excluded. */
function tableOf(text: string, name: string): string[][] {
  const part = text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0];
  assert.ok(part !== undefined, `no table «${name}»`);
  const lines = part.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The part of a text under a heading, up to the next one of the same rank. */
function chapter(text: string, heading: string): string {
  const part = text.split(`\n${heading}\n`)[1];
  assert.ok(part !== undefined, heading);
  const rank = heading.split(" ")[0];
  return part.split(`\n${rank} `)[0];
}

/** The anchor that GitHub gives to a heading. */
const anchorOf = (heading: string) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-");

const anchorsOf = (text: string) => [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));

async function help(...command: string[]): Promise<string> {
  await using pc = await makeWorkplace();
  return (await pc.run([...command, "--help"])).out;
}

/** The commands that the program itself tells of. */
async function commandsOfProgram(): Promise<string[]> {
  const part = (await help()).split("\nКОМАНДЫ\n")[1];
  assert.ok(part !== undefined);
  return [...part.matchAll(/^ {2}([a-z]+)/gm)].map(([, command]) => command);
}

/** The flags of all commands, and of the program itself. */
async function flagsOfProgram(): Promise<Set<string>> {
  const texts = await Promise.all([help(), ...(await commandsOfProgram()).map((command) => help(command))]);
  return new Set(texts.join("\n").match(/--[a-z-]+/g));
}

for (const [name, text] of texts) {
  Deno.test(`every deno task that ${name} names is in deno.json`, async () => {
    const { tasks } = JSON.parse(await read("deno.json"));
    const named = [...text.matchAll(/\b(?:deno|deno@[\d.]+) task ([a-z:]+)/g)].map(([, task]) => task);
    assert.deepEqual([...new Set(named)].filter((task) => !Object.hasOwn(tasks, task)), []);
  });

  Deno.test(`every file, folder and chapter that ${name} points to is there`, async () => {
    const targets = [...prose(text).matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
    const inCode = [...text.matchAll(/\b((?:scripts|src|tests)\/[\w./-]*\w)/g)].map(([, path]) => path);
    const missing: string[] = [];
    for (const target of new Set([...targets, ...inCode])) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const present = path === "" || await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
      if (!present) missing.push(target);
      else if (anchor !== undefined) {
        const there = anchorsOf(path === "" ? text : await read(path));
        if (!there.includes(decodeURIComponent(anchor))) missing.push(target);
      }
    }
    assert.deepEqual(missing, []);
  });
}

for (const name of READMES) {
  Deno.test(`${name} lists exactly the exit codes of the program`, () => {
    const listed = tableOf(texts.get(name)!, "exit codes").map(([code]) => Number(code));
    assert.deepEqual(listed, Object.values(EXIT));
  });
}

Deno.test("README.ru.md shows each exit code as Task Scheduler does", () => {
  for (const [code, shown] of tableOf(texts.get("README.ru.md")!, "exit codes")) {
    assert.equal(shown, `0x${Number(code).toString(16).toUpperCase()}`);
  }
});

Deno.test("the tables of keys in README.ru.md are what the registry says", () => {
  assert.equal(keysPart(texts.get("README.ru.md")!), renderKeys(), "run: deno run -A scripts/write_readme_keys.ts");
});

Deno.test("README.ru.md names every command of the program, and no other", async () => {
  const text = texts.get("README.ru.md")!;
  // The registry's own words may be ahead of the program.
  const own = text.replace(keysPart(text)!, "");
  const named = [...own.matchAll(/ident-sync(?:\.exe)? ([a-z]+)/g)].map(([, command]) => command);
  assert.deepEqual([...new Set(named)].sort(), (await commandsOfProgram()).sort());
});

for (const name of READMES) {
  Deno.test(`${name} names no flag of ident-sync that the program lacks`, async () => {
    const named = [...texts.get(name)!.matchAll(/ident-sync[^`\n]*? (--[a-z-]+)/g)].map(([, flag]) => flag);
    const flags = await flagsOfProgram();
    assert.ok(named.includes("--dry-run"));
    assert.deepEqual(named.filter((flag) => !flags.has(flag)), []);
  });
}

Deno.test("README.md names no command that the program lacks", async () => {
  const named = [...texts.get("README.md")!.matchAll(/`ident-sync ([a-z]+)/g)].map(([, command]) => command);
  const commands = await commandsOfProgram();
  assert.deepEqual(named.filter((command) => !commands.includes(command)), []);
});

Deno.test("the stages in README.ru.md are the defaults of the registry", () => {
  const { mapping, protected: guarded, final } = registry.get("deal_stages")!.keys;
  const reading = stageMapping.read(mapping.fallback!, { folder: "/" });
  assert.ok("value" in reading);
  const rows = tableOf(texts.get("README.ru.md")!, "stages");
  assert.deepEqual(rows, Object.entries(reading.value).map(([status, stage]) => [status, `\`${stage}\``]));
  const rules = chapter(texts.get("README.ru.md")!, "### Стадии");
  const listed = (stages: string) => stages.split(",").map((stage) => `\`${stage}\``).join(", ");
  assert.ok(rules.includes(`Защищённые стадии: ${listed(guarded.fallback!)}.`));
  assert.ok(rules.includes(`Закрытые стадии: ${listed(final.fallback!)} `));
});

Deno.test("README.ru.md has the rules of contacts and stages as the program has them", () => {
  const text = texts.get("README.ru.md")!;
  assert.deepEqual(tableOf(text, "evidence"), EVIDENCE.map(({ what }, index) => [String(index + 1), what]));
  assert.deepEqual(tableOf(text, "stage rules"), STAGE_RULES.map(({ when, then }) => [when, then]));
});

Deno.test("README.ru.md tells of every field that is carried over", () => {
  const told = chapter(texts.get("README.ru.md")!, "## Что переносится");
  for (const section of ["deal_fields", "contact_fields"]) {
    const missing = Object.keys(registry.get(section)!.keys).filter((key) => !new RegExp(`\`.*\\b${key}\``).test(told));
    assert.deepEqual(missing, [], section);
  }
});

Deno.test("the keys that README.ru.md says do nothing yet are keys of the registry", () => {
  for (const [cell] of tableOf(texts.get("README.ru.md")!, "idle keys")) {
    const [, name, key] = /^`\[(\w+)\](?: (\w+))?`/.exec(cell) ?? [];
    const section = registry.get(name);
    assert.ok(section !== undefined && (key === undefined || Object.hasOwn(section.keys, key)), cell);
  }
});
