import type { ChangeTime } from "../../src/sync/position.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { readState, writeState } from "../../src/store/state_file.ts";
import { EMPTY_STATE, type SyncState } from "../../src/sync/state.ts";
import { inFolder } from "./folder.ts";

const NOW = "2026-03-01T10:30:00+03:00";
const STATE: SyncState = {
  ...EMPTY_STATE,
  watermark: { time: "2026-03-01 10:30:00.1234567", id: 12345 },
  recent: new Map([
    ["F1_1", { changed: "2026-03-01 10:29:00.0000000", fingerprint: "abcdefghijklmnop" }],
    ["F1_2", { changed: "2026-03-01 10:30:00.1234567", fingerprint: "-_cdefghijklmnop" }],
  ]),
};

/** What a file with this text is read as. */
async function readOf(text: string, filial = 1): Promise<SyncState> {
  let state: SyncState | undefined;
  await inFolder(async (folder) => {
    const path = join(folder, "sync_state.json");
    await Deno.writeTextFile(path, text);
    try {
      state = await readState(path, filial);
    } finally {
      assert.equal(await Deno.readTextFile(path), text, "reading changed the file");
    }
  });
  return state!;
}

/** The text of a state's file. */
async function textOf(state: SyncState, filial = 1): Promise<string> {
  let text = "";
  await inFolder(async (folder) => {
    const path = join(folder, "sync_state.json");
    await writeState(path, state, filial, NOW);
    text = await Deno.readTextFile(path);
  });
  return text;
}

Deno.test("without a file nothing has been carried over yet", async () => {
  await inFolder(async (folder) => assert.deepEqual(await readState(join(folder, "none.json"), 1), EMPTY_STATE));
});

const two = (max: number, min = 0) => fc.integer({ min, max }).map((value) => String(value).padStart(2, "0"));
const times = fc.tuple(two(12, 1), two(28, 1), two(23), two(59), two(59), fc.nat(9_999_999)).map((
  [month, day, hours, minutes, seconds, part],
) => `2026-${month}-${day} ${hours}:${minutes}:${seconds}.${String(part).padStart(7, "0")}` as ChangeTime);
const keys = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat()).map(([filial, id]) => `F${filial}_${id}`);
const PLAIN = { noNullPrototype: true };
const states: fc.Arbitrary<SyncState> = fc.record({
  portal: fc.constantFrom(undefined, "portal.example"),
  left: fc.dictionary(fc.domain(), fc.record({ time: times, id: fc.nat() }, PLAIN), { maxKeys: 2, ...PLAIN })
    .map((entries) => new Map(Object.entries(entries))),
  watermark: fc.option(fc.record({ time: times, id: fc.nat(Number.MAX_SAFE_INTEGER) }, PLAIN), { nil: undefined }),
  recent: fc.dictionary(keys, fc.record({ changed: times, fingerprint: fc.string() }, PLAIN), { maxKeys: 5 })
    .map((entries) => new Map(Object.entries(entries))),
}).map((state) => ({ ...EMPTY_STATE, ...state }));

Deno.test("every state comes back as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(states, fc.integer({ min: 1, max: 999 }), async (state, filial) => {
      assert.deepEqual(await readOf(await textOf(state, filial), filial), state);
    }),
    { numRuns: 40 },
  );
});

/** A time of the database as servers and drivers may write it: with fewer digits than the one form has. */
const shortTimes = fc.tuple(times, fc.nat(7)).map(([time, digits]) =>
  (digits === 0 ? time.slice(0, 19) : time.slice(0, 20 + digits)) as ChangeTime
);
const inOneForm = (time: ChangeTime) => `${time.padEnd(20, ".")}0000000`.slice(0, 27) as ChangeTime;

Deno.test("whatever time is written, in the form of whatever server, is read again, in the one form", async () => {
  await fc.assert(
    fc.asyncProperty(shortTimes, shortTimes, shortTimes, async (time, changed, left) => {
      const state = (form: (time: ChangeTime) => ChangeTime): SyncState => ({
        ...EMPTY_STATE,
        left: new Map([["portal.example", { time: form(left), id: 1 }]]),
        watermark: { time: form(time), id: 1 },
        recent: new Map([["F1_1", { changed: form(changed), fingerprint: "abc" }]]),
      });
      assert.deepEqual(await readOf(await textOf(state((each) => each))), state(inOneForm));
      // As the versions wrote it that did not know the one form.
      const old = (await textOf(state(inOneForm))).replace(`"time": "${inOneForm(time)}"`, `"time": "${time}"`);
      assert.deepEqual(await readOf(old), state(inOneForm));
    }),
    { numRuns: 40 },
  );
});

for (
  const [what, broken] of [
    ["a time that is none", { watermark: { time: "2026-02-31 10:00:00", id: 1 } }],
    ["an ID that is no number", { watermark: { time: "2026-03-01 10:00:00.0000000", id: NaN } }],
    ["an ID that JSON cannot hold", { watermark: { time: "2026-03-01 10:00:00.0000000", id: Infinity } }],
  ] as const
) {
  Deno.test(`what would not be read again is not written: ${what}`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "sync_state.json");
      await writeState(path, STATE, 1, NOW);
      await assert.rejects(writeState(path, { ...STATE, ...broken }, 1, NOW));
      assert.deepEqual(await readState(path, 1), STATE);
    });
  });
}

