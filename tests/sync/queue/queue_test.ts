import assert from "node:assert/strict";
import fc from "fast-check";
import { Queue } from "../../../src/sync/queue/queue.ts";
import { DAY, empty, itemOf, MINUTE, NOTHING, NOW, OF_PATIENT, POLICY } from "./made_up.ts";

Deno.test("an intent stands in the queue as processing, with the patient whose contact it makes", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  assert.deepEqual(itemOf(queue), {
    key: "F1_1",
    status: "processing",
    retries: 0,
    unanswered: 0,
    failures: 0,
    createdAt: NOW,
    updatedAt: NOW,
    lastError: undefined,
    nextRetryAt: NOW + 75_000,
    sentAt: NOW,
    patient: "F1_P1",
    holds: true,
    lead: undefined,
    contact: undefined,
  });
  assert.deepEqual(queue.counts(), { total: 1, pending: 0, processing: 1, failed: 0, completed: 0 });
});

Deno.test("what is confirmed goes", () => {
  const queue = empty();
  queue.begin("F1_1", NOTHING, NOW);
  queue.confirm("F1_1");
  assert.deepEqual([queue.items(), queue.awaits("F1_1"), queue.inFlightUntil("F1_1", NOW)], [[], false, undefined]);
});

Deno.test("a withdrawn intent leaves nothing where there was nothing", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.begin("F1_1", NOTHING, NOW + 1);
  queue.withdraw("F1_1");
  assert.deepEqual(queue.items(), []);
});

Deno.test("a withdrawn intent leaves the item as it was before, through several requests", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  const before = itemOf(queue);
  queue.begin("F1_1", OF_PATIENT, NOW + DAY);
  queue.begin("F1_1", NOTHING, NOW + DAY + 1);
  queue.withdraw("F1_1");
  assert.deepEqual(itemOf(queue), before);
});

Deno.test("withdrawing what was never begun, or is settled, changes nothing", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  queue.withdraw("F1_1");
  queue.withdraw("F1_2");
  assert.equal(itemOf(queue).status, "pending");
  queue.begin("F1_1", NOTHING, NOW + DAY);
  queue.leaveUnknown("F1_1", "обрыв", NOW + DAY + 1);
  const settled = itemOf(queue);
  queue.withdraw("F1_1");
  assert.deepEqual(itemOf(queue), settled);
});

Deno.test("a refused reception is tried again after delays that double, then it is failed", () => {
  const queue = empty();
  for (const [attempt, delay] of [[1, 5], [2, 10], [3, 20]]) {
    queue.refuse("F1_1", "отказ", NOW);
    const { status, retries, nextRetryAt, lastError } = itemOf(queue);
    assert.deepEqual([status, retries, nextRetryAt, lastError], ["pending", attempt, NOW + delay * MINUTE, "отказ"]);
  }
  queue.refuse("F1_1", "отказ", NOW);
  assert.deepEqual([itemOf(queue).status, itemOf(queue).retries, itemOf(queue).nextRetryAt], ["failed", 4, undefined]);
  assert.deepEqual(queue.due(NOW + 1000 * DAY), []);
});

Deno.test("delays double up to a day and not beyond", () => {
  const queue = empty({ ...POLICY, maxRetries: 2000 });
  let last = 0;
  for (let attempt = 1; attempt <= 1100; attempt++) {
    queue.refuse("F1_1", "отказ", NOW);
    const delay = itemOf(queue).nextRetryAt! - NOW;
    assert.equal(delay, Math.min(DAY, last === 0 ? 5 * MINUTE : last * 2));
    last = delay;
  }
  assert.equal(last, DAY);
});

Deno.test("waiting through no fault of its own is no failed attempt", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  queue.begin("F1_1", OF_PATIENT, NOW + DAY);
  queue.postpone("F1_1", "лимит", NOW + 2 * DAY, NOW + DAY);
  const { status, retries, nextRetryAt, sentAt, patient } = itemOf(queue);
  assert.deepEqual([status, retries, nextRetryAt, sentAt, patient], [
    "pending",
    1,
    NOW + 2 * DAY,
    undefined,
    undefined,
  ]);
  assert.deepEqual(queue.due(NOW + 2 * DAY - 1), []);
  assert.deepEqual(queue.due(NOW + 2 * DAY), ["F1_1"]);
});

