/**
 * config.ini as a file: replaced as a whole with its rights kept, and who else may read it.
 */
import { IdentSyncError } from "../error.ts";
import { icaclsCommand, othersWhoRead, ownerIn, restrictedDacl } from "../windows/access_list.ts";
import { currentUserSid, readSddl, writeDacl } from "../windows/file_security.ts";
import { replaceFile } from "../windows/replace_file.ts";

const isWindows = Deno.build.os === "windows";

/** Puts new bytes in the file's place; its rights stay. Throws IdentSyncError config; the file is then as it was. */
export async function replaceConfig(path: string, bytes: Uint8Array): Promise<void> {
  let temporary = `${path}.tmp`;
  try {
    // A link stays one: what it leads to is replaced, and no plain text is left there.
    const target = (await Deno.lstat(path)).isSymlink ? await Deno.realPath(path) : path;
    temporary = `${target}.tmp`;
    const { mode, uid, gid } = await Deno.stat(target);
    await writeFlushed(temporary, bytes);
    if (isWindows) return await replaceFile(temporary, target);
    if (uid !== null && gid !== null) await Deno.chown(temporary, uid, gid).catch(() => {});
    if (mode !== null) await Deno.chmod(temporary, mode & 0o7777);
    await Deno.rename(temporary, target);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new IdentSyncError("config", {
      what: `Не удалось записать ${path}: файл остался прежним.`,
      fix: "Закройте его в других программах, проверьте права на папку и свободное место и повторите команду.",
    }, { cause: error });
  }
}

/** Windows refuses a rename while another program (an antivirus) has the file open; that passes. */
const RENAME_PAUSES_MS = [20, 100, 500] as const;

/**
 * Puts a file that only its owner may read in its place, as a whole or not at all. Throws what the file system throws.
 */
export async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await Deno.writeFile(temporary, new Uint8Array(), { mode: 0o600 });
    // Before anything stands in it. A file system without rights is no reason to have no file.
    await restrictRights(temporary).catch(() => {});
    await writeFlushed(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true, mode: 0o600 });
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  await file.sync();
}

async function rename(from: string, to: string): Promise<void> {
  for (const pause of RENAME_PAUSES_MS) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  await Deno.rename(from, to);
}

/** That a file can be read by others, and how that is mended. */
export interface OpenRights {
  /** Who, in Russian. */
  readonly others: string;
  /** The exact command for this file. */
  readonly remedy: string;
}

/** Names of the groups that most often may read a file on Windows. */
const GROUPS: Readonly<Record<string, string>> = {
  WD: "все пользователи",
  AU: "все, кто вошёл в систему",
  BU: "группа «Пользователи»",
  IU: "все, кто работает за этим компьютером",
  BG: "гости",
  AN: "анонимные пользователи",
};

/** Who besides the owner, the system and the administrators may read the file; `undefined`: nobody. */
export async function openRights(path: string): Promise<OpenRights | undefined> {
  if (!isWindows) {
    const { mode } = await Deno.stat(path);
    if (mode === null || (mode & 0o044) === 0) return undefined;
    return { others: "другие пользователи этого компьютера", remedy: `chmod 600 "${path}"` };
  }
  const user = currentUserSid();
  const sddl = readSddl(path);
  const others = othersWhoRead(sddl, user);
  if (others.length === 0) return undefined;
  return {
    others: others.map((sid) => GROUPS[sid] ?? sid).join(", "),
    remedy: icaclsCommand(path, user, ownerIn(sddl), others),
  };
}

/** Leaves the file to its owner, this user, the system and the administrators. Throws IdentSyncError config. */
export async function restrictRights(path: string): Promise<void> {
  try {
    if (isWindows) writeDacl(path, restrictedDacl(currentUserSid(), ownerIn(readSddl(path))));
    else await Deno.chmod(path, 0o600);
  } catch (error) {
    throw new IdentSyncError("config", {
      what: `Не удалось ограничить права на ${path}.`,
      fix: "Запустите команду от имени владельца файла или администратора.",
    }, { cause: error });
  }
}
