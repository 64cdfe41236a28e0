import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import type { Clinic, Portal } from "../../src/sync/ports.ts";
import { patient, reception } from "./made_up.ts";
import { clinicTime } from "./memory_clinic.ts";
import { HOUR, keysOf, MINUTE, Scene } from "./scene.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const broken = new IdentSyncError("portal", { what: "портал недоступен" });

for (const size of [1, 2, 50, 1000]) {
  Deno.test(`with pages of ${size} every reception is carried over once, equal times or not`, async () => {
    const scene = new Scene(size);
    for (const id of numbers(230)) scene.clinic.put(reception(id), id, Math.floor(id / 7) * MINUTE);
    const report = await scene.cycle();
    assert.deepEqual([report.received, report.synced, report.errors, report.stopped], [230, 230, 0, false]);
    assert.deepEqual(keysOf(scene), numbers(230).map((id) => `F1_${id}`).sort());
    assert.equal(scene.portal.contacts.length, 230);
    assert.equal(scene.watermark?.time, clinicTime(scene.now));
  });
}

Deno.test("a reception that is deleted while its page is read hides none of the others", async () => {
  const scene = new Scene(50);
  for (const id of numbers(230)) scene.clinic.put(reception(id), id, id * MINUTE);
  scene.clinic.vanishing.add(7).add(50).add(230);
  assert.equal((await scene.cycle()).synced, 227);
  assert.equal(scene.portal.deals.length, 227);
});

Deno.test("of a reception that changes between two pages the newer content is carried, and remembered", async () => {
  const scene = new Scene(2);
  for (const id of numbers(3)) scene.clinic.put(reception(id, { comment: "прежний" }), id, id * MINUTE);
  const { clinic } = scene;
  const upper = clinicTime(scene.now + MINUTE);
  let pages = 0;
  await scene.cycle({
    clinic: {
      async changedReceptions(request) {
        const page = await clinic.changedReceptions({ ...request, upper });
        if (++pages === 1) clinic.put(reception(1, { comment: "новый" }), 1, scene.now);
        return page;
      },
    },
  });
  const deal = scene.portal.deals.find(({ key }) => key === "F1_1");
  assert.equal(deal?.fields.UF_COMMENT, "новый");
  const sent = scene.portal.requests.length;
  const report = await scene.cycle();
  assert.deepEqual([report.received, scene.portal.requests.length], [0, sent]);
});

Deno.test("the power goes before a change is noted: when the former content comes back, it is carried as well", async () => {
  const scene = new Scene();
  const commentNow = () => scene.portal.deals[0].fields.UF_COMMENT;
  scene.clinic.carry(reception(1, { comment: "А" }));
  await scene.cycle();
  scene.now += MINUTE;
  scene.clinic.carry(reception(1, { comment: "Б" }));
  let isSent = false;
  scene.fate = () => (isSent = true, "done");
  scene.onSave = (file) => {
    if (isSent && file === "state") throw new Error("power");
  };
  await assert.rejects(scene.cycle(), /power/);
  scene.onSave = () => {};
  assert.equal(commentNow(), "Б");
  scene.now += MINUTE;
  scene.clinic.carry(reception(1, { comment: "А" }));
  await scene.cycle();
  assert.equal(commentNow(), "А");
});

Deno.test("a cycle without changes asks the clinic once and the portal nothing", async () => {
  const scene = new Scene();
  scene.clinic.carry(...numbers(10).map((id) => reception(id)));
  await scene.cycle();
  const before = [scene.clinic.requests.length, scene.portal.requests.length, scene.portal.questions.length];
  scene.now += MINUTE;
  const report = await scene.cycle();
  assert.deepEqual([report.received, report.synced, report.errors], [0, 0, 0]);
  assert.deepEqual([scene.clinic.requests.length, scene.portal.requests.length, scene.portal.questions.length], [
    before[0] + 1,
    before[1],
    before[2],
  ]);
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
});

