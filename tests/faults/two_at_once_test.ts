import assert from "node:assert/strict";
import { join } from "node:path";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { configText } from "../stand/config_text.ts";
import { startPortalStand } from "../stand/portal/stand.ts";
import { assertOneEach } from "./holdings.ts";
import { type Ended, programIn } from "./program.ts";

const ROUNDS = 50;
const LANES = 2;

Deno.test(`two at once, ${ROUNDS} times: never a double, and the second waits for nothing: it ends with code 5 while the first is at work, and says why`, async () => {
  const home = await Deno.makeTempDir({ prefix: "ident-sync-two-" });
  await using clinic = await startClinicStand();
  const day = new ClinicDay();
  const ids = Array.from({ length: 10 }, (_, index) => 501 + index);
  for (const ID of ids) day.reception(day.patient(`Парин Пётр${ID}`, `8900000${ID}0`), "2026-03-02T09:00:00", { ID });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const program = await programIn(home);
  const round = async (name: string) => {
    await using portal = await startPortalStand();
    // The one that comes first stays in the middle of its work until the other has ended, which so cannot have waited for it.
    const first = portal.faults.request({ carrying: "crm.contact.add", kind: "hold" });
    await Deno.mkdir(join(home, name));
    const config = configText(clinic, portal.url, { Bitrix24: { request_timeout: 300 } });
    await Deno.writeTextFile(join(home, name, "config.ini"), config, { mode: 0o600 });
    const both = [program.start("once", name), program.start("once", name)].map(({ ended }) => ended);
    const turnedAway = await Promise.race(both);
    first.release();
    const ended = await Promise.all(both);
    checkTurnedAway(turnedAway);
    assert.deepEqual(ended.map(({ code }) => code).sort(), [0, 5], name);
    assert.equal(first.fired, 1, name);
    assertOneEach(portal, ids.map((id) => `F1_${id}`), name);
    assert.equal(portal.contacts.size, ids.length);
  };
  try {
    let next = 0;
    const lane = async () => {
      while (next < ROUNDS) await round(`round${++next}`);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

function checkTurnedAway({ code, out, err }: Ended): void {
  assert.equal(code, 5, out + err);
  assert.equal(out, "");
  assert.match(err, /^Синхронизация уже идёт( \(начата \d\d\.\d\d\.\d{4} в \d\d:\d\d, процесс \d+\))?\.\n/);
  assert.match(err, /Дождитесь окончания первой/);
  assert.ok(err.trim().split("\n").length <= 3, err);
}
