/** What may be in flight: writes that were sent and are not answered, and what they claim. */
import assert from "node:assert/strict";
import { Queue } from "../../../src/sync/queue/queue.ts";
import { ALL, DAY, empty, itemOf, MINUTE, NOTHING, NOW, OF_PATIENT, POLICY } from "./made_up.ts";

Deno.test("an unanswered write is looked up when the portal is surely done with it", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.leaveUnknown("F1_1", "обрыв", NOW + 30_000);
  const { status, retries, unanswered, lastError, patient } = itemOf(queue);
  assert.deepEqual([status, retries, unanswered, lastError, patient], ["processing", 0, 1, "обрыв", "F1_P1"]);
  assert.deepEqual(queue.due(NOW + 30_000 + 74_999), []);
  assert.deepEqual(queue.due(NOW + 30_000 + 75_000), ["F1_1"]);
});

Deno.test("an unanswered write that stays so is looked up for ever, ever later, up to a day", () => {
  const queue = empty({ ...POLICY, maxRetries: 2 });
  const delays: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    const now = NOW + attempt * 2 * DAY;
    queue.begin("F1_1", OF_PATIENT, now);
    queue.leaveUnknown("F1_1", "обрыв", now);
    assert.equal(itemOf(queue).status, "processing");
    delays.push(itemOf(queue).nextRetryAt! - now);
  }
  assert.deepEqual(delays.slice(0, 4), [75_000, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]);
  assert.equal(delays.at(-1), DAY);
});

Deno.test("a reception of which a part is confirmed begins to count its unanswered writes anew", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.leaveUnknown("F1_1", "обрыв", NOW);
  queue.begin("F1_1", OF_PATIENT, NOW + DAY);
  queue.interrupt("F1_1", NOW + DAY);
  assert.deepEqual([itemOf(queue).status, itemOf(queue).unanswered], ["pending", 0]);
});

Deno.test("a write that left later than recorded is counted from its leaving", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  assert.equal(queue.leaves("F1_1", NOW + 999), false);
  assert.equal(queue.leaves("F1_1", NOW + 60_000), true);
  assert.equal(queue.inFlightUntil("F1_1", NOW + 100_000), NOW + 135_000);
  // A slow line: until the end of the request nobody knows when the portal had all of it.
  queue.leaveUnknown("F1_1", "обрыв", NOW + 90_000);
  assert.deepEqual(queue.due(NOW + 164_999), []);
  assert.deepEqual(queue.due(NOW + 165_000), ["F1_1"]);
});

Deno.test("a write that a crash interrupts may have been leaving until the crash, at the longest as long as a request takes", () => {
  const policy = { ...POLICY, requestMs: 70_000 };
  const before = empty(policy);
  before.begin("F1_1", OF_PATIENT, NOW);
  assert.equal(before.inFlightUntil("F1_1", NOW), NOW + 145_000);
  for (const [restart, until] of [[10_000, 85_000], [100_000, 145_000]]) {
    const queue = new Queue(before.items(), policy);
    queue.settleClock(NOW + restart);
    assert.equal(queue.inFlightUntil("F1_1", NOW + restart), NOW + until);
    assert.deepEqual([queue.due(NOW + until - 1), queue.due(NOW + until)], [[], ["F1_1"]]);
  }
});

Deno.test("lost answers use up none of the attempts, and a refusal counts them anew", () => {
  const queue = empty({ ...POLICY, maxRetries: 2 });
  for (let lost = 0; lost < 5; lost++) {
    queue.begin("F1_1", OF_PATIENT, NOW);
    queue.leaveUnknown("F1_1", "обрыв", NOW);
  }
  queue.refuse("F1_1", "отказ", NOW);
  const { status, retries, unanswered } = itemOf(queue);
  assert.deepEqual([status, retries, unanswered], ["pending", 1, 0]);
});

