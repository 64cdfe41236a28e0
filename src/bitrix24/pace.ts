/**
 * The portal's limits: requests a second, and working time of each method.
 */

/** Requests that may go at once before the rate counts. */
const BURST = 50;
/** Plans with five requests a second (Enterprise) have a burst of 250. */
const ENTERPRISE_RATE = 5;
const ENTERPRISE_BURST = 250;

/** How long a blocked method rests where the portal did not say. */
const REST_MS = 60_000;

export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  #level = 0;
  #at: number;
  readonly #resetAt = new Map<string, number>();
  readonly #blockedUntil = new Map<string, number>();

  /**
   * @param perSecond requests a second
   * @param now milliseconds since 1970
   */
  constructor(perSecond: number, now: () => number) {
    this.#perMs = perSecond / 1000;
    this.#burst = perSecond >= ENTERPRISE_RATE ? ENTERPRISE_BURST : BURST;
    this.#now = now;
    this.#at = now();
  }

  #leak(): void {
    const now = this.#now();
    this.#level = Math.max(0, this.#level - Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
  }

  /** Milliseconds to wait before the next request. */
  delay(): number {
    this.#leak();
    // One place stays free: another program on this address counts as well.
    return Math.max(0, Math.ceil((this.#level + 2 - this.#burst) / this.#perMs));
  }

  /** A request leaves now. */
  count(): void {
    this.#leak();
    this.#level++;
  }

  /** The portal says that the bucket is full: somebody else fills it too. */
  overflowed(): void {
    this.#leak();
    this.#level = this.#burst;
  }

  /** Notes when the working time of a method is counted anew (milliseconds since 1970), as each good answer tells. */
  noteReset(method: string, at: number): void {
    this.#resetAt.set(method, at);
  }

  /** The portal refuses this method for now. Returns until when (milliseconds since 1970). */
  block(method: string): number {
    const now = this.#now();
    const reset = this.#resetAt.get(method) ?? 0;
    const until = reset > now ? reset : now + REST_MS;
    this.#blockedUntil.set(method, until);
    return until;
  }

  /** Until when a method is blocked; `undefined`: it is not. */
  blockedUntil(method: string): number | undefined {
    const until = this.#blockedUntil.get(method);
    return until !== undefined && until > this.#now() ? until : undefined;
  }
}
