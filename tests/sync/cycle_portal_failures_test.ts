/** A write at which the portal itself fails each time, while the look-up shows that nothing was done. */
import assert from "node:assert/strict";
import { dealFor, reception } from "./made_up.ts";
import { HOUR, keysOf, Scene } from "./scene.ts";

/** A scene in which the portal fails at the deal of the first of two receptions, tried at most three times. */
function failing(): Scene {
  const scene = new Scene();
  scene.maxRetries = 3;
  scene.clinic.carry(reception(1), reception(2));
  scene.fate = (write) => write.kind === "add-deal" && write.fields.UF_KEY === "F1_1" ? "failed" : "done";
  return scene;
}

/** How often the deal was sent. */
const sent = (scene: Scene) =>
  scene.portal.writes.filter((write) => write.kind === "add-deal" && write.fields.UF_KEY === "F1_1").length;

async function cycles(scene: Scene, count: number): Promise<void> {
  for (let cycle = 0; cycle < count; cycle++) {
    await scene.cycle();
    scene.now += 12 * HOUR;
  }
}

Deno.test("it is tried as often as a refusal, then given up with the portal's words; the others are carried over", async () => {
  const scene = failing();
  await cycles(scene, 8);
  const [{ key, status, lastError }] = scene.durable.items;
  assert.deepEqual([key, status, lastError], ["F1_1", "failed", "портал ответил: ERROR_CORE"]);
  // Once more by each daily comparison, as everything that was given up.
  assert.ok(sent(scene) >= 3 && sent(scene) <= 3 + 4, `${sent(scene)}`);
  assert.deepEqual(keysOf(scene), ["F1_2"]);
});

Deno.test("the one that gives it up tells it as refused, and it is tried again when the reception changes", async () => {
  const scene = failing();
  await cycles(scene, 3);
  const report = await scene.cycle();
  assert.deepEqual([report.errors, report.problems.map(({ kind }) => kind)], [1, ["refused"]]);
  scene.fate = () => "done";
  scene.clinic.put(reception(1, { comment: "новый" }), 1);
  await scene.cycle();
  assert.deepEqual([keysOf(scene), scene.durable.items], [["F1_1", "F1_2"], []]);
});

Deno.test("a write without any answer is never given up, however often", async () => {
  const scene = failing();
  scene.fate = (write) => write.kind === "add-deal" && write.fields.UF_KEY === "F1_1" ? "lost" : "done";
  await cycles(scene, 20);
  assert.equal(scene.durable.items[0].status, "processing");
});

Deno.test("what the portal did after all although it said that it failed is found, and nothing is given up", async () => {
  const scene = failing();
  await cycles(scene, 3);
  scene.fate = () => "done";
  const contactId = scene.portal.contacts.find(({ originId }) => originId === "F1_P1")!.id;
  scene.portal.deals.push(dealFor(999, reception(1), { contactId }));
  await scene.cycle();
  assert.deepEqual(scene.durable.items, []);
});
