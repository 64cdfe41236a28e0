/** Which of several deals of one reception goes on with it, row by row of the table. */
import assert from "node:assert/strict";
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { ownDeals } from "../../../src/sync/rules/deal.ts";
import { plan } from "../../../src/sync/rules/plan.ts";
import { context, DEAL, dealFor, reception } from "../made_up.ts";

const BILL = "Завершен (счет выдан)";
const of = reception(1);

/** The older one of two deals is the one that is not followed. */
const YOUNG = 30;
const OLD = 10;

/** As the original program left them: not marked by this one. */
const unmarked = { ours: false, originId: "" } as const;

const open = (id: number) => dealFor(id, of, unmarked);
const copyOf = (status: typeof BILL | "Отменен") => (id: number) =>
  dealFor(id, reception(1, { status }), { ...unmarked, stage: "NEW", closed: false });
const wonByUs = (id: number) => dealFor(id, reception(1, { status: BILL }), unmarked);
const lostByUs = (id: number) => dealFor(id, reception(1, { status: "Отменен" }), unmarked);
const protectedOne = (id: number) => dealFor(id, of, { ...unmarked, stage: "APOLOGY", closed: true });
const closedByManager = (id: number) => dealFor(id, of, { ...unmarked, stage: "WON", closed: true });

type Made = (id: number) => PortalDeal;
const PAIRS: [followed: string, deal: Made, other: string, than: Made][] = [
  ["an open one", open, "one that we won", wonByUs],
  ["an open one", open, "one that we lost", lostByUs],
  ["an open one", open, "a protected one that counts as closed", protectedOne],
  ["an open one", open, "one that a manager closed", closedByManager],
  ["one that we won", wonByUs, "a manager's copy of it", copyOf(BILL)],
  ["one that we won", wonByUs, "one that we lost", lostByUs],
  ["one that we won", wonByUs, "one that a manager closed", closedByManager],
  ["one that we lost", lostByUs, "a manager's copy of it", copyOf("Отменен")],
  ["one that we lost", lostByUs, "one that a manager closed", closedByManager],
  ["one that we lost", lostByUs, "a protected one that counts as closed", protectedOne],
  ["a protected one", protectedOne, "one that a manager closed", closedByManager],
];

for (const [followed, deal, other, than] of PAIRS) {
  Deno.test(`of two deals of one reception ${followed} is followed, not ${other}, though that is older`, () => {
    const [right, wrong] = [deal(YOUNG), than(OLD)];
    for (const all of [[right, wrong], [wrong, right]]) {
      assert.deepEqual(ownDeals(all, context()), { followed: right, doubles: [wrong] });
    }
  });
}

Deno.test("where nothing remembers the status, an open deal is followed, else the oldest", () => {
  const under = context({ dealFields: { ...DEAL, status: undefined, statusText: undefined } });
  const all = [protectedOne(20), closedByManager(10), wonByUs(15), open(30)];
  const { followed, doubles } = ownDeals(all, under);
  assert.deepEqual([followed, ...doubles].map((deal) => deal?.id), [30, 10, 15, 20]);
});

Deno.test("of the deals that are not followed it is told which are open", () => {
  const [{ doubles }] = plan([of], {
    contacts: [],
    deals: [open(10), open(20), closedByManager(30)],
    leads: [],
  }, context());
  assert.deepEqual(doubles, [{ id: 20, open: true, followed: 10 }, { id: 30, open: false, followed: 10 }]);
});
