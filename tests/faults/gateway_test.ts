/**
 * Something between here and the portal does not let a request pass: a firewall that dislikes a text, a limit of length, a
 * proxy that wants a login.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertHolds, assertOneEach, holdings, keysOf } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const SCRIPT = "жалоб нет <script>alert(1)</script>";
/** Less than the portal's field takes. */
const LONG = "очень подробно ".repeat(2_000);

/** So many receptions, of a patient each; those with these IDs have the comment. Returns the keys. */
async function receptions(count: number, comment: string, ...commented: number[]): Promise<string[]> {
  await clinic.clear();
  const day = new ClinicDay();
  day.nextId(10_000);
  const ids = Array.from({ length: count }, (_, index) => 501 + index);
  for (const ID of ids) {
    const patient = day.patient(`Шлюзов Пётр${ID}`, `7900${1_000_000 + ID}`);
    day.reception(patient, "2026-03-02T09:00:00", { ID, ...(commented.includes(ID) ? { Comment: comment } : {}) });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
  return ids.map((ID) => `F1_${ID}`);
}

/** What a portal holds after a run that nothing disturbs, and how many requests that takes. */
async function undisturbed(): Promise<{ held: string[]; requests: number }> {
  await using site = await openSite(clinic);
  assert.equal((await site.run(["once"])).code, 0);
  return { held: holdings(site.portal), requests: site.portal.requests.length };
}

/** The obstacle is gone: the next run carries what is left, and nothing stands there twice. */
async function assertMended(site: Site, keys: readonly string[], held: readonly string[]): Promise<void> {
  const { portal, clock, pc } = site;
  portal.faults.clear();
  clock.pass(24 * 3_600_000);
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 0, out + err);
  assertOneEach(portal, keys);
  assertHolds(portal, held);
  assert.deepEqual((await pc.json("queue.json")).items, []);
  assert.deepEqual(portal.mistakes, []);
}

const CULPRITS = [
  {
    name: "a firewall dislikes one comment of 30 (403)",
    count: 30,
    comment: SCRIPT,
    status: 403,
    displeasing: (body: string) => body.includes("<script>"),
    reason: "прокси или защита портала не пропускает эту запись: HTTP 403",
  },
  {
    name: "one comment of 5 is longer than a proxy lets pass (413)",
    count: 5,
    comment: LONG,
    status: 413,
    displeasing: (body: string) => body.length > 25_000,
    reason: "прокси или защита портала не пропускает эту запись: в ней слишком много текста (HTTP 413)",
  },
  {
    name: "a filter sends one comment of 30 to its own page (302)",
    count: 30,
    comment: SCRIPT,
    status: 302,
    displeasing: (body: string) => body.includes("<script>"),
    reason: "прокси или защита портала не пропускает эту запись: HTTP 302",
  },
] as const;

for (const { name, count, comment, status, displeasing, reason } of CULPRITS) {
  Deno.test(`${name}: that reception waits with the reason, all others are carried over`, async () => {
    const keys = await receptions(count, comment, 503);
    const { held, requests } = await undisturbed();
    await using site = await openSite(clinic);
    const { portal, pc } = site;
    portal.faults.gateway(status, displeasing);
    const { code, out, err } = await site.run(["once"]);
    assert.equal(code, 1, out + err);
    assert.deepEqual(keysOf(portal), keys.filter((key) => key !== "F1_503"));
    const { items } = await pc.json("queue.json");
    assert.deepEqual(items.map(({ unique_id, last_error }: Record<string, string>) => [unique_id, last_error]), [
      ["F1_503", reason],
    ]);
    assert.ok((await pc.log()).includes(`Запись F1_503 не перенесена: ${reason}`));
    // Two halves at each of the steps to the culprit, and the question whether the portal answers at all.
    const extra = portal.requests.length - requests;
    assert.ok(extra <= 2 * Math.ceil(Math.log2(count)) + 1, `${extra} requests more`);
    await assertMended(site, keys, held);
  });
}

Deno.test("receptions that are too long only together are all carried over at once", async () => {
  const keys = await receptions(8, "длинно ".repeat(2_000), 501, 502, 503, 504, 505);
  const { held } = await undisturbed();
  await using site = await openSite(clinic);
  site.portal.faults.gateway(413, (body) => body.length > 40_000);
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, keys);
  assertHolds(site.portal, held);
});

Deno.test("look-ups that are too long for a proxy are asked in parts", async () => {
  const keys = await receptions(120, "");
  await using site = await openSite(clinic);
  const gateway = site.portal.faults.gateway(413, (body) => body.includes("crm.deal.list") && body.length > 3_000);
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 0, out + err);
  assert.ok(gateway.fired > 0);
  assertOneEach(site.portal, keys);
});

Deno.test("a query that is not let through alone is named, nothing is sent, and the run after it carries all", async () => {
  const keys = await receptions(5, "");
  const { held } = await undisturbed();
  await using site = await openSite(clinic);
  site.portal.faults.gateway(403, (body) => body.includes("crm.duplicate.findbycomm"));
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 4);
  assert.match(err, /защита портала 127\.0\.0\.1:\d+ не пропускает запрос crm\.duplicate\.findbycomm: HTTP 403\.\n/);
  assert.equal(site.portal.contacts.size + site.portal.deals.size, 0);
  await assertMended(site, keys, held);
});