Deno.test("the leaving of what was never begun is nothing to record", () => {
  const queue = empty();
  assert.equal(queue.leaves("F1_1", NOW), false);
  queue.refuse("F1_1", "отказ", NOW);
  assert.equal(queue.leaves("F1_1", NOW + DAY), false);
  assert.equal(itemOf(queue).sentAt, undefined);
});

Deno.test("an item is in flight from its sending until the portal is surely done, and no longer", () => {
  const queue = empty();
  assert.equal(queue.inFlightUntil("F1_1", NOW), undefined);
  queue.begin("F1_1", OF_PATIENT, NOW);
  assert.equal(queue.inFlightUntil("F1_1", NOW + 74_999), NOW + 75_000);
  assert.equal(queue.inFlightUntil("F1_1", NOW + 75_000), undefined);
  assert.deepEqual(queue.patientsInFlight(NOW + 75_000), new Map());
});

Deno.test("a patient is in flight until the last of the writes that may make the contact", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.begin("F1_2", OF_PATIENT, NOW + 5000);
  queue.begin("F1_3", NOTHING, NOW + 9000);
  queue.begin("F1_4", { ...NOTHING, patient: "F1_P2" }, NOW + 9000);
  assert.deepEqual(queue.patientsInFlight(NOW + 9000), new Map([["F1_P1", NOW + 80_000]]));
});

Deno.test("after a crash the items that were being sent are in flight, and due when the portal is done", () => {
  const before = empty();
  before.begin("F1_1", OF_PATIENT, NOW);
  const queue = new Queue(before.items(), POLICY);
  assert.deepEqual(queue.due(NOW + 1000), []);
  assert.equal(queue.inFlightUntil("F1_1", NOW + 1000), NOW + 75_000);
  assert.deepEqual(queue.due(NOW + 75_000), ["F1_1"]);
});

Deno.test("a refusal ends what was in flight", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.refuse("F1_1", "отказ", NOW + 10);
  assert.equal(queue.inFlightUntil("F1_1", NOW + 20), undefined);
  assert.deepEqual(queue.patientsInFlight(NOW + 20), new Map());
});

const claimsOf = (queue: Queue) => [[...queue.unfinishedLeads()], [...queue.claimedContacts()]];

Deno.test("a contact is claimed for its patient as long as nobody knows whether it was given", () => {
  const queue = empty();
  queue.begin("F1_1", ALL, NOW);
  queue.begin("F1_2", { ...NOTHING, patient: "F1_P2" }, NOW);
  assert.deepEqual(claimsOf(queue)[1], [[7, "F1_P1"]]);
  queue.leaveUnknown("F1_1", "обрыв", NOW + 10);
  assert.deepEqual(claimsOf(new Queue(queue.items(), POLICY))[1], [[7, "F1_P1"]]);
  queue.refuse("F1_1", "отказ", NOW + DAY);
  assert.deepEqual(claimsOf(queue)[1], []);
  queue.begin("F1_1", ALL, NOW + 2 * DAY);
  queue.postpone("F1_1", "лимит", NOW + 3 * DAY, NOW + 2 * DAY);
  assert.deepEqual(claimsOf(queue)[1], []);
});

Deno.test("a lead stays claimed through refusals and waiting, until all of its conversion is confirmed", () => {
  const queue = empty();
  queue.begin("F1_1", ALL, NOW);
  queue.leaveUnknown("F1_1", "обрыв", NOW + 10);
  queue.refuse("F1_1", "отказ", NOW + DAY);
  queue.postpone("F1_1", "лимит", NOW + 3 * DAY, NOW + 2 * DAY);
  assert.deepEqual(claimsOf(new Queue(queue.items(), POLICY))[0], [["F1_1", 40]]);
  queue.confirm("F1_1");
  assert.deepEqual(claimsOf(queue), [[], []]);
});

Deno.test("an intent of a cycle that broke off is not lost when a later one is withdrawn", () => {
  const queue = empty();
  queue.begin("F1_1", NOTHING, NOW);
  queue.settleIntents();
  queue.begin("F1_1", NOTHING, NOW + 100_000);
  queue.withdraw("F1_1");
  assert.deepEqual(queue.items().map(({ key, sentAt }) => [key, sentAt]), [["F1_1", NOW]]);
});

