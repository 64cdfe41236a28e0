import assert from "node:assert/strict";
import fc from "fast-check";
import { TlsFlights } from "./tls_flight.ts";

const record = (
  type: number,
  ...body: readonly number[]
) => [type, 3, 3, body.length >> 8, body.length & 0xff, ...body];
const message = (type: number, length: number) => [type, 0, 0, length, ...Array<number>(length).fill(7)];

const HELLO = [
  ...record(22, ...message(2, 40), ...message(11, 200)),
  ...record(22, ...message(12, 30), ...message(14, 0)),
];
const FINISHED = [...record(22, ...message(4, 50)), ...record(20, 1), ...record(22, ...Array<number>(40).fill(9))];
const APPLICATION = record(23, 1, 2, 3);

Deno.test("flights end where the server waits, wherever the bytes are cut", () => {
  const all = Uint8Array.from([...HELLO, ...FINISHED, ...APPLICATION]);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: all.length }), { maxLength: 8 }), (cuts) => {
    const flights = new TlsFlights();
    const taken: number[][] = [];
    const edges = [0, ...[...cuts].sort((a, b) => a - b), all.length];
    for (let index = 1; index < edges.length; index++) {
      flights.add(all.subarray(edges[index - 1], edges[index]));
      while (!flights.over) {
        const flight = flights.takeFlight();
        if (flight === undefined) break;
        taken.push([...flight]);
      }
    }
    assert.deepEqual(taken, [HELLO, FINISHED]);
    assert.ok(flights.over);
    assert.deepEqual([...flights.takeAll()], APPLICATION);
  }));
});

Deno.test("an alert is a flight of its own", () => {
  const flights = new TlsFlights();
  flights.add(Uint8Array.from(record(21, 2, 40)));
  assert.deepEqual([...flights.takeFlight() ?? []], record(21, 2, 40));
  assert.ok(!flights.over && flights.isEmpty);
});
