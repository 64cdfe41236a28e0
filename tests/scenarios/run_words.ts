/**
 * What a scenario says of the program: its configuration, the clock, its runs.
 */
import { wordAndValue } from "./script.ts";
import type { Word } from "./word.ts";
import { checkAfterRun } from "./promises.ts";

const COUNTS: Readonly<Record<string, string>> = {
  received: "Получено из БД",
  carried: "Синхронизировано",
  errors: "Ошибок",
};

export const RUN_WORDS: readonly Word[] = [
  {
    pattern: /^config \[(\w+)\] (\w+) =(.*)$/,
    run: (_, story, section, key, value) => story.configure(section, key, story.filledIn(value.trim())),
  },
  {
    pattern: /^at (.+)$/,
    run: (_, story, time) => void (story.now = story.time(time)),
  },
  {
    pattern: /^once$/,
    async run({ parts }, story) {
      const cycle = await story.once();
      story.last = cycle;
      const screen = `${cycle.out}${cycle.err}`.trim();
      let code = "0";
      for (const part of parts) {
        const found = wordAndValue(part, ["exit", ...Object.keys(COUNTS)]);
        if (found === undefined) {
          throw new Error(`«${part}» is neither exit nor one of: ${Object.keys(COUNTS).join(", ")}`);
        }
        if (found.word === "exit") {
          code = found.value;
          continue;
        }
        const printed = new RegExp(`^${COUNTS[found.word]}: +(\\d+)$`, "m").exec(cycle.out)?.[1];
        if (printed !== found.value) {
          throw new Error(`${found.word}: ${found.value} expected, printed: ${printed}\n${screen}`);
        }
      }
      if (code !== "any" && String(cycle.code) !== code) {
        throw new Error(`exit code ${code} expected, it was ${cycle.code}\n${screen}\n${await story.pc.log()}`);
      }
      checkAfterRun(story);
    },
  },
];
