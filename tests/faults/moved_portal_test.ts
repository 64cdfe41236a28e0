/**
 * A portal that was renamed: the old address answers 302.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertHolds, assertOneEach, holdings } from "./holdings.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

async function receptions(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  for (const ID of [501, 502]) {
    day.reception(day.patient(`Переездов Пётр${ID} $result[0]`, `7900${1_000_000 + ID}`), "2026-03-02T09:00:00", {
      ID,
    });
  }
  day.reception(day.patient("Переездова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 503, Comment: "«Ёлка»" });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

const KEYS = ["F1_501", "F1_502", "F1_503"];

Deno.test("302 to the same webhook elsewhere: each request goes there as a POST with its body, and the user is told", async () => {
  await receptions();
  await using untouched = await openSite(clinic);
  await untouched.run(["once"]);
  await using site = await openSite(clinic);
  await using renamed = await openSite(clinic);
  const location = renamed.portal.url;
  for (const on of ["batch", "crm.contact.add", "crm.deal.add"]) {
    site.portal.faults.request({ on, kind: "redirect", location: location + on, count: Infinity });
  }
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.match(out + err, new RegExp(`Портал переехал на адрес ${new URL(location).host}\\. Исправьте webhook_url`));
  assert.equal((out + err).match(/переехал/g)?.length, 1);
  for (const text of [out, err, await site.pc.log()]) assert.ok(!text.includes(site.portal.secret));
  assert.equal(site.portal.deals.size, 0);
  assertOneEach(renamed.portal, KEYS);
  assertHolds(renamed.portal, holdings(untouched.portal));
  assert.deepEqual([...new Set(renamed.portal.requests.map(({ httpMethod }) => httpMethod))], ["POST"]);
  assert.deepEqual(renamed.portal.mistakes, []);
  // The first request alone went to the old address.
  assert.equal(site.portal.requests.length, 1);
});

Deno.test("a portal that is renamed in the middle of a run: its writes go to the new address once", async () => {
  await receptions();
  await using site = await openSite(clinic);
  const { portal } = site;
  // The portal is the same; only its name has changed.
  portal.faults.request({ carrying: "crm.deal.add", kind: "redirect", location: `${portal.url}batch`, count: 1 });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assertOneEach(portal, KEYS);
});

Deno.test("a redirection that is not the same webhook at another host gets nothing of a patient's data", async () => {
  await receptions();
  await using site = await openSite(clinic);
  await using stranger = await openSite(clinic);
  const location = `http://127.0.0.1:${stranger.portal.port}/`;
  site.portal.faults.request({ carrying: "crm.contact.add", kind: "redirect", location, count: Infinity });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 1, err);
  assert.deepEqual(stranger.portal.requests.map(({ target }) => target), []);
  site.portal.faults.clear();
  site.clock.pass(3_600_000);
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, KEYS);
});
