/**
 * The bytes of a config.ini as text: UTF-8, with or without a byte order mark. Anything else is told, never guessed:
 * a file read in the wrong encoding would give a wrong password without a word.
 */
import { IdentSyncError } from "../error.ts";

const SAVE_AS_UTF8 =
  "Откройте файл в Блокноте, выберите «Файл» → «Сохранить как…», укажите кодировку «UTF-8» и сохраните.";

/**
 * The text of the bytes, a byte order mark kept as its first character, so that encoding it again gives the same bytes.
 * Throws IdentSyncError("config") where the bytes are not UTF-8.
 *
 * @param name what the file is called in an error
 */
export function decodeIni(bytes: Uint8Array, name: string): string {
  const wrong = (encoding: string): IdentSyncError =>
    new IdentSyncError("config", { what: `Файл ${name} сохранён не в UTF-8${encoding}.`, fix: SAVE_AS_UTF8 });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (hasUtf16Mark(bytes)) throw wrong(", а в UTF-16 (в Блокноте — «Юникод»)");
    if (looksLikeWindows1251(bytes)) throw wrong(": похоже, это windows-1251 (в Блокноте — «ANSI»)");
    throw wrong("");
  }
  if (text.includes("\0")) throw wrong(": похоже, это UTF-16 (в Блокноте — «Юникод»)");
  return text;
}

function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** In windows-1251 Russian letters are 0xC0–0xFF, Ё is 0xA8 and ё 0xB8. */
function looksLikeWindows1251(bytes: Uint8Array): boolean {
  const high = bytes.filter((byte) => byte >= 0x80);
  const letters = high.filter((byte) => byte >= 0xc0 || byte === 0xa8 || byte === 0xb8);
  return letters.length >= high.length * 0.8;
}
