import assert from "node:assert/strict";
import { secretsOf } from "../../src/config/secret_values.ts";
import { CODE, configWith, encrypted, failureOf, PASSWORD, textWith } from "./minimal.ts";

const FULL = `https://portal.bitrix24.ru/rest/1/${CODE}/`;

const ADDRESSES: [url: string, token: string, webhook: string, host?: string][] = [
  [FULL, "", FULL],
  [`https://portal.bitrix24.ru/rest/1/${CODE}`, "", FULL],
  [`https://portal.bitrix24.ru/rest/1/${CODE}/profile.json`, "", FULL],
  [`https://portal.bitrix24.ru/rest/1/${CODE}/crm.deal.list/`, "", FULL],
  [`HTTPS://Portal.Bitrix24.ru/rest/1/${CODE}/`, "", FULL],
  [FULL, CODE, FULL],
  ["https://portal.bitrix24.ru/rest/1/", CODE, FULL],
  ["https://portal.bitrix24.ru/rest/1", CODE, FULL],
  ["https://portal.bitrix24.ru/rest/1/", encrypted(CODE), FULL],
  [`https://portal.bitrix24.ru/rest/1/${encrypted(CODE)}/`, "", FULL],
  [`https://portal.bitrix24.ru/rest/1/${encrypted(CODE)}`, CODE, FULL],
  [`http://127.0.0.1:8080/rest/7/${CODE}/`, "", `http://127.0.0.1:8080/rest/7/${CODE}/`, "127.0.0.1:8080"],
  [`http://localhost/rest/7/${CODE}/`, "", `http://localhost/rest/7/${CODE}/`, "localhost"],
  [`http://[::1]:81/rest/7/${CODE}/`, "", `http://[::1]:81/rest/7/${CODE}/`, "[::1]:81"],
];
for (const [url, token, webhook, host = "portal.bitrix24.ru"] of ADDRESSES) {
  Deno.test(`webhook_url ${url} with token «${token}» is the webhook of ${host}`, () => {
    const { portal } = configWith({ "Bitrix24.webhook_url": url, "Bitrix24.token": token });
    assert.equal(portal.webhook.reveal(), webhook);
    assert.equal(portal.host, host);
  });
}

const SPARE: [what: string, token: string, differs: boolean][] = [
  ["is the same", CODE, false],
  ["is the same, encrypted", encrypted(CODE), false],
  ["is another", "another0code", true],
  ["is another, encrypted", encrypted("another0code"), true],
  ["is another user's", "DPAPI:FF", true],
  ["is a sample", "ВАШ_ТОКЕН", true],
  ["has a comment after it", `${CODE}   # токен`, true],
];
for (const [what, token, differs] of SPARE) {
  for (const url of [FULL, `https://portal.bitrix24.ru/rest/1/${encrypted(CODE)}/`]) {
    Deno.test(`a token that ${what} decides nothing beside ${url}, and is ${differs ? "told" : "not told"}`, () => {
      const config = configWith({ "Bitrix24.webhook_url": url, "Bitrix24.token": token });
      assert.equal(config.portal.webhook.reveal(), FULL);
      assert.equal(config.tokenDiffers, differs);
    });
  }
}

const WRONG: [url: string, token: string, message: RegExp][] = [
  [`http://portal.bitrix24.ru/rest/1/${CODE}/`, "", /должен начинаться с https/],
  [`http://127.0.0.1.evil.ru/rest/1/${CODE}/`, "", /должен начинаться с https/],
  [`http://127.0.0.1@evil.ru/rest/1/${CODE}/`, "", /нужен адрес вида/],
  [`ftp://portal.bitrix24.ru/rest/1/${CODE}/`, "", /нужен адрес вида/],
  [`portal.bitrix24.ru/rest/1/${CODE}/`, "", /должен начинаться с https/],
  ["https://portal.bitrix24.ru/", CODE, /нет \/rest\//],
  [`https://portal.bitrix24.ru/${CODE}/`, "", /нет \/rest\//],
  [`https://portal.bitrix24.ru/rest/${CODE}/`, "", /нужен адрес вида/],
  [`https://portal.bitrix24.ru/rest/1/${CODE}/?x=1`, "", /нужен адрес вида/],
  [`https://portal.bitrix24.ru/rest/1/${CODE}/a/b`, "", /нужен адрес вида/],
  [`https://portal.bitrix24.ru/rest/1/${CODE}/a b/`, "", /стоит лишнее/],
  [`"${FULL}"`, "", /уберите кавычки/],
  ["https://portal.bitrix24.ru/rest/1/", "", /нет кода вебхука/],
  ["https://portal.bitrix24.ru/rest/1/", "ко д", /код вебхука|оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/ВАШ_ТОКЕН", "", /оставлен образец/],
  ["https://ваш-домен.bitrix24.ru/rest/1/abc/", "", /вместо адреса портала оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/", "ВАШ_ТОКЕН", /\[Bitrix24\] token.*оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/", "xxxxxxxxxx", /\[Bitrix24\] token.*оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/xxxxxxxxxx/", "", /оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/your_webhook_code/", "", /оставлен образец/],
  ["https://portal.bitrix24.ru/rest/1/DPAPI:ABC/", "", /зашифрованное значение испорчено/],
  [`https://portal.bitrix24.ru/rest/1/${encrypted("a/b")}/`, "", /\[Bitrix24\] webhook_url: код вебхука состоит/],
];
for (const [url, token, message] of WRONG) {
  Deno.test(`webhook_url ${url} with token «${token}» is refused, and the secret is not shown`, () => {
    const error = failureOf(textWith({ "Bitrix24.webhook_url": url, "Bitrix24.token": token }));
    assert.equal(error.code, "config");
    assert.match(error.text.what, message);
    for (const secret of [CODE, "another0code", PASSWORD]) assert.ok(!error.message.includes(secret), error.message);
  });
}

Deno.test("everything that must not be shown is known to the caller", () => {
  const secrets = secretsOf(configWith({ "Notifications.smtp_password": "mail-secret" }));
  assert.deepEqual(secrets, [PASSWORD, FULL, CODE, "mail-secret"]);
});

Deno.test("what has no value is not among it: an empty text would be masked everywhere", () => {
  assert.deepEqual(secretsOf(configWith({ "Notifications.smtp_password": "" })), [PASSWORD, FULL, CODE]);
});
