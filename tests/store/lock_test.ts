import assert from "node:assert/strict";
import { join } from "node:path";
import { takeLock } from "../../src/store/lock.ts";
import { inFolder } from "./folder.ts";

const LOCK = new URL("../../src/store/lock.ts", import.meta.url).href;

/** Takes the lock, tells what came of it, and holds it until it is killed. */
const PROGRAM = `
const { takeLock } = await import(${JSON.stringify(LOCK)});
try {
  await takeLock(Deno.args[0], Deno.args[1]);
  console.log("taken");
  setInterval(() => {}, 1000);
} catch (error) {
  console.log(error.code + "|" + error.message.replaceAll("\\n", " "));
  Deno.exit(5);
}`;

interface Other extends AsyncDisposable {
  /** What it said of the lock. */
  readonly said: string;
  readonly kill: () => Promise<void>;
}

/** Another process that wants the lock. */
async function another(path: string, holder: string): Promise<Other> {
  const script = `${path}.program.js`;
  await Deno.writeTextFile(script, PROGRAM);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", "--unstable-temporal", script, path, holder],
    stdout: "piped",
    stderr: "null",
    stdin: "null",
  }).spawn();
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.endsWith("\n")) {
    const { value, done } = await output.read();
    if (done) break;
    said += value;
  }
  said = said.trim();
  const end = async () => {
    // Only the holder stays until it is killed; whoever was refused ends by itself.
    if (said === "taken") process.kill("SIGKILL");
    await process.status;
    await output.cancel();
  };
  let ended: Promise<void> | undefined;
  const kill = () => ended ??= end();
  return { said, kill, [Symbol.asyncDispose]: kill };
}

Deno.test("a second process is told who holds the lock, and it is free the moment the holder is killed", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    await using holder = await another(path, "процесс 4711, начало 10:30");
    assert.equal(holder.said, "taken");
    {
      await using refused = await another(path, "другой");
      assert.match(refused.said, /^locked\|.*процесс 4711, начало 10:30/);
    }
    await holder.kill();
    await using next = await another(path, "следующий");
    assert.equal(next.said, "taken");
  });
});

Deno.test("another process is refused as long as this one holds the lock, and not afterwards", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    {
      await using _lock = await takeLock(path, "процесс 1");
      await using refused = await another(path, "другой");
      assert.match(refused.said, /^locked\|.*процесс 1/);
    }
    await using taken = await another(path, "другой");
    assert.equal(taken.said, "taken");
  });
});

Deno.test("whoever is refused leaves nothing open", {
  // Before 2.7 a refusal is a lost race, whose request stays open.
  ignore: !("tryLock" in Deno.FsFile.prototype),
  sanitizeResources: true,
}, async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    await using _lock = await takeLock(path, "процесс 1");
    await assert.rejects(takeLock(path, "другой"), { code: "locked" });
  });
});

Deno.test("the lock can be taken again and again", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    for (let round = 0; round < 3; round++) {
      await using _lock = await takeLock(path, `раз ${round}`);
    }
  });
});

Deno.test("a place where no file can be made is told", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(takeLock(join(folder, "none", "ident-sync.lock"), "я"), { code: "state" });
  });
});

Deno.test("a lock that the disk refuses is told, and leaves nothing open", { sanitizeResources: true }, async () => {
  await inFolder(async (folder) => {
    const { tryLock } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.tryLock = () => Promise.reject(new Error("Not supported. (os error 50)"));
    try {
      await assert.rejects(takeLock(join(folder, "ident-sync.lock"), "я"), {
        code: "state",
        message: /сетевых дисках/,
      });
    } finally {
      Deno.FsFile.prototype.tryLock = tryLock;
    }
  });
});

/** As on Deno before 2.7. `pause`: instead of each of the program's own, so that a free lock has all the time it needs. */
async function withoutTryLock(pause: number | undefined, work: () => Promise<void>): Promise<void> {
  const { tryLock } = Deno.FsFile.prototype;
  const { setTimeout } = globalThis;
  delete (Deno.FsFile.prototype as Partial<Deno.FsFile>).tryLock;
  globalThis.setTimeout = ((action: () => void, ms: number) => setTimeout(action, pause ?? ms)) as typeof setTimeout;
  try {
    await work();
  } finally {
    globalThis.setTimeout = setTimeout;
    Deno.FsFile.prototype.tryLock = tryLock;
  }
}

Deno.test("where Deno has no tryLock, a free lock is taken, and another process kept out", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    await withoutTryLock(600_000, async () => {
      await using _lock = await takeLock(path, "процесс 1");
      await using refused = await another(path, "другой");
      assert.match(refused.said, /^locked\|.*процесс 1/);
    });
  });
});

Deno.test("where Deno has no tryLock, another's lock is refused all the same", {
  // The lost race leaves its request open.
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "ident-sync.lock");
    await using _holder = await another(path, "процесс 4711");
    await withoutTryLock(undefined, async () => {
      await assert.rejects(takeLock(path, "другой"), { code: "locked", message: /процесс 4711/ });
    });
  });
});
