import assert from "node:assert/strict";
import { STATUSES } from "../../src/reception/status.ts";
import { type Finding, Knowledge } from "../../src/sync/knowledge.ts";
import { CONTACT, DEAL, FACTS, field, STAGE_CONFIG } from "./made_up.ts";

/** What is to be mended where the status is a list with these values. */
async function findingsOf(values: readonly string[]): Promise<Finding[]> {
  const status = field("enumeration", Object.fromEntries(values.map((value, index) => [value, String(index + 1)])));
  const facts = { ...FACTS, dealFields: { ...FACTS.dealFields, [DEAL.status!]: status } };
  const found: Finding[] = [];
  const knowledge = new Knowledge({
    config: { pipeline: 0, dealFields: DEAL, contactFields: CONTACT, stages: STAGE_CONFIG },
    portal: { learn: () => Promise.resolve(facts) },
    remembered: () => Promise.resolve(undefined),
    remember: () => Promise.resolve(),
    found: (findings) => void found.push(...findings),
  });
  assert.deepEqual((await knowledge.get()).findings, found);
  return found.filter(({ kind }) => kind === "status-list");
}

Deno.test("a list of statuses with all of them is nothing to warn of", async () => {
  assert.deepEqual(await findingsOf(STATUSES), []);
});

Deno.test("the statuses that a list lacks are named", async () => {
  const [gone, ...rest] = STATUSES;
  assert.deepEqual(await findingsOf(rest), [{ kind: "status-list", code: DEAL.status, missing: [gone] }]);
});
