import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../scripts/permissions.ts";
import type { World } from "../../src/world.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";
import type { Workplace } from "../stand/workplace.ts";
import { addCanary, canariesIn, filesBelow, PATIENT, PERSONAL } from "./canaries.ts";
import { ADMIN, canaryScenes, defect, WRONG_CODE, WRONG_PASSWORD, wrongWebhook } from "./canary_scenes.ts";
import { unhurried } from "./init_person.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const MAIL_PASSWORD = "mail canary \"password'\\1";
const SECRETS = [clinic.password, portal.secret, WRONG_PASSWORD, WRONG_CODE, MAIL_PASSWORD];
const atOnce = () => Promise.resolve();

async function aClinic(): Promise<void> {
  const day = new ClinicDay();
  addCanary(day, "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

async function assertNothingIn(pc: Workplace, outputs: readonly string[]): Promise<void> {
  for (const output of outputs) assert.deepEqual(canariesIn(output, SECRETS), [], output);
  for await (const [path, text] of filesBelow(pc.folder)) {
    assert.deepEqual(canariesIn(text, SECRETS), [], `${path}:\n${text}`);
  }
}

for (const { name, settings, before, runs = [["once"]], world, codes, log } of canaryScenes(office)) {
  Deno.test(`no canary in files and output after ${name}`, async () => {
    await using pc = await office.begin({ ...settings?.(), Notifications: { smtp_password: MAIL_PASSWORD } });
    await aClinic();
    await before?.(pc);
    const outputs: string[] = [];
    const ended: number[] = [];
    for (const args of runs) {
      const { code, out, err } = await pc.run(args, { sleep: atOnce, ...world?.() });
      outputs.push(out, err);
      ended.push(code);
    }
    assert.deepEqual(ended, codes, outputs.join("\n"));
    if (log !== undefined) assert.match(await pc.log(), log);
    await assertNothingIn(pc, outputs);
  });
}

Deno.test("no canary in files and output of init, wrong answers among them", async () => {
  await using pc = await office.begin();
  await aClinic();
  await Deno.remove(pc.path("config.ini"));
  const login = [`${clinic.host},${clinic.port}`, clinic.database, clinic.username];
  let answers: string[] = [];
  let shown = "";
  const someone: Partial<World> = {
    ...ADMIN,
    sleep: unhurried,
    ask: (question) => (shown += question, Promise.resolve(answers.shift())),
  };
  answers = [...login, clinic.password, wrongWebhook(office)];
  const brokenOff = await pc.run(["init"], someone);
  assert.equal(brokenOff.code, 130);
  await assertNothingIn(pc, [brokenOff.out, brokenOff.err, shown]);
  answers = ["н", ...login, WRONG_PASSWORD, "", ...login, clinic.password, wrongWebhook(office), "", portal.url, ""];
  const { code, out, err } = await pc.run(["init"], someone);
  assert.deepEqual([code, answers], [0, []]);
  await assertNothingIn(pc, [out, err, shown]);
  const config = await Deno.readTextFile(pc.path("config.ini"));
  assert.deepEqual(canariesIn(config, SECRETS), [], "encrypted at the end");
});

Deno.test("no canary in what a program that is killed in the middle leaves, nor in what the next one says", async () => {
  await using pc = await office.begin({ Notifications: { smtp_password: MAIL_PASSWORD } });
  await aClinic();
  const held = portal.faults.request({ carrying: "crm.deal.add", kind: "hold" });
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...PERMISSIONS, main, "once", "--config", join(pc.folder, "config.ini")],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  for (let tries = 0; portal.calls("crm.contact.add").length === 0 || held.fired === 0; tries++) {
    if (tries === 400) assert.fail("the deals are not sent");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill("SIGKILL");
  const { stdout, stderr } = await output;
  await assertNothingIn(pc, [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)));
  portal.faults.clear();
  const { out, err } = await pc.run(["once"]);
  await assertNothingIn(pc, [out, err]);
});

Deno.test("a patient of two short words, and others whom the portal names, stay neither in the log nor in queue.json", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  day.reception(day.patient("Ли Ян", "89000001234"), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const description = "Контакт «Ли Ян» похож на «Петров Иван», тел. 8.900.123.45.67, 7 900 12 34 567";
  portal.faults.command({ method: "crm.contact.add", kind: "error", code: "", description });
  assert.equal((await pc.run(["once"])).code, 1);
  const { items } = await pc.json("queue.json") as { items: { last_error: string }[] };
  assert.match(items[0].last_error, /портал отказал: Контакт/);
  for (const text of [await pc.log(), items[0].last_error]) {
    assert.doesNotMatch(text, /Ли|Ян|Петров|Иван|900/);
  }
});

Deno.test("a card that is a part of the phone hides it neither in the log nor in queue.json, and spoils no count", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  const patient = day.patient("Барбарискин Африкан Евстигнеевич", "89178990124", { CardNumber: "917" });
  day.reception(patient, "2026-03-02T09:00:00");
  day.reception(day.patient("Сычёва Ульяна", null, { CardNumber: "1" }), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const description = "Элемент «Барбарискин Африкан Евстигнеевич», +7 (917) 899-01-24, карта 917: Поле не заполнено";
  portal.faults.command({ method: "crm.contact.add", kind: "error", code: "", description });
  assert.equal((await pc.run(["once"])).code, 1);
  const { items } = await pc.json("queue.json") as { items: { last_error: string }[] };
  for (const text of [await pc.log(), items[0].last_error]) {
    assert.match(text, /Элемент «\[имя\]», \[телефон\], карта \[скрыто\]: Поле не заполнено/);
  }
  assert.match(await pc.log(), /Получено из БД: {7}2\s[^]*Ошибок: {15}1\s/);
});

Deno.test("secrets stay hidden also where personal data in the log is wanted", async () => {
  await using pc = await office.begin({ Logging: { level: "DEBUG", mask_personal_data: "False" } });
  await aClinic();
  assert.equal((await pc.run(["once"], { sleep: atOnce, ...defect(office) })).code, 70);
  const log = await pc.log();
  assert.ok(canariesIn(log, []).length > 0, log);
  assert.deepEqual(canariesIn(log, SECRETS, false), []);
  await Deno.remove(pc.path("logs"), { recursive: true });
});

Deno.test("the search finds what it is for: in config.ini, on the screen of --show-personal, encoded", async () => {
  await using pc = await office.begin({ Notifications: { smtp_password: MAIL_PASSWORD } });
  await aClinic();
  const config = await Deno.readTextFile(pc.path("config.ini"));
  assert.deepEqual(canariesIn(config, SECRETS), [clinic.password, portal.secret, MAIL_PASSWORD]);
  const { out } = await pc.run(["once", "--dry-run", "--show-personal"]);
  assert.deepEqual(canariesIn(out, SECRETS), [...PERSONAL, "9176048352"]);
  await assertNothingIn(pc, []);
  const { surname, card } = PATIENT;
  for (const encoded of [encodeURIComponent(surname), new TextEncoder().encode(card).toBase64(), "8(917)604.83.52"]) {
    assert.equal(canariesIn(encoded, SECRETS).length, 1, encoded);
  }
});
