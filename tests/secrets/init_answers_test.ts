/** Answers as people give them to `init`, and sides that give none. */
import assert from "node:assert/strict";
import { sleep } from "../../src/cli/sleep.ts";
import { IniDocument } from "../../src/config/ini.ts";
import type { World } from "../../src/world.ts";
import { openOffice } from "../stand/office.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";
import { init, LIMIT_MS } from "./init_person.ts";
import { dpapiOf } from "./made_up_dpapi.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

const ADMIN = dpapiOf("CLINIC\\admin");
const SERVER = `${clinic.host},${clinic.port}`;
const LOGIN = [SERVER, clinic.database, clinic.username, clinic.password];
const WRONG = portal.url.replace(portal.secret, "wrong00000000000");

async function valueOf(pc: Workplace, section: string, key: string): Promise<string | undefined> {
  return IniDocument.parse(await Deno.readTextFile(pc.path("config.ini"))).get(section, key);
}

Deno.test("an answer that is neither yes nor no is asked again, never taken for a no", async () => {
  await using pc = await makeWorkplace();
  const { code, err, out, asked } = await init(
    pc,
    [...LOGIN, WRONG, "ok", "lf", "д", portal.url, "ага", "да"],
    ADMIN,
  );
  assert.equal(code, 0, err);
  assert.equal(asked.filter(({ question }) => /заново/.test(question)).length, 3);
  assert.equal(asked.filter(({ question }) => /Зашифровать/.test(question)).length, 2);
  assert.equal(out.match(/^Ответьте «да» или «нет»\.$/gm)?.length, 3);
  assert.match(await valueOf(pc, "Bitrix24", "webhook_url") ?? "", /DPAPI:/);
});

Deno.test("a webhook that is pasted at the question whether to enter it again is taken", async () => {
  for (const pasted of [portal.url, ` «${portal.url}profile.json» `]) {
    await using pc = await makeWorkplace();
    const { code, err, out, asked } = await init(pc, [...LOGIN, WRONG, pasted]);
    assert.equal(code, 0, err);
    assert.equal(asked.length, 6);
    assert.ok(!out.includes(portal.secret));
    assert.equal(await valueOf(pc, "Bitrix24", "webhook_url"), portal.url);
  }
});

Deno.test("one that is pasted there and does not work either is told, and may be followed by another", async () => {
  await using pc = await makeWorkplace();
  const { code, err } = await init(pc, [...LOGIN, WRONG, WRONG, portal.url]);
  assert.equal(code, 0, err);
  assert.equal(err.match(/не принял вебхук/g)?.length, 2);
});

Deno.test("a webhook is no answer to questions about anything else, and is shown nowhere", async () => {
  await using pc = await makeWorkplace();
  const { code, out, err } = await init(pc, [portal.url, "a", "b", "c", portal.url, "да", ...LOGIN, portal.url]);
  assert.equal(code, 0, err);
  assert.match(err, /\[Database\] server/);
  assert.match(out, /Ответьте «да» или «нет»/);
  assert.ok(!(out + err).includes(portal.secret));
});

Deno.test("quotes and blanks around the answers, and what follows a webhook's code, are no part of them", async () => {
  await using pc = await makeWorkplace();
  const [server, database, username, password] = LOGIN;
  const answers = [` «${server}» `, `"${database}"`, `“${username}”`, password, `<${portal.url}/profile.json?x=1>`];
  const { code, err } = await init(pc, answers);
  assert.equal(code, 0, err);
  const kept = ["server", "database", "username", "password"].map((key) => valueOf(pc, "Database", key));
  assert.deepEqual(await Promise.all(kept), LOGIN);
  assert.equal(await valueOf(pc, "Bitrix24", "webhook_url"), portal.url);
});

Deno.test("quotes around a password are a part of it", async () => {
  await using pc = await makeWorkplace();
  const { code } = await init(pc, ["no-such-host.invalid", "a", "b", '"quoted"', "н", portal.url]);
  assert.equal(code, 0);
  assert.equal(await valueOf(pc, "Database", "password"), '"quoted"');
});

/** What accepts connections and never says a word; `heard` resolves when somebody has connected. */
function silent(): { readonly port: number; readonly heard: Promise<void> } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const heard = Promise.withResolvers<void>();
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      heard.resolve();
    }
  })();
  accepting.catch(() => {});
  return {
    port: listener.addr.port,
    heard: heard.promise,
    [Symbol.dispose]() {
      listener.close();
      for (const connection of connections) connection.close();
    },
  };
}

/** The whole time passes as soon as somebody has connected, the first time it is waited for so. */
function impatient(heard: Promise<void>): { readonly waits: number[]; readonly sleep: World["sleep"] } {
  const waits: number[] = [];
  return {
    waits,
    async sleep(milliseconds, until) {
      if (milliseconds < LIMIT_MS) return;
      waits.push(milliseconds);
      await (waits.length === 1 ? heard : sleep(milliseconds, until));
    },
  };
}

Deno.test("a portal that takes the connection and never answers is given up after half a minute, and told", async () => {
  await using pc = await makeWorkplace();
  using listener = silent();
  const host = `127.0.0.1:${listener.port}`;
  const { waits, sleep } = impatient(listener.heard);
  // No name of a server: nothing is tried.
  const login = ["no server!", "a", "b", "c", "н"];
  const { code, out, err } = await init(pc, [...login, `http://${host}/rest/1/abc123/`, "да", portal.url], { sleep });
  assert.equal(code, 0, err);
  assert.deepEqual(waits, [LIMIT_MS, LIMIT_MS]);
  assert.match(out, new RegExp(`^Подключаюсь к порталу ${host}…$`, "m"));
  assert.match(err, new RegExp(`^Портал ${host} не ответил за 30 с\\.\\nПроверьте адрес`, "m"));
  assert.match(out, /Битрикс24: подключение есть\./);
});

Deno.test("so is a SQL Server", async () => {
  await using pc = await makeWorkplace();
  using listener = silent();
  const server = `127.0.0.1,${listener.port}`;
  const { waits, sleep } = impatient(listener.heard);
  const { code, out, err } = await init(pc, [server, "a", "b", "c", "нет", portal.url], { sleep });
  assert.equal(code, 0, err);
  assert.equal(waits[0], LIMIT_MS);
  assert.ok(out.startsWith(`Подключаюсь к SQL Server ${server}…\n`), out);
  assert.ok(err.startsWith(`SQL Server ${server} не ответил за 30 с.\n`), err);
});
