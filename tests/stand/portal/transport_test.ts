import assert from "node:assert/strict";
import { call, phpQuery, rawPost, sendRaw } from "./plain_client.ts";
import { startPortalStand } from "./stand.ts";

const DEAL = { fields: { TITLE: "Иванова & Ко", OPPORTUNITY: 1500 } };

Deno.test("JSON, a form with brackets and a query string mean the same", async () => {
  await using stand = await startPortalStand();
  const form = new URLSearchParams({ "fields[TITLE]": DEAL.fields.TITLE, "fields[OPPORTUNITY]": "1500" });
  await call(stand, "crm.deal.add", DEAL);
  await (await fetch(`${stand.url}crm.deal.add.json`, { method: "POST", body: form })).json();
  await (await fetch(`${stand.url}CRM.Deal.Add?${phpQuery(DEAL)}`)).json();
  const deals = stand.deals.all();
  assert.deepEqual(deals.map(({ TITLE }) => TITLE), Array(3).fill("Иванова & Ко"));
  assert.deepEqual(deals.map(({ OPPORTUNITY }) => OPPORTUNITY), [1500, 1500, 1500]);
  assert.deepEqual(stand.calls("crm.deal.add").map(({ outcome }) => outcome), Array(3).fill("accepted"));
  assert.deepEqual(stand.mistakes, []);
});

Deno.test("a body that is not JSON, or of another type, is no parameters: an empty deal is made", async () => {
  await using stand = await startPortalStand();
  for (const [contentType, body] of [["application/json", "{oops"], ["text/plain", JSON.stringify(DEAL)]] as const) {
    const response = await fetch(`${stand.url}crm.deal.add`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
    assert.equal(response.status, 200);
    const { result } = await response.json();
    assert.equal(stand.deals.get(result)?.TITLE, `Сделка #${result}`);
  }
  assert.match(stand.mistakes[0]!, /not a JSON object/);
  const contact = await fetch(`${stand.url}crm.item.add`, { method: "POST", body: "x" });
  assert.deepEqual([contact.status, (await contact.json()).error], [400, "100"]);
});

Deno.test("a chunked body is read, or refused with 411 where the switch says so", async () => {
  await using stand = await startPortalStand();
  const send = () =>
    fetch(`${stand.url}crm.deal.add`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "ident-sync/test" },
      body: new Blob([JSON.stringify(DEAL)]).stream(),
    });
  const read = await send();
  assert.equal(stand.deals.get((await read.json()).result)?.TITLE, DEAL.fields.TITLE);
  assert.equal(stand.requests[0]!.headers["transfer-encoding"], "chunked");
  assert.equal(stand.requests[0]!.headers["user-agent"], "ident-sync/test");
  stand.settings.refuseChunked = true;
  const refused = await send();
  await refused.body?.cancel();
  assert.equal(refused.status, 411);
  assert.equal(stand.deals.size, 1);
});

