import assert from "node:assert/strict";
import fc from "fast-check";
import type { DatabaseConfig } from "../../src/config/config.ts";
import type { BrowserAnswer } from "../../src/ident/browser.ts";
import { databaseError, notReadable, reasonOf } from "../../src/ident/errors.ts";
import { isTransient } from "../../src/ident/failure.ts";
import { REASONS } from "../../src/ident/reasons.ts";
import { Secret } from "../../src/secret.ts";

const CONFIG: DatabaseConfig = {
  host: "CLINIC-PC",
  instance: undefined,
  port: 1433,
  database: "IdentDB",
  username: "ident_reader",
  password: new Secret("s3cret-password"),
  connectionTimeoutSeconds: 10,
  queryTimeoutSeconds: 60,
  encrypt: false,
  trustServerCertificate: true,
};

/** An error as mssql throws it, with what it wraps. */
function mssqlError(
  properties: Readonly<Record<string, unknown>>,
  message = "Login failed for user 'ident_reader'.",
): Error {
  return Object.assign(new Error(message), properties);
}

const login = mssqlError({ code: "ELOGIN", originalError: mssqlError({ number: 18456, code: "ELOGIN" }) });
const noDatabase = mssqlError({
  code: "ELOGIN",
  originalError: mssqlError({ number: 18456 }),
  precedingErrors: [mssqlError({ number: 4060 }, "Cannot open database")],
});
const refused = mssqlError(
  { code: "ESOCKET", originalError: mssqlError({ code: "ECONNREFUSED" }) },
  "Failed to connect",
);
const manyAddresses = mssqlError(
  { code: "ESOCKET", originalError: Object.assign(new AggregateError([mssqlError({ code: "ECONNREFUSED" })]), {}) },
  "Failed to connect to localhost:1433",
);

/** A failure to connect: the library's class tells it from one of a query. */
const connecting = (code: string, message: string, inner: Readonly<Record<string, unknown>> = { code }) =>
  mssqlError({ name: "ConnectionError", code, originalError: mssqlError(inner, message) }, message);
const tooLate = connecting("ETIMEOUT", "Failed to connect to CLINIC-PC:1433 in 10000ms");
const mustEncrypt = connecting("EENCRYPT", "Server requires encryption, set 'encrypt' config option to `true`.");
const cannotEncrypt = connecting("EENCRYPT", "Server did not negotiate encryption.");

const TOLD: [what: string, error: unknown, says: RegExp][] = [
  ["a wrong login", login, /не принял логин или пароль/],
  ["a login error without a number", mssqlError({ code: "ELOGIN" }), /не принял логин или пароль/],
  ["a database that is not there", noDatabase, /нет базы «IdentDB»/],
  ["a database that is not there, by its number alone", mssqlError({ number: 4060 }), /нет базы «IdentDB»/],
  ["a database that is not there, by the number of USE", mssqlError({ number: 911 }), /нет базы «IdentDB»/],
  ["a closed port", refused, /Не удалось соединиться с SQL Server CLINIC-PC:1433/],
  ["closed ports at several addresses", manyAddresses, /Не удалось соединиться/],
  ["a lost connection", mssqlError({ code: "ECONNCLOSED" }), /Не удалось соединиться/],
  [
    "a name that is not known",
    mssqlError({ code: "ESOCKET", originalError: mssqlError({ code: "ENOTFOUND" }) }),
    /не найден в сети/,
  ],
  [
    "a name that is not known, by the message alone",
    mssqlError({ code: "ESOCKET" }, "Failed to connect: getaddrinfo ENOTFOUND CLINIC-PC"),
    /не найден в сети/,
  ],
  ["an instance that is not found", mssqlError({ code: "EINSTLOOKUP" }), /Экземпляр SQL Server/],
  [
    "no answer in time",
    mssqlError({ code: "ETIMEOUT" }, "Timeout: Request failed to complete in 60000ms"),
    /не ответил на запрос за 60 с/,
  ],
  ["no connection in time", tooLate, /не принял подключение за 10 с/],
  ["a server that requires encryption", mustEncrypt, /только шифрованные соединения/],
  [
    "missing rights on a table",
    mssqlError({ code: "EREQUEST", number: 229 }),
    /не хватает прав на чтение базы «IdentDB»/,
  ],
  ["missing rights on a column", mssqlError({ code: "EREQUEST", number: 230 }), /не хватает прав/],
  ["no tables of IDENT", mssqlError({ code: "EREQUEST", number: 208 }), /нет таблиц IDENT/],
  [
    "a certificate that is not trusted",
    mssqlError({ code: "ESOCKET" }, "self-signed certificate"),
    /Сертификату SQL Server .* не доверяет/,
  ],
  [
    "a certificate of another host, in the words of Node.js",
    mssqlError(
      { code: "ESOCKET", originalError: mssqlError({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }) },
      "Hostname/IP does not match certificate's altnames: Host: CLINIC-PC. is not in the cert's altnames: DNS:sql.local",
    ),
    /выдан не на имя «CLINIC-PC»/,
  ],
  [
    "a certificate of another host, in the words of rustls",
    mssqlError({ code: "ESOCKET" }, "invalid peer certificate: NotValidForName"),
    /выдан не на имя «CLINIC-PC»/,
  ],
  [
    "a certificate that is out of date",
    mssqlError({ code: "ESOCKET" }, "invalid peer certificate: Expired"),
    /Срок действия сертификата/,
  ],
  [
    "another error of the server",
    mssqlError({ code: "EREQUEST", number: 8134 }),
    /не смог выполнить запрос \(ошибка 8134\)/,
  ],
  ["something else", new Error("?"), /не смог выполнить запрос\./],
  ["something that is no error", "?", /не смог выполнить запрос\./],
];

