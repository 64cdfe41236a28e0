import assert from "node:assert/strict";
import { EOL } from "node:os";
import { renderConfig } from "../../src/config/example.ts";
import { IniDocument } from "../../src/config/ini.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";
import { init, person } from "./init_person.ts";
import { dpapiOf } from "./made_up_dpapi.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const ADMIN = dpapiOf("CLINIC\\admin");
const EXAMPLE = renderConfig().replaceAll("\n", EOL);
const SERVER = `${clinic.host},${clinic.port}`;
const LOGIN = [SERVER, clinic.database, clinic.username, clinic.password];
const ALL = [...LOGIN, portal.url];

async function begin(): Promise<Workplace> {
  await clinic.clear();
  portal.clear();
  return await makeWorkplace();
}

const textOf = (pc: Workplace) => Deno.readTextFile(pc.path("config.ini"));
const namesIn = (pc: Workplace) => [...Deno.readDirSync(pc.folder)].map(({ name }) => name).sort();
const SUBJECTS = [/Сервер/, /База/, /Логин/, /Пароль/, /вебхук/];

Deno.test("init asks for server, database, login, password and webhook, the password hidden, and once accepts the file", async () => {
  await using pc = await begin();
  const { code, out, err, asked } = await init(pc, ALL);
  assert.equal(code, 0, err);
  assert.equal(asked.length, 5);
  asked.forEach(({ question, hidden }, index) => {
    assert.match(question, SUBJECTS[index]);
    assert.equal(hidden, index === 3, question);
  });
  const begun = `Подключаюсь к SQL Server ${SERVER}…\nБаза IDENT: подключение есть.\n` +
    `Подключаюсь к порталу ${new URL(portal.url).host}…\nБитрикс24: подключение есть.\nСоздан файл `;
  assert.ok(out.startsWith(begun), out);
  assert.match(out, /ident-sync once --dry-run/);
  assert.equal(err, "");
  assert.deepEqual(namesIn(pc), ["config.ini"]);
  for (const secret of [clinic.password, portal.secret]) assert.ok(!out.includes(secret));
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(pc.path("config.ini"))).mode! & 0o777, 0o600);

  const day = new ClinicDay();
  day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  const once = await pc.run(["once"]);
  assert.equal(once.code, 0, once.err);
  assert.equal(portal.deals.size, 1);
});

Deno.test("what was answered differs from the example in the five answers only", async () => {
  await using pc = await begin();
  assert.equal((await init(pc, ALL)).code, 0);
  const [lines, example] = [(await textOf(pc)).split(EOL), EXAMPLE.split(EOL)];
  const changed = lines.filter((line, index) => line !== example[index]);
  assert.equal(lines.length, example.length);
  assert.deepEqual(changed.map((line) => line.trimEnd()), [
    `server = ${SERVER}`,
    `database = ${clinic.database}`,
    `username = ${clinic.username}`,
    `password = ${clinic.password}`,
    `webhook_url = ${portal.url}`,
  ]);
});

Deno.test("at the end it offers to encrypt: an empty answer or «д» does it, «н» leaves the values as they are", async () => {
  for (const [answer, encrypted] of [["", 2], ["Да", 2], ["н", 0]] as const) {
    await using pc = await begin();
    const { code, out, asked } = await init(pc, [...ALL, answer], ADMIN);
    assert.equal(code, 0);
    assert.match(asked[5].question, /Зашифровать/);
    const text = await textOf(pc);
    assert.equal(text.match(/^[a-z_]+ = .*DPAPI:[0-9a-f]+/gm)?.length ?? 0, encrypted);
    assert.equal(text.includes(clinic.password), encrypted === 0);
    assert.equal(out.includes("[Database] password: зашифровано"), encrypted > 0);
    assert.equal((await pc.run(["once"], ADMIN)).code, 0);
  }
});

Deno.test("a wrong password is told at once, and the database is asked for again", async () => {
  await using pc = await begin();
  const wrong = [SERVER, clinic.database, clinic.username, "wrong-password-1"];
  const { code, err, asked } = await init(pc, [...wrong, "", ...ALL]);
  assert.equal(code, 0, err);
  assert.match(err, /не принял логин или пароль/);
  assert.doesNotMatch(err, /config\.ini/, "it is not there yet");
  assert.match(asked[4].question, /заново/);
  assert.equal(asked.length, 10);
  const text = await textOf(pc);
  assert.ok(!(text + err).includes("wrong-password-1"));
  assert.ok(text.includes(clinic.password));
});

