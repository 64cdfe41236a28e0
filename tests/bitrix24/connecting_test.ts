import assert from "node:assert/strict";
import { notConnected } from "../../src/bitrix24/connecting.ts";
import { type Environment, proxyFor } from "../../src/bitrix24/proxy.ts";

const PROXY = { variable: "HTTPS_PROXY", host: "10.0.0.1:3128" };
const ADDRESS = "error sending request for url (https://tls-refused-dns.example/rest/1/s3cr3t/batch)";

/** What Deno 2.6.8 and 2.9.6 alike were seen to say on real sockets; the last ones are Windows' words for the same. */
const SAID: readonly (readonly [what: string, said: string, direct: RegExp, proxied?: RegExp])[] = [
  [
    "a closed port",
    "tcp connect error: Connection refused (os error 111)",
    /не принимает соединение/,
    /не отвечает прокси/,
  ],
  [
    "an unknown name",
    "dns error: failed to lookup address information: Name or service not known",
    /не найден в сети/,
    /не отвечает прокси-сервер 10\.0\.0\.1:3128 \(переменная среды HTTPS_PROXY\)/,
  ],
  ["a certificate of an unknown issuer", "invalid peer certificate: UnknownIssuer", /не доверяет его сертификату/],
  [
    "a certificate that is its own issuer",
    "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
    /не доверяет его сертификату/,
  ],
  [
    "an expired certificate",
    "invalid peer certificate: certificate expired: verification time 1795889781 (UNIX), but certificate is not valid " +
    "after 1609459200 (186430581 seconds ago)",
    /сертификата истёк/,
  ],
  [
    "a certificate of the future",
    "invalid peer certificate: certificate not valid yet: verification time 1795889781 (UNIX), but certificate is not " +
    "valid before 2208988800 (413099019 seconds in future)",
    /ещё не начался/,
  ],
  [
    "a certificate of another host",
    'invalid peer certificate: certificate not valid for name "localhost"; certificate is only valid for ' +
    'DnsName("other.example")',
    /выдан для другого адреса/,
  ],
  ["no TLS", "received corrupt message of type InvalidContentType", /не по HTTPS/],
  ["a connection that is cut while TLS begins", "tls handshake eof", /защищённое соединение/],
  ["a proxy that wants a login", "proxy authentication required", /не удалось соединиться/, /требует имя и пароль/],
  [
    "a proxy that forbids the address",
    "unsuccessful tunnel",
    /не удалось соединиться/,
    /не пропускает к нему программу/,
  ],
  [
    "a proxy that hangs up",
    "unexpected eof while tunneling",
    /не удалось соединиться/,
    /не пропускает к нему программу/,
  ],
  ["a SOCKS proxy that is dead", "Proxy server unreachable", /не удалось соединиться/, /не отвечает прокси-сервер/],
  [
    "a closed port, on Windows",
    "tcp connect error: Подключение не установлено, т.к. конечный компьютер отверг запрос на подключение. (os error 10061)",
    /не принимает соединение/,
    /не отвечает прокси/,
  ],
  ["an unknown name, on Windows", "dns error: Этот хост неизвестен. (os error 11001)", /не найден в сети/],
  ["anything else", "something new", /не удалось соединиться/],
];

for (const [what, said, direct, proxied = direct] of SAID) {
  Deno.test(`why no connection came about: ${what}`, () => {
    for (const [proxy, expected] of [[undefined, direct], [PROXY, proxied]] as const) {
      const told = notConnected(`${ADDRESS}: client error (Connect): ${said}`, { host: "portal.example", proxy });
      // A proxy that does not answer hides whether the portal would.
      if (proxy === undefined || !/tcp|dns/.test(said)) assert.match(told.reason, expected);
      else assert.match(told.reason, /не отвечает прокси/);
      assert.doesNotMatch(JSON.stringify(told), /s3cr3t|undefined/);
      for (const text of Object.values(told)) assert.doesNotMatch(text, /\n/);
    }
  });
}

