/** Copy to tests/faults/ to run it in the tree; here the imports are absolute. */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());
const HOUR = 3_600_000;

async function oneReception(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  day.reception(day.patient("Часова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

Deno.test("run waits one interval, not hours, when the PC's clock is set back while a cycle is at work", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  const stop = new AbortController();
  let moved = false;
  let wait = 0;
  site.clock.onWait = (milliseconds, until) => {
    if (until !== undefined) {
      wait = milliseconds;
      stop.abort();
    } else if (!moved) {
      moved = true;
      site.clock.pass(-3 * HOUR);
    }
  };
  await site.run(["run"], { stop: stop.signal });
  assert.ok(wait <= 2 * 60_000, `the next cycle comes in ${wait / 60_000} minutes`);
});

Deno.test("a run's time is up after max_run_minutes also when the PC's clock is set back", async () => {
  await clinic.clear();
  const day = new ClinicDay();
  for (let index = 0; index < 900; index++) {
    day.reception(day.patient(`Часов Пётр${index}`, null), "2026-03-02T09:00:00", { ID: 20_000 + index });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  await using site = await openSite(clinic, { Sync: { max_run_minutes: 1 } });
  site.portal.settings.rate = undefined;
  let passed = 0;
  site.clock.onWait = () => {
    site.clock.pass(12_000);
    if (passed === 0) site.clock.pass(-3 * HOUR);
    passed += 12_000;
  };
  const { out } = await site.run(["once"]);
  assert.match(out, /Время одного запуска вышло/, `it worked for ${passed / 1000} s`);
});
