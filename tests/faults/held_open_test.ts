/**
 * A file that another program has open is told as such, not as missing rights, whichever of the program's files it is.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readDocument } from "../../src/config/load.ts";
import { isHeldOpen } from "../../src/held_open.ts";
import { DayFiles } from "../../src/logging/day_files.ts";
import { startLogging } from "../../src/logging/start.ts";
import { damagedFile, readTextFile, writeTextFile } from "../../src/store/atomic_file.ts";
import { takeLock } from "../../src/store/lock.ts";
import { inFolder } from "../store/folder.ts";

const SHARING_VIOLATION = Object.assign(new Error("The process cannot access the file. (os error 32)"), {
  code: "EBUSY",
});

/** As Deno's own functions and those of Node tell it on Windows. */
const HELD = [
  SHARING_VIOLATION,
  Object.assign(new Error("EBUSY: resource busy or locked, open"), { code: "EBUSY" }),
  new Error("The process has locked a portion of the file. (os error 33)"),
  new Deno.errors.Busy("busy"),
];
const NOT_HELD = [
  new Deno.errors.PermissionDenied("Access is denied. (os error 5)"),
  new Deno.errors.NotFound("No such file or directory (os error 2)"),
  new Error("There is not enough space on the disk. (os error 112)"),
  Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" }),
  "os error 32",
];

Deno.test("a sharing or lock violation is known in each of its forms, and nothing else is taken for one", () => {
  assert.deepEqual(HELD.filter((error) => !isHeldOpen(error)), []);
  assert.deepEqual(NOT_HELD.filter(isHeldOpen), []);
});

/** With one function of the platform refusing as for a held file, and no pause longer than a moment. */
// deno-lint-ignore no-explicit-any -- one function of the platform is put out of order
async function whileHeld(place: any, name: string, work: (path: string) => Promise<void>): Promise<void> {
  const original = place[name];
  const { setTimeout } = globalThis;
  place[name] = () => {
    throw SHARING_VIOLATION;
  };
  globalThis.setTimeout = ((action: () => void) => setTimeout(action, 0)) as typeof setTimeout;
  try {
    await inFolder((folder) => work(join(folder, "file")));
  } finally {
    globalThis.setTimeout = setTimeout;
    place[name] = original;
  }
}

const read = (path: string) => readTextFile(path, (at, cause) => damagedFile(at, cause, "Восстановите файл."));

const USES: readonly (readonly [
  what: string,
  name: "readFile" | "open" | "rename",
  use: (path: string) => Promise<unknown>,
])[] = [
  ["config.ini that is read", "readFile", readDocument],
  ["a state or queue that is read", "readFile", read],
  ["a state or queue that is written beside", "open", (path) => writeTextFile(path, "{}")],
  ["a state or queue that is put in place", "rename", (path) => writeTextFile(path, "{}")],
  ["the file of the lock", "open", (path) => takeLock(path, "процесс 1")],
];
for (const [what, name, use] of USES) {
  Deno.test(`of ${what} is told that another program has it open, and what to do`, async () => {
    await whileHeld(Deno, name, async (path) => {
      await assert.rejects(use(path), {
        name: "IdentSyncError",
        message: /открыт в другой программе[^]*\nЗакройте программу, которая держит файл/,
      });
    });
  });
}

Deno.test("of a log that another program has open is told so, once, and it goes on when it is free", async () => {
  const warnings: string[] = [];
  await inFolder(async (folder) => {
    const config = { level: "INFO", folder, rotationDays: 30, maxSizeMegabytes: 1, maskPersonalData: true } as const;
    const warn = (text: string) => void warnings.push(text);
    using running = startLogging(config, { now: Date.now, timeZone: "UTC", secrets: [], warn });
    await whileHeld(DayFiles.prototype, "write", () => {
      for (const line of ["раз", "два"]) running.log.info(line);
      return Promise.resolve();
    });
    running.log.info("три");
    const [log] = await Array.fromAsync(Deno.readDir(folder));
    assert.match(await Deno.readTextFile(join(folder, log.name)), /^\S+ \S+ INFO {4}три\s+$/);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^Журнал не пишется: его файл в папке .* открыт в другой программе\. Закройте её/);
  });
});
