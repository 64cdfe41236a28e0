import assert from "node:assert/strict";
import { writeTextFile } from "../../src/store/atomic_file.ts";

// Seen with Deno 2.6.8 under Wine: the renamed file is open elsewhere without FILE_SHARE_DELETE (an antivirus reads what
// was just written): Error, code EBUSY, os error 32; the target is open so: PermissionDenied, os error 5.
const REFUSALS = [
  () => Object.assign(new Error("Sharing violation. (os error 32)"), { code: "EBUSY" }),
  () => new Deno.errors.PermissionDenied("Access denied. (os error 5)"),
];

for (const refusal of REFUSALS) {
  Deno.test(`a rename that Windows refuses because a file is being scanned is tried again: ${refusal()}`, async () => {
    const path = await Deno.makeTempFile();
    const rename = Deno.rename;
    let calls = 0;
    Deno.rename = (from, to) => {
      if (++calls <= 2) throw refusal();
      return rename(from, to);
    };
    try {
      await writeTextFile(path, "new");
      assert.equal(await Deno.readTextFile(path), "new");
    } finally {
      Deno.rename = rename;
      await Deno.remove(path);
    }
  });
}

Deno.test("a rename that is refused for another reason is not tried again", async () => {
  const path = await Deno.makeTempFile();
  const rename = Deno.rename;
  let calls = 0;
  Deno.rename = () => {
    calls++;
    throw new Error("There is not enough space on the disk. (os error 112)");
  };
  try {
    await assert.rejects(writeTextFile(path, "new"), { code: "state", message: /Проверьте свободное место/ });
    assert.equal(calls, 1);
  } finally {
    Deno.rename = rename;
    await Deno.remove(path);
  }
});
