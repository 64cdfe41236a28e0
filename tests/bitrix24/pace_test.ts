import assert from "node:assert/strict";
import fc from "fast-check";
import { Pace } from "../../src/bitrix24/pace.ts";

/** A clock, and the moments at which requests left when each waits as it is told. */
function run(perSecond: number, pauses: readonly number[], onRequest: (pace: Pace, index: number) => void = () => {}) {
  let now = 1_000_000;
  const pace = new Pace(perSecond, () => now);
  const left: number[] = [];
  pauses.forEach((pause, index) => {
    now += pause + pace.delay();
    pace.count();
    left.push(now);
    onRequest(pace, index);
  });
  return left;
}

const none = (count: number) => new Array<number>(count).fill(0);

Deno.test("a burst leaves at once, then the rate holds", () => {
  const left = run(2, none(60));
  assert.equal(left.filter((at) => at === left[0]).length, 49);
  assert.deepEqual(left.slice(-3).map((at, index, all) => at - (all[index - 1] ?? at)), [0, 500, 500]);
});

Deno.test("a plan with five requests a second has the larger burst", () => {
  const left = run(5, none(260));
  assert.equal(left.filter((at) => at === left[0]).length, 249);
  assert.equal(left.at(-1)! - left.at(-2)!, 200);
});

Deno.test("over no time whatever more leaves than the portal's bucket holds", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 60, maxLength: 200 });
  fc.assert(
    fc.property(fc.constantFrom([0.5, 50], [2, 50], [5, 250]), pauses, ([perSecond, burst], some) => {
      const left = run(perSecond, some.map((pause) => pause > 2000 ? pause : 0));
      // The portal's own bucket, which leaks as time goes by and blocks above its rim.
      let level = 0;
      left.forEach((at, index) => {
        level = Math.max(0, level - (at - (left[index - 1] ?? at)) * perSecond / 1000) + 1;
        assert.ok(level <= burst + 1e-6, `the bucket held ${level}`);
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("nobody waits longer than the bucket needs", () => {
  const left = run(2, none(300));
  assert.ok(left.at(-1)! - left[0] <= (300 - 49) * 500);
});

Deno.test("a bucket that others fill is waited out", () => {
  let now = 0;
  const pace = new Pace(2, () => now);
  pace.overflowed();
  assert.equal(pace.delay(), 1000);
  now = 1000;
  assert.equal(pace.delay(), 0);
});

Deno.test("a clock that is set back neither empties the bucket nor holds the next request for long", () => {
  let now = 1_000_000;
  const pace = new Pace(2, () => now);
  for (let index = 0; index < 49; index++) pace.count();
  now -= 500_000;
  assert.equal(pace.delay(), 500);
  now += 500;
  assert.equal(pace.delay(), 0);
});

Deno.test("a blocked method rests until its working time is counted anew, the others go on", () => {
  let now = 1_000_000;
  const pace = new Pace(2, () => now);
  pace.noteReset("crm.deal.add", 1_300_000);
  assert.equal(pace.blockedUntil("crm.deal.add"), undefined);
  assert.equal(pace.block("crm.deal.add"), 1_300_000);
  assert.equal(pace.blockedUntil("crm.deal.add"), 1_300_000);
  assert.equal(pace.blockedUntil("crm.contact.add"), undefined);
  now = 1_300_000;
  assert.equal(pace.blockedUntil("crm.deal.add"), undefined);
});

Deno.test("a method that is blocked again, or of which nothing is known, rests a minute", () => {
  let now = 1_000_000;
  const pace = new Pace(2, () => now);
  assert.equal(pace.block("crm.deal.add"), 1_060_000);
  pace.noteReset("crm.contact.add", 1_010_000);
  now = 1_020_000;
  assert.equal(pace.block("crm.contact.add"), 1_080_000);
});
