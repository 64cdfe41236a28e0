/**
 * sync_state.json: how far the clinic's changes have been carried over.
 */
import * as v from "valibot";
import { IdentSyncError } from "../error.ts";
import { type ChangeTime, changeTime } from "../reception/clinic_time.ts";
import { EMPTY_STATE, type SyncState } from "../sync/state.ts";
import { damagedFile, readTextFile, writeTextFile } from "./atomic_file.ts";
import { goBack } from "./last_good.ts";
import { newerFile, parse } from "./own_json.ts";

const VERSION = 2;

/** Versions before wrote the fraction as the server gave it. */
const TimeInFile = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,7})?$/),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return changeTime(dataset.value);
    } catch {
      addIssue({ message: "no time" });
      return NEVER;
    }
  }),
);

const PositionInFile = v.object({ time: TimeInFile, id: v.pipe(v.number(), v.safeInteger()) });

/** The original's file, and what every version of ours keeps of it. */
const Original = v.pipe(
  v.looseObject({
    version: v.optional(v.literal(VERSION)),
    last_sync_time: v.nullable(v.string()),
    filial_id: v.nullish(v.union([v.number(), v.string()])),
  }),
  v.check((value) => !Array.isArray(value)),
);

const Version = v.looseObject({ version: v.optional(v.number()) });

const Ours = v.looseObject({
  version: v.literal(VERSION),
  filial_id: v.number(),
  portal: v.nullish(v.string()),
  settled_filials: v.optional(v.array(v.number()), []),
  portals_left: v.optional(v.record(v.string(), PositionInFile), {}),
  watermark: v.nullable(PositionInFile),
  recent: v.record(v.string(), v.tuple([TimeInFile, v.string()])),
  sweep: v.object({ day: v.nullable(v.string()), repaired: v.record(v.string(), v.string()) }),
});

/** Without the file the sync begins anew, and what is older than that has to be asked for. */
const damagedState = (path: string, cause?: unknown): IdentSyncError =>
  damagedFile(
    path,
    cause,
    `${
      goBack(path)
    }: изменения, сделанные после неё, перенесутся ещё раз, без дублей. Если копии нет, переименуйте его: ` +
      "перенос начнётся с последних initial_days дней, более старые изменения в него не попадут. Если вы правили last_sync_time, нужен вид 2026-11-01T00:00:00.",
  );

/**
 * Reads the state of a clinic; no file: nothing has been carried over yet. The original's file is taken over: its time is
 * that of the PC's clock, not the database's, so the sync begins a day before it.
 *
 * @throws IdentSyncError state: damaged, of a newer version of the program, or of another clinic
 */
export async function readState(path: string, filialId: number): Promise<SyncState> {
  const text = await readTextFile(path, damagedState);
  if (text === undefined) return EMPTY_STATE;
  const json = parse(text, path, damagedState);
  const known = v.safeParse(Version, json);
  if (known.success && known.output.version !== undefined && known.output.version > VERSION) throw newerFile(path);
  const base = v.safeParse(Original, json);
  if (!base.success) throw damagedState(path);
  const { version, filial_id, last_sync_time } = base.output;
  if (filial_id !== undefined && filial_id !== null && Number(filial_id) !== filialId) {
    throw new IdentSyncError("state", {
      what: `Файл ${path} относится к клинике ${filial_id}, а в config.ini указан filial_id = ${filialId}.`,
      why: "С чужим состоянием часть записей потерялась бы или создалась заново под другим номером.",
      fix: "Исправьте [Sync] filial_id или запускайте вторую клинику из отдельной папки.",
    });
  }
  if (version === VERSION) {
    const ours = v.safeParse(Ours, json);
    if (!ours.success) throw damagedState(path);
    const { watermark } = ours.output;
    // Whoever knows the original sets this time back by hand to have everything since then carried over once more.
    const byHand = last_sync_time !== null && last_sync_time !== shownTime(watermark?.time);
    return {
      portal: ours.output.portal ?? undefined,
      settledFilials: ours.output.settled_filials,
      left: new Map(Object.entries(ours.output.portals_left)),
      watermark: byHand ? { time: dayBefore(last_sync_time, path), id: 0 } : watermark ?? undefined,
      recent: new Map(
        byHand
          ? []
          : Object.entries(ours.output.recent).map(([key, [changed, fingerprint]]) => [key, { changed, fingerprint }]),
      ),
      sweep: {
        day: ours.output.sweep.day ?? undefined,
        repaired: new Map(Object.entries(ours.output.sweep.repaired)),
      },
    };
  }
  if (last_sync_time === null) return EMPTY_STATE;
  return { ...EMPTY_STATE, watermark: { time: dayBefore(last_sync_time, path), id: 0 } };
}

/** The watermark for the people who look into the file, to the second. */
const shownTime = (time: string | undefined): string | null => time?.slice(0, 19).replace(" ", "T") ?? null;

/**
 * Puts the state in place, durably. What would not be read again is a defect of the program, and the old file stays.
 *
 * @param now ISO time for the people who look into the file
 */
export async function writeState(path: string, state: SyncState, filialId: number, now: string): Promise<void> {
  const content = v.parse(Ours, {
    version: VERSION,
    last_sync_time: shownTime(state.watermark?.time),
    filial_id: filialId,
    portal: state.portal ?? null,
    settled_filials: state.settledFilials,
    portals_left: Object.fromEntries(state.left),
    updated_at: now,
    watermark: state.watermark ?? null,
    recent: Object.fromEntries(
      [...state.recent].map(([key, { changed, fingerprint }]) => [key, [changed, fingerprint]]),
    ),
    sweep: { day: state.sweep.day ?? null, repaired: Object.fromEntries(state.sweep.repaired) },
  });
  await writeTextFile(path, `${JSON.stringify(content, null, 1)}\n`);
}

function dayBefore(time: string, path: string): ChangeTime {
  try {
    // Without the offset, should there be one: it is the PC's local time in either case.
    const local = Temporal.PlainDateTime.from(time.replace(/(Z|[+-]\d\d:?\d\d)$/, ""));
    return changeTime(local.subtract({ days: 1 }).toString());
  } catch (error) {
    throw damagedState(path, error);
  }
}
