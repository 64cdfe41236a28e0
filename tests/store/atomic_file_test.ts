import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { damagedFile, readTextFile, writeTextFile } from "../../src/store/atomic_file.ts";
import { inFolder, namesIn } from "./folder.ts";

const read = (path: string) => readTextFile(path, (at, cause) => damagedFile(at, cause, "Восстановите файл."));

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

Deno.test("what was written is read, whatever the text", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyCharacter }).map((text) => text.toWellFormed()), async (text) => {
        fc.pre(!text.startsWith("\uFEFF"));
        await writeTextFile(path, text);
        assert.equal(await read(path), text);
      }),
      { numRuns: 30 },
    );
    assert.deepEqual(await namesIn(folder), ["file.json"]);
  });
});

Deno.test("a long text is written whole", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    const text = "зуб🦷".repeat(400_000);
    await writeTextFile(path, text);
    assert.equal(await read(path), text);
  });
});

Deno.test("a file that is not there is no error", async () => {
  await inFolder(async (folder) => assert.equal(await read(join(folder, "none.json")), undefined));
});

Deno.test("a mark of the byte order is no part of the text", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await Deno.writeTextFile(path, "\uFEFF{}");
    assert.equal(await read(path), "{}");
  });
});

const DAMAGED: [what: string, bytes: number[]][] = [
  ["a lone continuation byte", [0x7b, 0x80, 0x7d]],
  ["a cut letter", [0x22, 0xd0]],
  ["another encoding", [0xcf, 0xf0, 0xe8]],
];

for (const [what, bytes] of DAMAGED) {
  Deno.test(`text that is no UTF-8 is told as damaged, and stays: ${what}`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "file.json");
      await Deno.writeFile(path, new Uint8Array(bytes));
      await assert.rejects(read(path), { name: "IdentSyncError", code: "state" });
      assert.deepEqual([...await Deno.readFile(path)], bytes);
    });
  });
}

Deno.test("a folder in the file's place is told, on reading and on writing, and stays", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await Deno.mkdir(join(path, "inside"), { recursive: true });
    await assert.rejects(read(path), { code: "state" });
    await assert.rejects(writeTextFile(path, "{}"), { code: "state" });
    assert.deepEqual([await namesIn(path), await namesIn(folder)], [["inside"], ["file.json"]]);
  });
});

Deno.test("when the text cannot be written the old one stays", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await writeTextFile(path, "old");
    // The place where the new text is put first is taken by a folder.
    await Deno.mkdir(join(folder, "file.json.tmp", "inside"), { recursive: true });
    await assert.rejects(writeTextFile(path, "new"), { code: "state" });
    assert.equal(await read(path), "old");
  });
});

Deno.test("a folder that cannot be written to keeps its file as it was", { ignore: Deno.uid() === 0 }, async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await writeTextFile(path, "old");
    await Deno.chmod(folder, 0o555);
    try {
      await assert.rejects(writeTextFile(path, "new"), { code: "state" });
      assert.equal(await read(path), "old");
      assert.deepEqual(await namesIn(folder), ["file.json"]);
    } finally {
      await Deno.chmod(folder, 0o755);
    }
  });
});

Deno.test("a folder that does not exist is told", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(writeTextFile(join(folder, "none", "file.json"), "{}"), { code: "state" });
  });
});

Deno.test("what a crash left beside the file is written over", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    await Deno.writeTextFile(`${path}.tmp`, "half of something much longer");
    await writeTextFile(path, "new");
    assert.equal(await read(path), "new");
    assert.deepEqual(await namesIn(folder), ["file.json"]);
  });
});

Deno.test("what was written is on the disk before it takes the old file's place", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "file.json");
    const calls: string[] = [];
    const { sync } = Deno.FsFile.prototype;
    const { rename } = Deno;
    Deno.FsFile.prototype.sync = function () {
      calls.push("flushed");
      return sync.call(this);
    };
    Deno.rename = (...names) => {
      calls.push("renamed");
      return rename(...names);
    };
    try {
      await writeTextFile(path, "{}");
    } finally {
      Deno.FsFile.prototype.sync = sync;
      Deno.rename = rename;
    }
    assert.deepEqual(calls.slice(0, 2), ["flushed", "renamed"]);
  });
});
