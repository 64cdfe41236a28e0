/**
 * Receptions of the clinic by their IDs, where one that is missing counts as gone: reading without locks may miss a row
 * that is being moved, so what is missing is asked for a second time.
 */
import type { Clinic, Entry } from "./ports.ts";

const IDS_PER_QUERY = 500;

/** The receptions as they are now; those that are gone are missing from the answer. Throws IdentSyncError database. */
export async function readSurely(ids: readonly number[], clinic: Clinic): Promise<readonly Entry[]> {
  const all = [...new Set(ids)];
  const entries = await readOnce(all, clinic);
  const present = new Set(entries.map(({ id }) => id));
  return [...entries, ...await readOnce(all.filter((id) => !present.has(id)), clinic)];
}

async function readOnce(ids: readonly number[], clinic: Clinic): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    entries.push(...await clinic.receptionsById(ids.slice(start, start + IDS_PER_QUERY)));
  }
  return entries;
}