Deno.test("an intent that came to nothing claims nothing", () => {
  const queue = empty();
  queue.begin("F1_1", ALL, NOW);
  queue.withdraw("F1_1");
  assert.deepEqual(claimsOf(queue), [[], []]);
});

Deno.test("what is claimed for no patient, or by what is no reception, holds nobody up", () => {
  const before = empty();
  before.begin("F1_1", ALL, NOW);
  const queue = new Queue([{ ...itemOf(before), key: "чужой", patient: undefined }], POLICY);
  assert.deepEqual([...claimsOf(queue), queue.patientsInFlight(NOW)], [[], [], new Map()]);
});

Deno.test("a write without an answer is looked up also where no intent of it was recorded", () => {
  const queue = empty();
  queue.leaveUnknown("F1_1", "обрыв", NOW);
  const { status, unanswered, nextRetryAt } = itemOf(queue);
  assert.deepEqual([status, unanswered, nextRetryAt], ["processing", 1, NOW + 75_000]);
});

Deno.test("a write that leaves late may need as long as a request takes from then on", () => {
  const queue = empty({ ...POLICY, requestMs: 70_000 });
  queue.begin("F1_1", OF_PATIENT, NOW);
  assert.equal(queue.leaves("F1_1", NOW + 1000), true);
  assert.equal(queue.inFlightUntil("F1_1", NOW), NOW + 1000 + 70_000 + 75_000);
  assert.equal(itemOf(queue).nextRetryAt, NOW + 1000 + 70_000 + 75_000);
});

Deno.test("when the clock was set ahead, what is in flight stays so for as long, and the rest keeps its times", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.refuse("F1_2", "отказ", NOW);
  const [sent, waiting] = queue.items();
  queue.moveClock(DAY);
  assert.deepEqual(queue.items(), [{ ...sent, sentAt: NOW + DAY, nextRetryAt: NOW + DAY + 75_000 }, waiting]);
  const untimed = new Queue([{ ...sent, nextRetryAt: undefined }], POLICY);
  untimed.moveClock(DAY);
  assert.deepEqual([itemOf(untimed).sentAt, itemOf(untimed).nextRetryAt], [NOW + DAY, undefined]);
});

Deno.test("when the clock was set back, no change lies in the future", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW + DAY);
  queue.refuse("F1_2", "отказ", NOW - DAY);
  queue.settleClock(NOW);
  assert.deepEqual(queue.items().map(({ updatedAt }) => updatedAt), [NOW, NOW - DAY]);
});

Deno.test("what the portal itself fails at is given up after so many times, with what it said last, and not withdrawn", () => {
  const queue = empty({ ...POLICY, maxRetries: 2 });
  assert.equal(queue.giveUpIfHopeless("F1_1", NOW), undefined);
  queue.leaveUnknown("F1_1", "портал ответил: A", NOW, true);
  queue.leaveUnknown("F1_1", "обрыв", NOW);
  assert.equal(queue.giveUpIfHopeless("F1_1", NOW), undefined);
  queue.begin("F1_1", ALL, NOW);
  queue.leaveUnknown("F1_1", "портал ответил: B", NOW, true);
  queue.begin("F1_1", ALL, NOW);
  assert.equal(queue.giveUpIfHopeless("F1_1", NOW), "портал ответил: B");
  const { status, nextRetryAt, sentAt, holds, failures } = itemOf(queue);
  assert.deepEqual([status, nextRetryAt, sentAt, holds, failures], ["failed", undefined, undefined, false, 0]);
  assert.deepEqual([queue.awaits("F1_1"), queue.due(NOW + 9 * DAY)], [false, []]);
  queue.withdraw("F1_1");
  assert.equal(itemOf(queue).status, "failed");
  assert.equal(queue.giveUpIfHopeless("F1_1", NOW), undefined);
});
