import assert from "node:assert/strict";
import fc from "fast-check";
import { IdentSyncError } from "../../src/error.ts";
import { comparePositions, type Position } from "../../src/sync/position.ts";
import type { Clinic, Entry, Portal } from "../../src/sync/ports.ts";
import type { Reception } from "../../src/reception/reception.ts";
import { contact, contactFor, dealFor, lead, patient, reception } from "./made_up.ts";
import type { Fate } from "./memory_portal.ts";
import { HOUR, MINUTE, Scene } from "./scene.ts";

const broken = new IdentSyncError("portal", { what: "портал недоступен" });

/** What goes wrong in one cycle. */
interface Trouble {
  /** Minutes since the cycle before. */
  readonly pause: number;
  /** IDs of receptions whose comment the registrar changes before the cycle. */
  readonly changed: readonly number[];
  /** Fates of the writes, over and over. */
  readonly fates: readonly Fate[];
  /** Milliseconds that requests wait for the portal's limits before they leave, over and over. */
  readonly waits: readonly number[];
  /** Which call to a side or a file, counted through the cycle, throws. */
  readonly throwsAt: number;
  /** Before which call the user asks to stop. */
  readonly stopsAt: number;
}

const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>("done") },
  { weight: 1, arbitrary: fc.constantFrom<Fate>("lost", "done-unanswered", { later: 60_000 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fate>({ kind: "refused", reason: "отказ" }, { kind: "unusable", error: broken }, {
      kind: "limited",
      until: 0,
      reason: "портал просит подождать",
    }),
  },
);

const IDS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const trouble: fc.Arbitrary<Trouble> = fc.record({
  pause: fc.constantFrom(0, 1, 2, 20),
  changed: fc.subarray(IDS),
  fates: fc.array(fate, { minLength: 1, maxLength: 12 }),
  waits: fc.array(fc.constantFrom(0, 10_000, 70_000), { minLength: 1, maxLength: 4 }),
  throwsAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 25 })),
  stopsAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 25 })),
});

/** The scene's sides, of which the call with this number throws. */
function sidesOf(
  scene: Scene,
  { throwsAt, stopsAt, waits }: Trouble,
): { clinic: Partial<Clinic>; portal: Partial<Portal> } {
  let calls = 0;
  const count = () => {
    if (calls++ === throwsAt) throw broken;
  };
  scene.stopping = () => calls > stopsAt;
  scene.onSave = count;
  return {
    clinic: {
      changedReceptions: async (request) => (count(), await scene.clinic.changedReceptions(request)),
      plannedReceptions: async (...asked) => (count(), await scene.clinic.plannedReceptions(...asked)),
      receptionsById: async (ids) => (count(), await scene.clinic.receptionsById(ids)),
    },
    portal: {
      lookUp: async (question) => (count(), await scene.portal.lookUp(question)),
      dealsByKey: async (...asked) => (count(), await scene.portal.dealsByKey(...asked)),
      openDealsBetween: async (from, to, fields) => (count(), await scene.portal.openDealsBetween(from, to, fields)),
      write: async (writes, leaving) => {
        // A write never throws; a crash just before it leaves is the same as one just after the queue was saved.
        calls++;
        scene.now += waits[calls % waits.length];
        return await scene.portal.write(writes, leaving);
      },
    },
  };
}

const commentOf = (scene: Scene, key: string) => scene.portal.deals.find((deal) => deal.key === key)?.fields.UF_COMMENT;

const positionOf = ({ changed, id }: Entry): Position => ({ time: changed!, id });

/** Everything before the watermark is on the portal as it is in the clinic, or stands in the durable queue. */
function assertNothingPassed(scene: Scene): void {
  const { watermark } = scene;
  if (watermark === undefined) return;
  const queued = new Set(scene.durable.items.map(({ key }) => key));
  for (const entry of scene.clinic.all()) {
    if (comparePositions(positionOf(entry), watermark) > 0 || queued.has(entry.key)) continue;
    assert.equal(
      commentOf(scene, entry.key),
      (entry.reception as Reception).comment,
      `the watermark passed ${entry.key}, which is neither carried over nor queued`,
    );
  }
}

/** Patients of the receptions: some come twice, two share a phone. */
const patientOf = (id: number) => patient(id > 6 ? id - 6 : id, id === 3 ? { phones: ["+79000000002"] } : {});

Deno.test("whatever fails at whichever call, nothing is passed over and nothing is made twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { maxLength: 5 }), fc.constantFrom(1, 2, 3, 50), async (troubles, size) => {
      const scene = new Scene(size);
      for (const id of IDS) scene.clinic.put(named(id, "Перезвонить"), id, Math.floor(id / 3) * MINUTE);
      furnish(scene);
      for (const [round, each] of troubles.entries()) {
        // Never the very moment of the cycle before: what is committed then is found by the overlap only.
        scene.now += each.pause * MINUTE + 1;
        for (const id of each.changed) scene.clinic.carry(named(id, `правка ${round}`));
        let writes = 0;
        scene.fate = () => each.fates[writes++ % each.fates.length];
        // The queue and the state are read from the files again, as after a crash.
        await scene.cycle(sidesOf(scene, each)).catch((error) => assert.equal(error, broken));
        assertNothingPassed(scene);
        assertSingle(scene);
      }
      await calmDown(scene);
      for (const id of IDS) {
        assert.equal(
          commentOf(scene, `F1_${id}`),
          (scene.clinic.all().find((entry) => entry.id === id)!
            .reception as Reception).comment,
        );
      }
    }),
    { numRuns: 250 },
  );
});

/** A known patient with a manager's open deal, a contact that is yet to become its patient's, and a lead of another. */
function furnish({ portal }: Scene): void {
  portal.contacts.push(contactFor(7, patientOf(1)));
  portal.deals.push({ ...dealFor(70, reception(1), { ours: false, originId: "", key: "", stage: "NEW" }), fields: {} });
  portal.contacts.push(contact(8, { phones: patientOf(5).phones }));
  portal.leads.push(lead(40, { phones: ["+79000000004"] }));
}

function named(id: number, comment: string): Reception {
  return reception(id, { comment, patient: patientOf(id) });
}

function assertSingle(scene: Scene): void {
  const keys = scene.portal.deals.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, `made twice: ${keys}`);
  const origins = scene.portal.contacts.map(({ originId }) => originId);
  assert.equal(new Set(origins).size, origins.length, `made twice: ${origins}`);
}

/** Cycles without trouble until nothing waits any more. */
async function calmDown(scene: Scene): Promise<void> {
  scene.fate = () => "done";
  scene.onSave = () => {};
  scene.stopping = () => false;
  for (let day = 0; day < 3; day++) {
    scene.now += 25 * HOUR;
    await scene.cycle();
    assertSingle(scene);
  }
  assert.deepEqual(scene.durable.items, []);
  assert.equal(scene.portal.deals.length, IDS.length);
  assert.equal(scene.portal.contacts.length, 6);
}
