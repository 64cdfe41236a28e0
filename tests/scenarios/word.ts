/**
 * A statement that the scenarios know.
 */
import type { Statement } from "./script.ts";
import type { Story } from "./story.ts";

export interface Word {
  /** Of the statement's head; what it captures goes to `run`. */
  readonly pattern: RegExp;
  /** Throws what is wrong with the statement, or what it finds. */
  readonly run: (statement: Statement, story: Story, ...captured: string[]) => void | Promise<void>;
}