for (const [what, error, says] of TOLD) {
  Deno.test(`the user is told of ${what}, in Russian and with what to do`, () => {
    const told = databaseError(error, CONFIG);
    assert.equal(told.code, "database");
    assert.match(told.text.what, says);
    assert.ok(told.text.fix !== undefined && /[а-я]/.test(told.text.fix));
    assert.equal(told.cause, undefined);
  });
}

const ADVICE: [what: string, error: unknown, advises: RegExp, not: RegExp][] = [
  ["connection_timeout where it could not connect in time", tooLate, /connection_timeout/, /query_timeout/],
  [
    "query_timeout where a query took too long",
    mssqlError({ name: "RequestError", code: "ETIMEOUT" }),
    /query_timeout/,
    /connection_timeout/,
  ],
  ["encrypt = True to a server that requires encryption", mustEncrypt, /encrypt = True/, /False/],
];

for (const [what, error, advises, not] of ADVICE) {
  Deno.test(`the advice is ${what}`, () => {
    const { fix = "" } = databaseError(error, CONFIG).text;
    assert.match(fix, advises);
    assert.doesNotMatch(fix, not);
  });
}

const ENCRYPTING: [what: string, error: unknown, says: RegExp][] = [
  ["a server without encryption", cannotEncrypt, /не умеет шифровать/],
  [
    "a server with an older TLS, by its alert",
    connecting("ESOCKET", "Failed to connect to CLINIC-PC:1433 - received fatal alert: ProtocolVersion"),
    /не умеет TLS 1\.2/,
  ],
  [
    "a server with other ciphers",
    connecting("ESOCKET", "Failed to connect to CLINIC-PC:1433 - received fatal alert: HandshakeFailure"),
    /не умеет TLS 1\.2/,
  ],
  [
    "a server that answers with an older TLS",
    connecting("ESOCKET", "peer is incompatible: ServerDoesNotSupportTls12Or13"),
    /не умеет TLS 1\.2/,
  ],
  [
    "a server that hangs up",
    connecting("ESOCKET", "Failed to connect - socket hang up", { code: "ECONNRESET" }),
    /не умеет TLS 1\.2/,
  ],
];

for (const [what, error, says] of ENCRYPTING) {
  Deno.test(`with encrypt = True the user is told of ${what}, and that encrypt = False goes without it`, () => {
    const { message } = databaseError(error, { ...CONFIG, encrypt: true });
    assert.match(message, says);
    assert.match(message, /encrypt = False/);
  });
}

const EXPRESS = { ...CONFIG, port: undefined, instance: "SQLEXPRESS" };
const notFound = connecting("EINSTLOOKUP", "Port for SQLEXPRESS not found in CLINIC-PC");

const INSTANCES: [what: string, error: unknown, browser: BrowserAnswer | undefined, id: string, says: RegExp][] = [
  [
    "a Browser service that is silent: both ways out",
    connecting("EINSTLOOKUP", "Failed to get response from SQL Server Browser on CLINIC-PC"),
    undefined,
    "database.browser-silent",
    /«SQLEXPRESS» на CLINIC-PC[^]*«Обозреватель SQL Server»[^]*UDP 1434[^]*server = CLINIC-PC\\SQLEXPRESS,порт/,
  ],
  [
    "an instance that does not answer in time: both ways out",
    connecting("ETIMEOUT", "Failed to connect to CLINIC-PC\\SQLEXPRESS in 10000ms"),
    undefined,
    "database.instance-silent",
    /не ответил за 10 с[^]*UDP 1434[^]*server = CLINIC-PC\\SQLEXPRESS,порт/,
  ],
  [
    "an instance that the Browser service does not know: those that it knows",
    notFound,
    { kind: "unknown", others: ["IDENT", "MSSQLSERVER"] },
    "database.instance-unknown",
    /не знает[^]*IDENT, MSSQLSERVER/,
  ],
  [
    "an instance without TCP/IP: where it is switched on",
    notFound,
    { kind: "no-tcp" },
    "database.instance-without-tcp",
    /выключен протокол TCP\/IP[^]*Protocols for SQLEXPRESS/,
  ],
  [
    "an unknown host: its name",
    connecting("EINSTLOOKUP", "getaddrinfo ENOTFOUND CLINIC-PC"),
    undefined,
    "database.host-not-found",
    /Сервер «CLINIC-PC» не найден в сети/,
  ],
  [
    "a slow query: nothing of the instance",
    mssqlError({ code: "ETIMEOUT" }, "Timeout: Request failed"),
    undefined,
    "database.query-too-slow",
    /не ответил на запрос/,
  ],
];

