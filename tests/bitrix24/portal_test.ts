import assert from "node:assert/strict";
import { Pace } from "../../src/bitrix24/pace.ts";
import { BitrixPortal } from "../../src/bitrix24/portal.ts";
import type { Answer } from "../../src/bitrix24/transport.ts";
import { Webhook } from "../../src/bitrix24/webhook.ts";
import { Secret } from "../../src/secret.ts";
import type { Write } from "../../src/sync/ports.ts";
import { CONTACT, context, DEAL } from "../sync/made_up.ts";
import { phpCommand } from "./php_query.ts";

type Reply = { result: unknown } | { error: string; error_description?: string };

/** A portal that answers each command by a function of its method; `whole`: the answer of the whole request. */
function portalOf(reply: (method: string, place: number) => Reply | undefined, whole?: () => Answer) {
  const sent: { method: string; params: Record<string, unknown>; commands: string[] }[] = [];
  const now = () => 1_000_000;
  const pace = new Pace(2, now);
  const answer = (body: unknown): Answer => ({
    kind: "answered",
    status: 200,
    body: JSON.stringify(body),
    location: undefined,
  });
  const webhook = new Webhook({
    address: new Secret("https://portal.example/rest/1/s3cr3t/"),
    host: "portal.example",
    post: (_, method, body) => {
      const params = JSON.parse(body);
      const commands = method === "batch" ? Object.values(params.cmd as Record<string, string>) : [];
      sent.push({ method, params, commands });
      if (whole !== undefined) return Promise.resolve(whole());
      if (method !== "batch") return Promise.resolve(answer(reply(method, 0)));
      const results: Record<string, unknown> = {};
      const errors: Record<string, unknown> = {};
      commands.forEach((text, index) => {
        const each = reply(phpCommand(text).method, index);
        if (each !== undefined && "result" in each) results[`c${index}`] = each.result;
        else if (each !== undefined) errors[`c${index}`] = each;
      });
      return Promise.resolve(answer({ result: { result: results, result_error: errors } }));
    },
    pace,
    now,
    sleep: () => Promise.resolve(),
    stop: new AbortController().signal,
    notice: () => {},
    log: { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} },
  });
  const { sync } = context().config;
  const config = { pipeline: 0, dealFields: DEAL, contactFields: CONTACT, portal: { host: "portal.example" }, sync };
  return { portal: new BitrixPortal({ webhook, pace, config, now }), sent, pace };
}

const ADD: Write = { kind: "add-deal", fields: { TITLE: "Ромашкин Пётр" } };
const UPDATE: Write = { kind: "update-deal", id: 70, fields: { UF_COMMENT: "новый" } };

Deno.test("each write calls its own method with its own parameters, without a message to the feed", async () => {
  const { portal, sent } = portalOf((method) => ({ result: method.endsWith("add") ? 5 : true }));
  await portal.write([
    { kind: "add-contact", fields: { NAME: "Пётр" } },
    { kind: "update-contact", id: 7, fields: { NAME: "Пётр" } },
    ADD,
    UPDATE,
    { kind: "close-lead", id: 40 },
  ]);
  const quiet = { REGISTER_SONET_EVENT: "N" };
  assert.deepEqual(sent[0].commands.map(phpCommand), [
    { method: "crm.contact.add", params: { fields: { NAME: "Пётр" }, params: quiet } },
    { method: "crm.contact.update", params: { id: "7", fields: { NAME: "Пётр" }, params: quiet } },
    { method: "crm.deal.add", params: { fields: { TITLE: "Ромашкин Пётр" }, params: quiet } },
    { method: "crm.deal.update", params: { id: "70", fields: { UF_COMMENT: "новый" }, params: quiet } },
    { method: "crm.lead.update", params: { id: "40", fields: { STATUS_ID: "CONVERTED" }, params: quiet } },
  ]);
});

const CONFIRMED: [write: Write, result: unknown, outcome: string][] = [
  [ADD, 394, "accepted"],
  [ADD, "394", "accepted"],
  [ADD, 0, "unknown"],
  [ADD, null, "unknown"],
  [ADD, [], "unknown"],
  [UPDATE, true, "accepted"],
  [UPDATE, false, "unknown"],
  [UPDATE, 1, "unknown"],
  [UPDATE, null, "unknown"],
  [{ kind: "close-lead", id: 40 }, true, "accepted"],
  [{ kind: "link-lead", record: "deal", id: 70, leadId: 40 }, { item: { id: 70, leadId: 40 } }, "accepted"],
  [{ kind: "link-lead", record: "deal", id: 70, leadId: 40 }, { item: { id: 70, leadId: 0 } }, "refused"],
  [{ kind: "link-lead", record: "deal", id: 70, leadId: 40 }, { item: { id: 70 } }, "refused"],
];

for (const [write, result, outcome] of CONFIRMED) {
  Deno.test(`${write.kind} answered with ${JSON.stringify(result)} is ${outcome}`, async () => {
    const { portal } = portalOf(() => ({ result }));
    assert.equal((await portal.write([write]))[0].kind, outcome);
  });
}

