/**
 * Text for a terminal: lines end between words.
 */

/** The narrowest terminal that people have. */
const WIDTH = 80;

/** Between blanks; a path with blanks in the names of its folders is one. A no-break space is none of them. */
const WORD = /(?:(?:[A-Za-z]:|\\)\\(?:[^\\/:*?"<>|]+\\)*|[^ ])+/g;
/** A command that is to be copied, and would be two of them. */
const COMMAND = /^ *(?:icacls |chmod |ident-sync [a-z])/;

/**
 * The text with every line of more than 80 columns broken at blanks, its continuation indented as the line is. Longer
 * than that remain a single word and a command.
 */
export const wrapped = (text: string): string => text.split("\n").map(wrappedLine).join("\n");

function wrappedLine(line: string): string {
  if (columns(line) <= WIDTH || COMMAND.test(line)) return line;
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = "";
  let end = 0;
  for (const { 0: word, index } of line.matchAll(WORD)) {
    const longer = `${current}${line.slice(end, index)}${word}`;
    if (current === "" || columns(longer) <= WIDTH) {
      current = longer;
    } else {
      lines.push(current);
      current = indent + word;
    }
    end = index + word.length;
  }
  return [...lines, current].join("\n");
}

/** Marks above and below letters, joiners and other signs without a width of their own. */
const NARROWEST = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDEST =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;

/** How many columns of a terminal a text takes. */
export function columns(text: string): number {
  let sum = 0;
  for (const letter of text) sum += NARROWEST.test(letter) ? 0 : WIDEST.test(letter) ? 2 : 1;
  return sum;
}
