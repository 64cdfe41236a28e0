import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import type { Decision } from "../../src/sync/rules/decision.ts";
import { plan } from "../../src/sync/rules/plan.ts";
import type { Step } from "../../src/sync/rules/step.ts";
import type { Write } from "../../src/sync/ports.ts";
import { Queue } from "../../src/sync/queue/queue.ts";
import type { QueueItem } from "../../src/sync/queue/item.ts";
import { type Result, send } from "../../src/sync/send.ts";
import type { Reception } from "../../src/reception/reception.ts";
import { contactFor, context, dealFor, fieldsOf, lead, patient, reception } from "./made_up.ts";
import { type Fate, MemoryPortal } from "./memory_portal.ts";

const POLICY = { requestMs: 0, settleMs: 75_000, retryMs: 300_000, maxRetries: 5 };
const NOW = 1_772_000_000_000;

interface Run {
  readonly error: IdentSyncError | undefined;
  readonly portal: MemoryPortal;
  readonly queue: Queue;
  readonly results: ReadonlyMap<string, Result>;
  /** What stood in the durable queue when each request left. */
  readonly before: readonly (readonly QueueItem[])[];
  readonly accepted: readonly Step[];
  /** How many requests were out when `onRequest` was called. */
  readonly told: readonly number[];
}

async function run(decisions: readonly Decision[], options: {
  readonly fate?: (write: Write, request: number) => Fate;
  readonly stopping?: (requests: number) => boolean;
  readonly queue?: Queue;
  /** How long each request waits for the portal's limits before it leaves. */
  readonly wait?: number;
} = {}): Promise<Run> {
  const clock = { now: NOW };
  const portal = new MemoryPortal(options.fate);
  const queue = options.queue ?? new Queue([], POLICY);
  let durable: readonly QueueItem[] = queue.items();
  const before: (readonly QueueItem[])[] = [];
  const results = new Map<string, Result>();
  const accepted: Step[] = [];
  const told: number[] = [];
  const error = await send(decisions, {
    portal: {
      learn: () => assert.fail("nothing is asked here"),
      lookUp: () => assert.fail("nothing is asked here"),
      dealsByKey: () => assert.fail("nothing is asked here"),
      contactsById: () => assert.fail("nothing is asked here"),
      openDealsBetween: () => assert.fail("nothing is asked here"),
      keyedDeals: () => assert.fail("nothing is asked here"),
      write: async (writes, leaving) => {
        clock.now += options.wait ?? 0;
        await leaving?.([...writes.keys()]);
        before.push(durable);
        return await portal.write(writes);
      },
    },
    queue,
    now: () => clock.now,
    saveQueue: () => {
      durable = structuredClone(queue.items());
      return Promise.resolve();
    },
    stopping: () => options.stopping?.(portal.requests.length) ?? false,
    onResult: ({ reception: { key } }, result) => {
      assert.equal(results.has(key), false, `two results for ${key}`);
      results.set(key, result);
    },
    onRequest: () => Promise.resolve(void told.push(portal.requests.length)),
    onAccepted: (step) => void accepted.push(step),
  });
  return { error, portal, queue, results, before, accepted, told };
}

const decide = (...receptions: readonly Reception[]) =>
  plan(receptions, { contacts: [], deals: [], leads: [] }, context());

const many = (count: number) => decide(...Array.from({ length: count }, (_, index) => reception(index + 1)));

const kindsOf = (results: Run["results"]) => Object.fromEntries([...results].map(([key, { kind }]) => [key, kind]));

const isDeal = ({ kind }: Write) => kind === "add-deal" || kind === "update-deal";

Deno.test("a deal leaves only when its contact is there, and names it", async () => {
  const { portal, results, queue, error } = await run(decide(reception(1)));
  assert.deepEqual(portal.requests.map((writes) => writes.map(({ kind }) => kind)), [["add-contact"], ["add-deal"]]);
  assert.deepEqual(fieldsOf(portal.writes[1]).CONTACT_IDS, [portal.contacts[0].id]);
  assert.deepEqual([kindsOf(results), queue.items(), error], [{ F1_1: "confirmed" }, [], undefined]);
});

