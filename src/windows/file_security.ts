/**
 * Who may read a file on Windows: its owner and its access list, by SIDs, whatever the system's language.
 */
import { PointerRoom, readWideText, systemLibrary, wideText } from "./native.ts";

const FILE_OBJECT = 1;
const REVISION = 1;
const OWNER_INFORMATION = 0x1;
const DACL_INFORMATION = 0x4;
/** Nothing comes down from the folder. */
const PROTECTED_DACL_INFORMATION = 0x80000000;
const TOKEN_QUERY = 0x8;
const TOKEN_USER = 1;

/** A call of Windows failed; `status` is its error number for the log; where it is asked for afterwards it may be lost. */
export class SecurityError extends Error {
  override readonly name = "SecurityError";
  constructor(call: string, status: number) {
    super(`${call} failed with ${status}`);
  }
}

function open() {
  return {
    advapi32: Deno.dlopen(systemLibrary("advapi32.dll"), {
      GetNamedSecurityInfoW: {
        parameters: ["buffer", "u32", "u32", "pointer", "pointer", "pointer", "pointer", "buffer"],
        result: "u32",
      },
      SetNamedSecurityInfoW: {
        parameters: ["buffer", "u32", "u32", "pointer", "pointer", "pointer", "pointer"],
        result: "u32",
      },
      ConvertSecurityDescriptorToStringSecurityDescriptorW: {
        parameters: ["pointer", "u32", "u32", "buffer", "pointer"],
        result: "i32",
      },
      ConvertStringSecurityDescriptorToSecurityDescriptorW: {
        parameters: ["buffer", "u32", "buffer", "pointer"],
        result: "i32",
      },
      GetSecurityDescriptorDacl: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "i32" },
      OpenProcessToken: { parameters: ["pointer", "u32", "buffer"], result: "i32" },
      GetTokenInformation: { parameters: ["pointer", "u32", "buffer", "u32", "buffer"], result: "i32" },
      ConvertSidToStringSidW: { parameters: ["pointer", "buffer"], result: "i32" },
    }),
    kernel32: Deno.dlopen(systemLibrary("kernel32.dll"), {
      LocalFree: { parameters: ["pointer"], result: "pointer" },
      CloseHandle: { parameters: ["pointer"], result: "i32" },
      GetCurrentProcess: { parameters: [], result: "pointer" },
      GetLastError: { parameters: [], result: "u32" },
    }),
  };
}

let libraries: ReturnType<typeof open> | undefined;

/** Takes a text that Windows allocated, and frees it. */
function takeText(room: PointerRoom, kernel32: ReturnType<typeof open>["kernel32"]): string {
  const pointer = room.pointer;
  if (pointer === null) return "";
  const text = readWideText(pointer);
  kernel32.symbols.LocalFree(pointer);
  return text;
}

/** Owner and access list of a file in Windows' own notation (SDDL). Throws SecurityError. */
export function readSddl(path: string): string {
  const { advapi32, kernel32 } = libraries ??= open();
  const descriptor = new PointerRoom();
  const information = OWNER_INFORMATION | DACL_INFORMATION;
  const status = advapi32.symbols.GetNamedSecurityInfoW(
    wideText(path),
    FILE_OBJECT,
    information,
    null,
    null,
    null,
    null,
    descriptor.bytes,
  );
  if (status !== 0) throw new SecurityError("GetNamedSecurityInfo", status);
  try {
    const text = new PointerRoom();
    const { ConvertSecurityDescriptorToStringSecurityDescriptorW: toText } = advapi32.symbols;
    if (toText(descriptor.pointer, REVISION, information, text.bytes, null) === 0) {
      throw new SecurityError("ConvertSecurityDescriptorToString", kernel32.symbols.GetLastError());
    }
    return takeText(text, kernel32);
  } finally {
    kernel32.symbols.LocalFree(descriptor.pointer);
  }
}

/** Puts an access list (`D:…` in SDDL) on a file, and nothing else on top of it. Throws SecurityError. */
export function writeDacl(path: string, sddl: string): void {
  const { advapi32, kernel32 } = libraries ??= open();
  const descriptor = new PointerRoom();
  const { ConvertStringSecurityDescriptorToSecurityDescriptorW: fromText } = advapi32.symbols;
  if (fromText(wideText(sddl), REVISION, descriptor.bytes, null) === 0) {
    throw new SecurityError("ConvertStringSecurityDescriptor", kernel32.symbols.GetLastError());
  }
  try {
    const [present, dacl, defaulted] = [new Uint8Array(4), new PointerRoom(), new Uint8Array(4)];
    const { GetSecurityDescriptorDacl, SetNamedSecurityInfoW } = advapi32.symbols;
    if (GetSecurityDescriptorDacl(descriptor.pointer, present, dacl.bytes, defaulted) === 0) {
      throw new SecurityError("GetSecurityDescriptorDacl", kernel32.symbols.GetLastError());
    }
    const information = (DACL_INFORMATION | PROTECTED_DACL_INFORMATION) >>> 0;
    const status = SetNamedSecurityInfoW(wideText(path), FILE_OBJECT, information, null, null, dacl.pointer, null);
    if (status !== 0) throw new SecurityError("SetNamedSecurityInfo", status);
  } finally {
    kernel32.symbols.LocalFree(descriptor.pointer);
  }
}

/** SID of the user that this process runs as. Throws SecurityError. */
export function currentUserSid(): string {
  const { advapi32, kernel32 } = libraries ??= open();
  const { OpenProcessToken, GetTokenInformation, ConvertSidToStringSidW } = advapi32.symbols;
  const token = new PointerRoom();
  if (OpenProcessToken(kernel32.symbols.GetCurrentProcess(), TOKEN_QUERY, token.bytes) === 0) {
    throw new SecurityError("OpenProcessToken", kernel32.symbols.GetLastError());
  }
  try {
    // TOKEN_USER begins with the address of the SID, which stands behind it in the same room.
    const room = new Uint8Array(256);
    if (GetTokenInformation(token.pointer, TOKEN_USER, room, room.length, new Uint8Array(4)) === 0) {
      throw new SecurityError("GetTokenInformation", kernel32.symbols.GetLastError());
    }
    const sid = Deno.UnsafePointer.create(new DataView(room.buffer).getBigUint64(0, true));
    const text = new PointerRoom();
    if (ConvertSidToStringSidW(sid, text.bytes) === 0) {
      throw new SecurityError("ConvertSidToStringSid", kernel32.symbols.GetLastError());
    }
    return takeText(text, kernel32);
  } finally {
    kernel32.symbols.CloseHandle(token.pointer);
  }
}
