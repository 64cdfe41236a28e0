/** The daily comparison, and a database whose clock went back. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../../src/error.ts";
import { dealFor, patient, reception, STAGES } from "../made_up.ts";
import { clinicTime } from "../memory_clinic.ts";
import type { QueueItem } from "../../../src/sync/queue_item.ts";
import { HOUR, MINUTE, Scene } from "../scene.ts";

const DAY = 24 * HOUR;

/** A scene in which receptions 1 to 3 were carried over yesterday. */
async function carried(): Promise<Scene> {
  const scene = new Scene();
  for (const id of [1, 2, 3]) scene.clinic.carry(reception(id));
  await scene.cycle();
  scene.now += DAY;
  return scene;
}

const dealOf = (scene: Scene, key: string) => scene.portal.deals.find((deal) => deal.key === key)!;

Deno.test("everything is compared once a day, by the database's day", async () => {
  const scene = await carried();
  await scene.cycle();
  scene.now += HOUR;
  await scene.cycle();
  assert.equal(scene.clinic.planned, 2);
  assert.equal(scene.durable.state.sweep.day, clinicTime(scene.now).slice(0, 10));
});

Deno.test("a comparison that finds nothing sends nothing", async () => {
  const scene = await carried();
  const before = scene.portal.requests.length;
  const report = await scene.cycle();
  assert.deepEqual([scene.portal.requests.length, report.received, report.errors], [before, 0, 0]);
});

Deno.test("an edit without a time stamp is found and carried over", async () => {
  const scene = await carried();
  scene.clinic.put(reception(2, { comment: "новый" }), 2, 0);
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_2").fields.UF_COMMENT, "новый");
});

const contactOf = (scene: Scene, key: string) =>
  scene.portal.contacts.find(({ id }) => id === dealOf(scene, key).contactId)!;

Deno.test("a phone, a card and a parent that come to a patient without a time stamp are found and carried over", async () => {
  const scene = new Scene();
  const without = patient(2, { phones: [], cardNumber: "" });
  scene.clinic.carry(reception(1), reception(2, { patient: without }));
  await scene.cycle();
  scene.now += DAY;
  scene.clinic.put(reception(2, { patient: { ...without, phones: ["+79000000002"] } }), 2, 0);
  assert.equal((await scene.cycle()).received, 1);
  assert.deepEqual(contactOf(scene, "F1_2").phones, ["+79000000002"]);
  scene.now += DAY;
  // The deal's own fields show it already.
  const now = patient(2, { cardNumber: "К-7", parent: "Мать" });
  const { id } = dealOf(scene, "F1_2");
  scene.portal.deals = scene.portal.deals.map((deal) =>
    deal.id !== id
      ? deal
      : { ...deal, fields: { ...deal.fields, UF_CARD: "К-7", UF_OLD_CARD: "К-7", UF_PARENT: "Мать" } }
  );
  scene.clinic.put(reception(2, { patient: now }), 2, 0);
  await scene.cycle();
  assert.deepEqual([contactOf(scene, "F1_2").fields.UF_C_CARD, contactOf(scene, "F1_2").fields.UF_C_PARENT], [
    "К-7",
    "Мать",
  ]);
  const sent = scene.portal.requests.length;
  scene.now += DAY;
  await scene.cycle();
  assert.equal(scene.portal.requests.length, sent);
});

Deno.test("a reception that is another patient's without a time stamp goes to that patient's contact", async () => {
  const scene = new Scene();
  const [first, second] = [patient(1), patient(2)];
  scene.clinic.carry(reception(1, { patient: first }), reception(2, { patient: second }));
  await scene.cycle();
  scene.now += DAY;
  scene.clinic.put(reception(1, { patient: second }), 1, 0);
  await scene.cycle();
  assert.equal(contactOf(scene, "F1_1").originId, "F1_P2");
});

Deno.test("what the portal does not take over into a contact is sent once, not every day", async () => {
  const scene = new Scene();
  const without = patient(1, { phones: [] });
  scene.clinic.carry(reception(1, { patient: without }));
  await scene.cycle();
  scene.clinic.put(reception(1, { patient: patient(1) }), 1, 0);
  const sent: number[] = [];
  for (let day = 0; day < 3; day++) {
    scene.now += DAY;
    await scene.cycle();
    sent.push(scene.portal.requests.length);
    scene.portal.contacts = scene.portal.contacts.map((contact) => ({ ...contact, phones: [] }));
  }
  assert.deepEqual(sent, [sent[0], sent[0] + 1, sent[0] + 1], "the second day shows that it did not help");
});

Deno.test("a reception that is deleted while its page is read hides no difference on the later pages", async () => {
  const scene = new Scene();
  const ids = Array.from({ length: 700 }, (_, index) => index + 1);
  for (const id of ids) scene.clinic.carry(reception(id));
  await scene.cycle();
  scene.now += DAY;
  scene.clinic.vanishing.add(3);
  scene.clinic.put(reception(650, { comment: "новый" }), 650, 0);
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_650").fields.UF_COMMENT, "новый");
});

