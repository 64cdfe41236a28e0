import assert from "node:assert/strict";
import fc from "fast-check";
import { changeTime } from "../../src/reception/clinic_time.ts";
import { clockWarnings } from "../../src/ident/clocks.ts";

const UTC = "2026-03-02 07:00:00.1234567";
const NOW = Date.parse("2026-03-02T07:00:00Z");
const here = { from: NOW, to: NOW };

/** The database's clock so many minutes ahead of UTC. */
function clock(minutes: number, utc = UTC) {
  return { local: changeTime(Temporal.PlainDateTime.from(utc).add({ minutes }).toString()), utc: changeTime(utc) };
}

const ZONES: [what: string, offset: number, zone: string, says: RegExp][] = [
  [
    "further east",
    300,
    "Europe/Moscow",
    /UTC\+5, .*Europe\/Moscow \(UTC\+3\)\. Приём в 10:00 .* окажется в 12:00 по часам/,
  ],
  ["further west", 180, "Asia/Omsk", /UTC\+3, .*Asia\/Omsk \(UTC\+6\)\. Приём в 10:00 .* окажется в 07:00 по часам/],
  ["in UTC, as a VPS", 0, "Europe/Moscow", /по поясу UTC, .* окажется в 07:00 по часам/],
  ["with half hours", 330, "Europe/Moscow", /UTC\+5:30, .* окажется в 12:30 по часам/],
  ["west of UTC", -210, "Europe/Moscow", /UTC−3:30, .* окажется в 03:30 по часам/],
  ["on another day", -660, "Asia/Kamchatka", /окажется в 11:00 предыдущего дня по часам/],
  ["on another day, eastwards", 840, "America/New_York", /окажется в 05:00 следующего дня по часам/],
];

for (const [what, offset, zone, says] of ZONES) {
  Deno.test(`a database ${what} is told, with what a visit at 10:00 would become`, () => {
    const warnings = clockWarnings(clock(offset), here, zone);
    assert.deepEqual(warnings.map(({ id }) => id), ["clock.zone"]);
    assert.match(warnings[0].text, says);
    assert.match(warnings[0].text, /\[Sync\] timezone/);
  });
}

Deno.test("the zone's offset is that of the moment, in summer and in winter", () => {
  assert.deepEqual(clockWarnings(clock(60), here, "Europe/Berlin"), []);
  const summer = "2026-07-02 07:00:00.0000000";
  const then = Date.parse("2026-07-02T07:00:00Z");
  assert.deepEqual(clockWarnings(clock(120, summer), { from: then, to: then }, "Europe/Berlin"), []);
});

Deno.test("a few minutes are no other zone and no wrong clock; more are", () => {
  fc.assert(fc.property(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -600, max: 600 }), (minutes, seconds) => {
    const moved = NOW + seconds * 1000;
    const ids = clockWarnings(clock(180 + minutes), { from: moved, to: moved }, "Europe/Moscow").map(({ id }) => id);
    assert.equal(ids.includes("clock.zone"), Math.abs(minutes) > 5);
    // The database's fraction of a second is between.
    if (Math.abs(seconds) !== 300) assert.equal(ids.includes("clock.drift"), Math.abs(seconds) > 300);
  }));
});

Deno.test("clocks that differ are told with both times, in the clinic's zone", () => {
  const moved = Date.parse("2026-03-02T06:48:30Z");
  const [{ id, text }] = clockWarnings(clock(180), { from: moved, to: moved }, "Europe/Moscow");
  assert.equal(id, "clock.drift");
  assert.match(text, /на сервере 02\.03\.2026 10:00:00, здесь 02\.03\.2026 09:48:30/);
});

Deno.test("an answer that took long is no wrong clock", () => {
  assert.deepEqual(clockWarnings(clock(180), { from: NOW - 1_000, to: NOW + 3_600_000 }, "Europe/Moscow"), []);
});
