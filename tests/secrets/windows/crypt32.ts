/**
 * A program of its own for `scripts/check_windows.ts`, compiled for Windows:
 *
 *     crypt32.exe protect TEXT     encrypts by plain calls of Crypt32, with a description, as Python's win32crypt does
 *     crypt32.exe rounds COUNT     encrypts and decrypts by src/windows/dpapi.ts; prints the memory before and after
 */
import { protect, unprotect } from "../../../src/windows/dpapi.ts";

function protectPlainly(text: string): string {
  const crypt32 = Deno.dlopen("crypt32.dll", {
    CryptProtectData: {
      parameters: ["buffer", "buffer", "pointer", "pointer", "pointer", "u32", "buffer"],
      result: "i32",
    },
  });
  const bytes = new TextEncoder().encode(text);
  const [input, output] = [new BigUint64Array(2), new BigUint64Array(2)];
  input[0] = BigInt(bytes.length);
  input[1] = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
  const description = new Uint16Array([..."Clinic\0"].map((letter) => letter.charCodeAt(0)));
  const done = crypt32.symbols.CryptProtectData(input, description, null, null, null, 0, output);
  const pointer = Deno.UnsafePointer.create(output[1]);
  if (done === 0 || pointer === null || bytes.length === 0) throw new Error("CryptProtectData failed");
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, Number(output[0] & 0xffffffffn))).toHex();
}

/** So long that one of its values kept in each of 10,000 rounds would be 60 MB. */
const LONG = "пароль".repeat(500);

/** Megabytes that the process holds after so many rounds. */
async function memoryAfter(rounds: number): Promise<number> {
  for (let round = 0; round < rounds; round++) {
    const scope = round % 2 === 0 ? "user" : "machine";
    if (unprotect(protect(LONG, scope)) !== LONG) throw new Error(`round ${round} gives another text`);
    // The way of a failure must keep nothing either.
    if (read("00") !== undefined) throw new Error("a spoilt value was read");
    // Only between turns is the memory of buffers given back.
    if (round % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return Math.round(Deno.memoryUsage().rss / 1e6);
}

function read(payload: string): string | undefined {
  try {
    return unprotect(payload);
  } catch {
    return undefined;
  }
}

const [command, argument] = Deno.args;
if (command === "protect") {
  console.log(protectPlainly(argument));
} else {
  const count = Number(argument);
  const warm = await memoryAfter(Math.ceil(count / 10));
  console.log(`${warm} ${await memoryAfter(count)}`);
}
