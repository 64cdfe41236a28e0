/**
 * One instance: an operating-system lock on a file beside the state. It is free the moment its holder dies, so nothing
 * ever has to be unlocked by hand.
 */
import { IdentSyncError } from "../error.ts";
import { CLOSE_THE_FILE, isHeldOpen } from "../held_open.ts";

/** Deno before 2.7 has no `tryLock`: there a lock that is not to be had within this time is another's. */
const RACE_MS = 300;

/** Takes the lock or tells that it is taken. A lost race leaves a lock request open: the program must end then. */
async function tryLock(file: Deno.FsFile): Promise<boolean> {
  if ("tryLock" in file) return await (file as { tryLock(exclusive: boolean): Promise<boolean> }).tryLock(true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), RACE_MS));
  const taken = (file as Deno.FsFile).lock(true).then(() => true);
  // When it is too late, nobody listens any more.
  taken.catch(() => {});
  try {
    return await Promise.race([taken, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Holds the lock until it is disposed of. Who holds it stands in a file of its own, because a locked file cannot be read
 * on Windows.
 *
 * @param path of the lock file
 * @param holder a line for the one who finds it taken: process and time
 * @throws IdentSyncError locked, when another instance holds it; state, when the file cannot be made or locked
 */
export async function takeLock(path: string, holder: string): Promise<AsyncDisposable> {
  const note = `${path}.info`;
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    throw new IdentSyncError(
      "state",
      isHeldOpen(error)
        ? { what: `Не удалось открыть файл ${path}: он открыт в другой программе.`, fix: CLOSE_THE_FILE }
        : {
          what: `Не удалось создать файл ${path}.`,
          fix: "Проверьте права на папку: программе нужно записывать в неё свои файлы.",
        },
      { cause: error },
    );
  }
  const isOurs = await tryLock(file).catch((error) => {
    file.close();
    throw new IdentSyncError("state", {
      what: `Не удалось заблокировать файл ${path}.`,
      why: "На сетевых дисках это бывает невозможно, а без блокировки две программы сразу создали бы дубли.",
      fix: "Перенесите папку программы на диск этого компьютера.",
    }, { cause: error });
  });
  if (!isOurs) {
    file.close();
    const who = await Deno.readTextFile(note).catch(() => "");
    throw new IdentSyncError("locked", {
      what: `Синхронизация уже идёт${who.trim() === "" ? "" : ` (${who.trim()})`}.`,
      why: "Две программы сразу создали бы дубли, поэтому вторая не запускается.",
      fix: "Дождитесь окончания первой; если нужно, остановите её (Ctrl+C или «Завершить» в Планировщике заданий).",
    });
  }
  await Deno.writeTextFile(note, holder).catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      await Deno.remove(note).catch(() => {});
      file.close();
    },
  };
}
