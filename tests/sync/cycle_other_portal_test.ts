/** What a cycle makes of what an earlier one carried to another portal: a trial one, or the same one under a new name. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import type { QueueItem } from "../../src/sync/queue/item.ts";
import { contact, contactFor, dealFor, lead, patient, reception } from "./made_up.ts";
import { clinicTime } from "./memory_clinic.ts";
import { HOUR, keysOf, MINUTE, Scene } from "./scene.ts";

const DAY = 24 * HOUR;

/** A scene whose files tell of another portal, up to `daysAgo`. */
async function sceneOfOther(daysAgo: number, items: readonly QueueItem[] = []): Promise<Scene> {
  const scene = new Scene();
  scene.now = 60 * DAY;
  await scene.cycle();
  scene.durable = { items, state: { ...scene.durable.state, portal: "former.example" } };
  scene.now += daysAgo * DAY;
  return scene;
}

const item = (scene: { readonly now: number }, key: string, changes: Partial<QueueItem> = {}): QueueItem => ({
  key,
  status: "processing",
  retries: 0,
  unanswered: 1,
  failures: 0,
  createdAt: scene.now - HOUR,
  updatedAt: scene.now - HOUR,
  lastError: "ответа нет",
  nextRetryAt: scene.now - HOUR + 75_000,
  sentAt: scene.now - HOUR,
  patient: undefined,
  holds: false,
  lead: undefined,
  contact: undefined,
  ...changes,
});

Deno.test("another portal: also what changed before initial_days, while the program stood still, is carried to it", async () => {
  const scene = await sceneOfOther(20);
  for (const id of [1, 6, 19]) scene.clinic.put(reception(id), id, scene.now - id * DAY);
  scene.clinic.put(reception(26), 26, scene.now - 26 * DAY);
  scene.clinic.put(reception(30), 30, scene.now - 30 * DAY);
  await scene.cycle();
  assert.deepEqual(
    keysOf(scene),
    ["F1_1", "F1_19", "F1_26", "F1_6"],
    "30 days are too far back for the first portal too",
  );
  assert.match(
    scene.log.join("\n"),
    /former\.example, теперь — на portal\.example\. .* с \d\d\.\d\d\.2026; дублей не будет/,
  );
  scene.log.length = 0;
  await scene.cycle();
  assert.deepEqual(scene.log, []);
});

Deno.test("back on the portal of before, what changed while another one was carried to is carried to it", async () => {
  const scene = await sceneOfOther(0);
  const host = "portal.example";
  scene.durable = { ...scene.durable, state: { ...scene.durable.state, portal: host } };
  for (const id of [1, 12]) scene.clinic.put(reception(id), id, scene.now + (20 - id) * DAY);
  const trial = new Scene();
  for (const entry of scene.clinic.all()) {
    trial.clinic.put(entry.reception, entry.id, scene.now + (20 - entry.id) * DAY);
  }
  trial.now = scene.now + 20 * DAY;
  trial.host = "trial.example";
  trial.durable = scene.durable;
  await trial.cycle();
  assert.deepEqual(keysOf(trial), ["F1_1", "F1_12"]);
  scene.durable = trial.durable;
  scene.now += 20 * DAY + HOUR;
  await scene.cycle();
  assert.deepEqual(keysOf(scene), ["F1_1", "F1_12"]);
});

Deno.test("another portal: what was deleted in the clinic is not judged at once", async () => {
  const scene = await sceneOfOther(1);
  scene.clinic.carry(reception(1));
  const gone = dealFor(9, reception(9));
  const soon = clinicTime(scene.now + HOUR).slice(0, 19).replace(" ", "T");
  scene.portal.deals.push({ ...gone, fields: { ...gone.fields, UF_START: `${soon}+00:00` } });
  const broken = new IdentSyncError("portal", { what: "портал недоступен" });
  await assert.rejects(scene.cycle({ portal: { lookUp: () => Promise.reject(broken) } }), { code: "portal" });
  scene.now += MINUTE;
  await scene.cycle();
  assert.ok(scene.log.every((line) => !line.includes("больше нет")), scene.log.join("\n"));
  scene.now += DAY;
  await scene.cycle();
  assert.ok(scene.log.some((line) => line.includes("F1_9 в IDENT больше нет")), "the next day it is");
});

Deno.test("another portal: a contact of it is not taken for the one of the same number that was being given away", async () => {
  const scene = await sceneOfOther(1);
  scene.durable = { ...scene.durable, items: [item(scene, "F1_1", { patient: "F1_P1", contact: 7, lead: 7 })] };
  scene.clinic.carry(reception(1, { patient: patient(1, { surname: "Лютикова" }) }), reception(2));
  scene.portal.contacts.push(contact(7, { phones: patient(2).phones }));
  await scene.cycle();
  assert.deepEqual(keysOf(scene), ["F1_1", "F1_2"]);
  assert.equal(scene.portal.deals.find(({ key }) => key === "F1_2")?.contactId, 7);
  assert.deepEqual(scene.durable.items, []);
});

Deno.test("another name of the same portal: a lead whose conversion was begun is converted all the same", async () => {
  const scene = await sceneOfOther(1);
  const of = reception(1);
  scene.durable = { ...scene.durable, items: [item(scene, "F1_1", { patient: "F1_P1", lead: 40 })] };
  scene.clinic.carry(of);
  scene.portal.contacts.push(contactFor(7, of.patient));
  scene.portal.deals.push(dealFor(70, of, { leadId: 40 }));
  scene.portal.leads.push(lead(40));
  await scene.cycle();
  assert.equal(scene.portal.leads[0].status, "CONVERTED");
});

Deno.test("another portal: what the first one had refused for good is tried on it, and all attempts count anew", async () => {
  const scene = await sceneOfOther(30);
  const given = { status: "failed", retries: 100, nextRetryAt: undefined, sentAt: undefined } as const;
  scene.durable = { ...scene.durable, items: [item(scene, "F1_1", given), item(scene, "не номер", given)] };
  scene.clinic.put(reception(1), 1, scene.now - 50 * DAY);
  scene.fate = () => ({ kind: "refused", reason: "отказ" });
  await scene.cycle();
  const { retries, status } = scene.durable.items.find(({ key }) => key === "F1_1")!;
  assert.deepEqual([retries, status], [1, "pending"]);
  assert.ok(scene.durable.items.some(({ key, status }) => key === "не номер" && status === "failed"));
  scene.fate = () => "done";
  scene.now += HOUR;
  await scene.cycle();
  assert.deepEqual(keysOf(scene), ["F1_1"]);
});

Deno.test("another name of the same portal: as long as a write may be in work there, nothing is sent, and it is said", async () => {
  const scene = await sceneOfOther(1);
  const sentAt = scene.now - MINUTE;
  const inFlight = item(scene, "F1_1", {
    patient: "F1_P1",
    contact: 7,
    holds: true,
    sentAt,
    nextRetryAt: sentAt + 75_000,
  });
  scene.durable = { ...scene.durable, items: [inFlight] };
  scene.clinic.carry(reception(1), reception(2));
  const report = await scene.cycle();
  assert.deepEqual([report.errors, report.synced, scene.portal.requests.length], [1, 0, 0]);
  assert.match(
    scene.log.join("\n"),
    /former\.example.*ещё не подтвердил.*portal\.example.*при следующей синхронизации/s,
  );
  assert.deepEqual([scene.durable.state.portal, scene.durable.items], ["former.example", [inFlight]]);
  scene.now += MINUTE;
  assert.equal((await scene.cycle()).synced, 2);
  assert.deepEqual(keysOf(scene), ["F1_1", "F1_2"]);
});
