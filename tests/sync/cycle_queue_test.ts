/** What a cycle does with receptions that wait in the queue, and which ones it puts there. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import { fieldsOf, reception } from "./made_up.ts";
import { clinicTime } from "./memory_clinic.ts";
import { HOUR, keysOf, MINUTE, Scene } from "./scene.ts";

Deno.test("a refused reception waits in the queue, the watermark goes on, and its retry carries it over", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(1), reception(2));
  scene.fate = (write) => fieldsOf(write).UF_KEY === "F1_1" ? { kind: "refused", reason: "отказ" } : "done";
  const report = await scene.cycle();
  assert.deepEqual([report.synced, report.errors], [1, 1]);
  assert.deepEqual(scene.durable.items.map(({ key, status, lastError }) => [key, status, lastError]), [
    ["F1_1", "pending", "отказ"],
  ]);
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
  scene.fate = () => "done";
  scene.now += MINUTE;
  assert.equal((await scene.cycle()).received, 0);
  scene.now += 5 * MINUTE;
  assert.equal((await scene.cycle()).synced, 1);
  assert.deepEqual([keysOf(scene), scene.durable.items], [["F1_1", "F1_2"], []]);
});

/** A scene in which the portal has refused the only reception, and takes it from now on. */
async function refused(): Promise<Scene> {
  const scene = new Scene();
  scene.clinic.carry(reception(1));
  scene.fate = () => ({ kind: "refused", reason: "отказ" });
  await scene.cycle();
  scene.fate = () => "done";
  return scene;
}

Deno.test("a retry reads the reception afresh", async () => {
  const scene = await refused();
  scene.now += HOUR;
  // Changed in the clinic without a new change time.
  scene.clinic.put(reception(1, { comment: "новый" }), 1, scene.now - HOUR);
  await scene.cycle();
  assert.equal(scene.portal.deals[0].fields.UF_COMMENT, "новый");
});

/** The reception whose branch was 1 when it was refused is of branch 3 now. */
async function moved(): Promise<Scene> {
  const scene = await refused();
  scene.filials = [1, 3];
  scene.clinic.put(reception(1, { key: "F3_1", filial: 3, formerKeys: ["F1_1"] }), 1, scene.now - HOUR);
  scene.now += HOUR;
  return scene;
}

Deno.test("a reception of the queue whose branch is another one now is carried over under its new key", async () => {
  const scene = await moved();
  await scene.cycle();
  assert.deepEqual([keysOf(scene), scene.durable.items], [["F3_1"], []]);
});

Deno.test("whatever breaks off the cycle then, the reception stays in the queue, with its history", async () => {
  const stops: ((scene: Scene) => Promise<unknown>)[] = [
    (scene) => scene.cycle({ portal: { lookUp: () => Promise.reject(new IdentSyncError("portal", { what: "нет" })) } }),
    (scene) => {
      scene.fate = () => ({ kind: "unusable", error: new IdentSyncError("portal", { what: "нет" }) });
      return scene.cycle();
    },
    (scene) => {
      scene.stopping = () => true;
      return scene.cycle();
    },
  ];
  for (const stop of stops) {
    const scene = await moved();
    await stop(scene).catch(() => {});
    assert.deepEqual(scene.durable.items.map(({ key, retries }) => [Number(key.slice(3)), retries]), [[1, 1]]);
    scene.fate = () => "done";
    scene.stopping = () => false;
    await scene.cycle();
    assert.deepEqual([keysOf(scene), scene.durable.items], [["F3_1"], []]);
  }
});

Deno.test("a cycle that is stopped before it has carried over what waits in the queue says that it was stopped", async () => {
  const scene = await refused();
  scene.now += HOUR;
  const { portal } = scene;
  const report = await scene.cycle({
    portal: {
      lookUp: (question) => {
        scene.stopping = () => true;
        return portal.lookUp(question);
      },
    },
  });
  assert.deepEqual([report.stopped, report.synced], [true, 0]);
});

Deno.test("a reception of the queue that is gone from the clinic leaves the queue", async () => {
  const scene = await refused();
  scene.clinic.delete(1);
  scene.now += HOUR;
  await scene.cycle();
  assert.deepEqual(scene.durable.items, []);
  assert.ok(scene.log.some((line) => line.includes("F1_1")));
});

Deno.test("a reception of the queue that a read without locks misses once stays in the queue", async () => {
  const scene = await refused();
  scene.now += HOUR;
  const { clinic } = scene;
  let asked = 0;
  await scene.cycle({
    clinic: { receptionsById: (ids) => asked++ === 0 ? Promise.resolve([]) : clinic.receptionsById(ids) },
  });
  assert.deepEqual([keysOf(scene), scene.durable.items], [["F1_1"], []]);
});

Deno.test("a row that cannot be read goes to the queue and does not hold the others", async () => {
  const scene = new Scene();
  scene.clinic.put({ unreadable: "нет начала" }, 1);
  scene.clinic.carry(reception(2));
  const report = await scene.cycle();
  assert.deepEqual([report.received, report.synced, report.errors], [2, 1, 1]);
  assert.deepEqual(scene.durable.items.map(({ key, status }) => [key, status]), [["F1_1", "pending"]]);
  assert.equal(scene.watermark?.time, clinicTime(scene.now));
});

Deno.test("an item of another clinic's queue is neither tried nor dropped", async () => {
  const scene = await refused();
  scene.durable = { ...scene.durable, items: scene.durable.items.map((item) => ({ ...item, key: "F2_1" })) };
  scene.now += HOUR;
  await scene.cycle();
  assert.deepEqual(scene.durable.items.map(({ key }) => key), ["F2_1"]);
  assert.deepEqual(scene.clinic.asked, []);
});

Deno.test("behind any number of queued receptions that are gone, the one that is there is tried", async () => {
  const scene = new Scene();
  scene.clinic.carry(reception(900));
  scene.fate = () => ({ kind: "refused", reason: "нет" });
  await scene.cycle();
  const [item] = scene.durable.items;
  const gone = Array.from({ length: 600 }, (_, index) => ({ ...item, key: `F1_${index + 1}` }));
  scene.durable = { ...scene.durable, items: [...gone, item] };
  scene.fate = () => "done";
  scene.now += HOUR;
  await scene.cycle();
  assert.deepEqual([scene.durable.items, keysOf(scene)], [[], ["F1_900"]]);
});
