/** What the daily comparison takes for a difference, and what it leaves to others. */
import assert from "node:assert/strict";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { contact, DEAL, patient, reception } from "../made_up.ts";
import { clinicTime } from "../memory_clinic.ts";
import { Scene } from "../scene.ts";
import { carried, DAY, dealOf } from "./yesterday.ts";

function changeDeal(scene: Scene, key: string, changes: Partial<PortalDeal>): void {
  scene.portal.deals = scene.portal.deals.map((deal) => deal.key === key ? { ...deal, ...changes } : deal);
}

/** The writes of one cycle. */
async function sentBy(scene: Scene, sides: Parameters<Scene["cycle"]>[0] = {}): Promise<number> {
  const before = scene.portal.writes.length;
  await scene.cycle(sides);
  return scene.portal.writes.length - before;
}

Deno.test("what was compared and what was repaired is counted, and told where something differs", async () => {
  const scene = await carried();
  const still = await scene.cycle();
  assert.deepEqual([still.compared, still.repaired], [3, 0]);
  assert.ok(!scene.log.some((line) => line.includes("расхождений")));
  scene.now += DAY;
  scene.clinic.put(reception(2, { comment: "новый" }), 2, 0);
  const report = await scene.cycle();
  assert.deepEqual([report.compared, report.repaired], [3, 1]);
  assert.ok(scene.log.some((line) => line.includes("расхождений 1,")));
});

Deno.test("a deal under a key that the reception had before is no lost deal", async () => {
  const scene = await carried();
  scene.clinic.put(reception(2, { formerKeys: ["F9_2"] }), 2, 0);
  changeDeal(scene, "F1_2", { key: "F9_2" });
  assert.equal((await scene.cycle()).repaired, 0);
});

Deno.test("with updating switched off a deal that differs is left, and one that was lost is made again", async () => {
  const scene = await carried();
  scene.updateExisting = false;
  scene.clinic.put(reception(2, { comment: "новый" }), 2, 0);
  scene.portal.deals.splice(scene.portal.deals.indexOf(dealOf(scene, "F1_3")), 1);
  assert.equal((await scene.cycle()).repaired, 1);
  assert.equal(dealOf(scene, "F1_2").fields.UF_COMMENT, "Перезвонить");
  assert.notEqual(dealOf(scene, "F1_3"), undefined);
  assert.equal(scene.portal.writes.filter(({ kind }) => kind === "update-deal").length, 0);
});

Deno.test("a deal whose stage cannot be what it should be is left to the reception's next change", async () => {
  const scene = await carried();
  changeDeal(scene, "F1_2", { pipeline: 5, stage: "C5:NEW" });
  scene.clinic.put(reception(2, { status: "В процессе" }), 2, 0);
  const report = await scene.cycle();
  assert.deepEqual([report.errors, scene.durable.items], [0, []]);
});

Deno.test("what the contact lacks that a manager chose for the deal is no difference", async () => {
  const scene = await carried();
  scene.portal.contacts.push(contact(9, { surname: "Плательщик", name: "Иван", patronymic: "", phones: [] }));
  changeDeal(scene, "F1_2", { contactId: 9 });
  const before = scene.portal.writes.length;
  assert.deepEqual([(await scene.cycle()).repaired, scene.portal.writes.length], [0, before]);
});

Deno.test("where nothing remembers the status, a stage that somebody moved is a difference", async () => {
  const scene = new Scene();
  scene.dealFields = { ...DEAL, status: undefined, statusText: undefined };
  scene.clinic.carry(reception(1));
  await scene.cycle();
  scene.now += DAY;
  changeDeal(scene, "F1_1", { stage: "UC_NO40X0" });
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_1").stage, "NEW");
});

Deno.test("what has its turn in the queue is not sent before that", async () => {
  const scene = await carried();
  scene.clinic.put(reception(2, { comment: "новый" }), 2);
  scene.fate = () => ({ kind: "refused", reason: "отказ" });
  await scene.cycle();
  const { items } = scene.durable;
  assert.equal(items[0].status, "pending");
  scene.durable = { ...scene.durable, items: items.map((item) => ({ ...item, nextRetryAt: scene.now + 7 * DAY })) };
  scene.now += DAY;
  scene.fate = () => "done";
  assert.equal(await sentBy(scene), 0);
  assert.equal(scene.durable.items.length, 1);
});

Deno.test("what the cycle has sent itself is not compared in it", async () => {
  const scene = await carried();
  scene.clinic.put(reception(2, { comment: "новый" }), 2);
  const inItsOwnWay = () =>
    Promise.resolve(
      structuredClone(scene.portal.deals).map((deal) =>
        deal.key === "F1_2" ? { ...deal, fields: { ...deal.fields, UF_COMMENT: "по-своему" } } : deal
      ),
    );
  assert.equal(await sentBy(scene, { portal: { dealsByKey: inItsOwnWay } }), 1);
});

Deno.test("a difference of the deal is sent also where the contact differs for good", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1, { patient: patient(1, { phones: [] }) }));
  await scene.cycle();
  scene.clinic.put(reception(1), 1, 0);
  // The portal takes the phone over and never shows it.
  const hide = () => scene.portal.contacts = scene.portal.contacts.map((each) => ({ ...each, phones: [] }));
  const sent: number[] = [];
  for (let day = 0; day < 3; day++) {
    scene.now += DAY;
    sent.push(await sentBy(scene));
    hide();
  }
  assert.deepEqual(sent, [1, 1, 0], "the second day shows that it did not help");
  const deal = dealOf(scene, "F1_1");
  changeDeal(scene, "F1_1", { fields: { ...deal.fields, UF_COMMENT: "менеджер стёр" } });
  scene.now += DAY;
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_1").fields.UF_COMMENT, "Перезвонить");
});

Deno.test("a comparison that is stopped when all is compared is made again", async () => {
  const scene = await carried();
  const portal = {
    dealsByKey: () => {
      scene.stopping = () => true;
      return Promise.resolve(structuredClone(scene.portal.deals));
    },
  };
  assert.equal((await scene.cycle({ portal })).stopped, true);
  assert.notEqual(scene.durable.state.sweep.day, clinicTime(scene.now).slice(0, 10));
});

Deno.test("a deal that lost its contact gets it again", async () => {
  const scene = await carried();
  const { contactId } = dealOf(scene, "F1_2");
  changeDeal(scene, "F1_2", { contactId: undefined });
  await scene.cycle();
  assert.equal(dealOf(scene, "F1_2").contactId, contactId);
});

Deno.test("what the portal shows in its own way is sent once more when it shows something else", async () => {
  const scene = await carried();
  const sent: number[] = [];
  for (const UF_COMMENT of ["Перез…", "Перез…", "менеджер стёр"]) {
    changeDeal(scene, "F1_2", { fields: { ...dealOf(scene, "F1_2").fields, UF_COMMENT } });
    sent.push(await sentBy(scene));
    scene.now += DAY;
  }
  assert.deepEqual(sent, [1, 0, 1]);
});