Deno.test("what stands on nothing leaves together: one request for updates of contacts and deals", async () => {
  const now = reception(1, { comment: "новый" });
  const poor = { ...contactFor(7, now.patient), patronymic: "" };
  const [decision] = plan([now], { contacts: [poor], deals: [dealFor(70, reception(1))], leads: [] }, context());
  const { portal } = await run([decision]);
  assert.deepEqual(portal.requests.map((writes) => writes.map(({ kind }) => kind)), [[
    "update-contact",
    "update-deal",
  ]]);
});

Deno.test("a contact that two receptions share is made once", async () => {
  const same = patient(1);
  const { portal, results } = await run(decide(reception(1, { patient: same }), reception(2, { patient: same })));
  assert.deepEqual(portal.requests.map(({ length }) => length), [1, 2]);
  assert.deepEqual(new Set(portal.deals.map(({ contactId }) => contactId)), new Set([portal.contacts[0].id]));
  assert.deepEqual(kindsOf(results), { F1_1: "confirmed", F1_2: "confirmed" });
});

Deno.test("fifty new receptions take two requests, and no request is ever larger than fifty", async () => {
  assert.deepEqual((await run(many(50))).portal.requests.map(({ length }) => length), [50, 50]);
  const { portal, results } = await run(many(173));
  assert.ok(portal.requests.every(({ length }) => length <= 50));
  assert.ok(portal.requests.length <= 2 * Math.ceil(173 / 50));
  assert.equal([...results.values()].filter(({ kind }) => kind === "confirmed").length, 173);
  assert.deepEqual([portal.contacts.length, portal.deals.length], [173, 173]);
});

Deno.test("every reception stands durably as processing before a request with its writes leaves", async () => {
  const { portal, before } = await run(many(120));
  portal.requests.forEach((writes, index) => {
    const items = new Map(before[index].map((item) => [item.key, item]));
    for (const write of writes) {
      const id = isDeal(write) ? String(fieldsOf(write).UF_KEY) : String(fieldsOf(write).ORIGIN_ID).replace("_P", "_");
      const item = items.get(id);
      assert.equal(item?.status, "processing");
      assert.equal(item?.sentAt, NOW);
      if (write.kind === "add-contact") assert.equal(item?.patient, fieldsOf(write).ORIGIN_ID);
    }
  });
});

Deno.test("all receptions that wait for one new contact stand as processing with its patient", async () => {
  const same = patient(1);
  const { before } = await run(decide(reception(1, { patient: same }), reception(2, { patient: same })));
  assert.deepEqual(before[0].map(({ key, patient }) => [key, patient]), [["F1_1", "F1_P1"], ["F1_2", "F1_P1"]]);
});

Deno.test("a request that had to wait is durably recorded as leaving when it does", async () => {
  const { before, queue } = await run(decide(reception(1)), {
    wait: 60_000,
    fate: (write) => isDeal(write) ? "lost" : "done",
  });
  assert.deepEqual(before.map(([item]) => item.sentAt), [NOW + 60_000, NOW + 120_000]);
  assert.deepEqual(queue.due(NOW + 120_000 + 74_999), []);
});

Deno.test("nothing leaves when the queue cannot be saved", async () => {
  const portal = new MemoryPortal();
  const full = new IdentSyncError("state", { what: "диск полон" });
  const sending = send(decide(reception(1)), {
    portal,
    queue: new Queue([], POLICY),
    now: () => NOW,
    saveQueue: () => Promise.reject(full),
    stopping: () => false,
    onResult: () => assert.fail("there is no result"),
    onRequest: () => Promise.resolve(),
    onAccepted: () => {},
  });
  await assert.rejects(sending, full);
  assert.equal(portal.requests.length, 0);
});

