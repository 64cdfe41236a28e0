/**
 * SQL Server's passing failures are waited out, the others are told at once.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { startFaultProxy } from "../stand/fault_proxy.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

/** The waits before the second, third and fourth attempt. */
const PAUSES = [500, 2_000, 5_000];
const PAGE = /INSERT INTO @page/;

async function oneReception(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  day.reception(day.patient("Запросова Анна", "89000001111"), "2026-03-02T09:00:00", { ID: 501 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

const waitsOf = ({ clock }: Site) => clock.waits.splice(0);

const PASSING: readonly (readonly [what: string, order: (times: number) => void])[] = [
  ...[1205, 601, 2627, 701, 596, 922, 6005, 40197, 40501, 40613].map((number) =>
    [`error ${number}`, (times: number) => clinic.faults.failQueries({ number }, { times, matching: PAGE })] as const
  ),
  ["a dropped connection", (times) => clinic.faults.dropConnections("nothing", { times, matching: PAGE })],
  [
    "a connection dropped in the middle of an answer",
    (times) => clinic.faults.dropConnections("half", { times, matching: PAGE }),
  ],
];

for (const [what, order] of PASSING) {
  Deno.test(`${what}: asked again up to three times with growing waits, then given up with exit code 3`, async () => {
    await oneReception();
    await using site = await openSite(clinic);
    // Half a second is long enough to see that a connection was closed, and so must its stand-in be.
    site.clock.onWait = () => new Promise((resolve) => setTimeout(resolve, 40));
    order(3);
    const { code, err } = await site.run(["once"]);
    assert.equal(code, 0, err);
    assert.deepEqual(waitsOf(site), PAUSES);
    assertOneEach(site.portal, ["F1_501"]);
    clinic.faults.clear();
    order(4);
    const last = await site.run(["once"]);
    assert.equal(last.code, 3);
    assert.match(last.err, /SQL Server/);
    assert.deepEqual(waitsOf(site), PAUSES);
    clinic.faults.clear();
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, ["F1_501"]);
  });
}

Deno.test("a query that does not end in time is asked again", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Database: { query_timeout: 1 } });
  clinic.faults.hangQueries({ times: 1, matching: PAGE });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.deepEqual(waitsOf(site), PAUSES.slice(0, 1));
  assertOneEach(site.portal, ["F1_501"]);
});

const LASTING: readonly (readonly [what: string, order: () => void, says: RegExp])[] = [
  ["a refused login (18456)", () => clinic.faults.refuseLogins({ number: 18456 }), /не принял логин или пароль/],
  ["an expired password (18487)", () => clinic.faults.refuseLogins({ number: 18487 }), /истёк срок действия пароля/],
  ["a login that is switched off (18470)", () => clinic.faults.refuseLogins({ number: 18470 }), /отключён/],
  ["a missing permission (229)", () => clinic.faults.failQueries({ number: 229 }), /db_datareader/],
  ["a missing table (208)", () => clinic.faults.failQueries({ number: 208 }), /нет таблиц IDENT/],
];

for (const [what, order, says] of LASTING) {
  Deno.test(`${what} is told at once, with exit code 3`, async () => {
    await oneReception();
    await using site = await openSite(clinic);
    order();
    const { code, err } = await site.run(["once"]);
    clinic.faults.clear();
    assert.equal(code, 3);
    assert.match(err, says);
    assert.deepEqual(waitsOf(site), []);
    assert.equal(site.portal.deals.size, 0);
  });
}

Deno.test("a server that is being upgraded is waited for, and then said to be", async () => {
  await oneReception();
  await using site = await openSite(clinic);
  clinic.faults.refuseLogins({ number: 18401 });
  const { code, err } = await site.run(["once"]);
  clinic.faults.clear();
  assert.equal(code, 3);
  assert.match(err, /обновляется/);
  assert.deepEqual(waitsOf(site), PAUSES);
});

for (
  const [encryption, encrypt, says] of [
    ["required", "False", /принимает только шифрованные соединения\.\n.*encrypt = True/],
    ["unsupported", "True", /не умеет шифровать соединение.*\n.*encrypt = False/],
  ] as const
) {
  Deno.test(`encryption ${encryption} by the server, encrypt = ${encrypt}: told at once, with what to set`, async () => {
    await using other = await startClinicStand({ encryption });
    await using site = await openSite(other, { Database: { encrypt } });
    const { code, err } = await site.run(["once"]);
    assert.equal(code, 3);
    assert.match(err, says);
    assert.deepEqual(waitsOf(site), []);
  });
}

