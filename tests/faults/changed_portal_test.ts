/**
 * Somebody changes the portal, or takes another one, while the program goes on.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { configText } from "../stand/config_text.ts";
import { startPortalStand } from "../stand/portal/stand.ts";
import { assertOneEach, keysOf } from "./holdings.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const KEY = "UF_CRM_1769072841035";
const MINUTE = 60_000;

async function oneReception(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  day.reception(day.patient("Переменова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

Deno.test("the key's field is deleted between two runs: exit code 2, nothing is made again, few requests", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  const { portal, clock } = site;
  assert.equal((await site.run(["once"])).code, 0);
  portal.settings.userFields.deal = portal.settings.userFields.deal.filter(({ name }) => name !== KEY);
  for (let index = 0; index < 300; index++) portal.deals.add({ TITLE: `Чужая ${index}` });
  await clinic.update("Receptions", 501, { Comment: "правка", DateTimeChanged: "2026-03-02T10:01:00" });
  clinic.setClock("2026-03-02T10:02:00");
  clock.pass(2 * MINUTE);
  const [deals, requests] = [portal.deals.size, portal.requests.length];
  for (const args of [["once"], ["once", "--full"]]) {
    const { code, err } = await site.run(args);
    assert.equal(code, 2, err);
    assert.match(err, /На портале больше нет поля сделки UF_CRM_1769072841035/);
  }
  assert.equal(portal.deals.size, deals);
  assert.ok(portal.requests.length - requests <= 6, `${portal.requests.length - requests} requests`);
});

Deno.test("another portal in config.ini: what was carried to the first one is carried to it as well, and it is said", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  await using trial = await startPortalStand({ now: site.clock.now });
  const config = await Deno.readTextFile(site.pc.path("config.ini"));
  await site.pc.configure(configText(clinic, trial.url, {}));
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(trial, ["F1_501"]);
  clinic.setClock("2026-03-02T11:00:00");
  site.clock.pass(60 * MINUTE);
  await site.pc.configure(config);
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.match(err, /Прошлый раз записи переносились на портал 127\.0\.0\.1:\d+, теперь — на 127\.0\.0\.1:\d+\./);
  assertOneEach(site.portal, ["F1_501"]);
  assert.equal((await site.run(["once"])).err, "");
});

Deno.test("two stages get one name while run works: it says so, waits, and goes on when that is mended", async () => {
  await oneReception();
  await using site = await openSite(clinic, { deal_stages: { protected: "Лечение идёт" } });
  const { portal, clock } = site;
  const [{ stages }] = portal.settings.pipelines;
  const stop = new AbortController();
  const names = new Map(stages.map((stage) => [stage, stage.name]));
  let waits = 0;
  clock.onWait = async (milliseconds) => {
    if (milliseconds < MINUTE) return;
    waits++;
    if (waits === 1) {
      // The next day the portal is asked anew.
      clock.pass(24 * 60 * MINUTE);
      clinic.setClock("2026-03-03T10:30:00");
      for (const stage of stages) stage.name = "Лечение идёт";
    }
    if (waits === 2) {
      for (const stage of stages) stage.name = names.get(stage)!;
      await clinic.update("Receptions", 501, { Comment: "позже", DateTimeChanged: "2026-03-03T10:29:00" });
    }
    if (waits === 3) stop.abort();
  };
  const { code, out, err } = await site.run(["run"], { stop: stop.signal });
  assert.equal(code, 130, out + err);
  assert.match(err, /есть стадии с одинаковым названием[^]*Следующая попытка/);
  assert.match(out, /Синхронизация снова идёт/);
  assert.deepEqual(keysOf(portal), ["F1_501"]);
  assert.equal(portal.deals.all()[0].UF_CRM_1769494714842, "позже");
});
