import assert from "node:assert/strict";
import { TEST_CERTIFICATE, TEST_PRIVATE_KEY } from "../stand/clinic/certificate.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";
import { clockFrom } from "../stand/workplace.ts";
import { configText, type Settings } from "../stand/config_text.ts";
import type { Workplace } from "../stand/workplace.ts";

const office = await openOffice();
const { clinic, portal } = office;
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

/** A port that nothing listens on. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function aClinicWithOneReception(): Promise<void> {
  const day = new ClinicDay();
  day.reception(day.patient("Тайнова Секретина Конфиденциевна", "8 900 000-77-77"), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

/** A server that nobody knows speaks TLS here. */
const stranger = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY });
globalThis.addEventListener("unload", () => stranger.close());
(async () => {
  for await (const connection of stranger) connection.handshake().catch(() => {}).finally(() => connection.close());
})();

interface Failure {
  readonly name: string;
  readonly settings: () => Settings;
  readonly code: number;
  readonly says: RegExp;
}

const wrongSecret = () => portal.url.replace(portal.secret, "wrong00000000000");
const host = () => new URL(portal.url).host;

const FAILURES: readonly Failure[] = [
  {
    name: "a port of SQL Server that is wrong",
    settings: () => ({ Database: { port: closedPort() } }),
    code: 3,
    says: /Не удалось соединиться с SQL Server 127\.0\.0\.1:\d+\.\nПроверьте server и port/,
  },
  {
    name: "a wrong password",
    settings: () => ({ Database: { password: "wrong-password-1" } }),
    code: 3,
    says: /не принял логин или пароль\.\nПроверьте \[Database\] username и password/,
  },
  {
    name: "a database that does not exist",
    settings: () => ({ Database: { database: "NoSuchBase" } }),
    code: 3,
    says: /нет базы «NoSuchBase»/,
  },
  {
    name: "a host that does not exist",
    settings: () => ({ Database: { server: "no-such-host.invalid" } }),
    code: 3,
    says: /Сервер «no-such-host\.invalid» не найден в сети/,
  },
  {
    name: "a wrong secret in the webhook (401)",
    settings: () => ({ Bitrix24: { webhook_url: wrongSecret() } }),
    code: 4,
    says: /Битрикс24 не принял вебхук \(код 401, INVALID_CREDENTIALS\)/,
  },
  {
    name: "a portal that refuses connections",
    settings: () => ({ Bitrix24: { webhook_url: `http://127.0.0.1:${closedPort()}/rest/1/${portal.secret}/` } }),
    code: 4,
    says: /Портал 127\.0\.0\.1:\d+ недоступен/,
  },
  {
    name: "a portal whose certificate this computer does not trust",
    settings: () => ({
      Bitrix24: { webhook_url: `https://127.0.0.1:${stranger.addr.port}/rest/1/${portal.secret}/` },
    }),
    code: 4,
    says:
      /недоступен: этот компьютер не доверяет его сертификату\.\n.*Kaspersky, Dr\.Web, ESET.*\nДобавьте 127\.0\.0\.1/,
  },
  {
    name: "batch_size = 0",
    settings: () => ({ Sync: { batch_size: 0 } }),
    code: 2,
    says: /batch_size.*1.*1000/,
  },
  {
    name: "a webhook without its secret",
    settings: () => ({ Bitrix24: { webhook_url: portal.url.replace(`${portal.secret}/`, "") } }),
    code: 2,
    says: /нет кода вебхука/,
  },
];

for (const { name, settings, code, says } of FAILURES) {
  Deno.test(`${name}: exit code ${code}, a few helpful lines, nothing sent, the watermark unmoved`, async () => {
    await using pc = await office.begin(settings());
    await aClinicWithOneReception();
    const run = await pc.run(["once"], { sleep: () => Promise.resolve() });
    assert.equal(run.code, code, run.err);
    assert.match(run.err, says);
    assert.doesNotMatch(run.err, /\bat |Error:|undefined|wrong00000000000|wrong-password-1/);
    assert.ok(run.err.trim().split("\n").length <= 3, run.err);
    assert.equal(run.out, "");
    assert.equal(await pc.json("sync_state.json"), undefined);
    assert.equal(portal.deals.size + portal.contacts.size, 0);
  });
}

