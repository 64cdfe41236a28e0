/** Once on each portal, the keys that the original program left are put right. */
import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import { EMPTY_STATE } from "../../src/sync/state.ts";
import { contactFor, dealFor, FACTS, fieldsOf, reception } from "./made_up.ts";
import { HOUR, MINUTE, Scene } from "./scene.ts";

const of = reception(1, { status: "В процессе" });

/** A portal on which the original program has left a live deal with a key of its own, and the program at its first run. */
function first(): Scene {
  const scene = new Scene();
  scene.durable = { items: [], state: EMPTY_STATE };
  scene.portal.contacts.push(contactFor(7, of.patient));
  const was = reception(1);
  const others = { ours: false, originId: "" };
  scene.portal.deals.push(
    dealFor(70, reception(1, { status: "Отменен" }), others),
    dealFor(71, was, { ...others, key: "F1_1_2" }),
    dealFor(72, was, { ...others, key: "F2_9_2" }),
  );
  scene.clinic.carry(of);
  return scene;
}

const deal = (scene: Scene, id: number) => scene.portal.deals.find((each) => each.id === id)!;

Deno.test("the live deal gets the key of its reception and is followed at once; another clinic's is left", async () => {
  const scene = first();
  const closed = deal(scene, 70);
  await scene.cycle();
  assert.deepEqual([deal(scene, 71).key, deal(scene, 71).stage, deal(scene, 72).key], [
    "F1_1",
    "PREPARATION",
    "F2_9_2",
  ]);
  assert.deepEqual(deal(scene, 70), closed);
  assert.equal(scene.portal.deals.length, 3);
  assert.ok(scene.log.some((line) => line.includes("F1_1_2")));
});

Deno.test("afterwards the keys are looked through never again", async () => {
  const scene = first();
  let looks = 0;
  const portal = { keyedDeals: () => (looks++, Promise.resolve([])) };
  await scene.cycle({ portal });
  assert.deepEqual(scene.durable.state.settledFilials, [1]);
  scene.now += MINUTE;
  await scene.cycle({ portal });
  assert.equal(looks, 1);
});

Deno.test("another portal has keys of its own to look through", async () => {
  const scene = first();
  await scene.cycle();
  scene.host = "other.example";
  let looks = 0;
  await scene.cycle({ portal: { keyedDeals: () => (looks++, Promise.resolve([])) } });
  assert.equal(looks, 1);
});

for (const fate of ["lost", "done-unanswered"] as const) {
  Deno.test(`a key whose renaming is without an answer (${fate}) is seen under either name, and made sure of by the next cycle`, async () => {
    const scene = first();
    scene.fate = (write) =>
      write.kind === "update-deal" && Object.keys(write.fields).join() === "UF_KEY" ? fate : "done";
    await scene.cycle();
    assert.deepEqual([scene.portal.deals.length, deal(scene, 71).stage], [3, "PREPARATION"]);
    assert.deepEqual(scene.durable.state.settledFilials, []);
    scene.fate = () => "done";
    scene.now += MINUTE;
    await scene.cycle();
    assert.deepEqual([deal(scene, 71).key, scene.portal.deals.length], ["F1_1", 3]);
    assert.deepEqual(scene.durable.state.settledFilials, [1]);
  });
}

Deno.test("a key that the portal refuses to change is told and tried again: no second deal is made meanwhile", async () => {
  const scene = first();
  scene.fate = (write) =>
    write.kind === "update-deal" && Object.keys(write.fields).join() === "UF_KEY"
      ? { kind: "refused", reason: "поле занято" }
      : "done";
  const report = await scene.cycle();
  assert.equal(report.synced, 1);
  assert.ok(scene.log.some((line) => line.includes("F1_1_2") && line.includes("поле занято")));
  assert.ok(!scene.log.some((line) => line.includes("заменён") || line.includes("получили")));
  scene.now += MINUTE;
  scene.clinic.carry({ ...of, comment: "новый" });
  await scene.cycle();
  assert.deepEqual([scene.portal.deals.length, deal(scene, 71).fields.UF_COMMENT], [3, "новый"]);
  scene.now += 24 * HOUR;
  const { compared, repaired } = await scene.cycle();
  assert.deepEqual([compared, repaired], [1, 0], "the daily comparison knows the deal by its former key");
  scene.fate = () => "done";
  await scene.cycle();
  assert.deepEqual([deal(scene, 71).key, scene.durable.state.settledFilials], ["F1_1", [1]]);
});

Deno.test("a key whose renaming is without an answer is seen also where the reception's branch has changed since", async () => {
  const scene = first();
  scene.filials = [1, 2];
  scene.portal.deals = scene.portal.deals.filter(({ id }) => id !== 72);
  scene.clinic.carry({ ...of, key: "F2_1", filial: 2, formerKeys: ["F1_1"] });
  scene.fate = (write) => Object.keys(fieldsOf(write)).join() === "UF_KEY" ? "lost" : "done";
  await scene.cycle();
  assert.deepEqual([scene.portal.deals.length, deal(scene, 71).stage], [2, "PREPARATION"]);
});

