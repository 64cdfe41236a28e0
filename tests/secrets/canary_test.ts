import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../scripts/permissions.ts";
import type { World } from "../../src/world.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import type { Settings } from "../stand/config_text.ts";
import { openOffice } from "../stand/office.ts";
import type { Workplace } from "../stand/workplace.ts";
import { addCanary, canariesIn, filesBelow, PATIENT, PERSONAL } from "./canaries.ts";
import { dpapiOf } from "./made_up_dpapi.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const ADMIN = dpapiOf("CLINIC\\admin");
const WRONG_PASSWORD = "Wr0ng-canary=Pässwort;%d";
const WRONG_CODE = "wr0ngcanaryc0de1";
const MAIL_PASSWORD = "mail canary \"password'\\1";
const SECRETS = [clinic.password, portal.secret, WRONG_PASSWORD, WRONG_CODE, MAIL_PASSWORD];

const { surname, name, patronymic, phone, card, parent, comment } = PATIENT;
const FULL_NAME = `${surname} ${name} ${patronymic}`;
const ADDRESS = () => `${portal.url}crm.deal.add.json`;
/** What a portal may repeat of the command that it refuses. */
const CONTACT = () => `Контакт «${FULL_NAME}» ${phone} ${surname} +79176048352 ${card} ${parent}: ${ADDRESS()}`;
const DEAL = () => `Сделка «${FULL_NAME}» ${card}, ${parent}, <b>«${comment}»</b>: ${ADDRESS()}`;
/** What a server between, or a defect of the program, may repeat: everything. */
const TELLTALE = `${CONTACT()} ${DEAL()} password=${clinic.password}`;

