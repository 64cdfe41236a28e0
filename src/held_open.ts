/**
 * Files that another program has open in such a way that they cannot be used: an editor, Excel, an antivirus, a backup.
 */

/** ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION. */
const HELD_IN_WINDOWS = /\(os error 3[23]\)/;

/** Whether a file could not be used because another program has it open. */
export const isHeldOpen = (error: unknown): boolean =>
  error instanceof Deno.errors.Busy ||
  (error instanceof Error && (HELD_IN_WINDOWS.test(error.message) || ("code" in error && error.code === "EBUSY")));

/** What to do about such a file, in Russian. */
export const CLOSE_THE_FILE =
  "Закройте программу, которая держит файл (редактор, антивирус, резервное копирование), и запустите ident-sync снова.";
