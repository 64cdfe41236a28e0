/** The rules over random clinics, portals and histories, while nothing goes wrong. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Sent } from "../../src/sync/rules/sent.ts";
import type { RuleContext } from "../../src/sync/rules/decision.ts";
import { plan } from "../../src/sync/rules/plan.ts";
import { fieldNamesOf } from "../../src/sync/ports.ts";
import { histories, type History, undisturbed } from "./history.ts";
import { live, withoutProgram } from "./life.ts";
import { configOf, factsOf, RESOLVED_STAGES } from "./model_settings.ts";
import type { Weather } from "./weather.ts";
import type { Office } from "./office.ts";

const HISTORIES = Number(Deno.env.get("MODEL_HISTORIES") ?? 10_000) / 10;
const SEED = Deno.env.get("MODEL_SEED");
const FINE: Weather = { claimsFail: false, turnSeconds: 0, slow: true, leads: true, undoing: true };

async function holds(property: (history: History) => Promise<void>): Promise<void> {
  const parameters = { numRuns: HISTORIES, ...SEED === undefined ? {} : { seed: Number(SEED) } };
  await fc.assert(fc.asyncProperty(histories(0).map(undisturbed), property), parameters);
}

/** Everything on the portal, times apart. */
function contents({ portal: { contacts, deals, leads } }: Office) {
  return [contacts, deals, leads].map((records) =>
    [...records.values()].map((record) => ({ ...record, createdAt: undefined }))
  );
}

Deno.test("one deal a reception, nobody merged, no foreign field touched, and nothing sent twice", async () => {
  await holds(async (history) => void await live(history, FINE));
});

Deno.test("the portal ends the same whatever the page size", async () => {
  await holds(async (history) => {
    const [first, ...others] = await Promise.all(
      [1, 2, 50, 1000].map(async (batchSize) => contents(await live({ ...history, batchSize }, FINE))),
    );
    for (const other of others) assert.deepEqual(other, first);
  });
});

Deno.test("the plan does not depend on the order of the rows", async () => {
  await holds(async (history) => {
    const { clinic, portal } = await withoutProgram(history, FINE);
    const receptions = clinic.ids.map((id) => clinic.newest(id)!);
    const facts = factsOf(history.classic ? "classic" : "simple");
    const view = await portal.lookUp({
      receptionKeys: receptions.map(({ key }) => [key]),
      patientKeys: receptions.map(({ patient }) => patient.key),
      phones: receptions.flatMap(({ patient }) => patient.phones),
      leads: facts.mode === "classic",
      fields: fieldNamesOf(facts),
    });
    const context = (): RuleContext => ({
      config: configOf(50),
      facts,
      stages: RESOLVED_STAGES,
      sent: new Sent(),
      unfinished: { leads: new Map(), contacts: new Map() },
    });
    const straight = plan(receptions, view, context());
    const reversed = plan(
      receptions.toReversed(),
      {
        contacts: view.contacts.toReversed(),
        deals: view.deals.toReversed(),
        leads: view.leads.toReversed(),
      },
      context(),
    );
    assert.deepEqual(reversed.toReversed(), straight);
  });
});

Deno.test("a dry run decides what the real run decides, and changes nothing", async () => {
  await holds(async (history) => {
    const office = await withoutProgram(history, FINE);
    const before = contents(office);
    const rehearsed = await office.rehearse();
    assert.deepEqual([contents(office), office.portal.sent, office.items], [before, 0, []]);
    await office.cycle();
    assert.deepEqual(rehearsed, office.decided);
  });
});