const wrongWebhook = () => portal.url.replace(portal.secret, WRONG_CODE);
const atOnce = () => Promise.resolve();

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function aClinic(): Promise<void> {
  const day = new ClinicDay();
  addCanary(day, "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

interface Scene {
  readonly name: string;
  readonly settings?: () => Settings;
  /** Makes something go wrong, after the clinic and the portal are filled. */
  readonly before?: (pc: Workplace) => unknown;
  /** One command line after the other; default: `once`. */
  readonly runs?: readonly (readonly string[])[];
  readonly world?: () => Partial<World>;
  readonly codes: readonly number[];
  /** What must have happened, so that the scene is not an empty one. */
  readonly log?: RegExp;
}

const answer = (status: number, body: unknown, contentType?: string) => () =>
  void portal.faults.request({ carrying: "crm.deal.add", kind: "answer", status, body, contentType, count: 9 });

const SCENES: readonly Scene[] = [
  {
    name: "a good run, another, a full one, a rehearsal, encrypt, help",
    runs: [
      ["once"],
      ["once"],
      ["once", "--full"],
      ["once", "--dry-run"],
      ["encrypt", "--check"],
      ["encrypt"],
      ["once"],
      [
        "--help",
      ],
    ],
    world: () => ADMIN,
    codes: [0, 0, 0, 0, 1, 0, 0, 0],
    log: /DEBUG/,
  },
  { name: "a rehearsal in which all is new", runs: [["once", "--dry-run"]], codes: [0] },
  { name: "run, for two cycles", runs: [["run"]], world: twoCycles, codes: [130] },
  { name: "a wrong password", settings: () => ({ Database: { password: WRONG_PASSWORD } }), codes: [3] },
  {
    name: "a wrong code of the webhook (401)",
    settings: () => ({ Bitrix24: { webhook_url: wrongWebhook() } }),
    codes: [4],
  },
  {
    name: "a token that is not the webhook's",
    settings: () => ({ Bitrix24: { token: WRONG_CODE } }),
    codes: [2],
  },
  {
    name: "a portal that nothing connects to",
    settings: () => ({ Bitrix24: { webhook_url: `http://127.0.0.1:${closedPort()}/rest/1/${portal.secret}/` } }),
    codes: [4],
  },
  {
    name: "a portal's name that does not exist",
    settings: () => ({ Bitrix24: { webhook_url: `https://portal.invalid/rest/1/${WRONG_CODE}/` } }),
    codes: [4],
  },
  {
    name: "a portal that refuses and repeats what it was sent",
    before: () => {
      for (const [method, description] of [["crm.contact.add", CONTACT()], ["crm.deal.add", DEAL()]]) {
        portal.faults.command({ method, kind: "error", code: "", description });
      }
    },
    // Each is tried again when its time has come.
    runs: [["once"], ["once"], ["once"]],
    world: laterEachTime,
    codes: [1, 1, 0],
    log: /портал отказал: Контакт[^]*портал отказал: Сделка/,
  },
  {
    name: "a 401 with all it was sent",
    before: answer(401, { error: "INVALID", error_description: TELLTALE }),
    codes: [4],
  },
  {
    name: "a page of a proxy with all it was sent",
    before: answer(502, `<h1>${TELLTALE}</h1>`, "text/html"),
    codes: [1],
  },
  { name: "an answer that is no JSON", before: answer(200, TELLTALE, "application/json"), codes: [1] },
  { name: "an answer of another shape", before: answer(200, { result: TELLTALE, error: TELLTALE }), codes: [1] },
  {
    name: "a redirection to an address with the code",
    before: () => portal.faults.request({ carrying: "crm.deal.add", kind: "redirect", location: portal.url, count: 9 }),
    codes: [4],
  },
  {
    name: "a connection that breaks after the work was done",
    before: () => portal.faults.request({ carrying: "crm.deal.add", kind: "reset", moment: "after" }),
    codes: [1],
  },
  {
    name: "an error of SQL Server that shows the row",
    before: () => clinic.faults.failQueries({ number: 245, message: `Conversion failed: '${TELLTALE}'` }),
    codes: [3],
    log: /ошибка 245/,
  },
  { name: "a connection to SQL Server that breaks", before: () => clinic.faults.dropConnections("half"), codes: [3] },
  {
    name: "a login that is refused with its data",
    before: () => clinic.faults.refuseLogins({ number: 18470, message: TELLTALE }),
    codes: [3],
  },
  { name: "a defect with everything in its message", world: defect, codes: [70], log: /ERROR[^]*Error: Контакт/ },
  {
    name: "an encrypted value of another user",
    before: (pc) => pc.run(["encrypt"], dpapiOf("somebody")),
    world: () => ADMIN,
    codes: [2],
  },
  {
    name: "a configuration with the password on a line of its own",
    before: async (pc) =>
      pc.configure(`${await Deno.readTextFile(pc.path("config.ini"))}\n${WRONG_PASSWORD.replace("=", "")}\n`),
    runs: [["once"], ["encrypt"], ["encrypt", "--check"]],
    codes: [2, 2, 2],
  },
  {
    name: "a configuration with the password in a wrong place",
    settings: () => ({
      Database: { username: `ident\n  password = ${WRONG_PASSWORD}` },
      Sync: { filial_id: wrongWebhook() },
    }),
    codes: [2],
  },
  {
    name: "a configuration in another encoding",
    before: (pc) =>
      Deno.writeFile(pc.path("config.ini"), new Uint8Array([0xff, 0xfe, ...new TextEncoder().encode(WRONG_CODE)])),
    runs: [["once"], ["encrypt"]],
    codes: [2, 2],
  },
  {
    name: "files of the program's own that are damaged",
    before: (pc) => Deno.writeTextFile(pc.path("queue.json"), "{"),
    codes: [2],
  },
  {
    name: "a log that cannot be written",
    before: (pc) => Deno.writeTextFile(pc.path("logs"), ""),
    codes: [0],
  },
];

function twoCycles(): Partial<World> {
  const stop = new AbortController();
  let cycles = 0;
  return { stop: stop.signal, sleep: () => Promise.resolve(++cycles === 2 ? stop.abort() : undefined) };
}

/** An hour goes by between the runs, so that what waits in the queue is due. */
let hours = 0;
function laterEachTime(): Partial<World> {
  const shift = ++hours * 3_600_000;
  return { now: () => Date.now() + shift };
}

/** Fails inside, once, when the reception is in hand and the portal has its contact. */
function defect(): Partial<World> {
  let failed = false;
  return {
    now() {
      if (failed || portal.calls("crm.contact.add").length === 0) return Date.now();
      failed = true;
      throw new Error(TELLTALE, { cause: new Error(TELLTALE) });
    },
  };
}

async function assertNothingIn(pc: Workplace, outputs: readonly string[]): Promise<void> {
  for (const output of outputs) assert.deepEqual(canariesIn(output, SECRETS), [], output);
  for await (const [path, text] of filesBelow(pc.folder)) {
    assert.deepEqual(canariesIn(text, SECRETS), [], `${path}:\n${text}`);
  }
}

for (const { name, settings, before, runs = [["once"]], world, codes, log } of SCENES) {
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
  const answers = [...login, WRONG_PASSWORD, "", ...login, clinic.password, wrongWebhook(), "", portal.url, ""];
  let shown = "";
  const { code, out, err } = await pc.run(["init"], {
    ...ADMIN,
    sleep: atOnce,
    ask: (question) => (shown += question, Promise.resolve(answers.shift())),
  });
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

Deno.test("secrets stay hidden also where personal data in the log is wanted", async () => {
  await using pc = await office.begin({ Logging: { level: "DEBUG", mask_personal_data: "False" } });
  await aClinic();
  assert.equal((await pc.run(["once"], { sleep: atOnce, ...defect() })).code, 70);
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
  for (const encoded of [encodeURIComponent(surname), new TextEncoder().encode(card).toBase64(), "8(917)604.83.52"]) {
    assert.equal(canariesIn(encoded, SECRETS).length, 1, encoded);
  }
});
