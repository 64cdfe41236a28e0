/**
 * Nothing lost, nothing twice: random histories over the real cycle, with both sides and the disk in memory.
 *
 * `MODEL_HISTORIES` sets how many are lived through; a failure prints its seed, and `MODEL_SEED` repeats it.
 */
import fc from "fast-check";
import { histories } from "./history.ts";
import { live } from "./life.ts";
import { WORST } from "./weather.ts";

const HISTORIES = Number(Deno.env.get("MODEL_HISTORIES") ?? 10_000);
const SEED = Deno.env.get("MODEL_SEED");
const seed = SEED === undefined ? undefined : { seed: Number(SEED) };

Deno.test("each reception ends with exactly one deal, whatever fails and whenever the power goes", async () => {
  await fc.assert(
    fc.asyncProperty(histories(60), async (history) => void await live(history, WORST)),
    { numRuns: HISTORIES, ...seed },
  );
});
