/** The collation of the stand, Cyrillic_General_CI_AS, and its code page 1251 for `varchar`. */

/** LCID 0x0419 (Russian), ignoring case, kana and width; no sort id. */
export const COLLATION = Uint8Array.from([0x19, 0x04, 0xd0, 0x00, 0x00]);

const decoder = new TextDecoder("windows-1251");

const byteOf = new Map<string, number>(
  Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]),
);

/** Text in code page 1251; what the page does not hold becomes `?`, as SQL Server does it. */
export function encode1251(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = byteOf.get(text[index]) ?? 0x3f;
  return bytes;
}

/** Text of code page 1251. */
export function decode1251(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
