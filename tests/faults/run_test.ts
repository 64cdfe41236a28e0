/**
 * `run`: cycles from start to start, never two at a time, through the portal's absence, until Ctrl+C.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const MINUTE = 60_000;
let day = new ClinicDay();

async function oneReception(): Promise<void> {
  await clinic.clear();
  day = new ClinicDay();
  day.reception(day.patient("Циклова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

/** The clinic's clock goes along with the PC's. */
const setClinicsClock = ({ clock }: Site): void =>
  clinic.setClock(new Date(clock.now() + 3 * 60 * MINUTE).toISOString().slice(0, 19));

/**
 * Runs `run` until `between` says to stop: it is called after each cycle with the cycle's number and the wait that
 * follows. Returns what was shown.
 */
async function runUntil(
  site: Site,
  between: (cycle: number, wait: number) => boolean | Promise<boolean>,
): Promise<{ out: string; err: string; waits: number[] }> {
  const stop = new AbortController();
  const waits: number[] = [];
  site.clock.onWait = async (milliseconds, until) => {
    // Waits within a cycle are of seconds.
    if (until === undefined || milliseconds < MINUTE) return;
    waits.push(milliseconds);
    if (await between(waits.length, milliseconds)) stop.abort();
    setClinicsClock(site);
  };
  const { code, out, err } = await site.run(["run"], { stop: stop.signal });
  assert.equal(code, 130);
  return { out, err, waits };
}

Deno.test("the first cycle comes at once, the others every interval from start to start; each says what it did", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 3 } });
  const { portal, clock } = site;
  const begun = clock.now();
  const { out, waits, err } = await runUntil(site, async (cycle) => {
    if (cycle === 1) assertOneEach(portal, ["F1_501"]);
    if (cycle === 2) {
      day.reception(day.patient("Циклов Пётр", null), "2026-03-02T10:01:00", { ID: 502 });
      await clinic.insert(day.take());
    }
    return cycle === 4;
  });
  assert.equal(err, "");
  assert.deepEqual(waits, [3, 3, 3, 3].map((minutes) => minutes * MINUTE));
  assert.equal(clock.now() - begun, 12 * MINUTE);
  assertOneEach(portal, ["F1_501", "F1_502"]);
  const queue = "Очередь: всего=0, pending=0, failed=0, completed=0";
  const block = (count: number) =>
    `\\d\\d:\\d\\d:\\d\\d Перенос окончен\\.\n={80}\nРезультаты синхронизации\n={80}\nПолучено из БД: {7}${count}\n[^]*?\n={80}\n${queue}\n`;
  assert.match(
    out,
    new RegExp(
      `^Синхронизация каждые 3 мин\\. Остановить: Ctrl\\+C\\.\n${
        block(1)
      }\\d\\d:\\d\\d:\\d\\d Изменений нет\\.\n${queue}\n` +
        `${block(1)}\\d\\d:\\d\\d:\\d\\d Изменений нет\\.\n${queue}\nПрограмма остановлена\\.\n$`,
    ),
  );
});

Deno.test("a cycle that takes longer than the interval is followed by the next one at once, never joined by it", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 1 } });
  const { portal, clock } = site;
  const stop = new AbortController();
  const waits: number[] = [];
  const starts: number[] = [];
  clock.onWait = (milliseconds) => {
    if (milliseconds < MINUTE) {
      // The portal is slow: each request takes five minutes.
      clock.pass(5 * MINUTE);
      setClinicsClock(site);
      starts.push(portal.requests.length);
      return;
    }
    waits.push(milliseconds);
    stop.abort();
  };
  const { code, out, err } = await site.run(["run"], { stop: stop.signal });
  assert.deepEqual([code, err], [130, ""]);
  // The first cycle was late for the second, which had nothing to do and so waits out its own minute.
  assert.match(out, /Синхронизировано: {5}1[^]*Изменений нет\./);
  assert.deepEqual(waits, [MINUTE]);
  // No request began before the one before it was answered.
  assert.deepEqual(starts, starts.map((_, index) => index));
  assertOneEach(portal, ["F1_501"]);
});

