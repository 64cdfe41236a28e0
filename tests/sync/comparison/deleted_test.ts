/** Deals of receptions that were deleted in the clinic: told, closed where that is asked for, and never in masses by themselves. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../../src/error.ts";
import { dealFor, reception, STAGES } from "../made_up.ts";
import { clinicTime } from "../memory_clinic.ts";
import { HOUR, Scene } from "../scene.ts";
import { carried, DAY, dealOf } from "./yesterday.ts";

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
  assert.ok(!scene.log.some((line) => line.includes("не закрыта")));
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

Deno.test("deals are looked through as many days around now as receptions are", async () => {
  const scene = await carried();
  const asked: string[][] = [];
  await scene.cycle({
    portal: {
      openDealsBetween: (...limits) => (asked.push(limits.slice(0, 2) as string[]), Promise.resolve(undefined)),
    },
  });
  const day = (days: number) => clinicTime(scene.now + days * DAY).slice(0, 19).replace(" ", "T");
  assert.deepEqual(asked, [[day(-7), day(7)]]);
});

Deno.test("which deals are to be closed is told before, and each that was closed after", async () => {
  const scene = await deletedAtOnce(3);
  const [first, ...others] = scene.portal.deals.map(({ id, key }) => ({ id, key, stage: "LOSE" }));
  scene.fate = (write) => write.kind === "update-deal" && write.id === first.id ? "lost" : "done";
  const report = await scene.cycle();
  assert.deepEqual([scene.closing, scene.closed, report.dealsClosed], [[first, ...others], others, 2]);
  assert.ok(scene.log.some((line) => line.includes("не закрыто: 1")));
});

Deno.test("a portal that can be used no more while deals are closed ends the cycle", async () => {
  const scene = await deletedAtOnce(2);
  const error = new IdentSyncError("portal", { what: "вебхук удалён" });
  scene.fate = () => ({ kind: "unusable", error });
  await assert.rejects(scene.cycle(), error);
});
