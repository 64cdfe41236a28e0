/**
 * The one family of errors of the program.
 *
 * An `IdentSyncError` is a failure that a user can meet and is told about: in Russian, in at most three lines,
 * without a stack trace. Any other exception that reaches `main` is a defect of the program itself.
 */

/**
 * What failed, as far as the program branches on it:
 * - `config`: config.ini; `secret`: a secret that cannot be read;
 * - `state`: a file of the program's own (state, queue) is damaged, of a newer version, or cannot be written;
 * - `database`: SQL Server cannot be used; `portal`: Bitrix24 cannot be used;
 * - `locked`: another instance is running; `interrupted`: stopped by the user.
 */
export type ErrorCode = "config" | "secret" | "state" | "database" | "portal" | "locked" | "interrupted";

/** The three things a person needs, each one Russian sentence without a line break. */
export interface ErrorText {
  /** What happened. */
  readonly what: string;
  /** What it means, where that is not plain from `what`. */
  readonly why?: string;
  /** What to do. */
  readonly fix?: string;
}

/** A failure that is told to the user. Never carries secrets or personal data in its texts. */
export class IdentSyncError extends Error {
  override readonly name = "IdentSyncError";
  readonly code: ErrorCode;
  readonly text: ErrorText;

  constructor(code: ErrorCode, text: ErrorText, options?: { cause?: unknown }) {
    super([text.what, text.why, text.fix].filter((line) => line !== undefined).join("\n"), options);
    this.code = code;
    this.text = text;
  }
}

/** The user asked to stop while a side was being asked or waited for: nothing had begun. */
export const interruptedError = (): IdentSyncError =>
  new IdentSyncError("interrupted", { what: "Остановлено по просьбе пользователя." });

export const isInterrupted = (error: unknown): boolean =>
  error instanceof IdentSyncError && error.code === "interrupted";