Deno.test("outcomes stand in the writes' order, also where some leave alone or not at all", async () => {
  let id = 100;
  const { portal, sent, pace } = portalOf((method) => ({ result: method === "crm.deal.add" ? id++ : true }));
  pace.block("crm.contact.update");
  const outcomes = await portal.write([
    { kind: "add-deal", fields: { TITLE: "$result[c0]" } },
    { kind: "update-contact", id: 7, fields: {} },
    ADD,
    UPDATE,
  ]);
  // The batch leaves first: its deal has the lower number.
  assert.deepEqual(outcomes.map((outcome) => outcome.kind === "accepted" ? outcome.id : outcome.kind), [
    101,
    "limited",
    100,
    undefined,
  ]);
  assert.deepEqual(sent.map(({ method }) => method), ["batch", "crm.deal.add"]);
});

Deno.test("each request tells which of the writes leave with it, just before", async () => {
  const { portal, sent, pace } = portalOf((method) => ({ result: method === "crm.deal.add" ? 5 : true }));
  pace.block("crm.contact.update");
  const left: [places: readonly number[], sent: number][] = [];
  const writes: Write[] = [
    { kind: "add-deal", fields: { TITLE: "$result[c0]" } },
    { kind: "update-contact", id: 7, fields: {} },
    ADD,
    UPDATE,
  ];
  await portal.write(writes, (places) => Promise.resolve(void left.push([[...places], sent.length])));
  assert.deepEqual(left, [[[2, 3], 0], [[0], 1]]);
});

Deno.test("a text that a batch would change is sent by a call of its own, as it is", async () => {
  const { portal, sent } = portalOf(() => ({ result: 5 }));
  await portal.write([{ kind: "add-deal", fields: { UF_COMMENT: "см. $result[c0] и $time[x]" } }]);
  assert.equal(sent[0].method, "crm.deal.add");
  assert.equal((sent[0].params.fields as Record<string, unknown>).UF_COMMENT, "см. $result[c0] и $time[x]");
});

Deno.test("a method that the portal limits is not called again before its time", async () => {
  const { portal, sent } = portalOf((method) =>
    method === "crm.deal.add" ? { error: "OPERATION_TIME_LIMIT" } : { result: true }
  );
  const [first] = await portal.write([ADD]);
  assert.deepEqual(first, {
    kind: "limited",
    until: 1_060_000,
    reason: "портал просит подождать: исчерпан лимит времени для этого действия",
  });
  const [second, other] = await portal.write([ADD, UPDATE]);
  assert.deepEqual([second.kind, other.kind], ["limited", "accepted"]);
  assert.deepEqual(sent[1].commands.map((text) => phpCommand(text).method), ["crm.deal.update"]);
});

Deno.test("a whole request that is lost leaves every write of it unknown", async () => {
  const { portal } = portalOf(() => undefined, () => ({ kind: "lost", reason: "соединение прервалось" }));
  assert.deepEqual((await portal.write([ADD, UPDATE])).map(({ kind }) => kind), ["unknown", "unknown"]);
});

Deno.test("a portal that no connection reaches is unusable, with nothing done", async () => {
  const { portal } = portalOf(() => undefined, () => ({
    kind: "not-sent",
    reason: "адрес портала не найден",
    fix: "Проверьте адрес.",
  }));
  const [outcome] = await portal.write([ADD]);
  assert.ok(outcome.kind === "unusable" && outcome.error.code === "portal");
  assert.match(outcome.error.message, /portal\.example/);
});

Deno.test("a refusal is told in the portal's words, less the patient's", async () => {
  const { portal } = portalOf(() => ({
    error: "",
    error_description: "Поле «Имя»: значение Ромашкин <br>Пётр не подходит, телефон +79000000001",
  }));
  const [outcome] = await portal.write([{
    kind: "add-contact",
    fields: { LAST_NAME: "Ромашкин", NAME: "Пётр", PHONE: [{ VALUE: "+79000000001", VALUE_TYPE: "MOBILE" }] },
  }]);
  assert.ok(outcome.kind === "refused");
  assert.match(outcome.reason, /портал отказал: Поле «Имя»/);
  for (const personal of ["Ромашкин", "Пётр", "9000000001", "<br>"]) {
    assert.equal(outcome.reason.includes(personal), false, personal);
  }
});

Deno.test("a write that the webhook's owner may not do is told with the right that is missing, in a batch and alone", async () => {
  for (const error of ["", "ACCESS_DENIED"]) {
    const { portal } = portalOf(() => ({ error, error_description: "Access denied." }));
    for (const writes of [[ADD], [ADD, ADD]]) {
      for (const outcome of await portal.write(writes)) {
        assert.ok(outcome.kind === "refused");
        assert.match(outcome.reason, /^портал отказал: Access denied\..* нет права на создание .* \(crm\.\w+\.add\)$/);
      }
    }
  }
});

