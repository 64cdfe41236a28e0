import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { readQueue, writeQueue } from "../../src/store/queue_file.ts";
import type { ClockMark } from "../../src/sync/queue/clock.ts";
import type { QueueItem } from "../../src/sync/queue/item.ts";
import { inFolder } from "./folder.ts";

const CLOCK: ClockMark = { now: 1_772_000_000_000, uptime: 3_600_000 };
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const NOW = Date.UTC(2026, 2, 1, 10);

async function readOf(text: string): Promise<QueueItem[]> {
  let items: QueueItem[] = [];
  await inFolder(async (folder) => {
    const path = join(folder, "queue.json");
    await Deno.writeTextFile(path, text);
    ({ items } = await readQueue(path, NOW));
    assert.equal(await Deno.readTextFile(path), text, "reading changed the file");
  });
  return items;
}

async function textOf(items: readonly QueueItem[]): Promise<string> {
  let text = "";
  await inFolder(async (folder) => {
    const path = join(folder, "queue.json");
    await writeQueue(path, items, CLOCK);
    text = await Deno.readTextFile(path);
  });
  return text;
}

Deno.test("without a file the queue is empty", async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await readQueue(join(folder, "none.json"), NOW), { items: [], clock: undefined });
  });
});

const moments = fc.integer({ min: 0, max: 4_000_000_000_000 });
const maybe = fc.option(moments, { nil: undefined });
const items: fc.Arbitrary<QueueItem> = fc.record({
  key: fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat()).map(([filial, id]) => `F${filial}_${id}`),
  status: fc.constantFrom("pending" as const, "processing" as const, "failed" as const),
  retries: fc.nat(20),
  unanswered: fc.nat(20),
  failures: fc.nat(20),
  createdAt: moments,
  updatedAt: moments,
  lastError: fc.option(fc.string({ unit: anyCharacter }).map((text) => text.toWellFormed()), { nil: undefined }),
  nextRetryAt: maybe,
  sentAt: maybe,
  patient: fc.option(fc.nat().map((id) => `F1_P${id}` as const), { nil: undefined }),
  holds: fc.boolean(),
  lead: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  contact: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
}, { noNullPrototype: true });

Deno.test("every item comes back as it was written, in its order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(items, { maxLength: 6 }), async (written) => {
      assert.deepEqual(await readOf(await textOf(written)), written);
    }),
    { numRuns: 40 },
  );
});

Deno.test("the file holds what users know the queue's items by", async () => {
  const item: QueueItem = {
    key: "F1_1",
    status: "pending",
    retries: 2,
    unanswered: 1,
    failures: 2,
    createdAt: NOW,
    updatedAt: NOW + 1000,
    lastError: "портал отказал",
    nextRetryAt: NOW + 300_000,
    sentAt: undefined,
    patient: undefined,
    holds: false,
    lead: undefined,
    contact: undefined,
  };
  assert.deepEqual(JSON.parse(await textOf([item])).items, [{
    unique_id: "F1_1",
    status: "pending",
    retry_count: 2,
    created_at: "2026-03-01T10:00:00.000Z",
    updated_at: "2026-03-01T10:00:01.000Z",
    last_error: "портал отказал",
    next_retry_at: "2026-03-01T10:05:00.000Z",
    unanswered_count: 1,
    failed_count: 2,
    sent_at: null,
    patient: null,
    holds: false,
    lead: null,
    contact: null,
  }]);
});

/** An item as the original program wrote it. */
const original = (changes: Readonly<Record<string, unknown>> = {}) => ({
  unique_id: "F1_12345",
  status: "pending",
  retry_count: 3,
  created_at: "2026-02-01T10:00:00.123456",
  updated_at: "2026-02-01T10:05:00.123456",
  last_error: "Контакт Ромашкин Пётр +79000000001 не создан",
  next_retry_at: "2027-01-01T00:00:00",
  data: { patient: { full_name: "Ромашкин Пётр", phone: "+79000000001" }, services: ["Осмотр"] },
  ...changes,
});

