/** A portal that the original program left, and a clinic whose receptions are gone at once: by the command line. */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const KEY = "UF_CRM_1769072841035";
const STATUS = "UF_CRM_1769009157";

Deno.test("a dry run shows which deals get the key of their reception and plans with it; the real run does that", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const visit = day.reception(day.patient("Ромашкина Анна Львовна", "8 900 000-11-11"), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const { ID: CONTACT_ID } = portal.contacts.add({ NAME: "Анна", LAST_NAME: "Ромашкина", PHONE: ["+79000001111"] });
  const plain = `F1_${visit}`;
  portal.deals.add({ TITLE: "А", CONTACT_ID, STAGE_ID: "LOSE", [KEY]: plain, [STATUS]: "Отменен" });
  const live = portal.deals.add({ TITLE: "А", CONTACT_ID, STAGE_ID: "NEW", [KEY]: `${plain}_2`, [STATUS]: "" });
  const rehearsed = await pc.run(["once", "--dry-run"]);
  assert.match(rehearsed.out, /^Номеров исправить: {4}1$/m);
  assert.match(rehearsed.out, new RegExp(`^~ сделка ${live.ID}: номер ${plain}_2 станет ${plain}$`, "m"));
  assert.match(rehearsed.out, new RegExp(`^~ сделка ${live.ID} \\(${plain}\\):`, "m"));
  assert.match(rehearsed.out, /^Сделок создать: {7}0$/m);
  assert.equal(portal.deals.get(live.ID)?.[KEY], `${plain}_2`);
  assert.equal((await pc.run(["once"])).code, 0);
  assert.deepEqual([portal.deals.get(live.ID)?.[KEY], portal.deals.size], [plain, 2]);
});

Deno.test("a mass of deleted receptions closes no deal by itself: exit 1 and words; confirmed, it does", async () => {
  await using pc = await office.begin({ Sync: { deleted: "lose" } });
  const day = new ClinicDay();
  const ids = Array.from(
    { length: 25 },
    (_, index) =>
      day.reception(day.patient(`Ромашкина Анна${index} Львовна`, `8 900 000-${2000 + index}`), "2026-03-02T09:00:00"),
  );
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  assert.equal((await pc.run(["once"])).code, 0);
  for (const id of ids) await clinic.remove("Receptions", id);
  clinic.setClock("2026-03-03T10:00:00");
  const lost = () => portal.deals.all().filter(({ STAGE_ID }) => STAGE_ID === "LOSE").length;
  const held = await pc.run(["once"]);
  assert.deepEqual([held.code, lost()], [1, 0]);
  assert.match(held.err, /исчезли записи 25 открытых сделок, это больше max_closings = 20: ни одна сделка не закрыта/);
  assert.match(held.err, /ident-sync once --full --confirm-closings/);
  const alone = await pc.run(["once", "--confirm-closings"]);
  assert.deepEqual([alone.code, lost()], [2, 0]);
  const confirmed = await pc.run(["once", "--full", "--confirm-closings"]);
  assert.deepEqual([confirmed.code, lost()], [0, 25]);
  assert.equal((await pc.run(["once", "--full"])).code, 0);
});
