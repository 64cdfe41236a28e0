/**
 * Databases of other versions of IDENT, and logins that may not see all of it.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { type ClinicStand, startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { openSite } from "./site.ts";

const REASON = "Receptions.ID_ReceptionCancelReasons";
const LOOK_UP = /INFORMATION_SCHEMA/;
const DAY = 86_400_000;

const lookUps = ({ queries }: ClinicStand) => queries.filter(({ text }) => LOOK_UP.test(text)).length;

async function oneReception(clinic: ClinicStand, columns: { readonly ID_ReceptionCancelReasons?: number } = {}) {
  const day = new ClinicDay();
  day.reception(day.patient("Столбцова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501, ...columns });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

Deno.test("a reason of cancellation alone cancels a reception", async () => {
  await using clinic = await startClinicStand();
  await oneReception(clinic);
  await using site = await openSite(clinic);
  await site.run(["once"]);
  await clinic.update("Receptions", 501, { ID_ReceptionCancelReasons: 3, DateTimeChanged: "2026-03-02T10:30:00" });
  clinic.setClock("2026-03-02T11:00:00");
  assert.equal((await site.run(["once"])).code, 0);
  assert.deepEqual(site.portal.deals.all().map(({ STAGE_ID }) => STAGE_ID), ["LOSE"]);
});

Deno.test("a database without an optional column is carried over; the columns are looked up once a day", async () => {
  await using clinic = await startClinicStand({ without: [REASON] });
  await oneReception(clinic);
  await using site = await openSite(clinic);
  assert.equal((await site.run(["once"])).code, 0);
  assert.equal(site.portal.deals.size, 1);
  await site.run(["once"]);
  assert.equal(lookUps(clinic), 1);
  site.clock.pass(DAY);
  await site.run(["once"]);
  assert.equal(lookUps(clinic), 2);
});

Deno.test("a column that went away since it was looked up is done without, and that is remembered", async () => {
  await using clinic = await startClinicStand({ without: [REASON] });
  await oneReception(clinic);
  await using site = await openSite(clinic);
  await site.run(["once", "--dry-run"]);
  await site.run(["once"]);
  const facts = await site.pc.json("clinic_facts.json");
  assert.deepEqual(facts.columns.optional, []);
  facts.columns.optional = [REASON];
  await Deno.writeTextFile(site.pc.path("clinic_facts.json"), JSON.stringify(facts));
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.deepEqual((await site.pc.json("clinic_facts.json")).columns.optional, []);
});

for (
  const [what, without, named] of [
    ["a required column", ["Receptions.CheckIssued"], /не видны: Receptions\.CheckIssued\./],
    ["a whole table", ["Items", REASON], /не видны: Items\./],
  ] as const
) {
  Deno.test(`${what} that is missing is named, with what may be the reason, and exit code 3`, async () => {
    await using clinic = await startClinicStand({ without });
    await oneReception(clinic);
    await using site = await openSite(clinic);
    const { code, err } = await site.run(["once"]);
    assert.equal(code, 3);
    assert.match(err, named);
    assert.match(err, /версия IDENT[^]*db_datareader/);
    assert.deepEqual(site.clock.waits, []);
  });
}
