/**
 * Secrets by DPAPI, with failures in words for the user.
 */
import { IdentSyncError } from "../error.ts";
import { protect, type Scope, unprotect } from "./dpapi.ts";

/** Whether this system has DPAPI at all. */
export const hasDpapi: boolean = Deno.build.os === "windows";

const notHere = (field: string) =>
  new IdentSyncError("secret", {
    what: `Значение ${field} зашифровано средствами Windows (DPAPI), а эта программа запущена не в Windows.`,
    fix: "Впишите значение в config.ini открытым текстом: шифрование есть только в Windows.",
  });

/** Decrypts the hexadecimal payload of a `DPAPI:` value. Throws IdentSyncError secret. */
export function decrypt(payload: string, field: string): string {
  if (!hasDpapi) throw notHere(field);
  try {
    return unprotect(payload);
  } catch (error) {
    throw new IdentSyncError("secret", {
      what: `Не удалось расшифровать ${field}.`,
      // Which of the two Windows tells by its error number, which may be lost before it is asked for.
      why: "Его зашифровал другой пользователь Windows или другой компьютер, либо значение испорчено: " +
        "часть символов потеряна или изменена.",
      fix: "Впишите значение открытым текстом и выполните ident-sync encrypt под пользователем, от имени которого " +
        "работает программа (для службы — с ключом --machine).",
    }, { cause: error });
  }
}

/** Encrypts a secret and makes sure that it can be read back. Returns hexadecimal digits. Throws IdentSyncError secret. */
export function encrypt(plain: string, scope: Scope): string {
  if (!hasDpapi) {
    throw new IdentSyncError("secret", {
      what: "Зашифровать значения нельзя: шифрование (DPAPI) есть только в Windows.",
      fix: "На этой системе программа работает с открытыми значениями; ограничьте права на config.ini.",
    });
  }
  try {
    const payload = protect(plain, scope);
    if (unprotect(payload) === plain) return payload;
  } catch (error) {
    throw notEncrypted(error);
  }
  throw notEncrypted(undefined);
}

const notEncrypted = (cause: unknown) =>
  new IdentSyncError("secret", {
    what: "Windows не смогла зашифровать значение; config.ini не изменён.",
    fix: "Проверьте, что профиль пользователя загружен, и повторите команду.",
  }, { cause });
