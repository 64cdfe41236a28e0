/**
 * How far the pages of a round are dealt with, and so where the watermark may stand.
 */
import type { Entry } from "./ports.ts";
import type { Position } from "./position.ts";
import type { Recent } from "./state.ts";

export function positionOf({ changed, id }: Entry): Position {
  return { time: changed!, id };
}

/** The watermark stands before the first entry that is not dealt with. */
export class Progress {
  readonly #entries: readonly Entry[];
  readonly #end: Position | undefined;
  /** By key; `undefined`: dealt with, but not to be remembered. */
  readonly #done = new Map<string, string | undefined>();

  constructor(entries: readonly Entry[], end: Position | undefined) {
    this.#entries = entries;
    this.#end = end;
  }

  /** The reception, with this content, is confirmed or stands in the queue. */
  dealtWith(key: string, fingerprint: string): void {
    this.#done.set(key, fingerprint);
  }

  /** The entry needs nothing more, and is not remembered. */
  pass(key: string): void {
    this.#done.set(key, undefined);
  }

  /** Where the watermark may stand now; `undefined`: where it is. */
  reached(): Position | undefined {
    if (this.#end === undefined) return undefined;
    const open = this.#entries.findIndex(({ key }) => !this.#done.has(key));
    if (open === -1) return this.#end;
    return open === 0 ? undefined : positionOf(this.#entries[open - 1]);
  }

  /** What is to be remembered of the entries dealt with. */
  *recent(): Iterable<[string, Recent]> {
    for (const { key, changed } of this.#entries) {
      const fingerprint = this.#done.get(key);
      if (fingerprint !== undefined && changed !== undefined) yield [key, { changed, fingerprint }];
    }
  }
}
