/**
 * config.ini from the disk: the thin edge around reading and checking it.
 */
import { resolve } from "node:path";
import { IdentSyncError } from "../error.ts";
import { CLOSE_THE_FILE, isHeldOpen } from "../held_open.ts";
import { configFrom, type LoadedConfig } from "./from_document.ts";
import { IniDocument } from "./ini.ts";
import type { Decrypt } from "./secret_values.ts";

export interface LoadDeps {
  readonly decrypt: Decrypt;
  /** IANA name of this computer's time zone, the default of `[Sync] timezone`. */
  readonly localTimeZone: string;
}

/**
 * The configuration of a file. Throws IdentSyncError("config") where the file is missing, cannot be read, or holds
 * something wrong (all of it listed at once), IdentSyncError("secret") where only a secret cannot be decrypted.
 */
export async function loadConfig(path: string, deps: LoadDeps): Promise<LoadedConfig> {
  const absolute = resolve(path);
  return configFrom(await readDocument(absolute), { path: absolute, ...deps });
}

/** The document of a file, for commands that show or change it. Throws IdentSyncError("config"). */
export async function readDocument(path: string): Promise<IniDocument> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
  return IniDocument.parse(bytes, path);
}

function cannotRead(path: string, cause: unknown): IdentSyncError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new IdentSyncError("config", {
      what: `Файл настроек не найден: ${path}.`,
      fix: "Создайте его командой ident-sync init или скопируйте config.example.ini в config.ini и заполните.",
    }, { cause });
  }
  if (code === "EISDIR") {
    return new IdentSyncError("config", {
      what: `Это папка, а не файл настроек: ${path}.`,
      fix: "Укажите сам файл, например --config C:\\ident-sync\\config.ini.",
    }, { cause });
  }
  if (isHeldOpen(cause)) {
    return new IdentSyncError("config", {
      what: `Файл настроек открыт в другой программе, и прочитать его нельзя: ${path}.`,
      fix: CLOSE_THE_FILE,
    }, { cause });
  }
  return new IdentSyncError("config", {
    what: `Файл настроек не удалось прочитать: ${path}${typeof code === "string" ? ` (${code})` : ""}.`,
    fix: "Проверьте, что у пользователя, от имени которого работает программа, есть право читать этот файл.",
  }, { cause });
}
