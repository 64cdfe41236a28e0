/**
 * A write that takes long to leave: the portal may begin to work on it just before the program gives it up.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { until } from "../stand/portal/plain_client.ts";
import { openSite } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const CONTACTS = 3;

Deno.test("a write that arrived late is waited for as long as the portal may work on it, and not made twice", async () => {
  const day = new ClinicDay();
  day.reception(day.patient("Медленная Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  await using site = await openSite(clinic);
  const { portal, clock, proxy } = site;
  proxy.onRequest({ when: "in body", act: 400, nth: CONTACTS });
  const held = portal.faults.request({ carrying: "crm.contact.add", kind: "hold" });
  const running = site.run(["once"]);
  await until(() => proxy.arrivals.length >= CONTACTS);
  // The body takes 65 seconds, and 5 seconds later the limit of 70 is over.
  clock.pass(65_000);
  await until(() => held.fired > 0);
  clock.pass(5_000);
  await proxy.down();
  await proxy.up();
  assert.equal((await running).code, 1);
  // The portal may work until 60 seconds after it had all of it.
  clock.pass(50_000);
  assert.equal((await site.run(["once"])).code, 0);
  assert.equal(portal.calls("crm.contact.add").length, 1);
  held.release();
  await until(() => portal.contacts.size === 1);
  clock.pass(30_000);
  assert.equal((await site.run(["once"])).code, 0);
  assert.deepEqual([portal.contacts.size, portal.deals.size], [1, 1]);
});
