/**
 * The portal's two budgets: requests (a leaky bucket) and seconds of work by method (ten baskets of a minute).
 */
import type { Settings } from "./settings.ts";

const BASKET_MS = 60_000;
const BASKETS = 10;

export class Limits {
  #level = 0;
  #leakedAt: number | undefined;
  readonly #used = new Map<string, Map<number, number>>();

  /** Whether one more request fits into the bucket; a refused one does not count. */
  admits(now: number, rate: Settings["rate"]): boolean {
    if (rate === undefined) return true;
    // A request that was held back is older than the last one.
    const seconds = Math.max(0, now - (this.#leakedAt ?? now)) / 1000;
    this.#leakedAt = Math.max(now, this.#leakedAt ?? now);
    this.#level = Math.max(0, this.#level - seconds * rate.perSecond);
    if (this.#level + 1 > rate.bucket) return false;
    this.#level++;
    return true;
  }

  #baskets(method: string, now: number): Map<number, number> {
    const baskets = this.#used.get(method) ?? new Map<number, number>();
    this.#used.set(method, baskets);
    const oldest = Math.floor(now / BASKET_MS) - BASKETS;
    for (const minute of baskets.keys()) if (minute <= oldest) baskets.delete(minute);
    return baskets;
  }

  /** Seconds that the method used within ten minutes. */
  operating(method: string, now: number): number {
    return [...this.#baskets(method, now).values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  spend(method: string, now: number, seconds: number): void {
    const baskets = this.#baskets(method, now);
    const minute = Math.floor(now / BASKET_MS);
    baskets.set(minute, (baskets.get(minute) ?? 0) + seconds);
  }

  /** When the oldest basket is emptied, unix seconds. */
  operatingResetAt(method: string, now: number): number {
    const oldest = Math.min(...this.#baskets(method, now).keys(), Math.floor(now / BASKET_MS));
    return (oldest + BASKETS) * BASKET_MS / 1000;
  }
}