for (const [what, error, browser, id, says] of INSTANCES) {
  Deno.test(`with an instance and no port the user is told of ${what}`, () => {
    assert.equal(reasonOf(error, EXPRESS, { browser }).id, id);
    assert.match(databaseError(error, EXPRESS, { browser }).message, says);
  });
}

Deno.test("a login of Windows is told to be one, with the words that make one of SQL Server", () => {
  const config = { ...CONFIG, username: "CLINIC\\admin", database: "Ident]DB" };
  const { text } = databaseError(login, config);
  assert.match(text.what, /«CLINIC\\admin».*Windows/);
  assert.match(
    text.fix!,
    /CREATE LOGIN ident_sync .*USE \[Ident\]\]DB\]; CREATE USER ident_sync .*db_datareader/,
  );
  assert.equal(reasonOf(mssqlError({ number: 18452 }), config).id, "database.windows-login");
  assert.equal(reasonOf(mssqlError({ number: 18452 }), CONFIG).id, "database.login-refused");
  assert.equal(reasonOf(mssqlError({ number: 4060, code: "ELOGIN" }), config).id, "database.no-such-database");
  assert.equal(reasonOf(mssqlError({ number: 229 }), config).id, "database.no-rights");
});

Deno.test("what the login cannot see is named, with both reasons that it may have", () => {
  const { message } = notReadable(["Items", "Receptions.CheckIssued"], CONFIG);
  assert.match(message, /«IdentDB».*Items, Receptions\.CheckIssued[^]*версия IDENT[^]*db_datareader/);
});

Deno.test("each reason has a name of its own, and the last one holds always", () => {
  const ids = REASONS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => /^database(\.[a-z0-9]+(-[a-z0-9]+)*)$/.test(id)));
  assert.equal(reasonOf(undefined, CONFIG).id, ids.at(-1));
});

Deno.test("without encryption nothing is said of TLS", () => {
  for (const [, error] of ENCRYPTING) {
    assert.doesNotMatch(databaseError(error, CONFIG).message, /TLS|encrypt = False/);
  }
});

/** Numbers that the server sends before its "login failed". */
const TOLD_AT_LOGIN: [number: number, says: RegExp][] = [
  [18487, /истёк срок действия пароля/],
  [18488, /требует сменить пароль/],
  [18470, /отключён/],
  [18486, /заблокирован/],
  [18401, /обновляется/],
  [17142, /приостановлен/],
  [40613, /сейчас никого не пускает \(ошибка 40613\)/],
];

for (const [number, says] of TOLD_AT_LOGIN) {
  Deno.test(`a login refused with ${number} is not called a wrong password`, () => {
    const told = databaseError(mssqlError({ code: "ELOGIN" }), CONFIG, { numbers: [number] });
    assert.match(told.text.what, says);
    assert.doesNotMatch(told.message, /не принял логин/);
  });
}

Deno.test("an instance is named where there is no port", () => {
  const told = databaseError(login, { ...CONFIG, instance: "SQLEXPRESS", port: undefined });
  assert.match(told.text.what, /CLINIC-PC\\SQLEXPRESS/);
});

const PASSING: [what: string, error: unknown, transient: boolean][] = [
  ["a deadlock", mssqlError({ number: 1205 }), true],
  ["a lost connection", mssqlError({ code: "ECONNCLOSED" }), true],
  ["a reset", mssqlError({ code: "ESOCKET", originalError: mssqlError({ code: "ECONNRESET" }) }), true],
  ["no answer in time", mssqlError({ code: "ETIMEOUT" }), true],
  ["a wrong login", login, false],
  ["missing rights", mssqlError({ code: "EREQUEST", number: 229 }), false],
  ["no table", mssqlError({ code: "EREQUEST", number: 208 }), false],
  ["something that is no error", undefined, false],
];

for (const [what, error, transient] of PASSING) {
  Deno.test(`${what} ${transient ? "may pass" : "will not pass"}`, () => assert.equal(isTransient(error), transient));
}

Deno.test("whatever is thrown, the user's text holds nothing of it and no secret", () => {
  const anything = fc.object({ key: fc.constantFrom("code", "number", "message", "originalError", "errors", "x") });
  fc.assert(fc.property(anything, (thrown) => {
    const { text } = databaseError(Object.assign(new Error("Пациент Ромашкин"), thrown), CONFIG);
    const said = Object.values(text).join(" ");
    assert.equal(/Ромашкин|s3cret-password/.test(said), false);
    assert.ok(said.length < 400);
  }));
});

Deno.test("an error that wraps itself is told all the same", () => {
  const error: Record<string, unknown> = { code: "ETIMEOUT" };
  error.cause = error;
  assert.match(databaseError(error, CONFIG).text.what, /не ответил/);
});
