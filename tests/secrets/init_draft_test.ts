/** What `init` has proved is kept until it is done, and never openly. */
import assert from "node:assert/strict";
import { IniDocument } from "../../src/config/ini.ts";
import { openOffice } from "../stand/office.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";
import { init } from "./init_person.ts";
import { dpapiOf } from "./made_up_dpapi.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const ADMIN = dpapiOf("CLINIC\\admin");
const SERVER = `${clinic.host},${clinic.port}`;
const LOGIN = [SERVER, clinic.database, clinic.username, clinic.password];

const namesIn = (pc: Workplace) => [...Deno.readDirSync(pc.folder)].map(({ name }) => name).sort();
const draftOf = (pc: Workplace) => Deno.readTextFile(pc.path("config.ini.draft"));
const settings = async (pc: Workplace) => {
  const document = IniDocument.parse(await Deno.readTextFile(pc.path("config.ini")));
  return ["server", "port", "database", "username", "password"].map((key) => document.get("Database", key));
};
const ANSWERED = [SERVER, "1433", clinic.database, clinic.username, clinic.password];

/** A PC on which somebody was asked until the database was reached, and pressed Ctrl+C then. */
async function brokenOff(system: Parameters<typeof init>[2] = {}): Promise<Workplace> {
  const pc = await makeWorkplace();
  const { code, err } = await init(pc, LOGIN, system);
  assert.equal(code, 130);
  assert.match(err, /^Ввод прерван, файл .*config\.ini не создан\.\nПроверенные ответы сохранены/);
  assert.match(err, /\nПродолжить: ident-sync init; записать файл без вопросов: ident-sync init --yes\n$/);
  assert.deepEqual(namesIn(pc), ["config.ini.draft"]);
  return pc;
}

Deno.test("where secrets can be encrypted, the next init needs no more than the webhook", async () => {
  await using pc = await brokenOff(ADMIN);
  const draft = await draftOf(pc);
  assert.ok(!draft.includes(clinic.password));
  assert.match(draft, /^password = DPAPI:[0-9a-f]+$/m);
  const { code, asked, out, err } = await init(pc, ["", portal.url, "н"], ADMIN);
  assert.equal(code, 0, err);
  const [offer, webhook, encrypting] = asked.map(({ question }) => question);
  assert.ok(
    offer.startsWith(
      `Есть ответы прошлого раза: сервер ${SERVER}, база ${clinic.database}, логин ${clinic.username}. Продолжить`,
    ),
  );
  assert.match(webhook, /вебхук/);
  assert.match(encrypting, /Зашифровать/);
  assert.match(out, /^Подключаюсь к SQL Server .*\nБаза IDENT: подключение есть\./);
  assert.deepEqual(await settings(pc), ANSWERED);
  assert.deepEqual(namesIn(pc), ["config.ini"]);
});

Deno.test("where they cannot, the draft has none, and Enter keeps everything but the password", async () => {
  await using pc = await brokenOff();
  assert.match(await draftOf(pc), /^password = ?$/m);
  assert.ok(!(await draftOf(pc)).includes(clinic.password));
  const { code, asked, err } = await init(pc, ["д", "", "", "", clinic.password, portal.url]);
  assert.equal(code, 0, err);
  assert.ok(asked[1].question.endsWith(` [${SERVER}]:`));
  assert.match(asked[4].question, /^Пароль \(при вводе не виден\):$/);
  assert.deepEqual(await settings(pc), ANSWERED);
  assert.deepEqual(namesIn(pc), ["config.ini"]);
});

Deno.test("what was let be is not kept, only what was proved", async () => {
  await using pc = await makeWorkplace();
  const { code, err } = await init(pc, ["bad server!", "any", "any", "any", "н"], ADMIN);
  assert.equal(code, 130);
  assert.match(err, /не создан\.\nНачать заново: ident-sync init;/);
  assert.deepEqual(namesIn(pc), []);
});

Deno.test("a draft that is not wanted is gone at once, and everything is asked for", async () => {
  await using pc = await brokenOff(ADMIN);
  const { code, asked } = await init(pc, ["н", SERVER], ADMIN);
  assert.equal(code, 130);
  assert.match(asked[1].question, /^Сервер.*\):$/);
  assert.deepEqual(namesIn(pc), []);
});