Deno.test("several pages share one question to the portal and full requests", async () => {
  const scene = new Scene(50);
  scene.clinic.carry(...numbers(150).map((id) => reception(id)));
  await scene.cycle();
  assert.equal(scene.portal.questions.length, 1);
  assert.deepEqual(scene.portal.requests.map(({ length }) => length), [50, 50, 50, 50, 50, 50]);
});

Deno.test("every page of a cycle has the upper bound of the first", async () => {
  const scene = new Scene(2);
  scene.clinic.carry(...numbers(5).map((id) => reception(id)));
  const upper = clinicTime(scene.now);
  scene.fate = () => (scene.now += MINUTE, "done");
  await scene.cycle();
  assert.deepEqual(scene.clinic.requests.map((request) => request.upper), [undefined, upper, upper]);
  assert.equal(scene.watermark?.time, upper);
});

Deno.test("a change that is committed late is found within the five minutes before the watermark", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1));
  await scene.cycle();
  scene.clinic.put(reception(2), 2, scene.now - 4 * MINUTE);
  scene.now += MINUTE;
  assert.equal((await scene.cycle()).received, 1);
  assert.deepEqual(keysOf(scene), ["F1_1", "F1_2"]);
});

Deno.test("however long the overlap takes, a run whose time is up comes further each time", async () => {
  const scene = new Scene(10);
  for (const id of numbers(3000)) scene.clinic.put(reception(id), id, scene.now);
  scene.now += MINUTE;
  for (let run = 0; scene.portal.deals.length < 3000; run++) {
    const begun = scene.clinic.requests.length;
    // So slow a server that the time is up after three pages.
    scene.timeIsUp = () => scene.clinic.requests.length - begun >= 3;
    const deals = scene.portal.deals.length;
    await scene.cycle();
    assert.ok(scene.portal.deals.length > deals, `run ${run} carried nothing: ${deals} deals`);
    scene.now += 2 * MINUTE;
  }
});

Deno.test("a reception of the overlap that changed again is carried again, one that did not is not", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1), reception(2));
  await scene.cycle();
  scene.now += MINUTE;
  scene.clinic.carry(reception(2, { comment: "новый" }));
  const report = await scene.cycle();
  assert.deepEqual([report.received, report.dealsChanged], [1, 1]);
  assert.equal(scene.portal.deals.find(({ key }) => key === "F1_2")?.fields.UF_COMMENT, "новый");
});

Deno.test("a patient of two pages of a cycle gets one contact, whatever the portal's look-up shows", async () => {
  const scene = new Scene(200);
  const same = patient(1);
  for (const id of [1, 300]) scene.clinic.put(reception(id, { patient: same }), id, id * 1000);
  for (const id of numbers(230).slice(1)) scene.clinic.put(reception(id), id, id * 1000);
  const blind: Partial<Portal> = {
    lookUp: async (question) => ({ ...await scene.portal.lookUp(question), contacts: [] }),
  };
  await scene.cycle({ portal: blind });
  assert.equal(scene.portal.questions.length, 2);
  assert.equal(scene.portal.contacts.filter(({ originId }) => originId === "F1_P1").length, 1);
});

Deno.test("a reception that comes up twice in a cycle is carried once, and again by the next cycle", async () => {
  const scene = new Scene(200);
  for (const id of numbers(230)) scene.clinic.put(reception(id), id, id * 1000);
  const moved = reception(1, { comment: "новый" });
  scene.fate = () => (scene.clinic.put(moved, 1, 24 * HOUR - MINUTE), "done");
  assert.equal((await scene.cycle()).received, 230);
  scene.now += MINUTE;
  assert.equal((await scene.cycle()).received, 1);
  assert.equal(scene.portal.deals.find(({ key }) => key === "F1_1")?.fields.UF_COMMENT, "новый");
});

