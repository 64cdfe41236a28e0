/**
 * Puts a new file in another's place and keeps what belongs to the old one: its rights, its attributes, its streams.
 */
import { systemLibrary, wideText } from "./native.ts";

const WRITE_THROUGH = 0x1;

/** Somebody (an antivirus) may have one of them open, which passes. */
const PAUSES_MS = [20, 100, 500] as const;

function open() {
  return Deno.dlopen(systemLibrary("kernel32.dll"), {
    ReplaceFileW: { parameters: ["buffer", "buffer", "pointer", "u32", "pointer", "pointer"], result: "i32" },
  });
}

let kernel32: ReturnType<typeof open> | undefined;

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * `from` becomes `to`; nothing is left of the old content. Throws Error where Windows did not do it in several attempts:
 * its error number, which may be lost before it is asked for, decides nothing, so whatever failed is tried again.
 */
export async function replaceFile(from: string, to: string): Promise<void> {
  const { symbols } = kernel32 ??= open();
  for (let attempt = 0;; attempt++) {
    if (symbols.ReplaceFileW(wideText(to), wideText(from), null, WRITE_THROUGH, null, null) !== 0) return;
    // It may fail between taking the old file away and naming the new one (1176): then the new one is all there is.
    if (!isThere(to)) return await Deno.rename(from, to);
    if (attempt === PAUSES_MS.length) throw new Error("ReplaceFile failed");
    await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[attempt]));
  }
}
