/**
 * Files that are old or new, never half: written beside, flushed, renamed over. And read without guessing.
 */
import { dirname } from "node:path";
import { IdentSyncError } from "../error.ts";
import { CLOSE_THE_FILE, isHeldOpen } from "../held_open.ts";

/** Windows refuses a rename while another program (an antivirus) has one of the files open; that passes. */
const RENAME_PAUSES_MS = [20, 100, 500, 1_500, 3_000] as const;

/** A target that is open elsewhere is refused as if rights were missing. */
const mayBeHeldOpen = (error: unknown): boolean => isHeldOpen(error) || error instanceof Deno.errors.PermissionDenied;

/**
 * The file's text; `undefined`: there is no such file.
 *
 * @param damaged the error of a file that is no text
 */
export async function readTextFile(path: string, damaged: Damaged): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof TypeError) throw damaged(path, error);
    throw new IdentSyncError(
      "state",
      isHeldOpen(error)
        ? { what: `Не удалось прочитать файл ${path}: он открыт в другой программе.`, fix: CLOSE_THE_FILE }
        : {
          what: `Не удалось прочитать файл ${path}.`,
          fix: "Проверьте права на файл и на папку и запустите программу снова.",
        },
      { cause: error },
    );
  }
}

/** Makes the error of a damaged file. */
export type Damaged = (path: string, cause?: unknown) => IdentSyncError;

/** The error of a file that is there and is not what it should be. `fix`: what to do. */
export function damagedFile(path: string, cause: unknown, fix: string): IdentSyncError {
  return new IdentSyncError("state", {
    what: `Файл ${path} повреждён: его содержимое не читается.`,
    why: "Программа его не изменила и ничего не отправляла.",
    fix,
  }, { cause });
}

async function replace(from: string, to: string): Promise<void> {
  for (const pause of RENAME_PAUSES_MS) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (!mayBeHeldOpen(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  await Deno.rename(from, to);
}

/**
 * Puts the text in the file's place, durably.
 *
 * @throws IdentSyncError state, when it cannot; the old content is then still there
 */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFlushed(temporary, text);
    await replace(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw notWritten(path, error);
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await file.write(rest));
  await file.sync();
}

function notWritten(path: string, cause: unknown): IdentSyncError {
  if (cause instanceof Deno.errors.NotFound) {
    return new IdentSyncError("state", {
      what: `Не удалось записать файл ${path}: папки ${dirname(path)} нет.`,
      why: "Перенос прерван, чтобы ничего не отправить дважды.",
      fix: "Создайте эту папку или исправьте путь в config.ini.",
    }, { cause });
  }
  if (isHeldOpen(cause)) {
    return new IdentSyncError("state", {
      what: `Не удалось записать файл ${path}: он открыт в другой программе, прежнее содержимое цело.`,
      why: "Перенос прерван, чтобы ничего не отправить дважды.",
      fix: CLOSE_THE_FILE,
    }, { cause });
  }
  return new IdentSyncError("state", {
    what: `Не удалось записать файл ${path}: прежнее содержимое цело.`,
    why: "Перенос прерван, чтобы ничего не отправить дважды.",
    fix: mayBeHeldOpen(cause)
      ? "Проверьте права на папку и не держит ли файл другая программа (антивирус, резервное копирование)."
      : "Проверьте свободное место на диске и права на папку.",
  }, { cause });
}