Deno.test("the original's items are taken over and tried at once, without anything about a patient", async () => {
  const read = await readOf(JSON.stringify({ items: [original()] }));
  assert.deepEqual(
    read.map(({ key, status, retries, lastError, nextRetryAt, sentAt }) => ({
      key,
      status,
      retries,
      lastError,
      nextRetryAt,
      sentAt,
    })),
    [{
      key: "F1_12345",
      status: "pending",
      retries: 0,
      lastError: undefined,
      nextRetryAt: undefined,
      sentAt: undefined,
    }],
  );
  const [{ createdAt, updatedAt }] = read;
  assert.deepEqual(
    [createdAt, updatedAt],
    ["10:00", "10:05"].map((time) => Date.parse(`2026-02-01T${time}:00.123456`)),
  );
  const written = await textOf(read);
  for (const personal of ["Ромашкин", "79000000001", "Осмотр", "data"]) {
    assert.equal(written.includes(personal), false, personal);
  }
});

Deno.test("what a newer program would have noted of a sending means nothing in the original's file", async () => {
  const noted = { sent_at: "2026-03-01T09:59:00.000Z", patient: "F1_P1", holds: true, lead: 40, contact: 7 };
  const [{ sentAt, patient, holds, lead, contact }] = await readOf(JSON.stringify({ items: [original(noted)] }));
  assert.deepEqual([sentAt, patient, holds, lead, contact], [undefined, undefined, false, undefined, undefined]);
});

Deno.test("what the original had given up or had in work is tried again, what it had done is gone", async () => {
  const statuses = ["pending", "processing", "failed", "completed"];
  const read = await readOf(JSON.stringify({
    items: statuses.map((status, index) => original({ status, unique_id: `F1_${index}` })),
  }));
  assert.deepEqual(read.map(({ key, status }) => [key, status]), [
    ["F1_0", "pending"],
    ["F1_1", "pending"],
    ["F1_2", "pending"],
  ]);
});

Deno.test("an item that is no reception's stays in the list, and is not tried", async () => {
  const read = await readOf(JSON.stringify({ items: [original({ unique_id: "treatment_plan_15" })] }));
  assert.deepEqual(read.map(({ key, status }) => [key, status]), [["treatment_plan_15", "failed"]]);
});

Deno.test("an item with nothing but its key and status is one from now", async () => {
  const [item] = await readOf('{"version": 2, "items": [{"unique_id": "F1_1", "status": "pending"}]}');
  assert.deepEqual([item.createdAt, item.updatedAt, item.retries], [NOW, NOW, 0]);
});

const REFUSED: [what: string, text: string][] = [
  ["nothing", ""],
  ["no JSON", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["no items", "{}"],
  ["items that are no list", '{"items": {}}'],
  ["an item without a key", '{"items": [{"status": "pending"}]}'],
  ["an item without a status", '{"items": [{"unique_id": "F1_1"}]}'],
  ["an item with another status", '{"items": [{"unique_id": "F1_1", "status": "lost"}]}'],
  ["an item that is no record", '{"items": ["F1_1"]}'],
  ["a version that is no number", '{"version": "two", "items": []}'],
];

for (const [what, text] of REFUSED) {
  Deno.test(`a queue file that is not what it should be is refused, and stays: ${what}`, async () => {
    await assert.rejects(readOf(text), { name: "IdentSyncError", code: "state" });
  });
}

Deno.test("a file of a newer version is refused, whatever it holds", async () => {
  await assert.rejects(
    readOf('{"version": 3, "items": "else"}'),
    (error: Error & { code: string }) => error.code === "state" && /более новой версией/.test(error.message),
  );
});

Deno.test("a file that is cut at whatever place is refused, never read as a shorter queue", async () => {
  const text = await textOf(await readOf(JSON.stringify({ items: [original(), original({ unique_id: "F1_2" })] })));
  await inFolder(async (folder) => {
    const path = join(folder, "queue.json");
    for (let length = 0; length < text.length - 1; length++) {
      await Deno.writeTextFile(path, text.slice(0, length));
      await assert.rejects(readQueue(path, NOW), { code: "state" });
    }
  });
});

Deno.test("the clock by which the times are is read back; what is none counts as none", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "queue.json");
    await writeQueue(path, [], CLOCK);
    assert.deepEqual((await readQueue(path, NOW)).clock, CLOCK);
    const file = JSON.parse(await Deno.readTextFile(path));
    for (const clock of [undefined, null, {}, { at: "вчера", uptime_ms: 5 }, { at: "2026-03-01", uptime_ms: "5" }]) {
      await Deno.writeTextFile(path, JSON.stringify({ ...file, clock }));
      assert.deepEqual(await readQueue(path, NOW), { items: [], clock: undefined });
    }
  });
});