Deno.test("Ctrl+C while a draft is taken up keeps it", async () => {
  await using pc = await brokenOff(ADMIN);
  const draft = await draftOf(pc);
  const { err } = await init(pc, [], ADMIN);
  assert.match(err, /Проверенные ответы сохранены, пароли в них зашифрованы\./);
  assert.equal(await draftOf(pc), draft);
});

Deno.test("answers that work no longer are told, and asked for again with Enter to keep each", async () => {
  await using pc = await brokenOff(ADMIN);
  await Deno.writeTextFile(
    pc.path("config.ini.draft"),
    (await draftOf(pc)).replace(/^database = .*$/m, "database = NoSuchBase"),
  );
  const { code, err, asked } = await init(pc, ["", "", "", clinic.database, "", "", portal.url, "н"], ADMIN);
  assert.equal(code, 0, err);
  assert.match(err, /нет базы «NoSuchBase»/);
  assert.match(asked[1].question, /заново/);
  assert.match(asked[5].question, /Пароль.*Enter — оставить прежний/);
  assert.deepEqual(await settings(pc), ANSWERED);
});

Deno.test("a password that another user of Windows encrypted is asked for again, and nothing else is lost", async () => {
  await using pc = await brokenOff(ADMIN);
  const other = dpapiOf("CLINIC\\other");
  const { code, err } = await init(pc, ["", "", "", "", clinic.password, portal.url, "н"], other);
  assert.equal(code, 0, err);
  assert.deepEqual(await settings(pc), ANSWERED);
});

Deno.test("Windows that cannot encrypt just now leaves the password out", async () => {
  await using pc = await brokenOff({
    ...ADMIN,
    encrypt: (_plain, scope) => ADMIN.decrypt("", `the profile of ${scope} is not loaded`),
  });
  assert.match(await draftOf(pc), /^password = ?$/m);
});

Deno.test("a draft that is broken, empty or another's is no reason to fail", async () => {
  const broken = [
    "",
    "\u0000\u0000",
    "[Database",
    "[Other]\na = b\n",
    "[Database]\n",
    "[Database]\nserver =\n  a\n  b\nport = 1\npassword = open\n",
    "[Database]\nserver = a\nport = b\ndatabase = c\nusername = d\npassword = DPAPI:zz\n",
    "[Bitrix24]\nwebhook_url = DPAPI:00\n",
  ];
  for (const text of broken) {
    await using pc = await makeWorkplace();
    await Deno.writeTextFile(pc.path("config.ini.draft"), text);
    const offered = text.includes("username = d") ? [""] : [];
    const { code, err, asked } = await init(pc, [...offered, ...LOGIN, portal.url, "н"], ADMIN);
    assert.equal(code, 0, JSON.stringify(text) + err);
    assert.equal(asked.length, offered.length + 6, JSON.stringify(text));
    assert.deepEqual(await settings(pc), ANSWERED);
    assert.deepEqual(namesIn(pc), ["config.ini"]);
  }
});

Deno.test("a draft that cannot be written is done without, and nothing half is left", async () => {
  await using pc = await makeWorkplace();
  await Deno.mkdir(pc.path("config.ini.draft.tmp/in the way"), { recursive: true });
  const { code, err } = await init(pc, LOGIN, ADMIN);
  assert.equal(code, 130);
  assert.match(err, /не создан\.\nНачать заново/);
  assert.deepEqual(namesIn(pc), ["config.ini.draft.tmp"]);
});

Deno.test("--yes is done with it as well", async () => {
  await using pc = await brokenOff(ADMIN);
  assert.equal((await pc.run(["init", "--yes"])).code, 0);
  assert.deepEqual(namesIn(pc), ["config.ini"]);
});

Deno.test({
  name: "a draft is its owner's only, as config.ini is",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using pc = await brokenOff();
    assert.equal((await Deno.stat(pc.path("config.ini.draft"))).mode! & 0o777, 0o600);
  },
});
