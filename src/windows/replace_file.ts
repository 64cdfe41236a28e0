/**
 * Puts a new file in another's place and keeps what belongs to the old one: its rights, its attributes, its streams.
 */
import { systemLibrary, wideText } from "./native.ts";

const WRITE_THROUGH = 0x1;

/** ACCESS_DENIED, SHARING_VIOLATION, UNABLE_TO_REMOVE_REPLACED: somebody (an antivirus) has one of them open. */
const HELD_OPEN: ReadonlySet<number> = new Set([5, 32, 1175]);
const PAUSES_MS = [20, 100, 500] as const;

function open() {
  return Deno.dlopen(systemLibrary("kernel32.dll"), {
    ReplaceFileW: { parameters: ["buffer", "buffer", "pointer", "u32", "pointer", "pointer"], result: "i32" },
    GetLastError: { parameters: [], result: "u32" },
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

/** `from` becomes `to`; nothing is left of the old content. Throws Error with Windows' error number. */
export async function replaceFile(from: string, to: string): Promise<void> {
  const { symbols } = kernel32 ??= open();
  for (let attempt = 0;; attempt++) {
    if (symbols.ReplaceFileW(wideText(to), wideText(from), null, WRITE_THROUGH, null, null) !== 0) return;
    const status = symbols.GetLastError();
    // It may fail between taking the old file away and naming the new one (1176): then the new one is all there is.
    if (!isThere(to)) return await Deno.rename(from, to);
    if (!HELD_OPEN.has(status) || attempt === PAUSES_MS.length) throw new Error(`ReplaceFile failed with ${status}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[attempt]));
  }
}
