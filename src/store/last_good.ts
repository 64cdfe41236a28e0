/**
 * The last good copy of a file of the program's own: `queue.json.bak` is what `queue.json` was when the session began that
 * replaced it first. A file that is damaged later can be gone back on.
 */
import { basename } from "node:path";
import { writeTextFile } from "./atomic_file.ts";

/** Where the copy of a file lies. */
const copyOf = (path: string): string => `${path}.bak`;

/** How a damaged file is gone back on, in Russian, to be followed by what that means. */
export const goBack = (path: string): string =>
  `Удалите его и переименуйте его копию ${basename(copyOf(path))} в ${basename(path)}`;

export class LastGood {
  readonly #path: string;
  #text: string | undefined;

  private constructor(path: string, text: string | undefined) {
    this.#path = path;
    this.#text = text;
  }

  /** Of a file that has just been read whole, or is not there. Nothing is written yet. */
  static async of(path: string): Promise<LastGood> {
    const text = await Deno.readTextFile(path).catch(() => undefined);
    return new LastGood(path, text !== undefined && isOurs(text) ? text : undefined);
  }

  /** Puts the copy in place, once: to be called before the file is replaced. A copy that cannot be made stops nothing. */
  async keep(): Promise<void> {
    const text = this.#text;
    this.#text = undefined;
    if (text !== undefined) await writeTextFile(copyOf(this.#path), text).catch(() => {});
  }
}

/** The original's queue holds its patients' data, which must not stay: its files have no number of a version. */
function isOurs(text: string): boolean {
  try {
    return typeof JSON.parse(text).version === "number";
  } catch {
    return false;
  }
}
