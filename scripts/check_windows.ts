/**
 * What only the real ident-sync.exe can show: DPAPI, the rights of a file, init; on Windows, or elsewhere under Wine:
 *
 *     deno run --allow-all scripts/check_windows.ts --program build/ident-sync.exe
 *     deno run --allow-all scripts/check_windows.ts --program build/ident-sync.exe --with WRAPPER
 *
 * WRAPPER FOLDER PROGRAM ARGUMENT... runs a program of Windows in a folder. A second program, for calls of Crypt32 in
 * another process, is compiled by the deno that runs this file. One line for each check; ends with 1 where one failed.
 */
import assert from "node:assert/strict";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderConfig } from "../src/config/example.ts";
import { endOf } from "../tests/faults/program.ts";
import { ClinicDay } from "../tests/stand/clinic/clinic_day.ts";
import { startClinicStand } from "../tests/stand/clinic/clinic_stand.ts";
import { configText } from "../tests/stand/config_text.ts";
import { startPortalStand } from "../tests/stand/portal/stand.ts";

const RECEPTIONS = 5;
const ROUNDS = 10_000;
/** Growth after the first 1,000 rounds that is Windows' own; one value kept in each round would be 60 and more. */
const GROWTH_MEGABYTES = 40;
const LIMIT_MS = { run: 90_000, rounds: 150_000 } as const;

const { values: options } = parseArgs({ options: { program: { type: "string" }, with: { type: "string" } } });
if (options.program === undefined) {
  console.error("Запуск: deno run --allow-all scripts/check_windows.ts --program ФАЙЛ.exe [--with ОБЁРТКА]");
  Deno.exit(2);
}
const wrapper = options.with === undefined ? undefined : resolve(options.with);

interface Ended {
  readonly code: number;
  /** Output and errors, in this order. */
  readonly text: string;
}

const folder = await Deno.makeTempDir({ prefix: "ident-sync-windows-" });
const PROGRAM = basename(options.program);
const HELPER = "crypt32.exe";
const CONFIG = join(folder, "config.ini");

/** Runs a program that lies in the folder, or one of Windows; it is killed when it takes too long. */
async function start(program: string, args: readonly string[], limit: number = LIMIT_MS.run): Promise<Ended> {
  const [path, ...before] = wrapper !== undefined
    ? [wrapper, folder, program]
    : [program.endsWith(".exe") ? join(folder, program) : program];
  const process = new Deno.Command(path, {
    args: [...before, ...args],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, out, err } = await endOf(process, limit);
  return { code, text: out + err };
}

const ident = (...args: string[]) => start(PROGRAM, args);

/** The program with Wine telling the calls of one of its libraries. */
const traced = (channel: string, ...args: string[]) =>
  start("cmd", ["/c", `set WINEDEBUG=+${channel}&& ${PROGRAM} ${args.join(" ")}`]);

const readConfig = async () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await Deno.readFile(CONFIG));
const payloadsIn = (text: string) => [...text.matchAll(/DPAPI:([0-9a-f]+)/gi)].map(([, payload]) => payload);

async function encryptedConfig(text: string, ...flags: string[]): Promise<string> {
  await Deno.writeTextFile(CONFIG, text);
  const { code, text: said } = await ident("encrypt", ...flags);
  assert.equal(code, 0, said);
  return await readConfig();
}

let failed = 0;
let passed = 0;
async function check(promise: string, work: () => Promise<unknown>): Promise<void> {
  const begun = Date.now();
  try {
    await work();
    passed++;
    console.log(`ok      ${promise} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${promise}\n${error instanceof Error ? error.message : error}`);
  }
}
const notRun = (promise: string, why: string) => console.log(`not run ${promise}: ${why}`);

/** Compiles the second program; `false`: it cannot be had here. */
async function compileHelper(): Promise<boolean> {
  if (Deno.build.os !== "windows" && !Deno.env.has("DENORT_BIN")) return false;
  const source = fileURLToPath(new URL("../tests/secrets/windows/crypt32.ts", import.meta.url));
  const target = ["--target", "x86_64-pc-windows-msvc", "--output", join(folder, HELPER)];
  const args = ["compile", "--quiet", "--no-check", "--allow-ffi", "--allow-env", ...target, source];
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  if (code !== 0) throw new Error(`${HELPER} was not compiled`);
  return true;
}

