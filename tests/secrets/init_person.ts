/** Someone at the terminal of `init`. */
import { sleep } from "../../src/cli/sleep.ts";
import type { World } from "../../src/world.ts";
import type { Run, Workplace } from "../stand/workplace.ts";

export interface Asked {
  readonly question: string;
  readonly hidden: boolean;
}

/** Someone who answers in this order and then is gone. */
export function person(
  answers: readonly (string | undefined)[],
): { readonly asked: Asked[]; readonly ask: World["ask"] } {
  const asked: Asked[] = [];
  return {
    asked,
    ask(question, { hidden = false } = {}) {
      asked.push({ question, hidden });
      return Promise.resolve(answers[asked.length - 1]);
    },
  };
}

/** How long a side has to answer. */
export const LIMIT_MS = 30_000;
/** Pauses pass at once; the time in which a side must have answered lasts as long as it needs. */
export const unhurried: World["sleep"] = (milliseconds, until) =>
  milliseconds < LIMIT_MS ? Promise.resolve() : sleep(milliseconds, until);

/** Runs `init` with these answers. */
export async function init(
  pc: Workplace,
  answers: readonly (string | undefined)[],
  changes: Partial<World> = {},
): Promise<Run & { readonly asked: readonly Asked[] }> {
  const { asked, ask } = person(answers);
  return { ...await pc.run(["init"], { sleep: unhurried, ask, ...changes }), asked };
}
