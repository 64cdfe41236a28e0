import assert from "node:assert/strict";
import { configFrom } from "../../src/config/from_document.ts";
import { IniDocument } from "../../src/config/ini.ts";
import type { World } from "../../src/world.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";
import { dpapiOf, opened, payloadsIn } from "./made_up_dpapi.ts";

const ADMIN = dpapiOf("CLINIC\\admin");
const PLAIN = ["p;a#s%s=w:o\"r'd ё", "webhookc0de", "mail pass\\word"] as const;
const [PASSWORD, CODE, MAIL] = PLAIN;

const TEXT = `\uFEFF; База
[Database]
Server : CLINIC-PC
database=IdentDB
username = ident
# пароль
PASSWORD =   ${PASSWORD}\t
чужой_ключ = ${"x=%(y)s"}

[ BITRIX ]
webhook_url = https://portal.bitrix24.ru/rest/1/${CODE}/crm.deal.list/
token =

[Notifications]
smtp_password: ${MAIL}
`.replaceAll("\n", "\r\n");

const bytesOf = (pc: Workplace) => Deno.readFile(pc.path("config.ini"));
const textOf = async (pc: Workplace) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(pc));
const namesIn = (pc: Workplace) => [...Deno.readDirSync(pc.folder)].map(({ name }) => name).sort();

async function workplace(text = TEXT): Promise<Workplace> {
  const pc = await makeWorkplace();
  await pc.configure(text);
  return pc;
}

const encrypt = (pc: Workplace, flags: readonly string[] = [], world: Partial<World> = ADMIN) =>
  pc.run(["encrypt", ...flags], world);

Deno.test("encrypt puts DPAPI values in the places of the secrets and leaves every other byte", async () => {
  await using pc = await workplace();
  const { code, out, err } = await encrypt(pc);
  assert.equal(code, 0, err);
  const text = await textOf(pc);
  assert.equal(payloadsIn(text).length, 3);
  for (const secret of PLAIN) assert.ok(!text.includes(secret));
  assert.equal(opened(text, ADMIN), TEXT);
  assert.match(text, /^webhook_url = https:\/\/portal\.bitrix24\.ru\/rest\/1\/DPAPI:[0-9a-f]+\/crm\.deal\.list\/\r$/m);
  assert.equal(err, "");
  assert.equal(
    out,
    "[Database] password: зашифровано\n[ BITRIX ] webhook_url: зашифровано\n[ BITRIX ] token: не заполнено\n" +
      "[Notifications] smtp_password: зашифровано\n",
  );
});

Deno.test("a second encrypt says that all is encrypted, and does not touch the file", async () => {
  await using pc = await workplace();
  await encrypt(pc);
  const [before, written] = [await bytesOf(pc), (await Deno.stat(pc.path("config.ini"))).ino];
  const { code, out } = await encrypt(pc);
  assert.equal(code, 0);
  assert.match(out, /^\[Database\] password: уже зашифровано$/m);
  assert.deepEqual(await bytesOf(pc), before);
  assert.equal((await Deno.stat(pc.path("config.ini"))).ino, written);
});

Deno.test("only what is new is encrypted; what is encrypted stays as it is", async () => {
  await using pc = await workplace();
  await encrypt(pc);
  const once = await textOf(pc);
  await pc.configure(once.replace(/PASSWORD = .*/, "PASSWORD = another-password"));
  assert.equal((await encrypt(pc)).code, 0);
  const payloads = payloadsIn(await textOf(pc));
  assert.deepEqual(payloads.slice(1), payloadsIn(once).slice(1));
  assert.equal(ADMIN.decrypt(payloads[0], ""), "another-password");
});

