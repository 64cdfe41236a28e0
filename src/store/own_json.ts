/**
 * What the program's own JSON files have in common: how they are parsed, and what is said of one of a newer version.
 */
import { IdentSyncError } from "../error.ts";
import type { Damaged } from "./atomic_file.ts";

/**
 * Parses a file of the program's own.
 *
 * @param damaged the error of a file that is no JSON
 */
export function parse(text: string, path: string, damaged: Damaged): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw damaged(path, error);
  }
}

/** The error of a file that an older program must not read: it would lose what it does not know. */
export function newerFile(path: string): IdentSyncError {
  return new IdentSyncError("state", {
    what: `Файл ${path} создан более новой версией программы.`,
    fix: "Запустите ту версию ident-sync, которой пользовались последней, или более новую.",
  });
}