Deno.test("a server that takes the connection and says nothing: connection_timeout is advised", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(connection);
  })();
  await using site = await openSite(clinic, { Database: { port: listener.addr.port, connection_timeout: 1 } });
  const { code, err } = await site.run(["once"]);
  listener.close();
  await accepting;
  for (const connection of held) connection.close();
  assert.equal(code, 3);
  assert.match(err, /не принял подключение за 1 с\.\n.*connection_timeout/);
});

Deno.test("the login's connection is dropped once: it is asked again", async () => {
  await oneReception();
  await using proxy = await startFaultProxy({ targetPort: clinic.port, protocol: "tcp" });
  proxy.onConnection({ act: "close" });
  await using site = await openSite(clinic, { Database: { port: proxy.port } });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.deepEqual(waitsOf(site), PAUSES.slice(0, 1));
});

Deno.test("the connection is dropped between a page and the next: the cycle goes on over another one", async () => {
  await clinic.clear();
  const day = new ClinicDay();
  for (const ID of [501, 502, 503]) {
    day.reception(day.patient(`Запросов Пётр${ID}`, null), `2026-03-02T09:0${ID - 500}:00`, { ID });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  await using site = await openSite(clinic, { Sync: { batch_size: 1 } });
  let pages = 0;
  for (const nth of [2, 3]) {
    // Every other page finds its connection dead.
    clinic.faults.dropConnections("half", { times: 1, matching: { test: () => ++pages === nth } as unknown as RegExp });
  }
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assertOneEach(site.portal, ["F1_501", "F1_502", "F1_503"]);
});

for (const fractionDigits of [0, 3, 6]) {
  Deno.test(`times with ${fractionDigits} digits of a second are read, kept and asked with as those with seven`, async () => {
    await using other = await startClinicStand({ fractionDigits, compatibilityLevel: 150 });
    const day = new ClinicDay();
    for (const ID of [501, 502, 503]) {
      day.reception(day.patient(`Дробов Пётр${ID}`, null), "2026-03-02T09:00:00", { ID });
    }
    await other.insert(day.take());
    other.setClock("2026-03-02T10:00:00");
    await using site = await openSite(other, { Sync: { batch_size: 1 } });
    for (const received of [3, 0]) {
      const { code, out, err } = await site.run(["once"]);
      assert.equal(code, 0, err);
      assert.match(out, new RegExp(`Получено из БД: {7}${received}\n`));
    }
    assertOneEach(site.portal, ["F1_501", "F1_502", "F1_503"]);
    assert.match((await site.pc.json("sync_state.json")).watermark.time, /^2026-03-02 10:00:00\.\d{7}$/);
  });
}

Deno.test("whatever the program asks, it locks nothing, waits for no lock, opens no transaction and changes nothing", async () => {
  await oneReception();
  await using site = await openSite(clinic, { Sync: { deleted: "lose" } });
  site.portal.deals.add({ TITLE: "Удалённая", STAGE_ID: "NEW", UF_CRM_1769072841035: "F1_999" });
  site.portal.faults.request({ on: "crm.deal.add", kind: "hang" });
  for (const args of [["once"], ["once", "--full"], ["once", "--dry-run"]]) {
    await site.run(args);
    site.clock.pass(600_000);
  }
  const ours = clinic.queries.map(({ text }) => text).filter((text) => text.includes("Receptions"));
  assert.ok(ours.length >= 4, `${ours.length}`);
  for (const text of ours) {
    assert.match(text, /^SET NOCOUNT ON; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;/);
    assert.doesNotMatch(text, /\b(BEGIN\s+TRAN|UPDATE|DELETE|MERGE|EXEC|(INSERT\s+)?INTO\s+(?!@)\w)/i);
    assert.doesNotMatch(text, /\b(HOLDLOCK|SERIALIZABLE|REPEATABLE|UPDLOCK|XLOCK|TABLOCK)/i);
  }
});