Deno.test("a branch that is carried over from now on has its keys looked through as well, and once only", async () => {
  const scene = first();
  await scene.cycle();
  scene.filials = [1, 2];
  scene.now += MINUTE;
  await scene.cycle();
  assert.equal(deal(scene, 72).key, "F2_9");
  let looks = 0;
  await scene.cycle({ portal: { keyedDeals: () => (looks++, Promise.resolve([])) } });
  assert.equal(looks, 0);
});

const MANAGERS = { ours: false, originId: "" };

/** A portal on which the original program has left two open deals for each of so many receptions. */
function twins(count: number): Scene {
  const scene = new Scene();
  scene.durable = { items: [], state: EMPTY_STATE };
  for (let id = 1; id <= count; id++) {
    scene.portal.deals.push(
      dealFor(1000 + id, reception(id), MANAGERS),
      dealFor(2000 + id, reception(id), { ...MANAGERS, key: `F1_${id}_2` }),
    );
  }
  return scene;
}

for (const [count, rest] of [[10, ""], [12, " и ещё 2 (все — в журнале)"]] as const) {
  Deno.test(`of ${count} receptions with two open deals ten are named, and the log has all of them`, async () => {
    const scene = twins(count);
    await scene.cycle();
    const told = scene.log.filter((line) => line.startsWith("У этих записей несколько открытых сделок"));
    const names = Array.from(
      { length: count },
      (_, index) => `F1_${index + 1} (сделки ${1001 + index}, ${2001 + index})`,
    );
    assert.ok(told[0].endsWith(`: ${names.slice(0, 10).join("; ")}${rest}.`), told[0]);
    assert.deepEqual(told.slice(1).map((line) => line.endsWith(`: ${names.join("; ")}.`)), rest === "" ? [] : [true]);
  });
}

Deno.test("which deals stay beside a renamed one, are open twice or won twice, is told each with its own words", async () => {
  const scene = twins(1);
  const won = reception(2, { status: "Завершен (счет выдан)" });
  const lost = reception(3, { status: "Отменен" });
  scene.portal.deals.push(
    dealFor(30, won, MANAGERS),
    dealFor(31, won, { ...MANAGERS, key: "F1_2_2" }),
    dealFor(40, lost, MANAGERS),
    dealFor(41, reception(3), { ...MANAGERS, key: "F1_3_2" }),
  );
  await scene.cycle();
  for (
    const [words, names] of [
      ["несколько открытых сделок", "F1_1 (сделки 1001, 2001)"],
      ["несколько выигранных сделок", "F1_2 (сделки 30, 31)"],
      ["вторую, закрытую сделку", "F1_3 (сделки 41, 40)"],
      ["с номерами вида F1_3_2", "получили номер своей записи: 1."],
      ["Сделка 41: номер F1_3_2", "на номер записи F1_3."],
    ]
  ) assert.equal(scene.log.filter((line) => line.includes(words) && line.includes(names)).length, 1, words);
});

Deno.test("only those fields are asked for that tell which deal is followed, and that the portal has", async () => {
  const scene = first();
  const { UF_STATUS: _, ...dealFields } = FACTS.dealFields;
  scene.facts = { ...FACTS, dealFields };
  const asked: unknown[] = [];
  await scene.cycle({ portal: { keyedDeals: (fields) => (asked.push(fields), Promise.resolve([])) } });
  assert.deepEqual(asked, [{ deal: ["UF_STATUS_TEXT"], contact: [] }]);
});

Deno.test("a portal that can be used no more ends the cycle, and the keys are looked through again", async () => {
  const scene = first();
  const error = new IdentSyncError("portal", { what: "вебхук удалён" });
  scene.fate = (write) =>
    write.kind === "update-deal" && Object.keys(write.fields).join() === "UF_KEY"
      ? { kind: "unusable", error }
      : "done";
  await assert.rejects(scene.cycle(), error);
  assert.deepEqual(scene.durable.state.settledFilials, []);
});

Deno.test("asked to stop between two requests, the rest of the keys is changed by the next cycle", async () => {
  const scene = new Scene();
  scene.durable = { items: [], state: EMPTY_STATE };
  for (let id = 1; id <= 60; id++) {
    scene.portal.deals.push(dealFor(id, reception(id), { ...MANAGERS, key: `F1_${id}_2` }));
  }
  const renamed = () => scene.portal.deals.filter(({ key }) => !key.endsWith("_2") || key === "F1_2").length;
  scene.stopping = () => renamed() > 0;
  await scene.cycle();
  assert.deepEqual([renamed(), scene.durable.state.settledFilials], [50, []]);
  scene.stopping = () => false;
  await scene.cycle();
  assert.deepEqual([renamed(), scene.durable.state.settledFilials], [60, [1]]);
});
