import assert from "node:assert/strict";
import { join } from "node:path";
import { readFacts, writeFacts } from "../../src/store/facts_file.ts";
import { FACTS } from "../sync/made_up.ts";
import { inFolder } from "./folder.ts";

const NOW = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;

const REMEMBERED: [what: string, subject: string, at: number, remembered: boolean][] = [
  ["at once", "portal A", NOW, true],
  ["within a day", "portal A", NOW + DAY - 1, true],
  ["after a day", "portal A", NOW + DAY, false],
  ["when the clock was set back", "portal A", NOW - 1, false],
  ["of another portal or configuration", "portal B", NOW, false],
];

for (const [what, subject, at, remembered] of REMEMBERED) {
  Deno.test(`facts are ${remembered ? "" : "not "}remembered ${what}`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "portal_facts.json");
      await writeFacts(path, "portal A", FACTS, NOW);
      assert.deepEqual(await readFacts(path, subject, at), remembered ? FACTS : undefined);
    });
  });
}

const LEARNED = new Date(NOW).toISOString();
const UNREADABLE = [
  "",
  "{",
  "null",
  "[]",
  "15",
  '{"learned_at": "вчера", "about": "portal A", "facts": {}}',
  JSON.stringify({ learned_at: LEARNED, about: "portal A", facts: null }),
  JSON.stringify({ learned_at: LEARNED, about: "portal A" }),
];

for (const text of UNREADABLE) {
  Deno.test(`a memory that cannot be read is no memory and no error: ${text}`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "portal_facts.json");
      await Deno.writeTextFile(path, text);
      assert.equal(await readFacts(path, "portal A", NOW), undefined);
    });
  });
}

Deno.test("without a memory the portal is asked", async () => {
  await inFolder(async (folder) =>
    assert.equal(await readFacts(join(folder, "none.json"), "portal A", NOW), undefined)
  );
});
