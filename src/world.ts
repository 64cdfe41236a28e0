/**
 * Everything outside the program that a command may use, passed in, so that a test runs a whole command line as one
 * function call.
 */
import type { Decrypt } from "./config/secret_values.ts";

/** A stream of text for a person or a file. */
export interface Output {
  /** Whole lines; each is shown as `cli/screen.ts` says. */
  write(text: string): void;
  readonly isTerminal: boolean;
}

export interface World {
  /** The command line without the program's name. */
  readonly args: readonly string[];
  /** The folder in which config.ini is looked for where the command line does not say: the executable's own. */
  readonly home: string;
  readonly out: Output;
  readonly err: Output;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since this computer was started, however its clock is set. */
  readonly uptime: () => number;
  /** Waits; not longer than until the signal, where one is given. */
  readonly sleep: (milliseconds: number, until?: AbortSignal) => Promise<void>;
  /** IANA name of this computer's time zone. */
  readonly timeZone: string;
  readonly pid: number;
  readonly decrypt: Decrypt;
  /** Encrypts a secret for this user or this machine → hexadecimal digits. Throws IdentSyncError secret. */
  readonly encrypt: (plain: string, scope: "user" | "machine") => string;
  /** Whether this system can encrypt at all. */
  readonly canEncrypt: boolean;
  /**
   * Asks the person at the terminal; `hidden`: what is typed is not shown. The answer is `undefined` where the person broke
   * the question off (Ctrl+C, the end of the input). Without it nobody is there: input or output is no terminal.
   */
  readonly ask:
    | ((question: string, options?: { readonly hidden?: boolean }) => Promise<string | undefined>)
    | undefined;
  /** Aborted when the user asks to stop (Ctrl+C). */
  readonly stop: AbortSignal;
}
