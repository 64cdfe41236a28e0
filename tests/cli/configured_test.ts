import assert from "node:assert/strict";
import { IdentSyncError } from "../../src/error.ts";
import { makeWorkplace } from "../stand/workplace.ts";

const CONFIG = `[Database]
server = CLINIC-PC
database = IdentDB
username = ident_reader
password = s3cret-password

[Bitrix24]
webhook_url = https://portal.bitrix24.ru/rest/1/webhookc0de/
`;

/** What a person at the terminal is shown, and the log, of a command that ends before it asks anybody. */
async function toldOf(config: string, isTerminal = true): Promise<{ shown: string; log: string }> {
  await using pc = await makeWorkplace();
  await pc.configure(config);
  let shown = "";
  await pc.run(["once", "--show-personal"], { err: { isTerminal, write: (text) => void (shown += text) } });
  return { shown, log: await pc.log() };
}

const WARNED: [what: string, added: string, words: RegExp][] = [
  [
    "names that look like known ones",
    "rate_limt = 1\n[Sync]\nintervl_minutes = 5\nserver = X\n[Databse]\nport = 1\n",
    /незнакомые названия[^]*\[Databse\] \(возможно, \[Database\]\), \[Bitrix24\] rate_limt \(возможно, rate_limit\), \[Sync\] intervl_minutes \(возможно, interval_minutes\), \[Sync\] server \(возможно, \[Database\] server\)/,
  ],
  ["a token that decides nothing", "token = another0code\n", /\[Bitrix24\] token не совпадает с кодом/],
];
for (const [what, added, words] of WARNED) {
  Deno.test(`${what} are told on the screen and in the log, and on the screen only where somebody looks`, async () => {
    const { shown, log } = await toldOf(CONFIG + added);
    assert.match(shown, words);
    assert.match(log, words);
    const unseen = await toldOf(CONFIG + added, false);
    assert.doesNotMatch(unseen.shown, words);
    assert.match(unseen.log, words);
  });
}

Deno.test("of names that nobody knows, and of a token that repeats the code, nothing is said", async () => {
  const { shown, log } = await toldOf(`${CONFIG}token = webhookc0de\n[Monitoring]\nserver = X\n[Sync]\nown = 1\n`);
  assert.doesNotMatch(shown + log, /незнаком|token не/);
});

const JANUARY = Date.parse("2026-01-21T10:30:00Z");
const LOG = "logs/integration_log_2026-01-21.txt";
const UNREADABLE = "s3cret-password\n[Notifications]\nsmtp_password = DPAPI:FF";
const SECRET = new IdentSyncError("secret", { what: "Не удалось расшифровать.", fix: "Впишите заново." });

const EARLY: [what: string, config: string | undefined, code: number, words: RegExp][] = [
  ["a wrong value", `${CONFIG}rate_limit = много\n`, 2, /ERROR {3}В настройках есть ошибки:\s+\[Bitrix24\] rate_limit/],
  ["a text that is no configuration", `${CONFIG}[Sync\n`, 2, /ERROR {3}Файл .*config\.ini не читается:\s+строка 9/],
  [
    "a secret that cannot be read",
    CONFIG.replace("s3cret-password", UNREADABLE),
    2,
    /ERROR {3}Не удалось расшифровать/,
  ],
  ["no configuration", undefined, 2, /ERROR {3}Файл настроек не найден/],
];
for (const [what, config, code, words] of EARLY) {
  Deno.test(`${what} stands in the log beside config.ini, in the words of the screen`, async () => {
    await using pc = await makeWorkplace();
    if (config !== undefined) await pc.configure(config);
    // What a configuration that loads may keep for years.
    await Deno.mkdir(pc.path("logs"));
    await Deno.writeTextFile(pc.path("logs/integration_log_2020-01-01.txt"), "");
    const decrypt = () => {
      throw SECRET;
    };
    const run = await pc.run(["once"], { now: () => JANUARY, decrypt });
    assert.equal(run.code, code);
    const log = await Deno.readTextFile(pc.path(LOG));
    assert.match(log, words);
    for (const line of run.err.trim().split("\n")) assert.ok(log.includes(line.trim()), line);
    assert.doesNotMatch(log, /s3cret|webhookc0de|^\s+at /m);
    assert.equal([...Deno.readDirSync(pc.path("logs"))].length, 2);
  });
}

Deno.test("a defect before the log is open has its stack there, without the secrets of the file", async () => {
  await using pc = await makeWorkplace();
  await pc.configure(CONFIG.replace("s3cret-password", UNREADABLE));
  const decrypt = () => {
    throw new TypeError("s3cret-password webhookc0de");
  };
  const run = await pc.run(["once"], { now: () => JANUARY, decrypt });
  assert.equal(run.code, 70);
  assert.match(run.err, /файл журнала из папки .*logs/);
  const log = await Deno.readTextFile(pc.path(LOG));
  assert.match(log, /TypeError: \*\*\*[^]*\n\s+at /);
  assert.doesNotMatch(log, /s3cret|webhookc0de/);
});

Deno.test("where that log cannot be written the error is told as ever, and no folder is made on the way to it", async () => {
  await using pc = await makeWorkplace();
  const nowhere = pc.path("нет такой папки/config.ini");
  const { code, err } = await pc.run(["once", "--config", nowhere]);
  assert.deepEqual([code, err.split("\n")[0]], [2, `Файл настроек не найден: ${nowhere}.`]);
  assert.deepEqual([...Deno.readDirSync(pc.folder)], []);
  await Deno.writeTextFile(pc.path("logs"), "");
  const there = await pc.run(["once"]);
  assert.equal(there.code, 2);
  assert.match(there.err, /^Файл настроек не найден: .*\n.*init.*\n$/);
});