Deno.test("a clock that was set back leaves nothing sent in the future, and nothing waiting longer than it would have", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW + 30 * DAY);
  queue.refuse("F1_2", "отказ", NOW + 30 * DAY);
  queue.refuse("F1_3", "отказ", NOW);
  const before = itemOf(queue, "F1_3");
  queue.settleClock(NOW);
  assert.deepEqual([itemOf(queue).sentAt, itemOf(queue).nextRetryAt], [NOW, NOW + 75_000]);
  assert.equal(queue.inFlightUntil("F1_1", NOW), NOW + 75_000);
  assert.equal(itemOf(queue, "F1_2").nextRetryAt, NOW + POLICY.retryMs);
  assert.deepEqual(itemOf(queue, "F1_3"), before);
});

Deno.test("an item without a time is due at once, a failed one never by itself", () => {
  const base = { ...itemOf(begun()), sentAt: undefined, nextRetryAt: undefined };
  const queue = new Queue([
    { ...base, key: "F1_1", status: "pending" },
    { ...base, key: "F1_2", status: "failed" },
    { ...base, key: "F1_3", status: "processing" },
  ], POLICY);
  assert.deepEqual(queue.due(NOW), ["F1_1", "F1_3"]);
});

function begun(): Queue {
  const queue = empty();
  queue.begin("F1_1", NOTHING, NOW);
  return queue;
}

Deno.test("a failed item whose reception changes is carried like any other", () => {
  const queue = new Queue([{ ...itemOf(begun()), status: "failed", retries: 4 }], POLICY);
  queue.begin("F1_1", NOTHING, NOW + DAY);
  assert.equal(itemOf(queue).status, "processing");
  queue.confirm("F1_1");
  assert.deepEqual(queue.items(), []);
});

Deno.test("all that waits or was given up is tried at once, what is in flight when the portal is surely done with it", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  queue.refuse("F1_2", "отказ", NOW);
  queue.refuse("F1_2", "отказ", NOW);
  for (let time = 0; time < 4; time++) queue.refuse("F1_3", "отказ", NOW);
  for (let time = 0; time < 5; time++) queue.leaveUnknown("F1_4", "обрыв", NOW);
  queue.leaveUnknown("F1_5", "обрыв", NOW + 2 * MINUTE);
  const later = NOW + 2 * MINUTE;
  assert.deepEqual(queue.due(later), []);
  queue.retryAll(later);
  assert.deepEqual(queue.due(later), ["F1_1", "F1_2", "F1_3", "F1_4"]);
  // Nobody knows yet whether that was done: it stays so until it is looked up.
  assert.deepEqual([itemOf(queue, "F1_4").status, itemOf(queue, "F1_4").unanswered], ["processing", 5]);
});

Deno.test("the time of making stays, the time of the last change follows", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  queue.refuse("F1_1", "отказ", NOW + DAY);
  assert.deepEqual([itemOf(queue).createdAt, itemOf(queue).updatedAt], [NOW, NOW + DAY]);
});

const keys = fc.constantFrom("F1_1", "F1_2", "F1_3");
const actions = fc.array(
  fc.record({
    key: keys,
    kind: fc.constantFrom("begin", "confirm", "withdraw", "refuse", "leaveUnknown", "postpone", "forget"),
    pause: fc.integer({ min: 0, max: 2 * DAY }),
  }),
  { maxLength: 30 },
);

