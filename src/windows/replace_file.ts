/**
 * Puts a new file in another's place and keeps what belongs to the old one: its rights, its attributes, its streams.
 */
import { systemLibrary, wideText } from "./native.ts";

const WRITE_THROUGH = 0x1;

function open() {
  return Deno.dlopen(systemLibrary("kernel32.dll"), {
    ReplaceFileW: { parameters: ["buffer", "buffer", "pointer", "u32", "pointer", "pointer"], result: "i32" },
    GetLastError: { parameters: [], result: "u32" },
  });
}

let kernel32: ReturnType<typeof open> | undefined;

/** `from` becomes `to`; nothing is left of the old content. Throws Error with Windows' error number. */
export function replaceFile(from: string, to: string): void {
  const { symbols } = kernel32 ??= open();
  if (symbols.ReplaceFileW(wideText(to), wideText(from), null, WRITE_THROUGH, null, null) === 0) {
    throw new Error(`ReplaceFile failed with ${symbols.GetLastError()}`);
  }
}
