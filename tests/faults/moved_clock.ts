/**
 * A clock that a test moves, and that moves by itself when the program waits: hours of waiting take no time.
 */
import type { World } from "../../src/world.ts";

export interface MovedClock extends Pick<World, "now" | "sleep"> {
  /** Milliseconds since the PC's start: it goes on evenly, however the clock is set. */
  uptime(): number;
  /** Sets the clock to so many milliseconds from now. */
  set(milliseconds: number): void;
  /** How long the program has waited each time, milliseconds. */
  readonly waits: number[];
  /** Moves the clock by so many milliseconds. */
  pass(milliseconds: number): void;
  /** Called before each wait with the time that it takes; what it does, happens while the program waits. */
  onWait: (milliseconds: number, until: AbortSignal | undefined) => void | Promise<void>;
}

/** A clock that stands at `begin` (milliseconds since 1970) until it is moved. */
export function movedClock(begin = Date.parse("2026-03-02T07:00:00Z")): MovedClock {
  let now = begin;
  let beenSet = 0;
  const clock: MovedClock = {
    now: () => now,
    uptime: () => now - beenSet,
    set: (milliseconds) => {
      now += milliseconds;
      beenSet += milliseconds;
    },
    waits: [],
    pass: (milliseconds) => void (now += milliseconds),
    onWait: () => {},
    async sleep(milliseconds, until) {
      if (until?.aborted) return;
      if (milliseconds > 0) {
        clock.waits.push(milliseconds);
        now += milliseconds;
      }
      await clock.onWait(milliseconds, until);
      // As a real wait, it lets everybody else do something first.
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
  return clock;
}
