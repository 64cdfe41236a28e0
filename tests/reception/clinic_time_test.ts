import type { WallClock } from "../../src/reception/reception.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { changeTime, wallClock, withOffset } from "../../src/reception/clinic_time.ts";

const CLOCKS: [sql: string, clock: string][] = [
  ["2026-03-01 10:30:00.0000000", "2026-03-01T10:30:00"],
  ["2026-03-01 10:30:59.9999999", "2026-03-01T10:30:59"],
  ["2026-12-31 23:59:59.9970000", "2026-12-31T23:59:59"],
  ["2024-02-29 00:00:00.000", "2024-02-29T00:00:00"],
];

for (const [sql, clock] of CLOCKS) {
  Deno.test(`the clinic's clock is read to the second, fractions cut off: ${sql}`, () => {
    assert.equal(wallClock(sql), clock);
  });
}

for (
  const zero of [
    "1900-01-01 00:00:00",
    "1900-01-01 10:30:00.000",
    "1899-12-30 00:00:00",
    "1753-01-01 00:00:00.000",
    "0001-01-01 00:00:00",
  ]
) {
  Deno.test(`${zero} stands for no date`, () => assert.equal(wallClock(zero), undefined));
}

Deno.test("a day beside those that stand for no date is a day", () =>
  assert.equal(wallClock("1900-01-02 00:00:00"), "1900-01-02T00:00:00"));

Deno.test("a time of the database has one form, however many digits its fraction came with", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 9_999_999 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(" ", "T"),
      (part, digits, gap) => {
        const fraction = `${String(part).padStart(7, "0")}00`.slice(0, digits);
        const text = `2026-11-28${gap}19:00:01${fraction === "" ? "" : `.${fraction}`}`;
        assert.equal(changeTime(text), `2026-11-28 19:00:01.${fraction.slice(0, 7).padEnd(7, "0")}`);
      },
    ),
  );
});

for (const wrong of ["", "завтра", "2026-02-30 10:00:00", "2026-03-01 25:00:00", "01.03.2026 10:00"]) {
  Deno.test(`${JSON.stringify(wrong)} is no time and is told so`, () => {
    assert.throws(() => wallClock(wrong), RangeError);
    assert.throws(() => changeTime(wrong), RangeError);
  });
}

const MOMENTS: [what: string, zone: string, clock: WallClock, moment: string][] = [
  ["Moscow", "Europe/Moscow", "2026-07-01T10:30:00", "2026-07-01T10:30:00+03:00"],
  ["Moscow of 2012, which was an hour further", "Europe/Moscow", "2012-07-01T10:30:00", "2012-07-01T10:30:00+04:00"],
  ["Yekaterinburg", "Asia/Yekaterinburg", "2026-03-01T10:30:00", "2026-03-01T10:30:00+05:00"],
  ["Berlin before the clocks go forward", "Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"],
  ["Berlin in the hour that is left out", "Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"],
  ["Berlin after the clocks went forward", "Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"],
  ["Berlin before the clocks go back", "Europe/Berlin", "2026-10-25T01:59:59", "2026-10-25T01:59:59+02:00"],
  ["Berlin in the hour that comes twice", "Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"],
  ["Berlin after the clocks went back", "Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T03:00:00+01:00"],
  ["New York in the hour that is left out", "America/New_York", "2026-03-08T02:30:00", "2026-03-08T03:30:00-04:00"],
  ["New York in the hour that comes twice", "America/New_York", "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"],
];

for (const [what, zone, clock, moment] of MOMENTS) {
  Deno.test(`a wall clock becomes a moment in ${what}`, () => assert.equal(withOffset(clock, zone), moment));
}

Deno.test("where clocks never change a moment shows the very clock it was made of", () => {
  const clocks = fc.date({ min: new Date("2015-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 19) as WallClock);
  fc.assert(fc.property(clocks, fc.constantFrom("Europe/Moscow", "Asia/Yekaterinburg", "UTC"), (clock, zone) => {
    const moment = withOffset(clock, zone);
    assert.equal(moment.slice(0, 19), clock);
    assert.match(moment.slice(19), /^[+-]\d\d:00$/);
    assert.equal(
      Temporal.Instant.from(moment).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "second" }),
      clock,
    );
  }));
});
