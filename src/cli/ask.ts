/**
 * Questions to the person at a real terminal.
 */
import { printable } from "../printable.ts";
import { wrapped } from "./wrap.ts";

/** In raw mode no signal comes of it. */
const CTRL_C = "\u0003";
/** Ctrl+D, and Ctrl+Z as Windows has it. */
const END_OF_INPUT: ReadonlySet<string> = new Set(["\u0004", "\u001a"]);
const BACKSPACE = /[\b\u007f]/;

/** Reads a line of which nothing is shown; `undefined`: it was broken off. */
async function readHidden(): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(256);
  let line = "";
  Deno.stdin.setRaw(true);
  try {
    while (true) {
      const count = await Deno.stdin.read(buffer);
      if (count === null) return undefined;
      for (const letter of decoder.decode(buffer.subarray(0, count), { stream: true })) {
        if (letter === CTRL_C) return undefined;
        if (letter === "\r" || letter === "\n") return line;
        if (END_OF_INPUT.has(letter) && line === "") return undefined;
        line = BACKSPACE.test(letter) ? [...line].slice(0, -1).join("") : line + letter;
      }
    }
  } finally {
    Deno.stdin.setRaw(false);
    Deno.stdout.writeSync(new TextEncoder().encode("\n"));
  }
}

/** Whether a person is there to answer: input and output are a terminal. */
export const isSomebodyThere = (): boolean => Deno.stdin.isTerminal() && Deno.stdout.isTerminal();

/** Asks the person at the terminal; `undefined`: the question was broken off (Ctrl+C, the end of the input). */
export async function ask(question: string, options: { readonly hidden?: boolean } = {}): Promise<string | undefined> {
  const shown = wrapped(printable(question));
  if (!options.hidden) return prompt(shown) ?? undefined;
  Deno.stdout.writeSync(new TextEncoder().encode(`${shown} `));
  return await readHidden();
}
