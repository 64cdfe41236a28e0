/**
 * Families on one phone: nobody is merged, whatever the portal holds of them. Written from the rules, not from the program.
 *
 * `FAMILIES` sets how many are looked at.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Patient } from "../../../src/reception/reception.ts";
import type { PortalContact, PortalView } from "../../../src/sync/ports.ts";
import { plan } from "../../../src/sync/rules/plan.ts";
import { type Decision, stepsOf } from "../../../src/sync/rules/decision.ts";
import { type Step, type Target } from "../../../src/sync/rules/step.ts";
import { context } from "../made_up.ts";
import { Scene } from "../scene.ts";
import { type Families, families } from "./families.ts";

const CASES = Number(Deno.env.get("FAMILIES") ?? 20_000);

const decide = ({ receptions, ...view }: Families & PortalView): Decision[] => plan(receptions, view, context());

/** What of a contact says that it is somebody else; written out by hand for the names that families have. */
function contradictions(contact: PortalContact, { key, surname, name, patronymic, cardNumber }: Patient): string[] {
  const differs = (shown: unknown, own: string) => shown !== null && shown !== "" && own !== "" && shown !== own;
  return [
    ...(contact.originator === "IDENT" && contact.originId !== key ? ["it is another patient"] : []),
    ...(differs(contact.fields.UF_C_CARD, cardNumber) ? ["it has another card"] : []),
    ...(differs(contact.surname, surname) || differs(contact.name, name) ? ["it has another name"] : []),
    ...(differs(contact.patronymic, patronymic) ? ["it has another patronymic"] : []),
  ];
}

const isOwn = ({ originator, originId }: PortalContact, { key }: Patient) => originator === "IDENT" && originId === key;

/** Which patient each existing contact goes to. */
function* given(decisions: readonly Decision[]): Iterable<readonly [contactId: number, patient: Patient]> {
  for (const decision of decisions) {
    const { patient } = decision.reception;
    const ids = stepsOf(decision).flatMap((step) => {
      if (step.kind === "give-contact" || step.kind === "update-contact") return [step.id];
      const target = contactIn(step);
      return typeof target === "number" ? [target] : [];
    });
    for (const id of new Set(ids)) yield [id, patient];
  }
}

function contactIn(step: Step): Target | undefined {
  return step.kind === "add-deal" || step.kind === "bind-deal" || step.kind === "update-deal"
    ? step.contact
    : undefined;
}

Deno.test("no two patients get one contact, and nobody one that contradicts", () => {
  fc.assert(
    fc.property(families, (all) => {
      const owners = new Map<number, string>();
      for (const [id, patient] of given(decide(all))) {
        const contact = all.contacts.find((each) => each.id === id)!;
        assert.equal(owners.get(id) ?? patient.key, patient.key, `contact ${id} goes to two patients`);
        owners.set(id, patient.key);
        if (!isOwn(contact, patient)) assert.deepEqual(contradictions(contact, patient), []);
      }
    }),
    { numRuns: CASES },
  );
});

Deno.test("the order of rows and records does not matter to a family", () => {
  fc.assert(
    fc.property(families, (all) => {
      const reversed = decide({
        receptions: all.receptions.toReversed(),
        contacts: all.contacts.toReversed(),
        deals: all.deals.toReversed(),
        leads: all.leads.toReversed(),
      });
      assert.deepEqual(reversed.toReversed(), decide(all));
    }),
    { numRuns: CASES / 4 },
  );
});

/** A portal and a clinic that hold the families. */
function sceneOf({ receptions, contacts, deals, leads }: Families, batchSize: number): Scene {
  const scene = new Scene(batchSize);
  scene.portal.contacts = structuredClone([...contacts]);
  scene.portal.deals = structuredClone([...deals]);
  scene.portal.leads.push(...structuredClone(leads));
  for (const reception of receptions) scene.clinic.carry(reception);
  return scene;
}

/** The portal's records, with those that were made named by what they are for. */
const contents = ({ portal: { contacts, deals, leads } }: Scene) => ({
  contacts: contacts.map((each) => ({ ...each, id: each.id < 100 ? each.id : each.originId })),
  deals: deals.map((each) => ({
    ...each,
    id: each.id < 100 ? each.id : each.key,
    contactId: contacts.find(({ id }) => id === each.contactId)?.originId || each.contactId,
  })),
  leads,
});

Deno.test("the page size does not matter to a family, and a second run sends nothing", async () => {
  await fc.assert(
    fc.asyncProperty(families, async (all) => {
      const ends = [];
      for (const batchSize of [1, 2, 50]) {
        const scene = sceneOf(all, batchSize);
        await scene.cycle();
        ends.push(contents(scene));
        const { length } = scene.portal.requests;
        await scene.cycle();
        assert.equal(scene.portal.requests.length, length, "a second run sends something");
      }
      assert.deepEqual(ends[1], ends[0]);
      assert.deepEqual(ends[2], ends[0]);
    }),
    { numRuns: CASES / 50 },
  );
});
