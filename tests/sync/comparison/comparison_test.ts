/** The daily comparison, and a database whose clock went back. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../../src/error.ts";
import { patient, reception } from "../made_up.ts";
import { clinicTime } from "../memory_clinic.ts";
import type { QueueItem } from "../../../src/sync/queue/item.ts";
import { HOUR, MINUTE, Scene } from "../scene.ts";
import { carried, DAY, dealOf } from "./yesterday.ts";

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

Deno.test("a phone that a manager has deleted from a contact with others does not come back by the comparison", async () => {
  const scene = new Scene();
  const two = patient(1, { phones: ["+79000000001", "+79000000002"] });
  scene.clinic.carry(reception(1, { patient: two }));
  await scene.cycle();
  scene.portal.contacts = scene.portal.contacts.map((each) => ({ ...each, phones: ["+79000000001"] }));
  for (let day = 0; day < 3; day++) {
    scene.now += DAY;
    const { length } = scene.portal.requests;
    await scene.cycle();
    assert.equal(scene.portal.requests.length, length);
  }
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

Deno.test("what the portal shows in its own way is sent by one comparison only, and counted by the others", async () => {
  const scene = await carried();
  const index = scene.portal.deals.indexOf(dealOf(scene, "F1_2"));
  const stubborn = () =>
    scene.portal.deals[index] = {
      ...scene.portal.deals[index],
      fields: { ...scene.portal.deals[index].fields, UF_COMMENT: "Перез…" },
    };
  stubborn();
  const sent: number[][] = [];
  for (let day = 0; day < 3; day++) {
    const before = scene.portal.requests.length;
    const { shownOtherwise } = await scene.cycle();
    sent.push([scene.portal.requests.length - before, shownOtherwise]);
    stubborn();
    scene.now += DAY;
  }
  assert.deepEqual(sent, [[1, 0], [0, 1], [0, 1]]);
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

Deno.test("a comparison with more to repair than fits into a run goes on where the one before stopped", async () => {
  const scene = new Scene(200);
  const ids = Array.from({ length: 450 }, (_, index) => index + 1);
  for (const id of ids) scene.clinic.carry(reception(id));
  await scene.cycle();
  // The portal confirms the comment each time, and never shows it.
  const show = () => {
    scene.portal.deals = scene.portal.deals.map((deal) => ({
      ...deal,
      fields: { ...deal.fields, UF_COMMENT: "по-своему" },
    }));
  };
  show();
  scene.now += DAY;
  const sent: number[] = [];
  for (let run = 0; run < 4; run++) {
    const { length } = scene.portal.requests;
    scene.timeIsUp = () => scene.portal.requests.length >= length + 5;
    await scene.cycle();
    sent.push(scene.portal.requests.slice(length).flat().length);
    show();
    scene.now += MINUTE;
  }
  assert.deepEqual(sent, [250, 200, 0, 0]);
  assert.equal(scene.durable.state.sweep.repaired.size, 450);
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
    failures: 0,
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
