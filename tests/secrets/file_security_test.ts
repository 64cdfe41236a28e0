/** Rights of files through made-up libraries of Windows: what is asked, what a failure gives, and that all is freed. */
import assert from "node:assert/strict";
import { currentUserSid, readSddl, SecurityError, writeDacl } from "../../src/windows/file_security.ts";
import { readWideText, wideText } from "../../src/windows/native.ts";
import { type Bytes, functions } from "./made_up_windows.ts";

const SDDL = "O:BAD:(A;;FA;;;SY)";
const SID = "S-1-5-21-1-2-3-1001";
const [DESCRIPTOR, DACL, TOKEN] = [new Uint8Array(8), new Uint8Array(8), new Uint8Array(8)];
const TEXTS = { [SDDL]: wideText(SDDL), [SID]: wideText(SID) };
const SID_BYTES = new Uint8Array(8);

const addressOf = (bytes: Bytes): bigint => BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
const isAt = (pointer: Deno.PointerValue, bytes: Bytes) =>
  pointer !== null && BigInt(Deno.UnsafePointer.value(pointer)) === addressOf(bytes);
const textIn = (bytes: Bytes) => readWideText(Deno.UnsafePointer.of(bytes)!);
function give(room: Bytes, bytes: Bytes): void {
  new BigUint64Array(room.buffer)[0] = addressOf(bytes);
}

/** What was given back to Windows. */
let freed: Bytes[] = [];
let rights = "";

/** All is well, but for one function that fails; `undefined`: none. */
function windows(failing?: string): void {
  freed = [];
  rights = "";
  const all = [DESCRIPTOR, DACL, TOKEN, SID_BYTES, ...Object.values(TEXTS)];
  const free = (pointer: Deno.PointerValue) => (freed.push(...all.filter((bytes) => isAt(pointer, bytes))), null);
  Object.assign(functions, {
    GetLastError: () => 0,
    LocalFree: free,
    CloseHandle: free,
    GetCurrentProcess: () => null,
    GetNamedSecurityInfoW(path: Bytes, kind: number, about: number, ...rooms: [null, null, null, null, Bytes]) {
      assert.deepEqual([textIn(path), kind, about], ["файл", 1, 5]);
      give(rooms[4], DESCRIPTOR);
      return 0;
    },
    ConvertSecurityDescriptorToStringSecurityDescriptorW(of: Deno.PointerValue, _: number, about: number, room: Bytes) {
      assert.ok(isAt(of, DESCRIPTOR) && about === 5);
      give(room, TEXTS[SDDL]);
      return 1;
    },
    ConvertStringSecurityDescriptorToSecurityDescriptorW(text: Bytes, _: number, room: Bytes) {
      rights = textIn(text);
      give(room, DESCRIPTOR);
      return 1;
    },
    GetSecurityDescriptorDacl(of: Deno.PointerValue, _present: Bytes, room: Bytes) {
      assert.ok(isAt(of, DESCRIPTOR));
      give(room, DACL);
      return 1;
    },
    SetNamedSecurityInfoW(path: Bytes, _: number, about: number, owner: null, group: null, dacl: Deno.PointerValue) {
      assert.deepEqual([textIn(path), about, owner, group, isAt(dacl, DACL)], ["файл", 0x80000004, null, null, true]);
      return 0;
    },
    OpenProcessToken: (_: null, access: number, room: Bytes) => (give(room, TOKEN), access === 8 ? 1 : 0),
    GetTokenInformation(token: Deno.PointerValue, what: number, room: Bytes) {
      assert.ok(isAt(token, TOKEN) && what === 1);
      give(room, SID_BYTES);
      return 1;
    },
    ConvertSidToStringSidW(sid: Deno.PointerValue, room: Bytes) {
      assert.ok(isAt(sid, SID_BYTES));
      give(room, TEXTS[SID]);
      return 1;
    },
  });
  // These tell success by 0, the others failure.
  if (failing !== undefined) functions[failing] = () => /^[GS]etNamed/.test(failing) ? 5 : 0;
}

Deno.test("the rights of a file are read, and what Windows gave is freed", () => {
  windows();
  assert.equal(readSddl("файл"), SDDL);
  assert.deepEqual(freed, [TEXTS[SDDL], DESCRIPTOR]);
});

Deno.test("an access list is put on a file with nothing handed down, and what Windows gave is freed", () => {
  windows();
  writeDacl("файл", "D:(A;;FA;;;BA)");
  assert.equal(rights, "D:(A;;FA;;;BA)");
  assert.deepEqual(freed, [DESCRIPTOR]);
});

Deno.test("the user is told by its SID, and what Windows gave is freed", () => {
  windows();
  assert.equal(currentUserSid(), SID);
  assert.deepEqual(freed, [TEXTS[SID], TOKEN]);
});

const FAILURES: [use: () => unknown, failing: string, freed: Bytes[]][] = [
  [() => readSddl("файл"), "GetNamedSecurityInfoW", []],
  [() => readSddl("файл"), "ConvertSecurityDescriptorToStringSecurityDescriptorW", [DESCRIPTOR]],
  [() => writeDacl("файл", "D:"), "ConvertStringSecurityDescriptorToSecurityDescriptorW", []],
  [() => writeDacl("файл", "D:"), "GetSecurityDescriptorDacl", [DESCRIPTOR]],
  [() => writeDacl("файл", "D:"), "SetNamedSecurityInfoW", [DESCRIPTOR]],
  [() => currentUserSid(), "OpenProcessToken", []],
  [() => currentUserSid(), "GetTokenInformation", [TOKEN]],
  [() => currentUserSid(), "ConvertSidToStringSidW", [TOKEN]],
];
for (const [use, failing, given] of FAILURES) {
  Deno.test(`${failing} that fails is told by its name, whether or not Windows tells why, and the rest is freed`, () => {
    windows(failing);
    assert.throws(use, (error: unknown) => {
      assert.ok(error instanceof SecurityError);
      assert.ok(failing.startsWith(error.message.replace(/ failed with \d+$/, "")), error.message);
      return true;
    });
    assert.deepEqual(freed, given);
  });
}