Deno.test("a wrong webhook is told at once, and only the webhook is asked for again", async () => {
  await using pc = await begin();
  const wrong = portal.url.replace(portal.secret, "wrong00000000000");
  const { code, err, asked } = await init(pc, [
    ...LOGIN,
    wrong,
    "да",
    "https://portal.example.invalid/rest/1/abc.def-1/",
    "y",
    portal.url,
  ]);
  assert.equal(code, 0, err);
  assert.match(err, /не принял вебхук \(код 401/);
  assert.match(err, /^В ответах есть ошибки:\n {2}\[Bitrix24\] webhook_url: код вебхука состоит/m);
  assert.equal(asked.filter(({ question }) => /вебхук/.test(question)).length, 3);
  assert.equal(asked.filter(({ question }) => /База/.test(question)).length, 1);
  assert.doesNotMatch(err, /wrong0000|abc\.def/);
  assert.equal(IniDocument.parse(await textOf(pc)).get("Bitrix24", "webhook_url"), portal.url);
});

Deno.test("what is left empty is named, and no file is spoken of that is not there yet", async () => {
  await using pc = await begin();
  const { code, err } = await init(pc, ["", "", "", "", "", ...ALL]);
  assert.equal(code, 0);
  for (const key of ["server", "database", "username", "password"]) {
    assert.match(err, new RegExp(`\\[Database\\] ${key}: .*не заполнено`));
  }
  assert.doesNotMatch(err, /Исправьте файл|строка \d|config\.ini/);
});

Deno.test("when it is asked again, Enter keeps the former answer; the password's text is not shown", async () => {
  await using pc = await begin();
  const [server, database, username, password] = LOGIN;
  const wrong = portal.url.replace(portal.secret, "wrong00000000000");
  const { code, err, out, asked } = await init(pc, [
    server,
    "NoSuchBase",
    username,
    password,
    "",
    "",
    database,
    "",
    "",
    wrong,
    "",
    "",
    "",
    portal.url,
  ]);
  assert.equal(code, 0, err);
  const questions = asked.map(({ question }) => question);
  assert.ok(questions[5].endsWith(` [${server}]:`), questions[5]);
  assert.ok(questions[6].endsWith(" [NoSuchBase]:"));
  assert.match(questions[8], /Пароль.*Enter — оставить прежний/);
  assert.match(questions[11], /вебхука.*Enter — оставить прежний/);
  assert.doesNotMatch(questions.join("\n") + out + err, new RegExp(`${password}|wrong0000`));
  assert.equal((await pc.run(["encrypt", "--check"])).out.match(/открытым текстом/g)?.length, 2);
  assert.equal(IniDocument.parse(await textOf(pc)).get("Database", "password"), password);
});

Deno.test("who goes on with «н» is told at the end what is not filled in and what is not reached", async () => {
  await using pc = await begin();
  const { out } = await init(pc, ["no-such-host.invalid", "IdentDB", "reader", "", "н", "", "н"]);
  assert.match(out, /^В файле не заполнено: \[Database\] password, \[Bitrix24\] webhook_url\.$/m);
  assert.match(out, /^Подключения ещё нет: база IDENT, Битрикс24\./m);
  await using other = await begin();
  const all = await init(other, ALL);
  assert.doesNotMatch(all.out, /не заполнено|Подключения ещё нет/);
});

Deno.test("Ctrl+C while a connection is tried ends the questions at once, and leaves nothing", async () => {
  await using pc = await begin();
  // Whoever connects here is never answered.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const { ask } = person([`127.0.0.1,${silent.addr.port}`, ...LOGIN.slice(1)]);
  const run = pc.run(["init"], { stop: stop.signal, ask });
  using _connection = await silent.accept();
  const pressed = performance.now();
  stop.abort();
  const { code, err } = await run;
  assert.equal(code, 130);
  // The connection would be waited for as long as this.
  assert.ok(performance.now() - pressed < 10_000);
  assert.match(err, /^Ввод прерван, файл .* не создан/);
  assert.deepEqual(namesIn(pc), []);
});

Deno.test("Ctrl+C at the question about encrypting leaves the file as it is, and says that it is not encrypted", async () => {
  await using pc = await begin();
  const { code, err } = await init(pc, ALL, ADMIN);
  assert.equal(code, 130);
  assert.match(err, /^Ввод прерван: файл создан, .*открытым текстом\.\n.*ident-sync encrypt\n$/);
  assert.ok((await textOf(pc)).includes(clinic.password));
});

Deno.test("who does not want to enter it again goes on, and the file holds what was answered", async () => {
  await using pc = await begin();
  const { code, err } = await init(pc, ["no-such-host.invalid\\SQL", "IdentDB", "reader", "later", "нет", portal.url]);
  assert.equal(code, 0);
  assert.match(err, /no-such-host\.invalid/);
  const document = IniDocument.parse(await textOf(pc));
  assert.equal(document.get("Database", "server"), "no-such-host.invalid\\SQL");
  // Beside an instance the usual port says nothing.
  assert.equal(document.get("Database", "port"), "1433");
  assert.equal(document.get("Bitrix24", "webhook_url"), portal.url);
});

Deno.test("after the database was given up the webhook is tried by itself", async () => {
  for (const database of [["", "", "", ""], ["bad server!", "IdentDB", "reader", "later"]]) {
    await using pc = await begin();
    const { code, out, err } = await init(pc, [...database, "н", portal.url]);
    assert.equal(code, 0);
    assert.match(out, /Битрикс24: подключение есть\./);
    assert.equal(err.match(/\[Database\] server/g)?.length, 1, err);
    assert.equal(IniDocument.parse(await textOf(pc)).get("Database", "server"), database[0]);
  }
});

for (let answered = 0; answered < LOGIN.length; answered++) {
  Deno.test(`input that ends after ${answered} answers (Ctrl+C, Ctrl+D) leaves nothing, and says so`, async () => {
    await using pc = await begin();
    const { code, err, asked } = await init(pc, ALL.slice(0, answered));
    assert.equal(code, 130);
    assert.equal(asked.length, answered + 1);
    assert.match(err, /Ввод прерван, файл .*config\.ini не создан\.\n.*ident-sync init --yes/);
    assert.deepEqual(namesIn(pc), []);
  });
}

Deno.test("input that ends at a question about a failure leaves nothing as well", async () => {
  await using pc = await begin();
  assert.equal((await init(pc, [...LOGIN.slice(0, 3), "wrong-password-1"])).code, 130);
  assert.deepEqual(namesIn(pc), []);
});

Deno.test("a file that appears while the questions are answered is not written over", async () => {
  await using pc = await begin();
  const { ask } = person(ALL);
  const { code, err } = await pc.run(["init"], {
    async ask(question, options) {
      await Deno.writeTextFile(pc.path("config.ini"), "another's");
      return await ask!(question, options);
    },
  });
  assert.equal(code, 2);
  assert.match(err, /config\.ini уже есть, он не изменён/);
  assert.equal(await textOf(pc), "another's");
});