Deno.test("a deal that was lost is made again", async () => {
  const scene = await carried();
  scene.portal.deals.splice(scene.portal.deals.indexOf(dealOf(scene, "F1_2")), 1);
  await scene.cycle();
  assert.deepEqual(scene.portal.deals.map(({ key }) => key).sort(), ["F1_1", "F1_2", "F1_3"]);
});

Deno.test("a deal that a manager closed is no difference", async () => {
  const scene = await carried();
  const index = scene.portal.deals.indexOf(dealOf(scene, "F1_2"));
  scene.portal.deals[index] = { ...scene.portal.deals[index], stage: "LOSE", closed: true };
  scene.clinic.put(reception(2, { comment: "новый" }), 2, 0);
  const before = scene.portal.requests.length;
  await scene.cycle();
  assert.equal(scene.portal.requests.length, before);
});

Deno.test("what the portal shows in its own way is sent by one comparison only", async () => {
  const scene = await carried();
  const index = scene.portal.deals.indexOf(dealOf(scene, "F1_2"));
  const stubborn = () =>
    scene.portal.deals[index] = {
      ...scene.portal.deals[index],
      fields: { ...scene.portal.deals[index].fields, UF_COMMENT: "Перез…" },
    };
  stubborn();
  const sent: number[] = [];
  for (let day = 0; day < 3; day++) {
    const before = scene.portal.requests.length;
    await scene.cycle();
    sent.push(scene.portal.requests.length - before);
    stubborn();
    scene.now += DAY;
  }
  assert.deepEqual(sent, [1, 0, 0]);
});

Deno.test("a comparison that the portal breaks off is made again, and nothing is passed over", async () => {
  const scene = await carried();
  scene.clinic.put(reception(2, { comment: "новый" }), 2, 0);
  const broken = new IdentSyncError("portal", { what: "портал недоступен" });
  await assert.rejects(scene.cycle({ portal: { dealsByKey: () => Promise.reject(broken) } }), broken);
  assert.notEqual(scene.durable.state.sweep.day, clinicTime(scene.now).slice(0, 10));
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_2").fields.UF_COMMENT, "новый");
});

Deno.test("a reception that was deleted is told, its deal stays as it is", async () => {
  const scene = await carried();
  scene.clinic.delete(2);
  const report = await scene.cycle();
  assert.equal(report.deleted, 1);
  assert.ok(scene.log.some((line) => line.includes("F1_2") && line.includes(String(dealOf(scene, "F1_2").id))));
  assert.equal(dealOf(scene, "F1_2").stage, "NEW");
});

/** So many receptions were carried over and are gone from the clinic a day later, with their deals open. */
async function deletedAtOnce(count: number): Promise<Scene> {
  const scene = new Scene(200);
  scene.deleted = "lose";
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  for (const id of ids) scene.clinic.carry(reception(id));
  await scene.cycle();
  for (const id of ids) scene.clinic.delete(id);
  scene.now += DAY;
  return scene;
}

for (const [count, closings, held] of [[5, 5, 0], [20, 20, 0], [21, 0, 21], [300, 0, 300]]) {
  Deno.test(`of ${count} deals whose receptions are gone at once ${closings} are closed`, async () => {
    const scene = await deletedAtOnce(count);
    const report = await scene.cycle();
    assert.deepEqual([report.deleted, report.dealsClosed, report.closingsHeld], [count, closings, held]);
    assert.equal(scene.portal.deals.filter(({ stage }) => stage === "LOSE").length, closings);
    assert.equal(scene.log.some((line) => line.includes("--confirm-closings")), held > 0);
  });
}

Deno.test("deals of deleted receptions that were held back are closed once that is confirmed", async () => {
  const scene = await deletedAtOnce(30);
  await scene.cycle();
  scene.now += DAY;
  scene.closingsConfirmed = true;
  assert.equal((await scene.cycle()).dealsClosed, 30);
});

Deno.test("a deal of a deleted reception that stands on a protected stage, or that a manager opened again, is left open", async () => {
  const scene = await deletedAtOnce(3);
  scene.portal.deals = scene.portal.deals.map((deal) => deal.key === "F1_1" ? { ...deal, stage: "EXECUTING" } : deal);
  assert.equal((await scene.cycle()).dealsClosed, 2);
  scene.portal.deals = scene.portal.deals.map((deal) =>
    deal.key === "F1_2" ? { ...deal, stage: "NEW", closed: false } : deal
  );
  scene.now += DAY;
  assert.equal((await scene.cycle()).dealsClosed, 0);
});

Deno.test("the stage that closes them is looked up anew: one that was removed since is told, and nothing is sent", async () => {
  const scene = await deletedAtOnce(2);
  scene.portal.stages = STAGES.filter(({ id }) => id !== "LOSE");
  const sent = scene.portal.requests.length;
  const report = await scene.cycle();
  assert.deepEqual([report.deleted, report.dealsClosed, scene.portal.requests.length], [2, 0, sent]);
  assert.ok(scene.log.some((line) => line.includes("LOSE") && line.includes("не закрыта")));
});