Deno.test("a reception of a branch that is not carried over is passed, and does not hold the others", async () => {
  const scene = new Scene();
  scene.clinic.put({ otherBranch: true }, 1);
  scene.clinic.carry(reception(2));
  const report = await scene.cycle();
  assert.deepEqual([report.received, report.errors, keysOf(scene)], [1, 0, ["F1_2"]]);
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
});

Deno.test("the report tells what was made and changed", async () => {
  const scene = new Scene();
  const same = patient(1);
  scene.clinic.carry(reception(1, { patient: same }), reception(2, { patient: same }));
  const first = await scene.cycle();
  assert.deepEqual([first.contactsMade, first.dealsMade, first.dealsChanged, first.transformed], [1, 2, 0, 2]);
});

// ── a side that fails ────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("a portal that fails at the look-up leaves the watermark where it was", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1));
  const failing: Partial<Portal> = {
    learn: () => Promise.reject(broken),
    lookUp: () => Promise.reject(broken),
    write: () => assert.fail("nothing is sent blindly"),
  };
  await assert.rejects(scene.cycle({ portal: failing }), broken);
  assert.equal(scene.watermark, undefined);
  await scene.cycle();
  assert.deepEqual(keysOf(scene), ["F1_1"]);
});

Deno.test("a portal that fails on the way keeps what was confirmed, and the next cycle carries the rest", async () => {
  const scene = new Scene();
  for (const id of numbers(60)) scene.clinic.put(reception(id), id, id * 1000);
  scene.fate = (_, request) => request >= 2 ? { kind: "unusable", error: broken } : "done";
  await assert.rejects(scene.cycle(), broken);
  assert.equal(scene.watermark?.time, clinicTime(50 * 1000));
  assert.deepEqual(scene.durable.items, []);
  scene.fate = () => "done";
  const report = await scene.cycle();
  assert.deepEqual([report.received, scene.portal.deals.length, scene.portal.contacts.length], [10, 60, 60]);
});

Deno.test("a clinic that fails on a later page keeps what was carried over", async () => {
  const scene = new Scene(50);
  for (const id of numbers(300)) scene.clinic.put(reception(id), id, id * 1000);
  const gone = new IdentSyncError("database", { what: "сервер не отвечает" });
  const failing: Partial<Clinic> = {
    changedReceptions: (request) =>
      scene.clinic.requests.length === 5 ? Promise.reject(gone) : scene.clinic.changedReceptions(request),
  };
  await assert.rejects(scene.cycle({ clinic: failing }), gone);
  assert.equal(scene.watermark?.time, clinicTime(200 * 1000));
  await scene.cycle();
  assert.deepEqual([scene.portal.deals.length, scene.portal.contacts.length], [300, 300]);
});

Deno.test("the state is never saved before the queue that it relies on", async () => {
  const scene = new Scene();
  scene.clinic.carry(...numbers(3).map((id) => reception(id)));
  scene.fate = () => ({ kind: "refused", reason: "отказ" });
  scene.onSave = (file) => {
    if (file === "state" && scene.watermark === undefined) assert.equal(scene.durable.items.length, 3);
  };
  await scene.cycle();
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
});

// ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("asked to stop, what has begun is finished, the rest is for the next cycle", async () => {
  const scene = new Scene();
  for (const id of numbers(60)) scene.clinic.put(reception(id), id, id * 1000);
  scene.stopping = () => scene.portal.requests.length > 0;
  const report = await scene.cycle();
  assert.deepEqual([report.stopped, report.synced, scene.portal.deals.length], [true, 50, 50]);
  assert.equal(scene.watermark?.time, clinicTime(50 * 1000));
  scene.stopping = () => false;
  assert.equal((await scene.cycle()).stopped, false);
  assert.deepEqual([scene.portal.deals.length, scene.portal.contacts.length], [60, 60]);
});

Deno.test("asked to stop before it began, a cycle moves nothing", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1));
  scene.stopping = () => true;
  assert.equal((await scene.cycle()).stopped, true);
  assert.deepEqual([scene.watermark, scene.portal.requests], [undefined, []]);
});
