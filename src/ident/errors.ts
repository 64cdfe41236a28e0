/**
 * A failure of the clinic's database → the error that the user is told. Nothing of the library's own texts is shown: they
 * are English, and they may hold what was in the query.
 */
import type { DatabaseConfig } from "../config/config.ts";
import { type ErrorText, IdentSyncError } from "../error.ts";
import type { BrowserAnswer } from "./browser.ts";
import { failureOf } from "./failure.ts";
import { type Case, type Reason, REASONS } from "./reasons.ts";

/** What else is known of a failure, where the library does not keep it. */
export interface Told {
  /** Numbers of the errors that the server sent before. */
  readonly numbers?: readonly number[];
  readonly browser?: BrowserAnswer | undefined;
}

/** The reason of a failure. */
export function reasonOf(error: unknown, config: DatabaseConfig, told: Told = {}): Pick<Reason, "id"> & ErrorText {
  const { host, port, instance } = config;
  const failure: Case = {
    ...failureOf(error, told.numbers),
    config,
    place: port === undefined ? `${host}\\${instance}` : `${host}:${port}`,
    browser: told.browser,
  };
  const { id, text } = REASONS.find(({ when }) => when(failure))!;
  return { id, ...text(failure) };
}

/** The failure in words for the user. The library's error is not passed on: it may hold the login's data. */
export function databaseError(error: unknown, config: DatabaseConfig, told?: Told): IdentSyncError {
  const { id: _id, ...text } = reasonOf(error, config, told);
  return new IdentSyncError("database", text);
}

/** Columns and tables that the program must have and the login cannot see. */
export function notReadable(missing: readonly string[], { database }: DatabaseConfig): IdentSyncError {
  return new IdentSyncError("database", {
    what: `В базе «${database}» логину не видны: ${missing.join(", ")}.`,
    why: "Не хватает прав на чтение, или у клиники другая версия IDENT (или это не база IDENT).",
    fix:
      "Дайте логину роль db_datareader и проверьте [Database] database; если это не помогло, передайте эти названия разработчикам.",
  });
}
