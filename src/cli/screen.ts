/**
 * What stands between every command and the screen.
 */
import { printable } from "../printable.ts";
import type { Output } from "../world.ts";
import { wrapped } from "./wrap.ts";

/**
 * An output on which only what can be seen is written, and, on a terminal, wrapped at words. In a file or a pipe a line
 * stays one line, for whatever reads it. Each write is to be of whole lines.
 */
export const onScreen = (output: Output): Output => ({
  isTerminal: output.isTerminal,
  write: (text) => output.write(output.isTerminal ? wrapped(printable(text)) : printable(text)),
});
