import assert from "node:assert/strict";
import { type Settings } from "../stand/config_text.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";
import { clockFrom, type Workplace } from "../stand/workplace.ts";
import { dpapiOf, payloadsIn } from "./made_up_dpapi.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const ADMIN = dpapiOf("CLINIC\\admin");
const SERVICE = dpapiOf("NT AUTHORITY\\SYSTEM");
/** When the clinic's clock says that it is ten. */
const NOW = "2026-03-02T10:00:00+03:00";
const TERMINAL = (shown: string[]) => ({ err: { isTerminal: true, write: (text: string) => void shown.push(text) } });

async function aReception(): Promise<void> {
  const day = new ClinicDay();
  day.reception(day.patient("Иванов Иван Иванович", null), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

/** A PC on which the administrator has encrypted the secrets, and a reception in the clinic. */
async function begin(flags: readonly string[] = [], changes: Settings = {}): Promise<Workplace> {
  const pc = await office.begin(changes);
  await aReception();
  assert.equal((await pc.run(["encrypt", ...flags], ADMIN)).code, 0);
  return pc;
}

const textOf = (pc: Workplace) => Deno.readTextFile(pc.path("config.ini"));
const linesWith = (text: string, part: string) => text.split("\n").filter((line) => line.includes(part)).length;

Deno.test("once works with encrypted values, and the webhook's address stays readable", async () => {
  await using pc = await begin();
  const text = await textOf(pc);
  assert.match(text, /^webhook_url = http:\/\/127\.0\.0\.1:\d+\/rest\/1\/DPAPI:[0-9a-f]+\/$/m);
  assert.ok(!text.includes(portal.secret) && !text.includes(clinic.password));
  const { code, err } = await pc.run(["once"], ADMIN);
  assert.equal(code, 0, err);
  assert.equal(portal.deals.size, 1);
  assert.doesNotMatch(await pc.log(), /открытым текстом/);
});

Deno.test("a token of its own is encrypted and read, beside an address that ends before it", async () => {
  const address = portal.url.replace(`${portal.secret}/`, "");
  await using pc = await begin([], { Bitrix24: { webhook_url: address, token: portal.secret } });
  assert.match(await textOf(pc), new RegExp(`^webhook_url = ${address}$\\s^token = DPAPI:[0-9a-f]+$`, "m"));
  assert.equal((await pc.run(["once"], ADMIN)).code, 0);
  assert.equal(portal.deals.size, 1);
});

Deno.test("values for the machine are read by its other users, values for a user are not", async () => {
  for (const [flags, expected] of [[["--machine"], 0], [[], 2]] as const) {
    await using pc = await begin(flags);
    const { code, err } = await pc.run(["once"], SERVICE);
    assert.equal(code, expected, err);
    assert.equal(portal.deals.size, expected === 0 ? 1 : 0);
    if (expected === 2) {
      assert.match(
        err,
        /\[Database\] password[^]*\[Bitrix24\] webhook_url[^]*другой пользователь[^]*ident-sync encrypt/,
      );
    }
  }
});

Deno.test("a value that was cut or changed: 2, the field, the reason and the command; nothing sent, nothing shown", async () => {
  for (
    const spoil of [
      (hex: string) => hex.slice(0, -6),
      (hex: string) => hex.slice(0, 8),
      (hex: string) => hex.slice(0, -2) + (hex.endsWith("00") ? "01" : "00"),
    ]
  ) {
    await using pc = await begin();
    const text = await textOf(pc);
    const [password] = payloadsIn(text);
    await pc.configure(text.replace(password, spoil(password)));
    const before = portal.requests.length;
    const { code, out, err } = await pc.run(["once"], ADMIN);
    assert.equal(code, 2);
    assert.match(err, /\[Database\] password[^]*испорчено[^]*ident-sync encrypt/);
    assert.ok(!err.includes(password.slice(0, 8)), err);
    assert.equal(out, "");
    assert.equal(portal.requests.length, before);
  }
});

for (
  const [what, value] of [
    ["letters that are no hex", "DPAPI:01zz"],
    ["an odd number of digits", "DPAPI:012"],
    ["nothing behind DPAPI:", "DPAPI:"],
    ["a blank inside", "DPAPI:01 02"],
  ]
) {
  Deno.test(`a password with ${what}: 2, the field, its line, the reason and the command`, async () => {
    await using pc = await office.begin({ Database: { password: value } });
    const { code, err } = await pc.run(["once"], ADMIN);
    assert.equal(code, 2);
    assert.match(
      err,
      /\[Database\] password \(строка \d+\): зашифрованное значение испорчено .*впишите пароль заново и выполните ident-sync encrypt/,
    );
    assert.ok(!err.includes(`«${value}`));
  });
}

Deno.test("a webhook with a spoilt value in it is told the same way", async () => {
  await using pc = await office.begin({ Bitrix24: { webhook_url: "https://portal.bitrix24.ru/rest/1/DPAPI:012/" } });
  const { code, err } = await pc.run(["once"], ADMIN);
  assert.equal(code, 2);
  assert.match(err, /\[Bitrix24\] webhook_url .*зашифрованное значение испорчено.*ident-sync encrypt/);
});

Deno.test({
  name: "an encrypted value where there is no DPAPI: 2, the field, why, and what to write in its place",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using pc = await begin();
    const { code, err } = await pc.run(["once"]);
    assert.equal(code, 2);
    assert.match(err, /\[Database\] password зашифрован.*запущена не в Windows/);
    assert.match(err, /\[Bitrix24\] webhook_url зашифрован/);
    assert.match(err, /открытым текстом: шифрование есть только в Windows/);
  },
});

Deno.test("values in plain text work, and are warned about once in the log, without the values", async () => {
  await using pc = await office.begin({ Notifications: { smtp_password: "mail-password-1" } });
  await aReception();
  const { code, err } = await pc.run(["once"], { ...ADMIN, ...clockFrom(NOW) });
  assert.equal(code, 0);
  assert.equal(err, "");
  const log = await pc.log();
  assert.equal(linesWith(log, "открытым текстом"), 1);
  assert.match(
    log,
    / WARNING В config\.ini открытым текстом: \[Database\] password, \[Bitrix24\] webhook_url, \[Notifications\] smtp_password\./,
  );
  assert.match(log, /ident-sync encrypt/);
  assert.doesNotMatch(log, /mail-password-1/);
});

Deno.test("a password with a comment after it does not work, and the log says what may be wrong, without the value", async () => {
  await using pc = await office.begin({ Database: { password: `${clinic.password}   # пароль базы` } });
  await aReception();
  const { code } = await pc.run(["once"], ADMIN);
  assert.equal(code, 3);
  const log = await pc.log();
  assert.match(log, / WARNING После пробела стоит «#» или «;»: \[Database\] password\.[^]*на отдельную строку/);
  assert.ok(!log.includes(clinic.password) && !log.includes("пароль базы"));
});

Deno.test("where encryption does not exist, the warning says so", async () => {
  await using pc = await office.begin();
  await aReception();
  assert.equal((await pc.run(["once"], { canEncrypt: false })).code, 0);
  assert.match(await pc.log(), /Зашифровать их можно только в Windows/);
});

Deno.test("a person at a terminal sees the warnings once, however many cycles follow", async () => {
  await using pc = await office.begin();
  await aReception();
  if (Deno.build.os !== "windows") await Deno.chmod(pc.path("config.ini"), 0o644);
  const shown: string[] = [];
  const stop = new AbortController();
  let cycles = 0;
  const { code } = await pc.run(["run"], {
    ...ADMIN,
    ...TERMINAL(shown),
    stop: stop.signal,
    sleep: () => {
      if (++cycles === 3) stop.abort();
      return Promise.resolve();
    },
  });
  assert.equal(code, 130);
  const log = await pc.log();
  for (const text of [shown.join(""), log]) {
    assert.equal(linesWith(text, "открытым текстом"), 1);
    assert.equal(linesWith(text, "могут читать посторонние"), Deno.build.os === "windows" ? 0 : 1);
  }
});

Deno.test({
  name: "who else may read config.ini is told at the start, and nothing is where nobody may",
  ignore: Deno.build.os === "windows",
  async fn() {
    for (const [mode, expected] of [[0o640, 1], [0o600, 0]]) {
      await using pc = await begin();
      await Deno.chmod(pc.path("config.ini"), mode);
      const { code, err } = await pc.run(["once"], { ...ADMIN, ...clockFrom(NOW) });
      assert.deepEqual([code, err], [0, ""]);
      const log = await pc.log();
      assert.equal(linesWith(log, "могут читать посторонние"), expected);
      assert.equal(log.includes(`chmod 600 "${pc.path("config.ini")}"`), expected === 1);
    }
  },
});

for (
  const args of [["once"], ["once", "--dry-run"], ["run"], ["encrypt"], ["encrypt", "--check"], [
    "encrypt",
    "--restrict",
  ]]
) {
  Deno.test(`without config.ini, ${args.join(" ")} ends with 2, names init, and makes nothing but a log`, async () => {
    await using pc = await office.begin();
    await Deno.remove(pc.path("config.ini"));
    const { code, err } = await pc.run(args, ADMIN);
    assert.equal(code, 2);
    assert.match(err, /Файл настроек не найден: .*config\.ini\.\n.*ident-sync init/);
    const made = [...Deno.readDirSync(pc.folder)].map(({ name }) => name);
    assert.deepEqual(made, args[0] === "encrypt" ? [] : ["logs"]);
  });
}

Deno.test("a password that is indented by mistake, and so goes on from the line above, is not shown", async () => {
  for (const key of ["username", "port", "database", "server"]) {
    await using pc = await office.begin();
    const lines = (await textOf(pc)).split("\n").filter((line) => !line.startsWith("password"));
    const at = lines.findIndex((line) => line.startsWith(`${key} =`));
    await pc.configure(lines.toSpliced(at + 1, 0, `  password = ${clinic.password}`).join("\n"));
    const { code, err } = await pc.run(["once"], ADMIN);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`\\[Database\\] ${key} \\(строка`));
    assert.ok(!err.includes(clinic.password), err);
  }
});