Deno.test("an unknown certificate: who may be behind it, and what to do", () => {
  const { why, fix } = notConnected("client error (Connect): invalid peer certificate: UnknownIssuer", {
    host: "portal.example",
    proxy: undefined,
  });
  assert.match(why!, /Kaspersky, Dr\.Web, ESET/);
  assert.match(fix, /Добавьте portal\.example в исключения.*DENO_TLS_CA_STORE/);
});

Deno.test("NO_PROXY is told without the port: with one it exempts nothing", () => {
  for (const said of ["tcp connect error: refused", "unsuccessful tunnel"]) {
    const { fix } = notConnected(`${ADDRESS}: client error (Connect): ${said}`, {
      host: "portal.example:8443",
      proxy: PROXY,
    });
    assert.match(fix, /NO_PROXY/);
    assert.match(fix.replace("Разрешите на прокси-сервере адрес portal.example:8443", ""), /portal\.example/);
    assert.doesNotMatch(fix.replace("Разрешите на прокси-сервере адрес portal.example:8443", ""), /8443/);
  }
});

const TO_PORTAL = "https://portal.example/rest/1/s3cr3t/";
const DEAD = "http://user:pa55word@10.0.0.1:3128";

const ENVIRONMENTS: readonly (readonly [
  what: string,
  environment: Readonly<Record<string, string>>,
  proxy: readonly [variable: string, host: string | undefined] | undefined,
])[] = [
  ["nothing", {}, undefined],
  ["HTTPS_PROXY", { HTTPS_PROXY: DEAD }, ["HTTPS_PROXY", "10.0.0.1:3128"]],
  ["https_proxy", { https_proxy: DEAD }, ["https_proxy", "10.0.0.1:3128"]],
  ["HTTP_PROXY alone", { HTTP_PROXY: DEAD }, undefined],
  ["ALL_PROXY before HTTPS_PROXY", { ALL_PROXY: "http://all:1", HTTPS_PROXY: DEAD }, ["ALL_PROXY", "all:1"]],
  ["an empty one before a full one", { HTTPS_PROXY: "", https_proxy: DEAD }, ["https_proxy", "10.0.0.1:3128"]],
  ["another scheme", { HTTPS_PROXY: "ftp://x", https_proxy: DEAD }, ["https_proxy", "10.0.0.1:3128"]],
  ["no scheme", { HTTPS_PROXY: "10.0.0.1:3128" }, ["HTTPS_PROXY", "10.0.0.1:3128"]],
  ["no scheme, but a password", { HTTPS_PROXY: "user:pa55word@10.0.0.1:3128" }, ["HTTPS_PROXY", "10.0.0.1:3128"]],
  ["no address", { HTTPS_PROXY: "not a url %%" }, ["HTTPS_PROXY", undefined]],
  ["NO_PROXY with the host", { HTTPS_PROXY: DEAD, NO_PROXY: "a.b, portal.example" }, undefined],
  ["NO_PROXY with its domain", { HTTPS_PROXY: DEAD, NO_PROXY: "example" }, undefined],
  ["NO_PROXY with its domain and a dot", { HTTPS_PROXY: DEAD, no_proxy: ".example" }, undefined],
  ["NO_PROXY with all", { HTTPS_PROXY: DEAD, NO_PROXY: "*" }, undefined],
  ["NO_PROXY with a part of the name", { HTTPS_PROXY: DEAD, NO_PROXY: "ortal.example" }, [
    "HTTPS_PROXY",
    "10.0.0.1:3128",
  ]],
];

for (const [what, variables, proxy] of ENVIRONMENTS) {
  Deno.test(`the proxy is the one that fetch was seen to choose: ${what}`, () => {
    const environment: Environment = (name) => variables[name];
    const found = proxyFor(new URL(TO_PORTAL), environment);
    assert.deepEqual(found && [found.variable, found.host], proxy);
    assert.doesNotMatch(JSON.stringify(found) ?? "", /pa55word/);
  });
}
