/** Writes whose outcome nobody knows yet, and what other receptions decide meanwhile. */
import assert from "node:assert/strict";
import type { Write } from "../../src/sync/ports.ts";
import { contact, contactFor, dealFor, patient, reception } from "./made_up.ts";
import type { Fate } from "./memory_portal.ts";
import { HOUR, keysOf, Scene } from "./scene.ts";

const isDeal = ({ kind }: Write) => kind === "add-deal" || kind === "update-deal";

for (const fate of ["lost", "done-unanswered", { later: 60_000 }] as const) {
  Deno.test(`an unanswered write (${JSON.stringify(fate)}) ends in one contact and one deal`, async () => {
    for (const what of [isDeal, (write: Write) => !isDeal(write)]) {
      const scene = new Scene();
      scene.clinic.carry(reception(1));
      scene.fate = (write) => what(write) ? fate : "done";
      assert.equal((await scene.cycle()).errors, 1);
      scene.fate = () => "done";
      // Too early: the portal may still be at it, so nothing is asked and nothing sent.
      const sent = scene.portal.writes.length;
      scene.now += 30_000;
      await scene.cycle();
      assert.equal(scene.portal.writes.length, sent);
      scene.now += 60_000;
      await scene.cycle();
      assert.deepEqual([scene.portal.contacts.length, scene.portal.deals.length], [1, 1]);
      assert.deepEqual(scene.durable.items, []);
    }
  });
}

Deno.test("another reception of a patient whose contact may be in the making waits for it", async () => {
  const scene = new Scene();
  const same = patient(1);
  scene.clinic.carry(reception(1, { patient: same }));
  scene.fate = () => ({ later: 60_000 });
  await scene.cycle();
  scene.fate = () => "done";
  scene.now += 10_000;
  scene.clinic.carry(reception(2, { patient: same }));
  const report = await scene.cycle();
  assert.deepEqual([report.received, report.errors, report.waiting, scene.portal.requests.length], [1, 0, 1, 1]);
  scene.now += 80_000;
  await scene.cycle();
  assert.deepEqual([scene.portal.contacts.length, keysOf(scene)], [1, ["F1_1", "F1_2"]]);
});

Deno.test("two receptions never bind one manager's deal, also when the first binding is not confirmed yet", async () => {
  const scene = new Scene();
  scene.portal.contacts.push(contactFor(7, patient(1)));
  scene.portal.deals.push({ ...dealFor(70, reception(1), { key: "", stage: "NEW" }), fields: {} });
  scene.clinic.carry(reception(1));
  scene.fate = () => ({ later: 60_000 });
  await scene.cycle();
  scene.fate = () => "done";
  scene.now += 10_000;
  scene.clinic.carry(reception(2, { patient: patient(1) }));
  for (let hour = 0; hour < 3; hour++) {
    await scene.cycle();
    scene.now += HOUR;
  }
  assert.deepEqual([keysOf(scene), scene.durable.items], [["F1_1", "F1_2"], []]);
});

const NOT_GIVEN: Fate[] = [{ later: 60_000 }, "lost", { kind: "refused", reason: "отказ" }];

for (const fate of NOT_GIVEN) {
  Deno.test(`a patient keeps the contact that was found, whatever became of giving it (${JSON.stringify(fate)})`, async () => {
    const scene = new Scene();
    scene.portal.contacts.push(contact(5));
    scene.clinic.carry(reception(1));
    scene.fate = ({ kind }) => kind === "update-contact" ? fate : "done";
    await scene.cycle();
    scene.fate = () => "done";
    scene.now += 10_000;
    scene.clinic.carry(reception(2, { patient: patient(1) }));
    for (let hour = 0; hour < 3; hour++) {
      await scene.cycle();
      scene.now += HOUR;
    }
    assert.deepEqual(scene.portal.contacts.map(({ id, originId }) => [id, originId]), [[5, "F1_P1"]]);
    assert.deepEqual(keysOf(scene), ["F1_1", "F1_2"]);
  });
}

Deno.test("two patients never get one contact, also when the first has it without confirmation yet", async () => {
  const scene = new Scene();
  scene.portal.contacts.push(contact(5, { surname: "", name: "+79000000001", patronymic: "" }));
  scene.clinic.carry(reception(1));
  scene.fate = ({ kind }) => kind === "update-contact" ? { later: 60_000 } : "done";
  await scene.cycle();
  scene.fate = () => "done";
  scene.now += 10_000;
  const relative = patient(2, { name: "Анна", patronymic: "Петровна", phones: ["+79000000001"] });
  scene.clinic.carry(reception(2, { patient: relative }));
  for (let hour = 0; hour < 3; hour++) {
    await scene.cycle();
    scene.now += HOUR;
  }
  const originOf = (key: string) => {
    const { contactId } = scene.portal.deals.find((deal) => deal.key === key)!;
    return scene.portal.contacts.find(({ id }) => id === contactId)!.originId;
  };
  assert.deepEqual([originOf("F1_1"), originOf("F1_2")], ["F1_P1", "F1_P2"]);
});