Deno.test("a decision without steps is confirmed without a request, and leaves the queue", async () => {
  const queue = new Queue([], POLICY);
  queue.refuse("F1_1", "отказ", NOW);
  const of = reception(1);
  const done = plan([of], { contacts: [contactFor(7, of.patient)], deals: [dealFor(70, of)], leads: [] }, context());
  const { portal, results } = await run(done, { queue });
  assert.deepEqual([portal.requests, kindsOf(results), queue.items()], [[], { F1_1: "confirmed" }, []]);
});

Deno.test("a decision that is refused goes to the queue with its reason, without a request", async () => {
  const decision: Decision = { ...decide(reception(1))[0], kind: "refuse", reason: "нет стадии" };
  const { portal, results, queue } = await run([decision]);
  assert.deepEqual(portal.requests, []);
  assert.deepEqual(results.get("F1_1"), { kind: "refused", reason: "нет стадии" });
  assert.deepEqual(queue.items().map(({ status, lastError }) => [status, lastError]), [["pending", "нет стадии"]]);
});

// ── what becomes of a reception ──────────────────────────────────────────────────────────────────────────────────────

const refusal: Fate = { kind: "refused", reason: "портал отказал" };
const limit: Fate = { kind: "limited", until: NOW + 9000, reason: "портал просит подождать" };
const broken = new IdentSyncError("portal", { what: "вебхук удалён" });

Deno.test("a refused contact makes no deal, the other receptions go on", async () => {
  const fate = (write: Write): Fate => fieldsOf(write).ORIGIN_ID === "F1_P1" ? refusal : "done";
  const { portal, results, queue } = await run(many(2), { fate });
  assert.deepEqual(kindsOf(results), { F1_1: "refused", F1_2: "confirmed" });
  assert.deepEqual(portal.deals.map(({ key }) => key), ["F1_2"]);
  assert.deepEqual(queue.items().map(({ key, status }) => [key, status]), [["F1_1", "pending"]]);
});

Deno.test("a refused contact that two receptions share refuses both", async () => {
  const same = patient(1);
  const { results, portal } = await run(decide(reception(1, { patient: same }), reception(2, { patient: same })), {
    fate: () => refusal,
  });
  assert.deepEqual(kindsOf(results), { F1_1: "refused", F1_2: "refused" });
  assert.equal(portal.requests.length, 1);
});

Deno.test("an unanswered contact makes no deal, and its reception stays in flight", async () => {
  for (const fate of ["lost", "done-unanswered"] as const) {
    const { portal, results, queue } = await run(decide(reception(1)), { fate: () => fate });
    assert.equal(results.get("F1_1")?.kind, "waiting");
    assert.equal(portal.requests.length, 1);
    const [item] = queue.items();
    assert.deepEqual([item.status, item.patient, item.sentAt], ["processing", "F1_P1", NOW]);
  }
});

Deno.test("an unanswered deal stays in flight, its contact is not sent again", async () => {
  const { portal, results, queue } = await run(decide(reception(1)), {
    fate: (write) => isDeal(write) ? "lost" : "done",
  });
  assert.equal(results.get("F1_1")?.kind, "waiting");
  assert.equal(portal.requests.length, 2);
  assert.deepEqual(queue.items().map(({ status, sentAt }) => [status, sentAt]), [["processing", NOW]]);
});

Deno.test("a limited write waits until the portal's time, without a failed attempt", async () => {
  const { results, queue } = await run(decide(reception(1)), { fate: (write) => isDeal(write) ? limit : "done" });
  assert.equal(results.get("F1_1")?.kind, "waiting");
  const [item] = queue.items();
  assert.deepEqual([item.status, item.nextRetryAt, item.retries, item.sentAt], ["pending", NOW + 9000, 0, undefined]);
});

/** The decision of an update of contact 7 and deal 70, which leave together. */
function twoUpdates(): Decision[] {
  const now = reception(1, { comment: "новый" });
  const poor = { ...contactFor(7, now.patient), patronymic: "" };
  return plan([now], { contacts: [poor], deals: [dealFor(70, reception(1))], leads: [] }, context());
}

