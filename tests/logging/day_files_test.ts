import assert from "node:assert/strict";
import { join } from "node:path";
import { DayFiles } from "../../src/logging/day_files.ts";
import { inFolder } from "../store/folder.ts";

const DAY = Temporal.PlainDate.from("2026-01-21");
const PARTS = ["integration_log_2026-01-21.txt", "integration_log_2026-01-21_2.txt"];

/** What each part of the day holds after these texts, written to files of ten bytes at most. */
async function partsOf(texts: readonly string[]): Promise<string[]> {
  const parts: string[] = [];
  await inFolder(async (folder) => {
    const files = new DayFiles({ folder, keepDays: 1, maxBytes: 10 });
    for (const text of texts) files.write(DAY, text);
    files.close();
    for (const name of PARTS) {
      const text = await Deno.readTextFile(join(folder, name)).catch(() => undefined);
      if (text !== undefined) parts.push(text);
    }
  });
  return parts;
}

Deno.test("a file is filled to its last byte, and not one more", async () => {
  assert.deepEqual(await partsOf(["12345", "67890", "x"]), ["1234567890", "x"]);
  assert.deepEqual(await partsOf(["12345", "678901"]), ["12345", "678901"]);
});

Deno.test("the size is counted in bytes, not in letters", async () => {
  assert.deepEqual(await partsOf(["пять", "я", "я"]), ["пятья", "я"]);
});
