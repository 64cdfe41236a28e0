/** Going back on the last good copy of a damaged file, as the error says: what has happened since is done again, no doubles. */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

async function reception(ID: number): Promise<void> {
  const day = new ClinicDay();
  day.nextId(ID * 100);
  day.reception(day.patient(`Копиева Анна${ID}`, `8900000${1000 + ID}`), "2026-03-02T09:59:00", { ID });
  await clinic.insert(day.take());
}

async function begin(): Promise<void> {
  await clinic.clear();
  await reception(501);
  clinic.setClock("2026-03-02T10:00:00");
}

/** The file is damaged; the message is read, and done. */
async function goBack({ pc, run }: Pick<Site, "pc" | "run">, name: string): Promise<void> {
  const path = pc.path(name);
  await Deno.writeTextFile(path, '{"version": 2,');
  const { code, err } = await run(["once"]);
  assert.equal(code, 2);
  assert.ok(err.includes(`Удалите его и переименуйте его копию ${name}.bak в ${name}`), err);
  await Deno.remove(path);
  await Deno.rename(`${path}.bak`, path);
}

Deno.test("the copy of sync_state.json is what the last run that changed it began with, and what is carried again is not doubled", async () => {
  await begin();
  await using site = await openSite(clinic);
  assert.equal((await site.run(["once"])).code, 0);
  const first = await Deno.readTextFile(site.pc.path("sync_state.json"));
  assert.equal(await site.pc.json("sync_state.json.bak"), undefined, "there was nothing to be copied");
  await reception(502);
  assert.equal((await site.run(["once"])).code, 0);
  assert.equal(await Deno.readTextFile(site.pc.path("sync_state.json.bak")), first);
  await goBack(site, "sync_state.json");
  await reception(503);
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, ["F1_501", "F1_502", "F1_503"]);
});

Deno.test("what the copy of queue.json does not know is taken up by the daily comparison", async () => {
  await begin();
  await using site = await openSite(clinic);
  assert.equal((await site.run(["once"])).code, 0);
  await reception(502);
  site.portal.faults.command({ method: "crm.deal.add", kind: "error", code: "", description: "нельзя" });
  assert.equal((await site.run(["once"])).code, 1);
  await goBack(site, "queue.json");
  assert.ok(!(await Deno.readTextFile(site.pc.path("queue.json"))).includes("F1_502"));
  clinic.setClock("2026-03-03T10:00:00");
  site.clock.pass(86_400_000);
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, ["F1_501", "F1_502"]);
});

Deno.test("a run that finds a damaged file, or only looks, makes no copy", async () => {
  await begin();
  await using site = await openSite(clinic);
  assert.equal((await site.run(["once"])).code, 0);
  await reception(502);
  await site.run(["once", "--dry-run"]);
  for (const name of ["sync_state.json.bak", "queue.json.bak"]) {
    const before = await Deno.readTextFile(site.pc.path(name)).catch(() => undefined);
    const file = site.pc.path(name.replace(".bak", ""));
    const whole = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, whole.slice(0, -10));
    assert.equal((await site.run(["once"])).code, 2);
    assert.equal(await Deno.readTextFile(site.pc.path(name)).catch(() => undefined), before);
    await Deno.writeTextFile(file, whole);
  }
});
