import assert from "node:assert/strict";
import { join } from "node:path";
import { ClinicMemory } from "../../src/store/clinic_memory.ts";
import { inFolder } from "./folder.ts";

const COLUMNS = { since: 1_770_000_000_000, optional: new Set(["Receptions.ID_ReceptionCancelReasons"]) };

/** Runs with a file's path; `open` is a new process. */
async function withFile(
  action: (open: (about?: string, readOnly?: boolean) => ClinicMemory, path: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, "clinic_facts.json");
    await action((about = "clinic", readOnly = false) => new ClinicMemory(path, about, readOnly), path);
  });
}

Deno.test("columns are known to the next process, of the same database only", async () => {
  await withFile(async (open) => {
    assert.equal(await open().columns(), undefined);
    await open().rememberColumns(COLUMNS);
    assert.deepEqual(await open().columns(), COLUMNS);
    assert.equal(await open("another").columns(), undefined);
  });
});

Deno.test("a thing is said once a day, each thing by itself, across processes, and what else is known stays", async () => {
  await withFile(async (open) => {
    await open().rememberColumns(COLUMNS);
    assert.ok(await open().isFirst("clock.zone", "2026-03-01"));
    assert.ok(!await open().isFirst("clock.zone", "2026-03-01"));
    assert.ok(await open().isFirst("clock.drift", "2026-03-01"));
    assert.ok(await open().isFirst("clock.zone", "2026-03-02"));
    assert.deepEqual(await open().columns(), COLUMNS);
  });
});

Deno.test("a rehearsal writes nothing and is told every time", async () => {
  await withFile(async (open, path) => {
    await open("clinic", true).rememberColumns(COLUMNS);
    assert.ok(await open("clinic", true).isFirst("clock.zone", "2026-03-01"));
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    await open().isFirst("clock.zone", "2026-03-01");
    assert.ok(await open("clinic", true).isFirst("clock.zone", "2026-03-01"));
  });
});

for (
  const text of ["", "null", "[]", "сломано", '{"about": "clinic"}', '{"about": "clinic", "columns": 5, "told": {}}']
) {
  Deno.test(`a file that holds ${JSON.stringify(text)} is as none`, async () => {
    await withFile(async (open, path) => {
      await Deno.writeTextFile(path, text);
      assert.equal(await open().columns(), undefined);
      assert.ok(await open().isFirst("clock.zone", "2026-03-01"));
      assert.ok(!await open().isFirst("clock.zone", "2026-03-01"));
    });
  });
}