Deno.test("chunks in any cut make the same request, and a connection carries several", async () => {
  await using stand = await startPortalStand();
  const body = JSON.stringify({ fields: { TITLE: "По кускам" } });
  const bytes = new TextEncoder().encode(body);
  const head =
    `POST ${new URL(stand.url).pathname}crm.deal.add HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
    "transfer-encoding: chunked\r\n\r\n";
  const chunk = `${bytes.length.toString(16)};note=1\r\n${body}\r\n0\r\ntrailer: 1\r\n\r\n`;
  const { text } = await sendRaw(stand.port, head + chunk + head + chunk, {
    enough: /HTTP[^]*HTTP[^]*}}$/,
  });
  assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 2);
  assert.deepEqual(stand.deals.all().map(({ TITLE }) => TITLE), ["По кускам", "По кускам"]);
  assert.deepEqual(stand.requests.map(({ connection }) => connection), [1, 1]);
  const last = await sendRaw(stand.port, rawPost(stand, "profile", {}, "connection: close\r\n"));
  assert.equal(last.end, "close");
});

Deno.test("wrong secret, unknown method, scope that was not granted", async () => {
  await using stand = await startPortalStand();
  const at = async (url: string) => {
    const response = await fetch(url);
    return [response.status, (await response.json()).error];
  };
  assert.deepEqual(await at(stand.url.replace(stand.secret, "wrong") + "profile"), [401, "INVALID_CREDENTIALS"]);
  assert.deepEqual(await at(stand.url.replace(stand.secret, "wrong") + "user.get"), [404, "ERROR_METHOD_NOT_FOUND"]);
  assert.deepEqual(await at(stand.url + "user.get"), [404, "ERROR_METHOD_NOT_FOUND"]);
  assert.deepEqual(await at(stand.url + "constructor"), [404, "ERROR_METHOD_NOT_FOUND"]);
  stand.settings.scope = ["user_brief"];
  assert.deepEqual(await at(stand.url + "crm.deal.list"), [403, "insufficient_scope"]);
  assert.deepEqual((await call(stand, "scope")).result, ["user_brief"]);
  const { result } = await call(stand, "method.get", { name: "crm.deal.add" });
  assert.deepEqual(result, { isExisting: true, isAvailable: false });
});

Deno.test("service methods answer what a doctor asks", async () => {
  await using stand = await startPortalStand({ now: () => Date.parse("2026-03-01T07:00:00Z") });
  assert.equal((await call(stand, "server.time")).result, "2026-03-01T10:00:00+03:00");
  assert.equal((await call(stand, "profile")).result.TIME_ZONE, "Europe/Moscow");
  assert.equal((await call(stand, "crm.settings.mode.get")).result, 1);
  const { result } = await call(stand, "method.get", { name: "crm.deal.nothing" });
  assert.deepEqual(result, { isExisting: false, isAvailable: false });
  const { body } = await call(stand, "profile");
  assert.equal(body.time.date_start, "2026-03-01T10:00:00+03:00");
  assert.equal(typeof body.time.operating, "number");
});

Deno.test("the bucket holds 50 and leaks two a second", async () => {
  let now = Date.parse("2026-03-01T07:00:00Z");
  await using stand = await startPortalStand({ now: () => now });
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await call(stand, "crm.deal.add", DEAL)).status);
    return found;
  };
  assert.deepEqual(await statuses(52), [...Array(50).fill(200), 503, 503]);
  assert.equal(stand.deals.size, 50);
  now += 1000;
  assert.deepEqual(await statuses(3), [200, 200, 503]);
  assert.equal(stand.requests.at(-1)!.answer, 503);
  assert.equal(stand.calls("crm.deal.add").at(-1)!.executed, false);
});

Deno.test("a method that used up its seconds is refused until the oldest minute is over, others are not", async () => {
  let now = Date.parse("2026-03-01T07:00:30Z");
  await using stand = await startPortalStand({
    now: () => now,
    settings: { operatingLimit: 1, operatingSeconds: { "crm.deal.add": 0.6, "*": 0 } },
  });
  const first = await call(stand, "crm.deal.add", DEAL);
  assert.equal(first.body.time.operating, 0.6);
  const resetAt = first.body.time.operating_reset_at;
  assert.equal(resetAt, Date.parse("2026-03-01T07:10:00Z") / 1000);
  assert.equal((await call(stand, "crm.deal.add", DEAL)).status, 200);
  const refused = await call(stand, "crm.deal.add", DEAL);
  assert.deepEqual([refused.status, refused.body.error], [429, "OPERATION_TIME_LIMIT"]);
  assert.equal(refused.body.time, undefined);
  assert.equal((await call(stand, "crm.deal.list")).status, 200);
  now = resetAt * 1000;
  assert.equal((await call(stand, "crm.deal.add", DEAL)).status, 200);
});

Deno.test("the dump shows records, requests and mistakes; clear() forgets them", async () => {
  await using stand = await startPortalStand();
  stand.contacts.add({ NAME: "Анна", PHONE: "+79160000001" });
  await call(stand, "crm.deal.add", { fields: { TITLE: "A", NOPE: 1 } });
  const dump = async () => await (await fetch(`http://127.0.0.1:${stand.port}/_stand/dump`)).json();
  const seen = await dump();
  assert.deepEqual([seen.deals.length, seen.contacts.length, seen.leads.length, seen.requests], [1, 1, 0, 1]);
  assert.match(seen.mistakes[0], /there is no field NOPE/);
  stand.settings.mode = 2;
  stand.clear();
  const empty = await dump();
  assert.deepEqual([empty.deals, empty.contacts, empty.requests, empty.mistakes], [[], [], 0, []]);
  assert.equal(stand.settings.mode, 1);
});