await using clinic = await startClinicStand();
await using portal = await startPortalStand();

/** The clinic full, the portal empty, nothing remembered beside the program. */
async function anew(): Promise<void> {
  await clinic.clear();
  portal.clear();
  const day = new ClinicDay();
  for (let index = 0; index < RECEPTIONS; index++) {
    day.reception(day.patient(`Пациентов Иван${index}`, null), "2026-03-02T09:00:00");
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  for (const name of ["sync_state.json", "portal_facts.json", "clinic_facts.json", "queue.json", "logs"]) {
    await Deno.remove(join(folder, name), { recursive: true }).catch(() => {});
  }
}

async function onceWorks(): Promise<void> {
  await anew();
  const { code, text } = await ident("once");
  assert.equal(code, 0, text);
  assert.equal(portal.deals.size, RECEPTIONS);
}

async function onceIsRefused(config: string, ...says: RegExp[]): Promise<void> {
  await anew();
  await Deno.writeTextFile(CONFIG, config);
  const { code, text } = await ident("once");
  assert.equal(code, 2, text);
  for (const each of says) assert.match(text, each);
  for (const secret of [clinic.password, portal.secret]) assert.ok(!text.includes(secret), text);
  assert.equal(portal.requests.length, 0);
}

try {
  await Deno.copyFile(options.program, join(folder, PROGRAM));
  await Deno.chmod(join(folder, PROGRAM), 0o755).catch(() => {});
  // The same text twice: once as the database's password, once as the mail server's.
  const plain = `\uFEFF; клиника\r\n${
    configText(clinic, portal.url, { Notifications: { smtp_password: clinic.password }, Прочее: { ключ: "50%; #1" } })
      .replaceAll("\n", "\r\n")
  }`;

  await check("without config.ini the program names init and ends with 2", async () => {
    const { code, text } = await ident("once");
    assert.equal(code, 2);
    assert.match(text, /Файл настроек не найден: .*config\.ini\.[^]*ident-sync init/);
  });
  await check("init --yes writes the example with CRLF, and a second one does not touch it", async () => {
    assert.equal((await ident("init", "--yes")).code, 0);
    const example = renderConfig().replaceAll("\n", "\r\n");
    assert.equal(await readConfig(), example);
    assert.equal((await ident("init", "--yes")).code, 2);
    assert.equal(await readConfig(), example);
  });
  await check("encrypt replaces the three secrets and no other byte, and leaves no other file", async () => {
    await Deno.writeTextFile(CONFIG, plain);
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const before = names();
    assert.equal((await ident("encrypt", "--check")).code, 1);
    const text = await encryptedConfig(plain);
    const parts = plain.split(new RegExp(`${clinic.password}|${portal.secret}`));
    assert.deepEqual(text.split(/DPAPI:[0-9a-f]+/), parts);
    assert.equal((await ident("encrypt", "--check")).code, 0);
    assert.deepEqual(names(), before);
  });
  await check("two encryptions of one text give two values", async () => {
    const [first, , second] = payloadsIn(await encryptedConfig(plain));
    const [again] = payloadsIn(await encryptedConfig(plain));
    assert.equal(new Set([first, second, again]).size, 3);
  });
  await check(`once with encrypted values carries ${RECEPTIONS} receptions, and no secret is in its log`, async () => {
    await encryptedConfig(plain);
    await onceWorks();
    for (const { name } of Deno.readDirSync(join(folder, "logs"))) {
      const log = await Deno.readTextFile(join(folder, "logs", name));
      assert.ok(!log.includes(clinic.password) && !log.includes(portal.secret));
      assert.doesNotMatch(log, /открытым текстом/);
    }
  });
  await check("--machine asks Windows for the machine's scope, and once reads such values", async () => {
    await Deno.writeTextFile(CONFIG, plain);
    if (wrapper === undefined) {
      // A value's flags stand after its version and the master key's: 4 + 16 + 4 + 16 bytes.
      const flags = payloadsIn(await encryptedConfig(plain, "--machine")).map((payload) => payload.slice(80, 88));
      assert.deepEqual(flags, Array(3).fill("04000000"));
    } else {
      // Wine keeps no flags in a value, but it tells what it was called with: 1 no windows, 4 the machine.
      const flagsIn = ({ text }: Ended) =>
        [...text.matchAll(/CryptProtectData called[^]*?dwFlags: (0x\w+)/g)].map(([, flags]) => flags);
      assert.deepEqual(flagsIn(await traced("crypt", "encrypt", "--machine")), Array(3).fill("0x0005"));
      const machine = await readConfig();
      await Deno.writeTextFile(CONFIG, plain);
      assert.deepEqual(flagsIn(await traced("crypt", "encrypt")), Array(3).fill("0x0001"));
      await Deno.writeTextFile(CONFIG, machine);
    }
    assert.equal(payloadsIn(await readConfig()).length, 3);
    await onceWorks();
  });
  await check("a value that was changed: 2, the field, the reason, the command", async () => {
    const text = await encryptedConfig(plain);
    const [password] = payloadsIn(text);
    const changed = password.slice(0, -2) + (password.endsWith("00") ? "01" : "00");
    await onceIsRefused(text.replace(password, changed), /\[Database\] password/, /испорчено/, /ident-sync encrypt/);
  });
  await check("a value that was cut: the same, also for the webhook's", async () => {
    const text = await encryptedConfig(plain);
    const [, webhook] = payloadsIn(text);
    const cut = text.replace(webhook, webhook.slice(0, -20));
    await onceIsRefused(cut, /\[Bitrix24\] webhook_url/, /испорчено/, /ident-sync encrypt/);
    await onceIsRefused(text.replace(webhook, webhook.slice(0, -1)), /\[Bitrix24\] webhook_url.*испорчено.*encrypt/);
  });
  await check("--restrict leaves the file to the owner, the system and the administrators", async () => {
    await encryptedConfig(plain);
    // Wine makes access lists out of mode bits, and hands down the folder's, whatever it is told: this folder is 0700.
    await Deno.chmod(CONFIG, 0o755).catch(() => {});
    const open = wrapper !== undefined;
    const before = await ident("encrypt", "--check");
    assert.equal(/посторонние: .*все пользователи/.test(before.text), open, before.text);
    if (open) assert.match(before.text, /^icacls ".*config\.ini" .*\*S-1-5-18:F \*S-1-5-32-544:F \*S-1-5-21-[\d-]+:F/m);
    const restricted = await ident("encrypt", "--restrict");
    assert.deepEqual([restricted.code, /посторонние/.test(restricted.text)], [0, false], restricted.text);
    const after = await ident("encrypt", "--check");
    assert.doesNotMatch(after.text, /посторонние/);
    assert.equal(payloadsIn(await readConfig()).length, 3);
    if (!open) return;
    assert.equal((await Deno.stat(CONFIG)).mode! & 0o007, 0);
    // 0x80000004: the access list, and nothing handed down.
    const { text } = await traced("advapi", "encrypt", "--restrict");
    assert.match(text, new RegExp(`SetNamedSecurityInfoW L"[^"]*config\\.ini" 1 ${0x80000004 | 0} `));
  });

  const [crypt32, rounds] = [
    "a value made by plain calls of Crypt32 in another process is read",
    `${ROUNDS} rounds of encrypting and decrypting take no more memory than ${ROUNDS / 10}`,
  ];
  if (await compileHelper()) {
    await check(crypt32, async () => {
      const { code, text } = await start(HELPER, ["protect", clinic.password]);
      assert.equal(code, 0, text);
      const value = `DPAPI:${text.trim().toUpperCase()}`;
      await Deno.writeTextFile(CONFIG, configText(clinic, portal.url, { Database: { password: value } }));
      await onceWorks();
    });
    await check(rounds, async () => {
      const { code, text } = await start(HELPER, ["rounds", String(ROUNDS)], LIMIT_MS.rounds);
      assert.equal(code, 0, text);
      const [warm, end] = text.trim().split(" ").map(Number);
      console.log(`        ${warm} MB → ${end} MB`);
      assert.ok(end - warm <= GROWTH_MEGABYTES, `${warm} MB → ${end} MB`);
    });
  } else {
    for (const promise of [crypt32, rounds]) notRun(promise, "DENORT_BIN names no runtime to compile with");
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