Deno.test("a firewall that dislikes every record: each waits with the reason, since the portal itself answers", async () => {
  const keys = await receptions(5, SCRIPT, 501, 502, 503, 504, 505);
  const { held } = await undisturbed();
  await using site = await openSite(clinic);
  site.portal.faults.gateway(403, (body) => body.includes("<script>"));
  assert.equal((await site.run(["once"])).code, 1);
  assert.deepEqual([site.portal.contacts.size, site.portal.deals.size], [5, 0]);
  assert.equal((await site.pc.json("queue.json")).items.length, 5);
  await assertMended(site, keys, held);
});

Deno.test("a firewall that shuts this computer out when it sees the comment: exit code 4, and it is not the webhook", async () => {
  const keys = await receptions(30, SCRIPT, 503);
  const { held } = await undisturbed();
  await using site = await openSite(clinic);
  const { portal } = site;
  let isShut = false;
  portal.faults.gateway(403, (body) => isShut ||= body.includes("<script>"));
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 4, out + err);
  assert.match(err, /Прокси или защита портала 127\.0\.0\.1:\d+ не пропускает запросы программы: HTTP 403\./);
  assert.match(err, /Вебхук менять не нужно/);
  assert.equal(portal.deals.size, 0);
  const shut = portal.requests.filter(({ answer }) => answer === 403).length;
  assert.ok(shut <= 7, `${shut} requests to a door that is shut`);
  isShut = false;
  await assertMended(site, keys, held);
});

const CLOSED: readonly (readonly [status: number, says: RegExp])[] = [
  [302, /Вместо ответа портал .* переадресует на blocked\.example \(HTTP 302\)\.\nТак бывает, когда портал удалён/],
  [401, /стоит прокси или защита, которая требует входа \(HTTP 401\)/],
  [403, /Прокси или защита портала .* не пропускает запросы программы: HTTP 403/],
  [404, /портала Битрикс24 нет \(HTTP 404\)\.\nПортал удалён, отключён или переименован/],
  [405, /не пропускает запросы программы: HTTP 405/],
  [407, /Прокси-сервер требует имя и пароль \(HTTP 407\)/],
  [451, /Доступ к порталу .* закрыт \(HTTP 451\)/],
  [511, /Сеть не выпускает программу .* \(HTTP 511\)/],
];

for (const [status, says] of CLOSED) {
  Deno.test(`${status} to everything: exit code 4, and the words do not accuse the webhook`, async () => {
    const keys = await receptions(2, "");
    const { held } = await undisturbed();
    await using site = await openSite(clinic);
    site.portal.faults.gateway(status);
    const { code, err } = await site.run(["once"]);
    assert.equal(code, 4);
    assert.match(err, says);
    assert.doesNotMatch(err, /не принял вебхук|новый входящий вебхук/);
    assert.ok(err.trim().split("\n").length <= 3, err);
    await assertMended(site, keys, held);
  });
}

Deno.test("a page with status 200 in the portal's place is told as such", async () => {
  await receptions(1, "");
  await using site = await openSite(clinic);
  const body = "<!DOCTYPE html><html><body>Портал отключён</body></html>";
  site.portal.faults.request({ kind: "answer", status: 200, body, count: Infinity });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 4);
  assert.match(err, /Вместо портала 127\.0\.0\.1:\d+ отвечает веб-страница\.\n.*Битрикс24, когда портал отключён/);
});

Deno.test("a gateway that counts requests (429) is waited for like the portal's own limit", async () => {
  const keys = await receptions(3, "");
  await using site = await openSite(clinic);
  const body = "<html>429 Too Many Requests</html>";
  site.portal.faults.request({ kind: "answer", status: 429, body, nth: 3, count: 4 });
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, keys);
});

for (
  const around of ["\uFEFF", "\uFEFF\uFEFF", "<br />\n<b>Notice</b>: Undefined index: {x} in <b>/a.php</b><br />\n"]
) {
  Deno.test(`an answer with ${JSON.stringify(around.slice(0, 12))} around it is read`, async () => {
    const keys = await receptions(2, "");
    await using site = await openSite(clinic);
    site.portal.settings.around = around;
    assert.equal((await site.run(["once"])).code, 0);
    assertOneEach(site.portal, keys);
  });
}

const SILENT = [
  { name: "closes the connection", act: { kind: "close" as const } },
  { name: "answers with a page and 200", act: { kind: "answer" as const, status: 200, body: "<html>Blocked</html>" } },
];

for (const { name, act } of SILENT) {
  Deno.test(`a firewall that ${name} at one comment of 30 keeps back that one alone`, async () => {
    const keys = await receptions(30, SCRIPT, 510);
    const { held } = await undisturbed();
    await using site = await openSite(clinic);
    const { portal, clock } = site;
    portal.faults.request({ ...act, moment: "before", saying: (body) => body.includes("<script>"), count: Infinity });
    for (let tries = 0; tries < 3; tries++) {
      await site.run(["once"]);
      clock.pass(3_600_000);
    }
    assert.deepEqual(keysOf(portal), keys.filter((key) => key !== "F1_510"));
    await assertMended(site, keys, held);
  });
}
