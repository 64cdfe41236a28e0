import assert from "node:assert/strict";
import { STATUSES, statusNamed, statusOf, type VisitTimes } from "../../src/reception/status.ts";

const NEVER: VisitTimes = {
  patientAppeared: undefined,
  receptionStarted: undefined,
  receptionEnded: undefined,
  checkIssued: undefined,
  isCancelled: false,
};
const AT = "2026-03-01T10:30:00";

const ONE: [time: keyof VisitTimes | undefined, status: string][] = [
  [undefined, "Запланирован"],
  ["patientAppeared", "Пациент пришел"],
  ["receptionStarted", "В процессе"],
  ["receptionEnded", "Завершен"],
  ["checkIssued", "Завершен (счет выдан)"],
  ["isCancelled", "Отменен"],
];

for (const [time, status] of ONE) {
  Deno.test(`a reception of which only ${time ?? "nothing"} has happened is «${status}»`, () => {
    assert.equal(
      statusOf(time === undefined ? NEVER : { ...NEVER, [time]: time === "isCancelled" ? true : AT }),
      status,
    );
  });
}

Deno.test("of all times that are set the furthest in the visit decides, a cancellation above all", () => {
  const order = ONE.map(([time]) => time).filter((time) => time !== undefined);
  for (let mask = 0; mask < 2 ** order.length; mask++) {
    const set = order.filter((_, index) => mask & (1 << index));
    const times = { ...NEVER, ...Object.fromEntries(set.map((time) => [time, time === "isCancelled" ? true : AT])) };
    assert.equal(statusOf(times), ONE.find(([time]) => time === set.at(-1))![1]);
  }
});

Deno.test("every status can come about", () => {
  assert.deepEqual(new Set(ONE.map(([, status]) => status)), new Set(STATUSES));
});

const NAMED: [text: string, status: string | undefined][] = [
  ...STATUSES.map((status): [string, string] => [status, status]),
  ["Завершён (счёт выдан)", "Завершен (счет выдан)"],
  [" ПАЦИЕНТ  пришёл ", "Пациент пришел"],
  ["Завершен(счет выдан)", "Завершен (счет выдан)"],
  ["Новая", undefined],
  ["", undefined],
];

for (const [text, status] of NAMED) {
  Deno.test(`${JSON.stringify(text)} ${status === undefined ? "names no status" : `names «${status}»`}`, () => {
    assert.equal(statusNamed(text), status);
  });
}
