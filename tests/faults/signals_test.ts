/**
 * Ctrl+C in the middle of a sync, once and twice, on the real process; and a run whose time is up.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../scripts/permissions.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { type ClinicStand, startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { configText } from "../stand/config_text.ts";
import { until } from "../stand/portal/plain_client.ts";
import { type PortalStand, startPortalStand } from "../stand/portal/stand.ts";
import { assertOneEach, keysOf } from "./holdings.ts";
import { type Program, programIn, type Started } from "./program.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const COUNT = 250;
const KEYS = Array.from({ length: COUNT }, (_, index) => `F1_${501 + index}`);
const LATENCY_MS = 60;

async function manyReceptions(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  day.nextId(10_000);
  for (let index = 0; index < COUNT; index++) {
    const at = `2026-03-02T09:${String(index % 60).padStart(2, "0")}:00`;
    day.reception(day.patient(`Сигналов Пётр${index}`, null), at, { ID: 501 + index });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

interface Scene extends AsyncDisposable {
  readonly portal: PortalStand;
  readonly program: Program;
  readonly folder: string;
  readonly home: string;
}

async function scene(clinic: ClinicStand): Promise<Scene> {
  const home = await Deno.makeTempDir({ prefix: "ident-sync-signals-" });
  const portal = await startPortalStand({ settings: { rate: undefined, latencyMs: LATENCY_MS } });
  await Deno.mkdir(join(home, "pc"));
  const config = configText(clinic, portal.url, { Bitrix24: { settle_seconds: 1, rate_limit: 50 } });
  await Deno.writeTextFile(join(home, "pc", "config.ini"), config, { mode: 0o600 });
  return {
    portal,
    program: await programIn(home),
    folder: "pc",
    home,
    async [Symbol.asyncDispose]() {
      await portal[Symbol.asyncDispose]();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Resolves when the portal has made its first deals. */
async function atWork({ portal }: Scene, run: Started): Promise<void> {
  let over = false;
  run.ended.finally(() => over = true).catch(() => {});
  while (portal.deals.size === 0 && !over) await new Promise((resolve) => setTimeout(resolve, 2));
}

const itemsOf = async ({ home }: Scene) => JSON.parse(await Deno.readTextFile(join(home, "pc/queue.json"))).items;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`${signal}: what has begun is finished, exit code 130, and the next run carries the rest`, async () => {
    await manyReceptions();
    await using it = await scene(clinic);
    const run = it.program.start("once", it.folder);
    await atWork(it, run);
    run.kill(signal);
    const { code, out, err } = await run.ended;
    assert.equal(code, 130, out + err);
    assert.match(err, /^Останавливаюсь: начатое будет закончено/m);
    assert.match(out, /Остановлено по просьбе пользователя\. Остальное будет перенесено при следующем запуске\.\n$/);
    const done = it.portal.deals.size;
    assert.ok(done > 0 && done < COUNT, `${done} of ${COUNT}`);
    // Nothing is left in the air, and no contact is left without its deal.
    assert.deepEqual(await itemsOf(it), []);
    assert.equal(it.portal.contacts.size, done);
    const next = await it.program.run("once", it.folder);
    assert.equal(next.code, 0, next.err);
    assertOneEach(it.portal, KEYS);
    assert.equal(it.portal.contacts.size, COUNT);
    assert.deepEqual(it.portal.mistakes, []);
  });
}

Deno.test("where nothing can be written to, the work goes on; only an end that would be 0 becomes 2", async () => {
  await manyReceptions();
  await using it = await scene(clinic);
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const code = async (...args: string[]) => {
    const line = `${[Deno.execPath(), "run", "--no-check", ...PERMISSIONS, main, ...args].join(" ")} > /dev/full 2>&1`;
    const signal = AbortSignal.timeout(60_000);
    return (await new Deno.Command("sh", { args: ["-c", line], stdin: "null", signal }).output()).code;
  };
  assert.equal(await code("--help"), 2);
  assert.equal(await code("once", "--config", join(it.home, "pc", "config.ini")), 2);
  assertOneEach(it.portal, KEYS);
  clinic.faults.refuseLogins({ number: 18456 });
  assert.equal(await code("once", "--config", join(it.home, "pc", "config.ini")), 3);
  clinic.faults.clear();
});

Deno.test("SIGHUP of a terminal that is gone: what has begun is finished all the same", async () => {
  await manyReceptions();
  await using it = await scene(clinic);
  const run = it.program.start("once", it.folder, { unheard: true });
  await atWork(it, run);
  run.kill("SIGHUP");
  assert.equal((await run.ended).code, 130);
  assert.deepEqual(await itemsOf(it), []);
  assert.equal(it.portal.contacts.size, it.portal.deals.size);
});

Deno.test("a second Ctrl+C ends at once, with 130; later runs make it whole", async () => {
  await manyReceptions();
  await using it = await scene(clinic);
  const run = it.program.start("once", it.folder);
  await atWork(it, run);
  // The request in hand is not answered any more.
  const inHand = it.portal.faults.request({ kind: "hold" });
  await until(() => inHand.fired > 0);
  run.kill("SIGINT");
  await until(() => run.err().includes("Останавливаюсь"));
  run.kill("SIGINT");
  const { code, err } = await run.ended;
  inHand.release();
  assert.equal(code, 130);
  assert.match(err, /\nПрервано\. Что не подтверждено, будет проверено при следующем запуске\.\n$/);
  it.portal.settings.latencyMs = 0;
  for (let runs = 0; runs < 4; runs++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await it.program.run("once", it.folder);
  }
  assertOneEach(it.portal, KEYS);
  assert.equal(it.portal.contacts.size, COUNT);
});

Deno.test("a run whose time is up stops politely, and the next ones carry the rest", async () => {
  await manyReceptions();
  await using site = await openSite(clinic, { Sync: { max_run_minutes: 1 } });
  const { portal, clock } = site;
  portal.settings.rate = undefined;
  // Every request takes twelve seconds.
  clock.onWait = () => clock.pass(12_000);
  let runs = 0;
  const counts: number[] = [];
  while (keysOf(portal).length < COUNT && ++runs < 15) {
    const begun = clock.now();
    const { code, out, err } = await site.run(["once"]);
    assert.equal(code, 0, err);
    counts.push(portal.deals.size);
    if (portal.deals.size < COUNT) {
      assert.match(out, /Время одного запуска вышло\. Остальное будет перенесено при следующем запуске\.\n$/);
    }
    // Its time, and what had begun by then.
    assert.ok(clock.now() - begun <= 4 * 60_000, `${(clock.now() - begun) / 1000} s`);
    assert.deepEqual((await site.pc.json("queue.json")).items, []);
  }
  assert.ok(counts.length > 1, counts.join());
  assertOneEach(portal, KEYS);
  assert.equal(portal.contacts.size, COUNT);
});
