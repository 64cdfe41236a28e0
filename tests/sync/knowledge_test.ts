import assert from "node:assert/strict";
import { STATUSES } from "../../src/reception/status.ts";
import { Knowledge } from "../../src/sync/knowledge.ts";
import { CONTACT, DEAL, FACTS, field, STAGE_CONFIG } from "./made_up.ts";

/** What the administrator is warned of where the status is a list with these values. */
async function warningsOf(values: readonly string[]): Promise<string[]> {
  const status = field("enumeration", Object.fromEntries(values.map((value, index) => [value, String(index + 1)])));
  const facts = { ...FACTS, dealFields: { ...FACTS.dealFields, [DEAL.status!]: status } };
  const warnings: string[] = [];
  const knowledge = new Knowledge({
    config: { pipeline: 0, dealFields: DEAL, contactFields: CONTACT, stages: STAGE_CONFIG },
    portal: { learn: () => Promise.resolve(facts) },
    remembered: () => Promise.resolve(undefined),
    remember: () => Promise.resolve(),
    log: {
      debug: () => {},
      info: () => {},
      warning: (text) => void warnings.push(text),
      error: assert.fail,
    },
  });
  await knowledge.get();
  return warnings.filter((text) => text.includes("В списке поля"));
}

Deno.test("a list of statuses with all of them is nothing to warn of", async () => {
  assert.deepEqual(await warningsOf(STATUSES), []);
});

Deno.test("the statuses that a list lacks are named", async () => {
  const [gone, ...rest] = STATUSES;
  assert.deepEqual(await warningsOf(rest), [
    `В списке поля ${DEAL.status} нет значений «${gone}». Добавьте их на портале.`,
  ]);
});