Deno.test("a password that looks as if a comment stood after it is encrypted whole, and the person is asked to look", async () => {
  await using pc = await workplace("[Database]\npassword = secret-word   # пароль\n");
  const { code, err } = await encrypt(pc);
  assert.equal(code, 0);
  assert.match(err, /«#» или «;»: \[Database\] password\./);
  assert.ok(!err.includes("secret-word"));
  assert.equal(ADMIN.decrypt(payloadsIn(await textOf(pc))[0], ""), "secret-word   # пароль");
});

Deno.test("--machine asks for the machine's scope, and nothing else does", async () => {
  const scopes: string[] = [];
  const world = {
    ...ADMIN,
    encrypt: (text: string, scope: "user" | "machine") => (scopes.push(scope), text.length + "ab"),
  };
  for (const flags of [[], ["--machine"]]) {
    await using pc = await workplace("[Database]\npassword = 0123456789\n");
    assert.equal((await encrypt(pc, flags, world)).code, 0);
  }
  assert.deepEqual(scopes, ["user", "machine"]);
});

Deno.test("--check tells the state of each secret, changes nothing, and ends with 1 only where one is in plain text", async () => {
  await using pc = await workplace();
  const before = await bytesOf(pc);
  const plain = await encrypt(pc, ["--check"]);
  assert.equal(plain.code, 1);
  assert.match(plain.out, /^\[Database\] password: открытым текстом$/m);
  assert.match(plain.out, /^\[ BITRIX \] token: не заполнено$/m);
  assert.deepEqual(await bytesOf(pc), before);
  await encrypt(pc);
  const encrypted = await encrypt(pc, ["--check"]);
  assert.equal(encrypted.code, 0);
  assert.match(encrypted.out, /^\[ BITRIX \] webhook_url: зашифровано$/m);
  for (const run of [plain, encrypted]) for (const secret of PLAIN) assert.ok(!(run.out + run.err).includes(secret));
});

for (
  const [address, mend] of [
    ["https://portal.bitrix24.ru/rest/abcdef123456/", /нужен адрес вида https:/],
    ["abcdef123456", /нужен адрес вида https:/],
    ["https://portal.bitrix24.ru/abcdef123456/", /нужен адрес вида https:/],
    ['"https://portal.bitrix24.ru/rest/1/abcdef123456"', /нужен адрес вида https:/],
    ["https://portal.bitrix24.ru/rest/1/abcdef123456 # вебхук", /комментарий писать нельзя/],
    ["https://portal.bitrix24.ru/rest/1/abcdef123456 ; вебхук", /комментарий писать нельзя/],
  ] as const
) {
  Deno.test(`in the address ${address} the code is not found: told as open to see, with what to mend`, async () => {
    const text = `[Database]\npassword = secret-word\n[Bitrix24]\nwebhook_url = ${address}\n`;
    await using pc = await workplace(text);
    const checked = await encrypt(pc, ["--check"]);
    assert.equal(checked.code, 1);
    const { code, out, err } = await encrypt(pc);
    assert.equal(code, 1);
    assert.match(err, /Не зашифровано: \[Bitrix24\] webhook_url\.\nИсправьте адрес/);
    for (const told of [checked.out, out]) {
      assert.match(told, /^\[Bitrix24\] webhook_url: адрес не разобран, код в нём виден; /m);
      assert.match(told, mend);
      assert.ok(!(told + err).includes("abcdef123456"));
    }
    const after = await textOf(pc);
    assert.ok(after.includes(`webhook_url = ${address}`) && !after.includes("secret-word"));
    assert.equal((await encrypt(pc, ["--check"])).code, 1, "the password alone is not enough");
  });
}

Deno.test("a sample that was left in its place is told as such and stays", async () => {
  const text = "[Database]\npassword = ВАШ_ПАРОЛЬ_НЕЗАШИФРОВАННЫЙ\n" +
    "[Bitrix24]\nwebhook_url = https://ваш-домен.bitrix24.ru/rest/1/ВАШ_ТОКЕН\ntoken = ВАШ_ТОКЕН\n";
  await using pc = await workplace(text);
  for (const flags of [["--check"], []]) {
    const { code, out } = await encrypt(pc, flags);
    assert.equal(code, 0);
    assert.equal(out.match(/: оставлен образец, не шифруется$/gm)?.length, 3, out);
    assert.equal(await textOf(pc), text);
  }
});

Deno.test("an address that ends before its code is not filled in, and hides nothing", async () => {
  for (const address of ["https://portal.bitrix24.ru/rest/1/", "https://portal.bitrix24.ru/rest/1", ""]) {
    await using pc = await workplace(`[Bitrix24]\nwebhook_url = ${address}\n`);
    const { code, out } = await encrypt(pc, ["--check"]);
    assert.deepEqual([code, out], [0, "[Bitrix24] webhook_url: не заполнено\n"]);
  }
});

Deno.test("there is no --decrypt", async () => {
  await using pc = await workplace();
  await encrypt(pc);
  const before = await bytesOf(pc);
  const { code, out, err } = await encrypt(pc, ["--decrypt"]);
  assert.equal(code, 2);
  assert.match(err, /Неизвестный ключ «-*decrypt»/);
  for (const secret of PLAIN) assert.ok(!(out + err).includes(secret));
  assert.deepEqual(await bytesOf(pc), before);
});

Deno.test("a secret in [DEFAULT], which counts for every section, is seen and encrypted", async () => {
  await using pc = await workplace("[DEFAULT]\npassword = hidden-in-default\n[Database]\nserver = PC\n");
  assert.equal((await encrypt(pc, ["--check"])).code, 1);
  assert.equal((await encrypt(pc)).code, 0);
  assert.ok(!(await textOf(pc)).includes("hidden-in-default"));
});

for (
  const [what, text] of [
    ["a password", "[Database]\npassword = first\n  username = sa\n"],
    ["a webhook's address", "[Bitrix24]\nwebhook_url = https://portal.bitrix24.ru/rest/1/c0de/\n  token = another\n"],
    ["a webhook's code", "[Bitrix24]\nwebhook_url = https://portal.bitrix24.ru/rest/1/c0de\n  token = another\n"],
  ]
) {
  Deno.test(`${what} that goes on in the next line is told, not encrypted with what stands there`, async () => {
    await using pc = await workplace(text);
    const { code, err } = await encrypt(pc);
    assert.equal(code, 2, err);
    assert.match(err, /несколько строк: \[(Database|Bitrix24)\] (password|webhook_url)/);
    assert.equal(await textOf(pc), text);
    assert.equal((await encrypt(pc, ["--check"])).code, 1);
  });
}

Deno.test("a value that begins with DPAPI: and is none is told as spoilt", async () => {
  await using pc = await workplace("[Database]\npassword = DPAPI:01zz\n");
  for (const flags of [[], ["--check"]]) {
    assert.match((await encrypt(pc, flags)).out, /^\[Database\] password: испорчено/m);
  }
});

Deno.test("a file that configparser would refuse is told and left as it is", async () => {
  for (const bad of ["[Database]\n", "PASSWORD = again\n", "no delimiter\n"]) {
    await using pc = await workplace(TEXT + "[Database]\npassword = second\n" + bad);
    const before = await bytesOf(pc);
    for (const flags of [[], ["--check"], ["--restrict"]]) {
      const { code, out, err } = await encrypt(pc, flags);
      assert.equal(code, 2);
      assert.match(err, /раздел \[Database\] уже есть выше \(строка 2\)/);
      assert.equal(out, "");
      for (const secret of [...PLAIN, "second"]) assert.ok(!err.includes(secret));
    }
    assert.deepEqual(await bytesOf(pc), before);
  }
});

Deno.test("where Windows fails on one value, nothing is written at all", async () => {
  await using pc = await workplace();
  const before = await bytesOf(pc);
  let calls = 0;
  const { code } = await encrypt(pc, [], {
    ...ADMIN,
    encrypt(text, scope) {
      if (++calls === 3) throw new Error("no more");
      return ADMIN.encrypt(text, scope);
    },
  });
  assert.notEqual(code, 0);
  assert.deepEqual(await bytesOf(pc), before);
  assert.deepEqual(namesIn(pc), ["config.ini"]);
});

Deno.test("what was encrypted reads as the same configuration", async () => {
  const full = TEXT.replace("token =", `token = ${CODE}`);
  await using pc = await workplace(full);
  assert.equal((await encrypt(pc)).code, 0);
  const source = { path: pc.path("config.ini"), decrypt: ADMIN.decrypt, localTimeZone: "Europe/Moscow" };
  const [before, after] = [full, await textOf(pc)].map((text) => configFrom(IniDocument.parse(text), source));
  assert.deepEqual(after, before);
  assert.equal(after.database.password.reveal(), PASSWORD);
  assert.equal(after.portal.webhook.reveal(), before.portal.webhook.reveal());
  assert.equal(after.notifications.smtpPassword.reveal(), MAIL);
});

Deno.test({
  name: "on Linux and macOS encrypt says that encryption is Windows' own, ends with 2, and leaves the file",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using pc = await workplace();
    const before = await bytesOf(pc);
    const { code, out, err } = await pc.run(["encrypt"]);
    assert.equal(code, 2);
    assert.match(err, /шифрование \(DPAPI\) есть только в Windows/);
    assert.equal(out, "");
    assert.deepEqual(await bytesOf(pc), before);
    assert.equal((await pc.run(["encrypt", "--check"])).code, 1);
  },
});

Deno.test({
  name: "where nothing can be encrypted --restrict still leaves the file to its owner, and says what it did not do",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using pc = await workplace();
    await Deno.chmod(pc.path("config.ini"), 0o644);
    const before = await bytesOf(pc);
    const { code, out, err } = await pc.run(["encrypt", "--restrict"]);
    assert.equal(code, 0, err);
    assert.equal((await Deno.stat(pc.path("config.ini"))).mode! & 0o777, 0o600);
    assert.match(
      out,
      /^Права на .* ограничены\.\nЗначения остались открытым текстом: шифрование .* только в Windows\.\n$/,
    );
    assert.equal(err, "");
    assert.deepEqual(await bytesOf(pc), before);
  },
});