Deno.test("the file keeps what people and the original program look for", async () => {
  const { last_sync_time, filial_id, updated_at } = JSON.parse(await textOf(STATE));
  assert.deepEqual([last_sync_time, filial_id, updated_at], ["2026-03-01T10:30:00", 1, NOW]);
});

Deno.test("the time of the last sync, set back by hand as with the original, is where the next one begins", async () => {
  const file = JSON.parse(await textOf(STATE));
  const state = await readOf(JSON.stringify({ ...file, last_sync_time: "2026-02-10T12:00:00" }));
  assert.equal(state.watermark?.time, "2026-02-09 12:00:00.0000000");
  assert.deepEqual(state.recent, new Map(), "what was dealt with last is carried over once more as well");
  await assert.rejects(readOf(JSON.stringify({ ...file, last_sync_time: "позавчера" })), { code: "state" });
});

Deno.test("a file that is cut at whatever place is refused, never read as something else", async () => {
  const text = await textOf(STATE);
  await inFolder(async (folder) => {
    const path = join(folder, "sync_state.json");
    for (let length = 0; length < text.length; length++) {
      await Deno.writeTextFile(path, text.slice(0, length));
      const read = await readState(path, 1).catch((error) => error);
      if (read instanceof Error) assert.equal((read as { code?: string }).code, "state");
      // Only the last line's end may be missing.
      else assert.deepEqual([read, text.slice(length)], [STATE, "\n"]);
    }
  });
});

const ORIGINAL: [time: string, before: string][] = [
  ["2026-03-01T10:30:00.123456", "2026-02-28 10:30:00.1234560"],
  ["2026-03-01T10:30:00", "2026-02-28 10:30:00.0000000"],
  ["2026-03-01 10:30:00", "2026-02-28 10:30:00.0000000"],
  ["2026-03-01T10:30:00+03:00", "2026-02-28 10:30:00.0000000"],
  ["2026-03-01T10:30:00Z", "2026-02-28 10:30:00.0000000"],
];

for (const [last_sync_time, before] of ORIGINAL) {
  Deno.test(`the original's file is taken over, a day back: ${last_sync_time}`, async () => {
    const state = await readOf(JSON.stringify({ last_sync_time, filial_id: 1, updated_at: last_sync_time }));
    assert.deepEqual(state, { ...EMPTY_STATE, watermark: { time: before, id: 0 } });
  });
}

Deno.test("the original's file before its first sync begins at the beginning", async () => {
  assert.deepEqual(await readOf('{"last_sync_time": null, "filial_id": 1, "updated_at": null}'), EMPTY_STATE);
});

const OWN = { version: 2, filial_id: 1, watermark: null, recent: {} };

const REFUSED: [what: string, text: string][] = [
  ["nothing", ""],
  ["no JSON", "сломано"],
  ["null", "null"],
  ["a number", "15"],
  ["text", '"2026"'],
  ["a list", "[]"],
  ["a list in which something stands", '[{"last_sync_time": null}]'],
  ["nothing that is known", "{}"],
  ["something else", '{"foo": 1}'],
  ["an unknown version before ours", '{"version": 1, "last_sync_time": null}'],
  ["a version between", '{"version": 1.5, "last_sync_time": null}'],
  ["a time that is none", '{"last_sync_time": "вчера", "filial_id": 1}'],
  ["a time of another type", '{"last_sync_time": 15, "filial_id": 1}'],
  ["a watermark without an ID", JSON.stringify({ ...OWN, watermark: { time: "2026-03-01 10:30:00.0000000" } })],
  ["a watermark of another form", JSON.stringify({ ...OWN, watermark: { time: "2026-03-01T10:30:00", id: 1 } })],
  [
    "a watermark of a day that is none",
    JSON.stringify({ ...OWN, watermark: { time: "2026-99-99 99:99:99.0000000", id: 1 } }),
  ],
  ["no watermark at all", JSON.stringify({ version: 2, filial_id: 1, recent: {} })],
  ["receptions of another form", JSON.stringify({ ...OWN, recent: { F1_1: "x" } })],
  ["a version that is no number", JSON.stringify({ ...OWN, version: "два" })],
];

for (const [what, text] of REFUSED) {
  Deno.test(`a state file that is not what it should be is refused: ${what}`, async () => {
    await assert.rejects(readOf(text), { name: "IdentSyncError", code: "state" });
  });
}

Deno.test("a file of a newer version is refused, and the user is told so", async () => {
  await assert.rejects(readOf(JSON.stringify({ ...OWN, version: 3 })), (error: Error & { code: string }) => {
    assert.equal(error.code, "state");
    return /более новой версией/.test(error.message);
  });
});

for (const filial_id of [2, "2"]) {
  Deno.test(`the state of another clinic is refused, not begun anew: ${JSON.stringify(filial_id)}`, async () => {
    await assert.rejects(readOf(JSON.stringify({ last_sync_time: "2026-03-01T10:30:00", filial_id })), {
      code: "state",
    });
    await assert.rejects(readOf(await textOf(STATE, Number(filial_id))), { code: "state" });
  });
}

Deno.test("the clinic's number may be a text in the original's file", async () => {
  assert.notEqual((await readOf('{"last_sync_time": "2026-03-01T10:30:00", "filial_id": "1"}')).watermark, undefined);
});
