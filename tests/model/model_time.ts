/** The one true time of a history, and the dice that decide what goes wrong. */
import { SECOND } from "./model_settings.ts";

/** The power goes: everything in memory is lost. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** True time, by which nobody's clock goes. */
export class ModelTime {
  /** Milliseconds since 1970. */
  now = Date.UTC(2026, 2, 1, 6);
  /** Told of each moment that has come. */
  readonly #listeners: (() => void)[] = [];

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (const listener of this.#listeners) listener();
  }
}

/** Numbers thrown beforehand, 0 to 99; once they are used up every throw is 0: nothing goes wrong any more. */
export class Dice {
  readonly #throws: readonly number[];
  #next = 0;
  #quiet = false;

  constructor(throws: readonly number[]) {
    this.#throws = throws;
  }

  throw(): number {
    return this.#quiet ? 0 : this.#throws[this.#next++] ?? 0;
  }

  /** From now on nothing goes wrong. */
  rest(): void {
    this.#quiet = true;
  }
}

/** How long a call takes: mostly next to nothing. */
export const durationOf = (thrown: number): number => thrown === 0 ? 20 : (thrown % 10) * SECOND;
