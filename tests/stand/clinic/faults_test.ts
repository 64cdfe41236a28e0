import assert from "node:assert/strict";
import { startClinicStand } from "./clinic_stand.ts";
import { connectTo, errorOf } from "./client.ts";

const stand = await startClinicStand();
Deno.test.beforeEach(() => stand.clear());
Deno.test.afterAll(async () => await stand[Symbol.asyncDispose]());

const ONE = "SELECT 1 AS One";

Deno.test("the next queries fail with the number asked for, then they are answered again", async () => {
  await using client = await connectTo(stand);
  stand.faults.failQueries({ number: 1205 }, { times: 2 });
  for (let time = 0; time < 2; time++) {
    const error = await errorOf(client.query(ONE));
    assert.deepEqual([error.number, error.class, error.code], [1205, 13, "EREQUEST"]);
    assert.match(error.message, /deadlock victim/);
  }
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
  assert.equal(stand.queries.length, 3);
});

Deno.test("a fault can be for some queries only", async () => {
  await using client = await connectTo(stand);
  stand.faults.failQueries({ number: 229 }, { matching: /Receptions/ });
  assert.equal((await errorOf(client.query("SELECT ID FROM Receptions"))).number, 229);
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
  stand.faults.clear();
  assert.deepEqual(await client.query("SELECT ID FROM Receptions"), []);
});

Deno.test("an error of severity 20 is told and closes the connection", async () => {
  await using client = await connectTo(stand);
  stand.faults.failQueries({ number: 40501 }, { times: 1 });
  const error = await errorOf(client.query(ONE));
  assert.ok(error.number === 40501 || /ESOCKET|ECONNCLOSED/.test(String(error.code)), `${error.code} ${error.message}`);
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
});

Deno.test("a query that hangs ends by the client's timeout, and its connection goes on", async () => {
  await using client = await connectTo(stand, { requestTimeout: 500 });
  await client.query(ONE);
  stand.faults.hangQueries({ times: 1 });
  const error = await errorOf(client.query(ONE));
  assert.equal(error.code, "ETIMEOUT");
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
});

Deno.test("a query that hangs ends when it is cancelled", async () => {
  await using client = await connectTo(stand);
  stand.faults.hangQueries({ times: 1 });
  const request = client.pool.request();
  const failure = errorOf(request.query(ONE));
  while (stand.queries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  request.cancel();
  assert.equal((await failure).code, "ECANCEL");
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
});

Deno.test("a query that hangs is answered once the faults are cleared", async () => {
  await using client = await connectTo(stand);
  stand.faults.hangQueries();
  const answer = client.query(ONE);
  while (stand.queries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stand.faults.clear();
  assert.deepEqual(await answer, [{ One: 1 }]);
});

Deno.test("while one query hangs, others log in and are answered", async () => {
  await using hanging = await connectTo(stand, { requestTimeout: 400 });
  stand.faults.hangQueries({ matching: /Forever/ });
  const failure = errorOf(hanging.query("SELECT 1 AS Forever"));
  await using other = await connectTo(stand);
  assert.deepEqual(await other.query(ONE), [{ One: 1 }]);
  const failure2 = errorOf(hanging.query("WAITFOR DELAY '01:00'"));
  assert.deepEqual(await other.query(ONE), [{ One: 1 }]);
  assert.deepEqual([(await failure).code, (await failure2).code], ["ETIMEOUT", "ETIMEOUT"]);
});

Deno.test("a stand ends although a query of a client hangs", async () => {
  const short = await startClinicStand();
  const client = await connectTo(short);
  short.faults.hangQueries();
  const failure = errorOf(client.query(ONE));
  while (short.queries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await short[Symbol.asyncDispose]();
  assert.match(String((await failure).code), /ESOCKET|ECONNCLOSED|ECONNRESET|EREQUEST/);
  await client[Symbol.asyncDispose]();
});

for (const sent of ["nothing", "half"] as const) {
  Deno.test(`the connection can be cut with ${sent} of the answer sent`, async () => {
    await stand.insert({ Persons: Array.from({ length: 500 }, (_, index) => ({ ID: index, Surname: "Тестов" })) });
    await using client = await connectTo(stand);
    stand.faults.dropConnections(sent, { times: 1 });
    const error = await errorOf(client.query("SELECT * FROM Persons"));
    assert.match(String(error.code), /ESOCKET|ECONNCLOSED|ECONNRESET|EREQUEST/);
    assert.equal((await client.query("SELECT * FROM Persons")).length, 500);
  });
}

Deno.test("answers can be delayed", async () => {
  await using client = await connectTo(stand);
  await client.query(ONE);
  stand.faults.delayAnswers(120);
  const start = performance.now();
  assert.deepEqual(await client.query(ONE), [{ One: 1 }]);
  assert.ok(performance.now() - start >= 115);
});

Deno.test("WAITFOR DELAY waits", async () => {
  await using client = await connectTo(stand);
  const start = performance.now();
  assert.deepEqual(await client.query("WAITFOR DELAY '00:00:00.100'; SELECT 1 AS One"), [{ One: 1 }]);
  assert.ok(performance.now() - start >= 95);
});