Deno.test("a portal that is down makes the waits longer, up to a quarter of an hour, and is taken up again by itself", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  const { portal, proxy } = site;
  const begun = site.clock.now();
  const { waits, err, out } = await runUntil(site, async (cycle) => {
    if (cycle === 1) await proxy.down();
    if (cycle === 2) {
      day.reception(day.patient("Связев Пётр", null), "2026-03-02T10:01:00", { ID: 502 });
      await clinic.insert(day.take());
    }
    if (cycle === 7) await proxy.up();
    return cycle === 9;
  });
  // The second cycle has nothing to ask the portal; from the third on it is down for it.
  const minutes = waits.map((wait) => Math.round(wait / MINUTE));
  assert.deepEqual(minutes.slice(0, 2), [2, 2]);
  assert.deepEqual(minutes.slice(2, 7), [4, 8, 15, 15, 15]);
  assert.deepEqual(minutes.slice(7), [2, 2]);
  assert.equal(err.match(/Портал .* недоступен/g)?.length, 5);
  assert.match(err, /Следующая попытка через 4 мин\./);
  assert.match(err, /Следующая попытка через 15 мин\./);
  assert.equal(out.match(/^\d\d:\d\d:\d\d Синхронизация снова идёт\. Перенос окончен\.$/gm)?.length, 1);
  // Hours later it is to be seen when that was: on the PC's clock, which stands in Moscow.
  const local = (moment: number) => new Date(moment + 3 * 60 * MINUTE).toISOString().slice(11, 19);
  // The third cycle has tried for a quarter of a minute.
  const failed = begun + 4 * MINUTE + 15_000;
  assert.ok(err.startsWith(`${local(failed)} Перенос не удался.\nПортал `), err);
  assert.equal(err.match(/^\d\d:\d\d:\d\d Перенос не удался\.\nПортал /gm)?.length, 5);
  assertOneEach(portal, ["F1_501", "F1_502"]);
});

Deno.test("a database that is down is taken up again by itself", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  const { err, waits } = await runUntil(site, (cycle) => {
    if (cycle === 1) clinic.faults.dropConnections("nothing", { times: 8 });
    return cycle === 5;
  });
  assert.equal(err.match(/Следующая попытка/g)?.length, 2, err);
  assert.deepEqual(waits.map((wait) => Math.round(wait / MINUTE)), [2, 4, 8, 2, 2]);
  assertOneEach(site.portal, ["F1_501"]);
});

Deno.test("Ctrl+C between two cycles ends the wait, and says so", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  const stop = new AbortController();
  // A wait that nothing but the signal ends.
  const sleep = (milliseconds: number, until?: AbortSignal) => {
    if (until === undefined) return site.clock.sleep(milliseconds);
    const ended = new Promise<void>((resolve) => until.addEventListener("abort", () => resolve()));
    stop.abort();
    return ended;
  };
  const { code, out } = await site.run(["run"], { stop: stop.signal, sleep });
  assert.equal(code, 130);
  assert.match(out, /Программа остановлена\.\n$/);
});

Deno.test("a cycle that Ctrl+C breaks off says neither that nothing changed nor that the connection is back", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  clinic.faults.dropConnections("nothing", { times: 4 });
  const stop = new AbortController();
  site.clock.onWait = (milliseconds) => {
    if (milliseconds < MINUTE) return;
    clinic.faults.hangQueries({ matching: /INSERT INTO @page/ });
    setTimeout(() => stop.abort(), 200);
  };
  const { code, out, err } = await site.run(["run"], { stop: stop.signal });
  clinic.faults.clear();
  assert.equal(code, 130);
  assert.match(err, /Следующая попытка/);
  assert.match(out, /^Синхронизация каждые 2 мин\. Остановить: Ctrl\+C\.\nПрограмма остановлена\.\n$/);
});

Deno.test("a file that cannot be written in the first cycle does not end run: it goes on when it can", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  // A folder in the way of the file that is written first.
  const way = site.pc.path("queue.json.tmp");
  await Deno.mkdir(`${way}/full`, { recursive: true });
  const { err, waits } = await runUntil(site, async (cycle) => {
    if (cycle === 1) await Deno.remove(way, { recursive: true });
    return cycle === 2;
  });
  assert.match(err, /Не удалось записать файл .*queue\.json[^]*Следующая попытка/);
  assert.doesNotMatch(err, /запустите программу снова/);
  assert.deepEqual(waits.map((wait) => Math.round(wait / MINUTE)), [4, 2]);
  assertOneEach(site.portal, ["F1_501"]);
});

Deno.test("a wrong webhook does not end run, a wrong configuration does", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { interval_minutes: 2 } });
  site.portal.faults.request({
    kind: "answer",
    status: 401,
    body: { error: "INVALID_CREDENTIALS" },
    count: 2,
  });
  const { waits } = await runUntil(site, (cycle) => cycle === 3);
  assert.deepEqual(waits.map((wait) => Math.round(wait / MINUTE)), [4, 8, 2]);
  assertOneEach(site.portal, ["F1_501"]);
  await Deno.writeTextFile(site.pc.path("sync_state.json"), "{");
  assert.equal((await site.run(["run"])).code, 2);
});
