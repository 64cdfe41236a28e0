import assert from "node:assert/strict";
import { join } from "node:path";
import { LastGood } from "../../src/store/last_good.ts";
import { inFolder, namesIn } from "./folder.ts";

const OURS = '{"version": 2, "items": []}';

/** A folder in which the file has the text; `undefined`: there is no file. */
async function withFile(text: string | undefined, work: (path: string, folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const path = join(folder, "queue.json");
    if (text !== undefined) await Deno.writeTextFile(path, text);
    await work(path, folder);
  });
}

Deno.test("the copy is what the file was when it was read, whatever has become of it since", async () => {
  await withFile(OURS, async (path, folder) => {
    const copy = await LastGood.of(path);
    assert.deepEqual(await namesIn(folder), ["queue.json"], "nothing is written yet");
    await Deno.writeTextFile(path, "{");
    await copy.keep();
    assert.equal(await Deno.readTextFile(`${path}.bak`), OURS);
    assert.deepEqual(await namesIn(folder), ["queue.json", "queue.json.bak"]);
  });
});

Deno.test("it is written once, over that of an earlier session", async () => {
  await withFile(OURS, async (path) => {
    await Deno.writeTextFile(`${path}.bak`, "an earlier one");
    const copy = await LastGood.of(path);
    await copy.keep();
    assert.equal(await Deno.readTextFile(`${path}.bak`), OURS);
    await Deno.writeTextFile(`${path}.bak`, "mark");
    await copy.keep();
    assert.equal(await Deno.readTextFile(`${path}.bak`), "mark");
  });
});

const NOT_COPIED: [what: string, text: string | undefined][] = [
  ["no file", undefined],
  ["a damaged file", '{"version": 2, "items": ['],
  ["the original's queue, in which patients are", '{"items": [{"unique_id": "F1_1", "data": {"name": "Пробный"}}]}'],
  ["a file of something else", "null"],
];
for (const [what, text] of NOT_COPIED) {
  Deno.test(`${what} leaves the copy that is there as it is`, async () => {
    await withFile(text, async (path) => {
      await Deno.writeTextFile(`${path}.bak`, OURS);
      await (await LastGood.of(path)).keep();
      assert.equal(await Deno.readTextFile(`${path}.bak`), OURS);
    });
  });
}

Deno.test("a copy that cannot be written stops nothing", async () => {
  await withFile(OURS, async (path, folder) => {
    await Deno.mkdir(join(folder, "queue.json.bak", "inside"), { recursive: true });
    await (await LastGood.of(path)).keep();
    assert.deepEqual(await namesIn(folder), ["queue.json", "queue.json.bak"]);
  });
});
