/**
 * Plays a scenario: its statements in order, then what every scenario promises.
 */
import type { Office } from "../stand/office.ts";
import { CLINIC_WORDS } from "./clinic_words.ts";
import { EXPECTATIONS } from "./expectations.ts";
import { PORTAL_WORDS } from "./portal_words.ts";
import { checkAtTheEnd } from "./promises.ts";
import { RUN_WORDS } from "./run_words.ts";
import { parseScript, ScenarioError, type Statement } from "./script.ts";
import { Story } from "./story.ts";
import type { Word } from "./word.ts";

const WORDS: readonly Word[] = [...CLINIC_WORDS, ...PORTAL_WORDS, ...RUN_WORDS, ...EXPECTATIONS];

/** Says that something is still to be done at the end: a run that looks at everything once more would do it. */
const UNSETTLED = "work is left";

async function perform(statement: Statement, story: Story): Promise<void> {
  for (const { pattern, run } of WORDS) {
    // `config` keeps its whole line: a value may hold colons.
    const match = pattern.exec(statement.text.startsWith("config ") ? statement.text : statement.head);
    if (match !== null) return await run(statement, story, ...match.slice(1));
  }
  throw new Error("the scenarios do not know this sentence");
}

/** Plays the script. Throws an error that shows the line at fault, in the file `path`, and what is wrong. */
export async function play(script: string, path: string, office: Office): Promise<void> {
  await using pc = await office.begin();
  const story = new Story(office, pc);
  const lines = script.split("\n");
  const fail = (number: number | undefined, message: string): never => {
    const where = number === undefined ? `${path}, at its end` : `${path}:${number}: ${lines[number - 1].trim()}`;
    throw new Error(`${where}\n  ${message}`);
  };
  const statements = parseScript(script);
  for (const statement of statements.filter(({ head }) => head !== UNSETTLED)) {
    try {
      await perform(statement, story);
    } catch (error) {
      fail(error instanceof ScenarioError ? error.number : statement.number, (error as Error).message);
    }
  }
  if (story.last === undefined) return fail(undefined, "nothing was run");
  if (story.last.code === 2) return;
  try {
    await checkAtTheEnd(story, !statements.some(({ head }) => head === UNSETTLED));
  } catch (error) {
    fail(undefined, (error as Error).message);
  }
}