Deno.test("a refusal without words is told as such, a long one is cut", async () => {
  const silent = await portalOf(() => ({ error: "" })).portal.write([ADD]);
  assert.deepEqual(silent, [{ kind: "refused", reason: "портал отказал: без объяснения" }]);
  const coded = await portalOf(() => ({ error: "CRM_FIELD_ERROR_REQUIRED" })).portal.write([ADD]);
  assert.deepEqual(coded, [{ kind: "refused", reason: "портал отказал: (CRM_FIELD_ERROR_REQUIRED)" }]);
  const [long] = await portalOf(() => ({ error: "", error_description: "ы".repeat(5000) })).portal.write([ADD]);
  assert.ok(long.kind === "refused" && long.reason.length < 250);
});

Deno.test("a portal that cannot be used at all is not asked once more for each write that leaves alone", async () => {
  const gone = { kind: "answered", status: 401, body: '{"error":"expired_token"}', location: undefined } as const;
  const { portal, sent } = portalOf(() => undefined, () => gone);
  const alone: Write = { kind: "add-deal", fields: { UF_COMMENT: "$result[c0]" } };
  const outcomes = await portal.write([ADD, alone, alone]);
  assert.deepEqual(outcomes.map(({ kind }) => kind), ["unusable", "unusable", "unusable"]);
  assert.equal(sent.length, 1);
});

Deno.test("the open deals between two times are asked for by the clinic's clock, and not without the field", async () => {
  const { portal, sent } = portalOf(() => ({ result: [] }));
  const between = ["2026-03-01T00:00:00", "2026-03-08T00:00:00"] as const;
  assert.equal(await portal.openDealsBetween(...between, { deal: ["UF_KEY"], contact: [] }), undefined);
  assert.equal(sent.length, 0);
  const open = await portal.openDealsBetween(...between, { deal: ["UF_KEY", "UF_START"], contact: [] });
  assert.deepEqual(open, { deals: [], stages: [] });
  assert.deepEqual(sent[0].commands.map((command) => phpCommand(command).method).slice(-1), ["crm.status.list"]);
  const { method, params } = phpCommand(sent[0].commands[0]);
  assert.equal(method, "crm.deal.list");
  assert.deepEqual(params.filter, {
    ">=UF_START": "2026-03-01T00:00:00+03:00",
    "<=UF_START": "2026-03-08T00:00:00+03:00",
    "=CATEGORY_ID": "0",
    "=CLOSED": "N",
  });
});

Deno.test("a write that the portal itself fails is unknown, in the portal's words less the patient's", async () => {
  const error = { error: "ERROR_CORE", error_description: "Ошибка базы: Ромашкин Пётр, +79000000001" };
  const alone: Write = { kind: "add-deal", fields: { TITLE: "Ромашкин Пётр", UF_COMMENT: "$result[c0]" } };
  for (const write of [ADD, alone]) {
    const [outcome] = await portalOf(() => error).portal.write([write]);
    assert.deepEqual(outcome, {
      kind: "unknown",
      reason: "ошибка портала: Ошибка базы: [скрыто], [телефон] (ERROR_CORE)",
      failedByPortal: true,
    });
  }
});

Deno.test("a batch that fails as a whole is no failure of one of its writes", async () => {
  const whole = {
    kind: "answered",
    status: 500,
    body: '{"error":"INTERNAL_SERVER_ERROR"}',
    location: undefined,
  } as const;
  const outcomes = await portalOf(() => undefined, () => whole).portal.write([ADD, UPDATE]);
  const unknown = { kind: "unknown", reason: "ошибка портала INTERNAL_SERVER_ERROR" };
  assert.deepEqual(outcomes, [unknown, unknown]);
});

Deno.test("a write that is turned away though the portal answers is refused, with the status", async () => {
  for (const [status, says] of [[403, "эту запись: HTTP 403"], [413, "слишком много текста (HTTP 413)"]] as const) {
    let requests = 0;
    const { portal } = portalOf(() => undefined, () => ({
      kind: "answered",
      status: ++requests === 1 ? status : 200,
      body: requests === 1 ? "<html>" : '{"result":{"result":{"c0":"2026-03-01T10:00:00+03:00"}}}',
      location: undefined,
    }));
    const [outcome] = await portal.write([ADD]);
    assert.ok(outcome.kind === "refused");
    assert.ok(outcome.reason.startsWith("прокси или защита портала не пропускает"), outcome.reason);
    assert.ok(outcome.reason.endsWith(says), outcome.reason);
  }
});

Deno.test("writes that are turned away by a portal that does not answer at all make it unusable, and not the webhook", async () => {
  const whole = { kind: "answered", status: 403, body: "<html>", location: undefined } as const;
  const outcomes = await portalOf(() => undefined, () => whole).portal.write([ADD, UPDATE]);
  for (const outcome of outcomes) {
    assert.ok(outcome.kind === "unusable");
    assert.match(outcome.error.text.what, /защита портала portal\.example не пропускает запросы программы: HTTP 403/);
    assert.match(outcome.error.text.fix!, /Вебхук менять не нужно/);
  }
});
