/**
 * What every scenario promises without saying so.
 */
import type { RecordedCommand, StandRecord } from "../stand/portal/stand.ts";
import { type Cycle, isWrite, type Story } from "./story.ts";
import { fieldNamed } from "./vocabulary.ts";

const asText = ({ method, params }: RecordedCommand): string => `  ${method} ${JSON.stringify(params)}`;

/** After each run: the portal's strict observer has nothing to say, and no key stands on a second deal. */
export function checkAfterRun(story: Story): void {
  const { mistakes } = story.office.portal;
  if (mistakes.length > 0) throw new Error(`what a careful program would not have sent:\n  ${mistakes.join("\n  ")}`);
  const field = fieldNamed("deal", "key");
  // A deal of the original program may get the plain key of the reception whose it was all along.
  const plain = (deal: StandRecord) => String(deal[field] ?? "").replace(/^(F\d+_\d+)_t?\d+$/, "$1");
  const keys = story.records("deal").all().map(plain).filter(Boolean);
  const before = [...story.last?.before.deal.values() ?? []].map(plain);
  for (const key of new Set(keys)) {
    const count = (list: readonly string[]) => list.filter((each) => each === key).length;
    if (count(keys) > 1 && count(keys) > count(before)) throw new Error(`${count(keys)} deals have the key ${key}`);
  }
}

function checkSilent({ commands, robots }: Cycle, what: string): void {
  const writes = commands.filter(isWrite);
  if (writes.length === 0 && robots === 0) return;
  throw new Error(`${what} wrote to the portal:\n${writes.map(asText).join("\n")}\nrobots: ${robots}`);
}

/**
 * At the end: another run with nothing changed writes nothing; and neither does one that has forgotten how far it came
 * and compares every reception with the portal once more.
 *
 * @param settled whether the scenario says that all is done, so that the second holds too
 */
export async function checkAtTheEnd(story: Story, settled: boolean): Promise<void> {
  checkSilent(await story.once(), "a further run with nothing changed");
  if (!settled) return;
  await Deno.remove(story.pc.path("sync_state.json")).catch(() => {});
  checkSilent(await story.once(), "a run that looked at everything once more");
  checkAfterRun(story);
}
