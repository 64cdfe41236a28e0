/** Which failures of the database are worth another try. */
import assert from "node:assert/strict";
import { isAboutColumns, isTransient, isTransientLogin } from "../../src/ident/failure.ts";

const QUERIES: [what: string, error: unknown, passes: boolean][] = [
  ["a deadlock", { code: "EREQUEST", number: 1205 }, true],
  ["a deadlock below another error", { code: "EREQUEST", cause: { number: 1205 } }, true],
  ["a connection that was cut", { code: "ECONNRESET" }, true],
  ["no answer in time", { code: "ETIMEOUT" }, true],
  ["a column that is not there", { code: "EREQUEST", number: 207 }, false],
  ["anything else", new Error("x"), false],
];

for (const [what, error, passes] of QUERIES) {
  Deno.test(`a query that failed by ${what} is ${passes ? "worth" : "not worth"} another try`, () =>
    assert.equal(isTransient(error), passes));
}

const LOGINS: [what: string, error: unknown, told: number[], passes: boolean][] = [
  ["the server cut the connection", { code: "ECONNRESET" }, [], true],
  ["the server says that it is only starting", { code: "ELOGIN" }, [18401], true],
  ["the server refused the login and cut the connection", { code: "ECONNRESET" }, [18456], false],
  ["the server refused the login", { code: "ELOGIN", number: 18456 }, [], false],
  ["there is no server", { code: "ECONNREFUSED" }, [], false],
];

for (const [what, error, told, passes] of LOGINS) {
  Deno.test(`a login is ${passes ? "worth" : "not worth"} another try where ${what}`, () =>
    assert.equal(isTransientLogin(error, told), passes));
}

Deno.test("a query fails because of what it reads where a column or table is missing or may not be read", () => {
  for (const number of [207, 208, 229, 230]) assert.equal(isAboutColumns({ number }), true);
  for (const error of [{ number: 1205 }, { code: "ETIMEOUT" }]) assert.equal(isAboutColumns(error), false);
});
