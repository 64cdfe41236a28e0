import assert from "node:assert/strict";
import { isSample, isSampleCode, isSampleHost } from "../../src/config/sample.ts";

const SAMPLES = [
  "ВАШ_SQL_SERVER",
  "ВАШ_ПАРОЛЬ_НЕЗАШИФРОВАННЫЙ",
  "ВАША_ПОЧТА",
  "your_password_here",
  "YOUR_SQL_SERVER",
  "your-token",
  "xxxxxxxxxx",
];
const REAL = [
  "вашдантист",
  "Ваш доктор",
  "yoursmile",
  "your_dentist",
  "your",
  "xxx",
  "x1xxxxx",
  "ident_reader",
  "портал",
];

const SAMPLE_HOSTS = [
  "портал.bitrix24.ru",
  "ваш-домен.bitrix24.ru",
  "ВАШ-ПОРТАЛ.bitrix24.ru",
  "ваш-домен.рф",
  "your-portal.bitrix24.ru",
  "yourdomain.bitrix24.com",
  "your-domain.ru",
  "xxxxxxxxxx.bitrix24.ru",
];
const REAL_HOSTS = [
  "портал.клиника-улыбка.рф",
  "портал.рф",
  "вашдантист.рф",
  "ваш-дантист.рф",
  "crm.ваш-домен-зубов.рф",
  "yoursmile.bitrix24.ru",
  "your-smile.bitrix24.ru",
  "yourdomain-dent.bitrix24.ru",
  "portal.bitrix24.ru",
  "xxx.bitrix24.ru",
];

Deno.test("what stands in the samples of this and both former programs is known as a sample, a real value is not", () => {
  assert.deepEqual(SAMPLES.filter((value) => !isSample(value)), []);
  assert.deepEqual(REAL.filter(isSample), []);
});

Deno.test("a sample's address is known, a real one that begins alike is not", () => {
  assert.deepEqual(SAMPLE_HOSTS.filter((host) => !isSampleHost(host)), []);
  assert.deepEqual(REAL_HOSTS.filter(isSampleHost), []);
});

Deno.test("a sample's code is known", () => {
  const codes = ["ВАШ_ТОКЕН", "код", "xxxxxxxxxx", "your_token_here"];
  assert.deepEqual(codes.filter((code) => !isSampleCode(code)), []);
  assert.deepEqual(["a1b2c3d4e5f6g7h8", "yourtoken1"].filter(isSampleCode), []);
});