/** A reception that is carried over, then another one that waits in the clinic; the state between the two. */
async function oneDoneAndOneMore(pc: Workplace): Promise<string> {
  const day = new ClinicDay();
  day.reception(day.patient("Первая Анна", null), "2026-03-02T09:00:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  assert.equal((await pc.run(["once"])).code, 0);
  day.reception(day.patient("Вторая Анна", null), "2026-03-02T10:30:00");
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T11:00:00");
  return await Deno.readTextFile(pc.path("sync_state.json"));
}

/** The failure is over: what waited is carried over, and once. */
async function assertGoesOn(pc: Workplace, before: string): Promise<void> {
  await pc.configure(configText(clinic, portal.url));
  const run = await pc.run(["once"], { now: () => Date.now() + 3_600_000 });
  assert.equal(run.code, 0, run.err);
  assert.equal(portal.deals.size, 2);
  assert.equal(portal.contacts.size, 2);
  assert.notEqual(await Deno.readTextFile(pc.path("sync_state.json")), before);
}

for (const { name, settings, code } of FAILURES) {
  Deno.test(`${name}: a watermark that there is already stays where it was, and the next run goes on from it`, async () => {
    await using pc = await office.begin();
    const before = await oneDoneAndOneMore(pc);
    await pc.configure(configText(clinic, portal.url, settings()));
    assert.equal((await pc.run(["once"], { sleep: () => Promise.resolve() })).code, code);
    assert.equal(await Deno.readTextFile(pc.path("sync_state.json")), before);
    assert.equal(portal.deals.size, 1);
    await assertGoesOn(pc, before);
  });
}

for (
  const [name, code, fail] of [
    ["the portal refuses the webhook when the writes leave", 4, () =>
      portal.faults.request({
        carrying: "crm.contact.add",
        kind: "answer",
        status: 401,
        body: { error: "INVALID_CREDENTIALS" },
      })],
    ["a query of the cycle fails", 3, () => clinic.faults.failQueries({ number: 208 }, { times: 1 })],
  ] as const
) {
  Deno.test(`${name}: a watermark that there is already stays where it was`, async () => {
    await using pc = await office.begin();
    const before = await oneDoneAndOneMore(pc);
    fail();
    assert.equal((await pc.run(["once"], { sleep: () => Promise.resolve() })).code, code);
    const { last_sync_time, watermark } = JSON.parse(await Deno.readTextFile(pc.path("sync_state.json")));
    assert.deepEqual([last_sync_time, watermark], [JSON.parse(before).last_sync_time, JSON.parse(before).watermark]);
    clinic.faults.clear();
    await assertGoesOn(pc, before);
  });
}

Deno.test("a right to read that the webhook lacks is named: exit code 4, nothing sent, and the next once goes on", async () => {
  await using pc = await office.begin();
  await aClinicWithOneReception();
  const ordered = portal.faults.command({
    method: "crm.deal.list",
    kind: "error",
    code: "",
    description: "Access denied.",
    count: Infinity,
  });
  const { code, err } = await pc.run(["once"], { sleep: () => Promise.resolve() });
  assert.equal(code, 4);
  assert.match(err, /^У вебхука нет права на чтение сделок \(crm\.deal\.list\)\.\n/);
  assert.equal(portal.deals.size + portal.contacts.size, 0);
  ordered.cancel();
  assert.equal((await pc.run(["once"])).code, 0);
  assert.equal(portal.deals.size, 1);
});

Deno.test("a section that is missing is named, with all other faults of config.ini at once", async () => {
  await using pc = await office.begin();
  const text = configText(clinic, portal.url, { Sync: { interval_minutes: "часто" } });
  await pc.configure(text.replace(/\[Database\][^[]*/, ""));
  const run = await pc.run(["once"]);
  assert.equal(run.code, 2);
  assert.match(run.err, /\[Database\] server/);
  assert.match(run.err, /\[Database\] password/);
  assert.match(run.err, /\[Sync\] interval_minutes.*1.*1440/);
});

Deno.test("no config.ini: exit code 2, the place where it was looked for, and what to do", async () => {
  await using pc = await office.begin();
  await Deno.remove(pc.path("config.ini"));
  const run = await pc.run(["once"]);
  assert.equal(run.code, 2);
  assert.match(run.err, /Файл настроек не найден: .*config\.ini\.\n.*config\.example\.ini/);
});

Deno.test("--config names another file, and the program's own files lie beside that one", async () => {
  await using pc = await office.begin();
  await aClinicWithOneReception();
  await Deno.mkdir(pc.path("другая папка"));
  await Deno.rename(pc.path("config.ini"), pc.path("другая папка/настройки.ini"));
  assert.equal((await pc.run(["once", "--config", pc.path("другая папка/настройки.ini")])).code, 0);
  assert.notEqual(await pc.json("другая папка/sync_state.json"), undefined);
  assert.equal(await pc.json("sync_state.json"), undefined);
});

Deno.test("a portal that fails in the middle: what was confirmed stays, the next once carries the rest, nothing twice", async () => {
  await using pc = await office.begin();
  const day = new ClinicDay();
  for (let index = 0; index < 120; index++) {
    day.reception(
      day.patient(`Пациентов Пётр${index}`, null),
      `2026-03-02T09:${String(index % 60).padStart(2, "0")}:00`,
    );
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  portal.faults.request({
    carrying: "crm.deal.add",
    nth: 2,
    kind: "answer",
    status: 401,
    body: { error: "INVALID_CREDENTIALS" },
  });
  const first = await pc.run(["once"], { sleep: () => Promise.resolve() });
  assert.equal(first.code, 4);
  assert.ok(portal.deals.size > 0 && portal.deals.size < 120);
  const second = await pc.run(["once"]);
  assert.equal(second.code, 0, second.err + second.out);
  assert.equal(portal.deals.size, 120);
  assert.equal(portal.contacts.size, 120);
});

/** A clock that fails when the program asks for the time of its first cycle. */
function defect(): () => number {
  let calls = 0;
  return () => {
    if (++calls === 3) throw new TypeError("дефект", { cause: new Error("причина") });
    return Date.now();
  };
}

Deno.test("a defect: exit code 70, the folder of the log is named, and the log has the stack at the usual level", async () => {
  await using pc = await office.begin({ Logging: { level: "INFO", log_dir: "журнал" } });
  await aClinicWithOneReception();
  const { code, err } = await pc.run(["once"], { now: defect() });
  assert.equal(code, 70, err);
  assert.match(
    err,
    /^Внутренняя ошибка программы\. Ничего не потеряно: .*\n.* из папки .*журнал: в нём есть подробности\.\n$/,
  );
  assert.ok(err.includes(pc.path("журнал")), err);
  const [name] = [...Deno.readDirSync(pc.path("журнал"))].map(({ name }) => name);
  const log = await Deno.readTextFile(pc.path(`журнал/${name}`));
  assert.match(log, /ERROR +Внутренняя ошибка[^]*TypeError: дефект[^]*failures_test\.ts:\d+[^]*Error: причина/);
});

Deno.test("a defect where there is no log promises none, and tells its place without its message", async () => {
  await using pc = await office.begin();
  const encrypt = () => {
    throw new TypeError("дефект");
  };
  await pc.configure("[Database]\npassword = made-up\n");
  const { code, err } = await pc.run(["encrypt"], { encrypt, canEncrypt: true });
  assert.equal(code, 70);
  assert.match(
    err,
    /^Внутренняя ошибка программы, команда не выполнена до конца\.\n.*: TypeError, failures_test\.ts:\d+:\d+\.\n$/,
  );
});

Deno.test("a defect whose log cannot be written promises none either", async () => {
  await using pc = await office.begin({ Logging: { log_dir: "config.ini" } });
  await aClinicWithOneReception();
  const { code, err } = await pc.run(["once"], { now: defect() });
  assert.equal(code, 70);
  assert.match(err, /^Журнал не пишется: .*\nВнутренняя ошибка программы, .*\nПередайте .*: TypeError, .*\n$/);
});

Deno.test("an admin_email that nothing is sent to is told in the log, and only where it is filled in", async () => {
  for (const [admin_email, told] of [["admin@example.com", true], ["", false]] as const) {
    await using pc = await office.begin({ Notifications: { admin_email } });
    await aClinicWithOneReception();
    const { code, err } = await pc.run(["once"], clockFrom("2026-03-02T10:00:00+03:00"));
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(/WARNING .*admin_email, но эта версия писем не отправляет/.test(await pc.log()), told);
  }
});

Deno.test("no log of all this holds a phone, a name, an e-mail, a password or the webhook's secret", async () => {
  for (const { settings } of [...FAILURES, { settings: () => ({}) }]) {
    await using pc = await office.begin(settings());
    await aClinicWithOneReception();
    // The portal repeats in its refusal what it was sent.
    portal.faults.command({
      method: "crm.deal.add",
      kind: "error",
      code: "",
      description: "Поле «Тайнова Секретина Конфиденциевна» +79000007777 taina@example.com неверно",
    });
    const run = await pc.run(["once"], { sleep: () => Promise.resolve() });
    const log = await pc.log().catch(() => "");
    const queue = JSON.stringify(await pc.json("queue.json") ?? {});
    for (const text of [run.out, run.err, log, queue, JSON.stringify(await pc.json("sync_state.json") ?? {})]) {
      assert.doesNotMatch(text, /Тайнов|Секретин|Конфиденци|900\D*000|taina@|Ident-2026|wrong-password|wrong0000/i);
      assert.ok(!text.includes(portal.secret) && !text.includes(clinic.password));
    }
    assert.ok(!log.includes(`${host()}/rest/1/${portal.secret}`));
  }
});
