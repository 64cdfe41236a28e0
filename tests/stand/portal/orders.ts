/**
 * Faults on order: which of the things that come along are hit.
 */

/** Which of those that match are hit. */
export interface Which {
  /** The first one, counted from the moment of the order; default 1. */
  readonly nth?: number;
  /** How many from there on; default 1. */
  readonly count?: number;
}

/** A fault that was ordered. */
export interface Ordered {
  /** How often it has struck. */
  readonly fired: number;
  cancel(): void;
  /** Lets go what is held. */
  release(): void;
}

/** A fault that strikes now. */
export interface Due<F> {
  readonly fault: F;
  /** Resolves when the one who ordered it releases what it holds. */
  readonly released: Promise<void>;
}

interface Entry<F> extends Due<F> {
  seen: number;
  fired: number;
}

/** Orders of one sort, as they came. Of those that match and are due, the first strikes; all of them count. */
export class Orders<F extends Which> {
  #entries: Entry<F>[] = [];

  add(fault: F): Ordered {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const entry: Entry<F> = { fault, released, seen: 0, fired: 0 };
    this.#entries.push(entry);
    return {
      get fired() {
        return entry.fired;
      },
      cancel: () => {
        this.#entries = this.#entries.filter((each) => each !== entry);
      },
      release,
    };
  }

  take(matches: (fault: F) => boolean): Due<F> | undefined {
    let struck: Due<F> | undefined;
    for (const entry of this.#entries) {
      if (!matches(entry.fault)) continue;
      entry.seen++;
      const { nth = 1, count = 1 } = entry.fault;
      if (struck !== undefined || entry.seen < nth || entry.fired >= count) continue;
      entry.fired++;
      struck = entry;
    }
    return struck;
  }

  clear(): void {
    this.#entries = [];
  }
}
