import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprintOf } from "../../src/sync/fingerprint.ts";
import { changeTime } from "../../src/reception/clinic_time.ts";
import { type ChangeTime, comparePositions, shiftMinutes } from "../../src/sync/position.ts";
import { advance, EMPTY_STATE, isAhead, OVERLAP_MINUTES, type Recent, startOf } from "../../src/sync/state.ts";
import { patient, reception } from "./made_up.ts";

const at = (minutes: number) => shiftMinutes("2026-03-01 10:00:00.0000000", minutes);

const SHIFTED: [time: ChangeTime, minutes: number, shifted: string][] = [
  ["2026-03-01 10:30:00.0000000", -5, "2026-03-01 10:25:00.0000000"],
  ["2026-03-01 00:02:00.1234567", -5, "2026-02-28 23:57:00.1234567"],
  ["2024-03-01 00:00:00.0000001", -1, "2024-02-29 23:59:00.0000001"],
  ["2025-12-31 23:59:59.9999999", 1, "2026-01-01 00:00:59.9999999"],
];

for (const [time, minutes, shifted] of SHIFTED) {
  Deno.test(`a change time is shifted to the last of its seven decimals: ${time} by ${minutes}`, () => {
    assert.equal(shiftMinutes(time, minutes), shifted);
  });
}

const times = fc.date({ min: new Date("1990-01-01"), max: new Date("2070-01-01"), noInvalidDate: true })
  .chain((date) =>
    fc.nat(9_999_999).map((part) => changeTime(`${date.toISOString().slice(0, 19)}.${String(part).padStart(7, "0")}`))
  );
const positions = fc.record({ time: times, id: fc.nat() });

Deno.test("shifting a time keeps the order of times as texts and comes back to where it was", () => {
  fc.assert(fc.property(times, fc.integer({ min: 1, max: 100_000 }), (time, minutes) => {
    const earlier = shiftMinutes(time, -minutes);
    assert.ok(earlier < time);
    assert.equal(shiftMinutes(earlier, minutes), time);
  }));
});

Deno.test("positions are ordered by time, then by ID", () => {
  const time = "2026-03-01 10:00:00.0000000";
  assert.ok(comparePositions({ time, id: 2 }, { time, id: 10 }) < 0);
  assert.ok(comparePositions({ time, id: 99 }, { time: at(1), id: 1 }) < 0);
  assert.equal(comparePositions({ time, id: 2 }, { time, id: 2 }), 0);
  fc.assert(fc.property(positions, positions, (a, b) => {
    assert.equal(Math.sign(comparePositions(a, b)) + Math.sign(comparePositions(b, a)), 0);
  }));
});

Deno.test("the next cycle begins before everything that stands at five minutes before the watermark", () => {
  assert.equal(startOf(EMPTY_STATE), undefined);
  fc.assert(fc.property(positions, (watermark) => {
    const start = startOf({ ...EMPTY_STATE, watermark })!;
    assert.equal(shiftMinutes(start.time, OVERLAP_MINUTES), watermark.time);
    assert.ok(comparePositions(start, { time: start.time, id: 0 }) < 0);
  }));
});

Deno.test("the watermark never goes back, by whatever steps it is moved", () => {
  fc.assert(fc.property(fc.array(positions, { minLength: 1, maxLength: 8 }), (steps) => {
    let state = EMPTY_STATE;
    for (const to of steps) {
      const before = state.watermark;
      state = advance(state, to, []);
      if (before !== undefined) assert.ok(comparePositions(state.watermark!, before) >= 0);
      assert.ok(comparePositions(state.watermark!, to) >= 0);
    }
    const furthest = steps.reduce((a, b) => comparePositions(a, b) < 0 ? b : a);
    assert.deepEqual(state.watermark, furthest);
  }));
});

const recent = (changed: ChangeTime): Recent => ({ changed, fingerprint: changed });

Deno.test("what the next cycle reads again is remembered, what lies before it is not", () => {
  const state = advance(EMPTY_STATE, { time: at(0), id: 5 }, [
    ["F1_1", recent(at(-6))],
    ["F1_2", recent(at(-5))],
    ["F1_3", recent(at(0))],
  ]);
  assert.deepEqual([...state.recent.keys()], ["F1_2", "F1_3"]);
  const later = advance(state, { time: at(3), id: 5 }, [["F1_4", recent(at(3))]]);
  assert.deepEqual([...later.recent.keys()], ["F1_3", "F1_4"]);
});

Deno.test("a reception that changed again is remembered as it is now", () => {
  const first = advance(EMPTY_STATE, { time: at(0), id: 1 }, [["F1_1", recent(at(0))]]);
  const second = advance(first, { time: at(2), id: 1 }, [["F1_1", recent(at(2))]]);
  assert.deepEqual(second.recent.get("F1_1"), recent(at(2)));
});

Deno.test("the fingerprint is the same for the same content and another for every change", () => {
  const whole = reception(1);
  assert.equal(fingerprintOf(whole), fingerprintOf(structuredClone(whole)));
  const others = [
    { ...whole, comment: "" },
    { ...whole, amount: undefined },
    { ...whole, end: undefined },
    { ...whole, status: "Отменен" as const },
    { ...whole, services: ["Снимок", "Осмотр"] },
    { ...whole, patient: patient(1, { phones: [] }) },
  ];
  assert.equal(new Set([whole, ...others].map(fingerprintOf)).size, others.length + 1);
});

Deno.test("the fingerprint shows nothing of the content", () => {
  assert.match(fingerprintOf(reception(1)), /^[\w-]{16}$/);
});

const AHEAD: [what: string, minutes: number, ahead: boolean][] = [
  ["the database's clock went on", 10, false],
  ["the very moment", 0, false],
  ["a little behind, which the overlap covers", -5, false],
  ["behind by more than the overlap", -6, true],
  ["a day behind, as after a restored copy", -1440, true],
];

for (const [what, minutes, ahead] of AHEAD) {
  Deno.test(`the watermark ${ahead ? "lies" : "does not lie"} in the database's future: ${what}`, () => {
    assert.equal(isAhead({ ...EMPTY_STATE, watermark: { time: at(0), id: 1 } }, at(minutes)), ahead);
  });
}

Deno.test("what has not begun is not ahead of anything", () => assert.equal(isAhead(EMPTY_STATE, at(0)), false));

Deno.test("moving the watermark keeps what the daily comparison left", () => {
  const sweep = { day: "2026-03-01", repaired: new Map([["F1_1", "mark"]]) };
  assert.deepEqual(advance({ ...EMPTY_STATE, sweep }, { time: at(0), id: 1 }, []).sweep, sweep);
});