const WORST: [what: string, contact: Fate, deal: Fate, result: Result["kind"], status: string][] = [
  ["unknown outweighs refused", "lost", refusal, "waiting", "processing"],
  ["unknown outweighs refused, the other way", refusal, "lost", "waiting", "processing"],
  ["unknown outweighs limited", limit, "lost", "waiting", "processing"],
  ["unknown outweighs accepted", "done", "lost", "waiting", "processing"],
  ["refused outweighs limited", limit, refusal, "refused", "pending"],
  ["refused outweighs accepted", refusal, "done", "refused", "pending"],
];

for (const [what, ofContact, ofDeal, result, status] of WORST) {
  Deno.test(`of several failed writes of a reception the gravest counts: ${what}`, async () => {
    const { results, queue } = await run(twoUpdates(), { fate: (write) => isDeal(write) ? ofDeal : ofContact });
    assert.equal(results.get("F1_1")?.kind, result);
    assert.deepEqual(queue.items().map((item) => item.status), [status]);
  });
}

Deno.test("an unusable portal ends the sending: the rest has no result, and what is half done is taken up at once", async () => {
  const { error, results, queue, portal, told } = await run(many(60), {
    fate: (_, request) => request === 1 ? { kind: "unusable", error: broken } : "done",
  });
  assert.equal(error, broken);
  assert.equal(portal.requests.length, 2);
  assert.deepEqual(kindsOf(results), {});
  assert.deepEqual(queue.items().map(({ status }) => status), Array(50).fill("pending"));
  assert.equal(queue.due(NOW).length, 50);
  assert.deepEqual(told, [1, 2]);
});

Deno.test("what the unusable portal had done before is confirmed, what it left unanswered is waiting", async () => {
  const fates: Record<string, Fate> = { F1_P1: "done", F1_P2: "lost", F1_P3: { kind: "unusable", error: broken } };
  const { error, results, queue, accepted } = await run(many(3), {
    fate: (write) => fates[String(fieldsOf(write).ORIGIN_ID)],
  });
  assert.equal(error, broken);
  assert.deepEqual(kindsOf(results), { F1_2: "waiting" });
  assert.deepEqual(queue.items().map(({ key, status }) => [key, status]), [["F1_1", "pending"], [
    "F1_2",
    "processing",
  ]]);
  assert.equal(accepted.length, 1);
});

Deno.test("an unusable portal puts an item of the queue back as it was", async () => {
  const queue = new Queue([], POLICY);
  queue.refuse("F1_1", "отказ", NOW - 1_000_000);
  const before = queue.items();
  await run(decide(reception(1)), { queue, fate: () => ({ kind: "unusable", error: broken }) });
  assert.deepEqual(queue.items(), before);
});

// ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("asked to stop before it began, nothing leaves and nothing has a result", async () => {
  const { portal, results, queue } = await run(many(3), { stopping: () => true });
  assert.deepEqual([portal.requests, kindsOf(results), queue.items()], [[], {}, []]);
});

Deno.test("asked to stop, what has begun is finished and nothing new begins", async () => {
  const { portal, results, queue, error } = await run(many(60), { stopping: (requests) => requests >= 1 });
  assert.deepEqual(portal.requests.map(({ length }) => length), [50, 50]);
  assert.equal([...results.values()].filter(({ kind }) => kind === "confirmed").length, 50);
  assert.deepEqual([results.size, queue.items(), error], [50, [], undefined]);
});

Deno.test("a result is told before the request's end is, so that what is saved then is whole", async () => {
  const { told, results, portal } = await run(many(1));
  assert.deepEqual(told, [1, 2]);
  assert.deepEqual([results.size, portal.requests.length], [1, 2]);
});

Deno.test("an intent names the lead that it converts and the contact that it fills in", async () => {
  const found = { ...contactFor(7, patient(1)), originator: "", originId: "" };
  const view = { contacts: [found], deals: [], leads: [lead(40)] };
  const { before } = await run(plan([reception(1)], view, context()));
  assert.ok(before.length > 1);
  for (const items of before) {
    assert.deepEqual(items.map(({ key, lead, contact }) => [key, lead, contact]), [["F1_1", 40, 7]]);
  }
});
