/**
 * The calls of Windows' own libraries, with made-up libraries behind them that lose the error number: what is decided must
 * not hang on it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DpapiError, protect, unprotect } from "../../src/windows/dpapi.ts";
import { readWideText, wideText } from "../../src/windows/native.ts";
import { replaceFile } from "../../src/windows/replace_file.ts";
import { inFolder, namesIn } from "../store/folder.ts";
import { type Bytes, called, functions } from "./made_up_windows.ts";

const textAt = (bytes: Bytes) => readWideText(Deno.UnsafePointer.of(bytes)!);

Deno.test("a text goes to Windows as UTF-16 with a zero at its end", () => {
  assert.deepEqual([...wideText("aя")], [0x61, 0, 0x4f, 0x04, 0, 0]);
});

/** ReplaceFileW that fails so many times as if the file were held, and never tells why. */
function replacingAfter(failures: number, onFailure: (to: string) => void = () => {}): () => number {
  let tries = 0;
  functions.ReplaceFileW = (to: Bytes, from: Bytes, backup: unknown, flags: number) => {
    assert.deepEqual([backup, flags], [null, 1]);
    tries++;
    if (tries > failures) {
      Deno.renameSync(textAt(from), textAt(to));
      return 1;
    }
    onFailure(textAt(to));
    return 0;
  };
  functions.GetLastError = () => 0;
  return () => tries;
}

/** Two files, and no pause longer than a moment. */
async function withFiles(work: (from: string, to: string, folder: string) => Promise<void>): Promise<void> {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((action: () => void) => setTimeout(action, 0)) as typeof setTimeout;
  try {
    await inFolder(async (folder) => {
      const [from, to] = [join(folder, "новый.tmp"), join(folder, "config.ini")];
      await Deno.writeTextFile(from, "new");
      await Deno.writeTextFile(to, "old");
      await work(from, to, folder);
    });
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}

for (const failures of [0, 1, 3]) {
  Deno.test(`a file that an antivirus holds for ${failures} attempts is replaced, whether or not Windows tells why`, async () => {
    await withFiles(async (from, to, folder) => {
      const tries = replacingAfter(failures);
      await replaceFile(from, to);
      assert.deepEqual([tries(), await namesIn(folder), await Deno.readTextFile(to)], [
        failures + 1,
        ["config.ini"],
        "new",
      ]);
    });
  });
}

Deno.test("a file that stays held is given up after a few attempts, and both files are as they were", async () => {
  await withFiles(async (from, to) => {
    const tries = replacingAfter(Infinity);
    await assert.rejects(replaceFile(from, to), /ReplaceFile failed/);
    assert.equal(tries(), 4);
    assert.deepEqual([await Deno.readTextFile(from), await Deno.readTextFile(to)], ["new", "old"]);
  });
});

Deno.test("where Windows has taken the old file away and then failed, the new one takes its place at once", async () => {
  await withFiles(async (from, to, folder) => {
    const tries = replacingAfter(Infinity, (path) => Deno.removeSync(path));
    await replaceFile(from, to);
    assert.deepEqual([tries(), await namesIn(folder), await Deno.readTextFile(to)], [1, ["config.ini"], "new"]);
  });
});

/** DATA_BLOB: a length, and where the bytes stand. */
function bytesOf(blob: Bytes): Bytes {
  const view = new DataView(blob.buffer);
  const pointer = Deno.UnsafePointer.create(view.getBigUint64(8, true))!;
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, view.getUint32(0, true)));
}

/** Bytes that Windows gave; they must stay where they are. */
let given: Bytes = new Uint8Array();

/** Crypt32 whose encryption turns every bit over. */
function turningOver(flagsExpected: number): void {
  const call = (expected: number) =>
  (
    input: Bytes,
    description: unknown,
    entropy: unknown,
    reserved: unknown,
    prompt: unknown,
    flags: number,
    output: Bytes,
  ) => {
    assert.deepEqual([description, entropy, reserved, prompt, flags], [null, null, null, null, expected]);
    given = bytesOf(input).map((byte) => byte ^ 0xff);
    const view = new DataView(output.buffer);
    view.setUint32(0, given.length, true);
    view.setBigUint64(8, BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(given))), true);
    return 1;
  };
  functions.CryptProtectData = call(flagsExpected);
  functions.CryptUnprotectData = call(1);
  functions.LocalFree = (pointer: Deno.PointerObject) => {
    assert.ok(Deno.UnsafePointer.equals(pointer, Deno.UnsafePointer.of(given)));
    return null;
  };
}

for (const [scope, flags] of [["user", 1], ["machine", 5]] as const) {
  Deno.test(`a secret of the ${scope} comes back, no window may open, and what Windows gave is overwritten and freed`, () => {
    turningOver(flags);
    called.length = 0;
    const hex = protect("пароль", scope);
    assert.equal(hex, new TextEncoder().encode("пароль").map((byte) => byte ^ 0xff).toHex());
    assert.ok(given.every((byte) => byte === 0));
    assert.equal(unprotect(hex), "пароль");
    assert.ok(given.every((byte) => byte === 0));
    assert.deepEqual(called, ["CryptProtectData", "LocalFree", "CryptUnprotectData", "LocalFree"]);
  });
}

Deno.test("the program's own copies of a secret are overwritten once they are used", () => {
  turningOver(1);
  const [wiped, { fill }] = [[] as string[], Uint8Array.prototype];
  Uint8Array.prototype.fill = function (...values) {
    if (values[0] === 0) wiped.push(new TextDecoder().decode(this));
    return fill.apply(this, values);
  };
  try {
    const hex = protect("secret", "user");
    assert.ok(wiped.includes("secret"));
    wiped.length = 0;
    unprotect(hex);
    // What Windows gave, and the copy of it.
    assert.deepEqual(wiped, ["secret", "secret"]);
  } finally {
    Uint8Array.prototype.fill = fill;
  }
});

Deno.test("what cannot be decrypted is told, also where Windows tells no reason", () => {
  for (const status of [0, 13, 0x8009000b]) {
    functions.CryptUnprotectData = () => 0;
    functions.GetLastError = () => status;
    assert.throws(() => unprotect("00ff"), DpapiError);
  }
});

Deno.test("a success without a value is a failure, and bytes that are no text are told as such", () => {
  functions.CryptUnprotectData = () => 1;
  assert.throws(() => unprotect("00ff"), DpapiError);
  turningOver(1);
  assert.throws(() => unprotect("00"), TypeError);
});
