/**
 * Text as it may be shown and logged. Much of it others wrote (the clinic, the portal, a file): nothing in it may move the
 * cursor, change colours, turn the direction of writing, or pass for a line of the program's own.
 */

/** Controls, and what a terminal or an editor takes for a line break or obeys as a direction; not the line break itself. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/** The text with its lines as they are, and every character that cannot be seen as its code: `\u001b`. A tab is a blank. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\t", " ").replace(UNSEEN, codeOf);
}

/** The same of a value that stands within a line: `⏎` for its line breaks. */
export const onOneLine = (value: string): string => printable(value.replace(LINE_BREAK, "⏎"));

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