Deno.test("no item is ever lost: it goes only when confirmed, forgotten, or withdrawn as a mere intent", () => {
  fc.assert(fc.property(actions, (steps) => {
    const queue = empty();
    /** Keys that must be there; `intent`: only because of an intent. */
    const model = new Map<string, "intent" | "item">();
    let now = NOW;
    for (const { key, kind, pause } of steps) {
      now += pause;
      switch (kind) {
        case "begin":
          queue.begin(key, NOTHING, now);
          if (!model.has(key)) model.set(key, "intent");
          break;
        case "withdraw":
          queue.withdraw(key);
          if (model.get(key) === "intent") model.delete(key);
          break;
        case "confirm":
        case "forget":
          queue[kind](key);
          model.delete(key);
          break;
        case "postpone":
          queue.postpone(key, "ждать", now + 1, now);
          model.set(key, "item");
          break;
        default:
          queue[kind](key, "отказ", now);
          model.set(key, "item");
      }
      assert.deepEqual(queue.items().map((item) => item.key).sort(), [...model.keys()].sort());
      const { total, pending, processing, failed, completed } = queue.counts();
      assert.equal(total, model.size);
      assert.equal(pending + processing + failed + completed, total);
      for (const item of queue.items()) {
        assert.ok(item.createdAt <= item.updatedAt && item.updatedAt <= now);
        if (item.status === "failed") assert.ok(item.retries >= POLICY.maxRetries);
        // Whatever is not failed comes up by itself, and within a day.
        else assert.ok(item.status === "pending" || item.nextRetryAt !== undefined);
        if (item.nextRetryAt !== undefined) assert.ok(item.nextRetryAt <= item.updatedAt + DAY + POLICY.settleMs);
      }
    }
  }));
});

Deno.test("all that waits, was given up or is to be looked up is due now, and nothing that may be in work", () => {
  const queue = empty({ ...POLICY, maxRetries: 1 });
  queue.postpone("F1_1", "лимит", NOW + DAY, NOW);
  queue.refuse("F1_2", "отказ", NOW);
  queue.begin("F1_3", NOTHING, NOW + MINUTE);
  queue.leaveUnknown("F1_4", "обрыв", NOW - MINUTE);
  queue.leaveUnknown("F1_4", "обрыв", NOW - MINUTE);
  queue.retryAll(NOW + MINUTE);
  assert.deepEqual(
    queue.items().map(({ key, status, nextRetryAt }) => [key, status, nextRetryAt]),
    [
      ["F1_1", "pending", NOW + MINUTE],
      ["F1_2", "pending", NOW + MINUTE],
      ["F1_3", "processing", NOW + MINUTE + 75_000],
      ["F1_4", "processing", NOW + MINUTE],
    ],
  );
});

Deno.test("an item goes along with its reception's new key, except where an item with that key may be in work", () => {
  const queue = empty();
  queue.refuse("F1_1", "отказ", NOW);
  const before = itemOf(queue);
  queue.rename("F1_1", "F2_1");
  assert.deepEqual(queue.items(), [{ ...before, key: "F2_1" }]);
  queue.rename("F1_9", "F2_1");
  assert.deepEqual(queue.items(), [{ ...before, key: "F2_1" }]);
  queue.refuse("F1_1", "другой отказ", NOW);
  queue.rename("F1_1", "F2_1");
  assert.deepEqual(queue.items().map(({ key, lastError }) => [key, lastError]), [["F2_1", "другой отказ"]]);
  queue.begin("F2_1", OF_PATIENT, NOW);
  const inWork = itemOf(queue, "F2_1");
  queue.refuse("F1_1", "отказ", NOW);
  queue.rename("F1_1", "F2_1");
  assert.deepEqual(queue.items(), [inWork]);
});

Deno.test("a reception of which a part is confirmed is due at once, holds nothing, and says why it is here", () => {
  const queue = empty();
  queue.begin("F1_1", OF_PATIENT, NOW);
  queue.interrupt("F1_1", NOW + MINUTE);
  const { status, nextRetryAt, sentAt, holds, lastError } = itemOf(queue);
  assert.deepEqual([status, nextRetryAt, sentAt, holds], ["pending", NOW + MINUTE, undefined, false]);
  assert.equal(lastError, "перенос прервался на середине");
});

for (const settle of ["refuse", "postpone", "interrupt"] as const) {
  Deno.test(`an intent that is settled (${settle}) cannot be withdrawn any more`, () => {
    const queue = empty();
    queue.begin("F1_1", OF_PATIENT, NOW);
    if (settle === "refuse") queue.refuse("F1_1", "отказ", NOW);
    else if (settle === "postpone") queue.postpone("F1_1", "лимит", NOW + DAY, NOW);
    else queue.interrupt("F1_1", NOW);
    const settled = itemOf(queue);
    queue.withdraw("F1_1");
    assert.deepEqual(queue.items(), [settled]);
  });
}
