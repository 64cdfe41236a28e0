/** The clinic's clock: real time in its zone, or a wall clock that a test sets, standing still or running on. */

const FORM = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?$/;

export class WallClock {
  /** Minutes ahead of UTC. */
  readonly #utcOffset: number;
  #set: { readonly at: number; readonly since: number; readonly running: boolean } | undefined;

  constructor(utcOffset = 180) {
    this.#utcOffset = utcOffset;
  }

  /**
   * Sets the clock; undefined: real time again.
   *
   * @param now wall clock, `2026-03-01T10:30:00`, fractions to the millisecond
   * @param running whether it goes on from there; else it stands still
   */
  set(now: string | undefined, running = false): void {
    if (now !== undefined && !FORM.test(now)) throw new TypeError(`not a wall-clock time: ${now}`);
    this.#set = now === undefined
      ? undefined
      : { at: Date.parse(`${now.replace(" ", "T")}Z`), since: performance.now(), running };
  }

  /** The clinic's time now, `2026-03-01 10:30:00.000`. */
  now(): string {
    return wallText(this.#now());
  }

  /** The same in UTC. */
  utcNow(): string {
    return wallText(this.#now() - this.#utcOffset * 60_000);
  }

  #now(): number {
    if (this.#set === undefined) return Date.now() + this.#utcOffset * 60_000;
    return this.#set.at + (this.#set.running ? performance.now() - this.#set.since : 0);
  }
}

const wallText = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ");
