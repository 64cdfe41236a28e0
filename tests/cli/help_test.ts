/** Every page of the help as it is shown, so that no word of it changes unseen. */
import assert from "node:assert/strict";
import { columns } from "../../src/cli/wrap.ts";
import { makeWorkplace } from "../stand/workplace.ts";

const PAGES = new URL("help/", import.meta.url);

async function shown(...command: readonly string[]): Promise<string> {
  await using pc = await makeWorkplace();
  const { code, out, err } = await pc.run([...command, "--help"]);
  assert.deepEqual([code, err], [0, ""]);
  return out;
}

const whole = await shown();
const COMMANDS = [...whole.split("\nКОМАНДЫ\n")[1].matchAll(/^ {2}([a-z]+)/gm)].map(([, command]) => command);
/** What stands in a page in Latin letters without being a word of English. */
const NAMES = /ident-sync|config\.ini|IDENT|Windows|DPAPI|SYSTEM|Ctrl\+C|token|interval_minutes|failed|--?[a-z-]+/g;

for (const command of ["", ...COMMANDS]) {
  const name = `${command || "ident-sync"}.txt`;

  Deno.test(`the help of «${command || "ident-sync"}» is that of tests/cli/help/${name}`, async () => {
    const written = await Deno.readTextFile(new URL(name, PAGES)).catch(() => "");
    assert.equal(
      await shown(...command.split(" ").filter(Boolean)),
      written.replaceAll("\r\n", "\n"),
      `if that is meant: deno run -A src/main.ts ${command} --help > tests/cli/help/${name}`,
    );
  });

  Deno.test(`the help of «${command || "ident-sync"}» is in Russian, explains every key, and is 80 columns wide`, async () => {
    const page = await shown(...command.split(" ").filter(Boolean));
    for (const line of page.split("\n")) assert.ok(columns(line) <= 80, line);
    const [usage, rest] = page.split("\n\n", 2);
    assert.doesNotMatch(rest.replace(NAMES, ""), /[A-Za-z]/);
    // The whole help names the keys of every command, and explains its own.
    const own = command === "" ? usage.match(/ident-sync --.*/g)!.join("\n") : usage;
    for (const [key] of own.matchAll(/--[a-z-]+/g)) {
      assert.match(page, new RegExp(`^ +(?:-[a-z] +)?\\[?${key}\\]? +[А-ЯЁ-]`, "m"), key);
    }
    assert.match(page, /^КЛЮЧИ$/m);
  });
}

Deno.test("there is a page for every command, and none for what is no command", () => {
  const names = [...Deno.readDirSync(PAGES)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["ident-sync", ...COMMANDS].map((name) => `${name}.txt`).sort());
});
