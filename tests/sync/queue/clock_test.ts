import assert from "node:assert/strict";
import { type ClockMark, setAhead } from "../../../src/sync/queue/clock.ts";

const HOUR = 3_600_000;
const BEFORE: ClockMark = { now: 100 * HOUR, uptime: 10 * HOUR };

const LOOKS: [what: string, clock: number, uptime: number, ahead: number][] = [
  ["an even hour", HOUR, HOUR, 0],
  ["an hour that the two do not count quite alike", HOUR + 4_000, HOUR, 0],
  ["a minute, and the clock was set an hour ahead", HOUR + 60_000, 60_000, HOUR],
  ["a minute, and the clock was set back", -HOUR, 60_000, 0],
  ["a restart half a minute ago", 8 * HOUR, -10 * HOUR + 30_000, 8 * HOUR - 30_000],
  ["a restart an hour ago", 2 * HOUR, -9 * HOUR, HOUR],
];

for (const [what, clock, uptime, ahead] of LOOKS) {
  Deno.test(`between two looks at the clock lies ${what}: set ahead by ${ahead} ms at most`, () => {
    assert.equal(setAhead(BEFORE, { now: BEFORE.now + clock, uptime: BEFORE.uptime + uptime }), ahead);
  });
}
