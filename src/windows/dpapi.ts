/**
 * DPAPI: Windows keeps the key, bound to the user or to the machine. Called through FFI in Crypt32.
 */
import { systemLibrary } from "./native.ts";

export type Scope = "user" | "machine";

/** No window may open: the program runs where nobody looks. */
const UI_FORBIDDEN = 0x1;
const LOCAL_MACHINE = 0x4;

/** DATA_BLOB on 64 bits: a length (and four bytes of nothing), an address. */
const BLOB_BYTES = 16;

/** Windows did not do it. `status`: its error number for the log; it may be lost before it is asked for. */
export class DpapiError extends Error {
  override readonly name = "DpapiError";
  constructor(status: number) {
    super(`DPAPI failed with ${status}`);
  }
}

function open() {
  return {
    crypt32: Deno.dlopen(systemLibrary("crypt32.dll"), {
      CryptProtectData: {
        parameters: ["buffer", "pointer", "pointer", "pointer", "pointer", "u32", "buffer"],
        result: "i32",
      },
      CryptUnprotectData: {
        parameters: ["buffer", "pointer", "pointer", "pointer", "pointer", "u32", "buffer"],
        result: "i32",
      },
    }),
    kernel32: Deno.dlopen(systemLibrary("kernel32.dll"), {
      LocalFree: { parameters: ["pointer"], result: "pointer" },
      GetLastError: { parameters: [], result: "u32" },
    }),
  };
}

let libraries: ReturnType<typeof open> | undefined;

/** A blob over bytes that must stay where they are for as long as it is used. */
function blobOver(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(BLOB_BYTES);
  const view = new DataView(blob.buffer);
  view.setUint32(0, bytes.length, true);
  view.setBigUint64(8, BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes))), true);
  return blob;
}

/** Calls with a blob in and a blob out; what Windows gave is copied, overwritten and freed. */
function convert(
  input: Uint8Array<ArrayBuffer>,
  call: "CryptProtectData" | "CryptUnprotectData",
  flags: number,
): Uint8Array<ArrayBuffer> {
  const { crypt32, kernel32 } = libraries ??= open();
  const output = new Uint8Array(BLOB_BYTES);
  const done = crypt32.symbols[call](blobOver(input), null, null, null, null, flags, output);
  if (done === 0) throw new DpapiError(kernel32.symbols.GetLastError());
  const view = new DataView(output.buffer);
  const pointer = Deno.UnsafePointer.create(view.getBigUint64(8, true));
  if (pointer === null) throw new DpapiError(0);
  try {
    const given = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, view.getUint32(0, true)));
    const copy = new Uint8Array(given);
    given.fill(0);
    return copy;
  } finally {
    kernel32.symbols.LocalFree(pointer);
  }
}

/** Encrypts a text (as UTF-8). Returns hexadecimal digits. Throws DpapiError. */
export function protect(text: string, scope: Scope): string {
  const plain = new TextEncoder().encode(text);
  try {
    return convert(plain, "CryptProtectData", UI_FORBIDDEN | (scope === "machine" ? LOCAL_MACHINE : 0)).toHex();
  } finally {
    plain.fill(0);
  }
}

/** Decrypts what `protect` or the original program made. Throws DpapiError; TypeError where it is no UTF-8 text. */
export function unprotect(hex: string): string {
  const plain = convert(Uint8Array.fromHex(hex), "CryptUnprotectData", UI_FORBIDDEN);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } finally {
    plain.fill(0);
  }
}
