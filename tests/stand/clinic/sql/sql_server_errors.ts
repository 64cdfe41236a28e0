/** The errors of SQL Server that the stand answers, with their numbers, severities and wordings. */

import type { SqlServerError } from "../tds/tokens.ts";
import { PostgresError } from "./postgres.ts";

/** An error of a batch, as the client gets it. */
export class TsqlError extends Error {
  readonly answer: SqlServerError;

  constructor(number: number, message: string, severity = 16, line = 1, state = 1) {
    super(message);
    this.answer = { number, class: severity, state, message, line };
  }
}

/** A statement the stand cannot run although SQL Server might. */
export const notUnderstood = (what: string) => new TsqlError(50000, `clinic stand: ${what}`);

export const undeclared = (variable: string) =>
  new TsqlError(137, `Must declare the scalar variable "${variable}".`, 15, 1, 2);

export const permissionDenied = (permission: string, object: string, database: string) =>
  new TsqlError(
    229,
    `The ${permission} permission was denied on the object '${object}', database '${database}', schema 'dbo'.`,
    14,
    1,
    5,
  );

/** The usual wording of numbers that tests ask for; others get a general one. */
const WORDINGS: Readonly<Record<number, { readonly severity: number; readonly message: string }>> = {
  102: { severity: 15, message: "Incorrect syntax near ';'." },
  207: { severity: 16, message: "Invalid column name 'DateTimeChanged'." },
  208: { severity: 16, message: "Invalid object name 'Receptions'." },
  229: {
    severity: 14,
    message: "The SELECT permission was denied on the object 'Receptions', database 'IDENT', schema 'dbo'.",
  },
  233: { severity: 20, message: "No process is on the other end of the pipe." },
  701: { severity: 17, message: "There is insufficient system memory in resource pool 'default' to run this query." },
  1205: {
    severity: 13,
    message:
      "Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
  },
  1222: { severity: 16, message: "Lock request time out period exceeded." },
  4060: { severity: 11, message: 'Cannot open database "IDENT" requested by the login. The login failed.' },
  9002: { severity: 17, message: "The transaction log for database 'IDENT' is full due to 'LOG_BACKUP'." },
  18452: {
    severity: 14,
    message: "Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication.",
  },
  18456: { severity: 14, message: "Login failed for user 'ident'." },
  18470: { severity: 14, message: "Login failed for user 'ident'. Reason: The account is disabled." },
  18487: { severity: 14, message: "Login failed for user 'ident'.  Reason: The password of the account has expired." },
  40501: { severity: 20, message: "The service is currently busy. Retry the request after 10 seconds." },
};

/** An error by its number alone. */
export function errorOfNumber(number: number, message?: string): SqlServerError {
  const usual = WORDINGS[number];
  return {
    number,
    class: usual?.severity ?? 16,
    state: 1,
    message: message ?? usual?.message ?? `Error ${number} of the clinic stand.`,
  };
}

/** The name as the client wrote it, where PostgreSQL names it in lower case. */
function asWritten(name: string, batch: string): string {
  const bare = name.replaceAll('"', "").replace(/^.*\./, "");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${RegExp.escape(bare)}(?![\\p{L}\\p{N}_])`, "iu").exec(batch)?.[0] ?? bare;
}

/** What SQL Server would say to a failure of PostgreSQL. */
export function translatedError(error: unknown, batch: string, line: number): TsqlError {
  if (error instanceof TsqlError) return error;
  if (!(error instanceof PostgresError)) return notUnderstood(error instanceof Error ? error.message : String(error));
  const named = /"(.+?)"|column ([\w.]+) does/.exec(error.message);
  const name = asWritten(named?.[1] ?? named?.[2] ?? "", batch);
  switch (error.code) {
    case "42P01":
      return error.message.includes("missing FROM-clause")
        ? new TsqlError(4104, `The multi-part identifier "${name}" could not be bound.`, 16, line)
        : new TsqlError(208, `Invalid object name '${name}'.`, 16, line);
    case "42703":
      return new TsqlError(207, `Invalid column name '${name}'.`, 16, line);
    case "42601":
      return new TsqlError(102, `Incorrect syntax near '${name}'.`, 15, line);
    case "42883": {
      const called = /function (\w+)\(/.exec(error.message)?.[1];
      if (called === undefined) break;
      return new TsqlError(
        195,
        `'${asWritten(called, batch)}' is not a recognized built-in function name.`,
        15,
        line,
        10,
      );
    }
    case "22012":
      return new TsqlError(8134, "Divide by zero error encountered.", 16, line);
    case "22007":
    case "22008":
      return new TsqlError(241, "Conversion failed when converting date and/or time from character string.", 16, line);
    case "22P02":
      return new TsqlError(245, "Conversion failed when converting the value to another data type.", 16, line);
    case "22003":
      return new TsqlError(8115, "Arithmetic overflow error converting expression to data type.", 16, line, 2);
    case "23505":
      return new TsqlError(2627, "Violation of PRIMARY KEY constraint. Cannot insert duplicate key.", 14, line);
    case "23502":
      return new TsqlError(
        515,
        "Cannot insert the value NULL into the column; column does not allow nulls.",
        16,
        line,
        2,
      );
  }
  return notUnderstood(`${error.message} (PostgreSQL ${error.code})`);
}
