import assert from "node:assert/strict";
import { startClinicStand } from "./clinic_stand.ts";
import { connectTo, errorOf } from "./client.ts";

const stand = await startClinicStand();
Deno.test.beforeEach(() => stand.clear());
Deno.test.afterAll(async () => await stand[Symbol.asyncDispose]());

/** A query of so many characters that answers their number. */
const longQuery = (characters: number) => `SELECT LEN('${"ж".repeat(characters)}') AS Length`;

for (const encrypt of [false, true]) {
  const how = encrypt ? "with TLS" : "without TLS";

  Deno.test(`${how} queries of several packets arrive whole`, async () => {
    await using client = await connectTo(stand, { encrypt });
    for (const characters of [100, 1_900, 2_100, 5_000, 40_000]) {
      assert.deepEqual(await client.query(longQuery(characters)), [{ Length: characters }]);
    }
  });

  Deno.test(`${how} large results arrive whole`, async () => {
    const comment = "Длинное примечание 😀 & <b>.\r\n".repeat(2_000);
    const Receptions = Array.from({ length: 10 }, (_, index) => ({
      ID: index + 1,
      PlanStart: "2026-03-01T10:00:00",
      Comment: comment + index,
    }));
    await stand.insert({ Receptions });
    await using client = await connectTo(stand, { encrypt });
    const rows = await client.query("SELECT ID, Comment FROM Receptions ORDER BY ID");
    assert.deepEqual(rows, Receptions.map(({ ID, Comment }) => ({ ID, Comment })));
  });

  Deno.test(`${how} a wrong password is told`, async () => {
    const error = await errorOf(connectTo(stand, { encrypt, password: "wrong" }));
    assert.equal(error.message, "Login failed for user 'ident'.");
  });

  Deno.test(`${how} a query that takes too long ends, and the connection is used again`, async () => {
    await using client = await connectTo(stand, { encrypt, requestTimeout: 500 });
    await client.query("SELECT 3 AS Three");
    const error = await errorOf(client.query("WAITFOR DELAY '00:10:00'; SELECT 1 AS Never"));
    assert.equal(error.code, "ETIMEOUT");
    assert.deepEqual(await client.query("SELECT 3 AS Three"), [{ Three: 3 }]);
  });

  Deno.test(`${how} a connection that is cut in the middle of an answer is an error`, async () => {
    stand.faults.dropConnections("half", { times: 1 });
    await using client = await connectTo(stand, { encrypt });
    const error = await errorOf(client.query(longQuery(5_000)));
    assert.match(String(error.code), /ESOCKET|ECONNCLOSED|ECONNRESET|EREQUEST/);
    assert.deepEqual(await client.query("SELECT 4 AS Four"), [{ Four: 4 }]);
  });
}

Deno.test("a server that demands encryption refuses a plain client", async () => {
  await using strict = await startClinicStand({ encryption: "required" });
  assert.match((await errorOf(connectTo(strict))).message, /encrypt/i);
  await using client = await connectTo(strict, { encrypt: true });
  assert.deepEqual(await client.query("SELECT 5 AS Five"), [{ Five: 5 }]);
});

Deno.test("a server without encryption refuses a client that demands it", async () => {
  await using old = await startClinicStand({ encryption: "unsupported" });
  assert.match((await errorOf(connectTo(old, { encrypt: true }))).message, /encrypt/i);
});
