import assert from "node:assert/strict";
import { startClinicStand } from "./clinic_stand.ts";
import { connectTo, errorOf } from "./client.ts";

const stand = await startClinicStand({ password: 'Пароль №1 "&<;{}' });
Deno.test.beforeEach(() => stand.clear());
Deno.test.afterAll(async () => await stand[Symbol.asyncDispose]());

Deno.test("a client with the right user, password and database is let in", async () => {
  await using client = await connectTo(stand);
  assert.deepEqual(await client.query("SELECT DB_NAME() AS Db, 1 AS One"), [{ Db: "IDENT", One: 1 }]);
});

Deno.test("without a database name the login's own database is opened", async () => {
  await using client = await connectTo(stand, { database: "" });
  assert.deepEqual(await client.query("SELECT DB_NAME() AS Db"), [{ Db: "IDENT" }]);
});

Deno.test("a wrong password and an unknown user are error 18456 of class 14", async () => {
  for (const settings of [{ password: "wrong" }, { user: "nobody" }, { password: stand.password.toLowerCase() }]) {
    const error = await errorOf(connectTo(stand, settings));
    assert.equal(error.code, "ELOGIN");
    assert.equal(error.message, `Login failed for user '${settings.user ?? "ident"}'.`);
    assert.equal(error.originalError?.info?.number ?? 18456, 18456);
  }
});

Deno.test("an unknown database is error 4060 before 18456", async () => {
  const error = await errorOf(connectTo(stand, { database: "Other" }));
  assert.equal(error.code, "ELOGIN");
  assert.match(error.message, /Login failed for user 'ident'|Cannot open database "Other" requested by the login/);
});

Deno.test("logins can be refused with an error of choice, for a number of times", async () => {
  stand.faults.refuseLogins({ number: 18470 }, 1);
  assert.match((await errorOf(connectTo(stand))).message, /account is disabled/);
  await using client = await connectTo(stand);
  assert.equal((await client.query("SELECT 2 AS Two"))[0].Two, 2);
});

Deno.test("open connections are counted, and a closed pool leaves none", async () => {
  const before = stand.connections.total;
  {
    await using client = await connectTo(stand);
    await client.query("SELECT 1 AS One");
    assert.ok(stand.connections.open >= 1);
    assert.ok(stand.connections.total > before);
  }
  const end = performance.now() + 10_000;
  while (stand.connections.open > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(stand.connections.open, 0);
});

Deno.test("a stand that has ended refuses connections", async () => {
  const other = await startClinicStand();
  await other[Symbol.asyncDispose]();
  const error = await errorOf(connectTo(other));
  assert.equal(error.code, "ESOCKET");
});

Deno.test("what is not TDS is hung up on", async () => {
  using connection = await Deno.connect({ hostname: stand.host, port: stand.port });
  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await connection.closeWrite();
  assert.equal(await connection.read(new Uint8Array(10)), null);
});