Deno.test("deals of deleted receptions are closed in parts: asked to stop, the rest is closed by the next comparison", async () => {
  const scene = await deletedAtOnce(120);
  scene.closingsConfirmed = true;
  const closed = () => scene.portal.deals.filter(({ stage }) => stage === "LOSE").length;
  scene.stopping = () => closed() > 0;
  assert.equal((await scene.cycle()).stopped, true);
  assert.equal(closed(), 50);
  scene.stopping = () => false;
  assert.equal((await scene.cycle()).deleted, 70);
  assert.equal(closed(), 120);
});

Deno.test("a reception that one reading misses and the next one finds is not told as deleted", async () => {
  const scene = await carried();
  // Planned far away by now, so that it is asked for by its ID.
  scene.clinic.put(reception(2, { start: "2027-01-01T10:00:00" }), 2, 0);
  const whole = scene.clinic.receptionsById.bind(scene.clinic);
  let readings = 0;
  const report = await scene.cycle({
    clinic: { receptionsById: (ids) => readings++ === 0 ? Promise.resolve([]) : whole(ids) },
  });
  assert.deepEqual([report.deleted, readings], [0, 2]);
});

Deno.test("what was given up is tried once more by each comparison", async () => {
  const scene = await carried();
  const [of] = scene.clinic.all().map(({ reception }) => reception);
  assert.ok("key" in of);
  scene.portal.deals.splice(scene.portal.deals.indexOf(dealOf(scene, of.key)), 1);
  const failed: QueueItem = {
    key: of.key,
    status: "failed",
    retries: 100,
    unanswered: 0,
    createdAt: 0,
    updatedAt: 0,
    lastError: "отказ",
    nextRetryAt: undefined,
    sentAt: undefined,
    patient: undefined,
    holds: false,
    lead: undefined,
    contact: undefined,
  };
  scene.durable = { ...scene.durable, items: [failed] };
  scene.fate = () => ({ kind: "refused", reason: "отказ" });
  await scene.cycle();
  assert.deepEqual(scene.durable.items.map(({ status, retries }) => [status, retries]), [["failed", 101]]);
  scene.now += DAY;
  scene.fate = () => "done";
  await scene.cycle();
  assert.deepEqual([scene.durable.items, dealOf(scene, of.key).key], [[], of.key]);
});

Deno.test("open deals that are no reception's, or of a reception that is there, are not told as deleted", async () => {
  const scene = await carried();
  scene.portal.deals.push(dealFor(70, reception(9), { key: "" }), dealFor(71, reception(9), { key: "заказ 9" }));
  // Planned far away by now, but still there.
  scene.clinic.put(reception(3, { start: "2027-01-01T10:00:00" }), 3, 0);
  assert.equal((await scene.cycle()).deleted, 0);
});

Deno.test("open deals of another clinic on the same portal are not told as deleted", async () => {
  const scene = await carried();
  scene.portal.deals.push(dealFor(70, reception(77), { key: "F2_77" }));
  assert.equal((await scene.cycle()).deleted, 0);
});

Deno.test("the very first sync tells nothing as deleted", async () => {
  const scene = new Scene();
  scene.portal.deals.push(dealFor(70, reception(9)));
  scene.clinic.carry(reception(1));
  assert.equal((await scene.cycle()).deleted, 0);
});

Deno.test("what a restored copy of the database lacks is not told as deleted", async () => {
  const scene = await carried();
  scene.now -= 12 * HOUR + DAY;
  scene.clinic.delete(3);
  assert.equal((await scene.cycle()).deleted, 0);
});

Deno.test("a database that was restored from an older copy is read anew, without doubles", async () => {
  const scene = await carried();
  await scene.cycle();
  // The copy is of an hour ago; what is entered now has times before the watermark.
  scene.now -= HOUR;
  scene.clinic.carry(reception(4));
  scene.now += MINUTE;
  await scene.cycle();
  assert.deepEqual(scene.portal.deals.map(({ key }) => key).sort(), ["F1_1", "F1_2", "F1_3", "F1_4"]);
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
  assert.ok(scene.log.some((line) => line.includes("Часы базы IDENT")));
});

Deno.test("a database whose clock went back: also where the first cycle after that breaks off, nothing is judged as deleted", async () => {
  const scene = await carried();
  await scene.cycle();
  scene.deleted = "lose";
  scene.clinic.delete(2);
  scene.now -= 20 * HOUR;
  const broken = new IdentSyncError("portal", { what: "портал недоступен" });
  scene.clinic.put(reception(1, { comment: "новый" }), 1);
  await assert.rejects(scene.cycle({ portal: { lookUp: () => Promise.reject(broken) } }), { code: "portal" });
  scene.now += MINUTE;
  assert.equal((await scene.cycle()).deleted, 0);
  assert.equal(dealOf(scene, "F1_2").stage, "NEW");
});
