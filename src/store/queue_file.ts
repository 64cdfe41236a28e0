/**
 * queue.json: the receptions that may be in flight or wait to be tried again. Keys and times, and of a refusal the
 * portal's words, masked.
 */
import * as v from "valibot";
import type { IdentSyncError } from "../error.ts";
import { isPatientKey, isReceptionKey } from "../reception/reception.ts";
import type { ClockMark } from "../sync/queue/clock.ts";
import type { QueueItem } from "../sync/queue/item.ts";
import { damagedFile, readTextFile, writeTextFile } from "./atomic_file.ts";
import { goBack } from "./last_good.ts";
import { newerFile, parse } from "./own_json.ts";

const VERSION = 2;

/** A time as this or the original program wrote it; the original's has no offset and is the PC's local time. */
const Time = v.pipe(
  v.string(),
  v.transform((text) => {
    const time = Date.parse(text);
    return Number.isNaN(time) ? undefined : time;
  }),
);

/** What is read of an item; everything else, the original's `data` with its patients above all, is dropped. */
const Item = v.looseObject({
  unique_id: v.string(),
  status: v.picklist(["pending", "processing", "failed", "completed"]),
  retry_count: v.optional(v.number(), 0),
  created_at: v.nullish(Time),
  updated_at: v.nullish(Time),
  last_error: v.nullish(v.string()),
  next_retry_at: v.nullish(Time),
  unanswered_count: v.optional(v.number(), 0),
  failed_count: v.optional(v.number(), 0),
  sent_at: v.nullish(Time),
  patient: v.nullish(v.pipe(v.string(), v.transform((text) => isPatientKey(text) ? text : undefined))),
  holds: v.nullish(v.boolean()),
  lead: v.nullish(v.number()),
  contact: v.nullish(v.number()),
});

const Clock = v.object({ at: v.pipe(v.string(), v.transform(Date.parse), v.number()), uptime_ms: v.number() });

const File = v.looseObject({
  version: v.optional(v.number()),
  clock: v.fallback(v.optional(Clock), undefined),
  items: v.array(Item),
});

export interface QueueInFile {
  readonly items: QueueItem[];
  /** The clock by which the items' times are; `undefined`: an older file does not say. */
  readonly clock: ClockMark | undefined;
}

/**
 * The error of a queue that cannot be read. The state has passed what stood there: only without both files does the sync
 * come to it again.
 */
const damagedQueue = (path: string, cause?: unknown): IdentSyncError =>
  damagedFile(
    path,
    cause,
    `${goBack(path)}: записи ближайших дней, попавшие в очередь позже, подхватит ежедневная сверка. Если копии нет, ` +
      "переименуйте его и sync_state.json: перенос начнётся с последних initial_days дней, дублей не будет.",
  );

/**
 * Reads the queue; no file: it is empty. The original's file is taken over: its errors may name patients, so they are
 * dropped with the data, and each item is tried at once.
 *
 * @throws IdentSyncError state: damaged, or of a newer version of the program
 */
export async function readQueue(path: string, now: number): Promise<QueueInFile> {
  const text = await readTextFile(path, damagedQueue);
  if (text === undefined) return { items: [], clock: undefined };
  const json = parse(text, path, damagedQueue);
  const version = typeof json === "object" && json !== null && "version" in json ? Number(json.version) : undefined;
  if (version !== undefined && version > VERSION) throw newerFile(path);
  const file = v.safeParse(File, json);
  if (!file.success) throw damagedQueue(path);
  const itemOf = version === VERSION ? ourItem : originalItem;
  const items = file.output.items.filter(({ status }) => status !== "completed").map((item) => itemOf(item, now));
  // What is no reception's key cannot be tried, but it stays to be seen.
  const { clock } = file.output;
  return {
    items: items.map((item) => isReceptionKey(item.key) ? item : { ...item, status: "failed" }),
    clock: clock && { now: clock.at, uptime: clock.uptime_ms },
  };
}

type ItemInFile = v.InferOutput<typeof Item>;

const ourItem = (item: ItemInFile, now: number): QueueItem => ({
  key: item.unique_id,
  status: item.status,
  retries: item.retry_count,
  createdAt: item.created_at ?? now,
  updatedAt: item.updated_at ?? now,
  lastError: item.last_error ?? undefined,
  nextRetryAt: item.next_retry_at ?? undefined,
  unanswered: item.unanswered_count,
  failures: item.failed_count,
  sentAt: item.sent_at ?? undefined,
  patient: item.patient ?? undefined,
  holds: item.holds ?? item.patient != null,
  lead: item.lead ?? undefined,
  contact: item.contact ?? undefined,
});

const originalItem = ({ unique_id, created_at, updated_at }: ItemInFile, now: number): QueueItem => ({
  key: unique_id,
  status: "pending",
  retries: 0,
  createdAt: created_at ?? now,
  updatedAt: updated_at ?? now,
  lastError: undefined,
  nextRetryAt: undefined,
  unanswered: 0,
  failures: 0,
  sentAt: undefined,
  patient: undefined,
  holds: false,
  lead: undefined,
  contact: undefined,
});

const iso = (time: number | undefined): string | null => time === undefined ? null : new Date(time).toISOString();

/** Puts the queue in place, durably. `clock`: by which the items' times are. */
export async function writeQueue(path: string, items: readonly QueueItem[], clock: ClockMark): Promise<void> {
  const content = {
    version: VERSION,
    clock: { at: iso(clock.now), uptime_ms: clock.uptime },
    items: items.map((item) => ({
      unique_id: item.key,
      status: item.status,
      retry_count: item.retries,
      created_at: iso(item.createdAt),
      updated_at: iso(item.updatedAt),
      last_error: item.lastError ?? null,
      next_retry_at: iso(item.nextRetryAt),
      unanswered_count: item.unanswered,
      failed_count: item.failures,
      sent_at: iso(item.sentAt),
      patient: item.patient ?? null,
      holds: item.holds,
      lead: item.lead ?? null,
      contact: item.contact ?? null,
    })),
  };
  await writeTextFile(path, `${JSON.stringify(content, null, 1)}\n`);
}
