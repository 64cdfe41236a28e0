/**
 * A write leaves this machine once: counted below every HTTP client, whatever becomes of the connection, wherever it
 * breaks. First the transport alone, then the whole program.
 */
import assert from "node:assert/strict";
import { createPost } from "../../src/bitrix24/transport.ts";
import { Secret } from "../../src/secret.ts";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { type Act, type FaultProxy, type RequestMoment, startFaultProxy } from "../stand/fault_proxy.ts";
import { type Cut, type End, PLACES, startCuttingGateway } from "./cutting_gateway.ts";
import { assertHolds, assertOneEach, holdings } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

/** Long enough that nothing but a stall runs into it, on a busy machine as well. */
const TIMEOUT_MS = 2_000;
/** How many requests are struck at a time. */
const LANES = 16;
const BODY = JSON.stringify({ cmd: { w0: `crm.deal.add?fields[TITLE]=${"Я".repeat(3_000)}` } });
const ENDS: readonly End[] = ["close", "reset", "stall"];

/** One way in which a request is struck, from its first byte on. */
interface Strike {
  readonly name: string;
  readonly cut?: Cut;
  readonly moment?: RequestMoment;
  /** Of the client's bytes. */
  readonly bytes?: number;
  readonly act?: Act;
}

const STRIKES: readonly Strike[] = ENDS.flatMap((end): Strike[] => [
  ...(["before", "in body", "after request"] as const).map((moment) => ({
    name: `${moment}, ${end}`,
    moment,
    act: end,
  })),
  // The request line, the headers, the end of the head, the chunk's length, the body.
  ...[1, 12, 80, 200, 260, 2_000].map((bytes) => ({ name: `byte ${bytes} of the request, ${end}`, bytes, act: end })),
  ...PLACES.map((place) => ({ name: `${place}, ${end}`, cut: { place, end } })),
]);

interface Line extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly address: Secret;
  strike(strike: Strike): void;
}

/** A proxy that counts, and a gateway that answers. */
async function openLine(refuseChunked: boolean): Promise<Line> {
  let cut: Cut | undefined;
  const gateway = await startCuttingGateway({
    answer: () => Promise.resolve({ status: 200, body: JSON.stringify({ result: { result: { w0: 7 } } }) }),
    cut: () => cut,
    refuseChunked,
  });
  const proxy = await startFaultProxy({ targetPort: gateway.port });
  return {
    proxy,
    address: new Secret(`http://127.0.0.1:${proxy.port}/rest/1/secret/`),
    strike({ moment, bytes, act, cut: ordered }) {
      cut = ordered;
      if (moment !== undefined) proxy.onRequest({ when: moment, act: act! });
      if (bytes !== undefined) proxy.onConnection({ act: act!, after: { from: "client", bytes } });
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

for (const refuseChunked of [false, true]) {
  const how = refuseChunked ? ", also with its length told (a server that refuses chunks)" : "";
  Deno.test(`a request leaves once and is told as lost, wherever the connection breaks${how}`, async () => {
    const one = async (strike: Strike): Promise<void> => {
      await using line = await openLine(refuseChunked);
      using transport = createPost(TIMEOUT_MS, "test");
      const { post } = transport;
      // The first one meets the refusal, and leaves a connection that could be kept.
      assert.equal((await post(line.address, "batch", BODY)).kind, "answered", strike.name);
      const before = line.proxy.connections.length;
      line.strike(strike);
      const answer = await post(line.address, "batch", BODY);
      // An answer whose end alone is missing may be taken as whole, or not; it is complete.
      if (strike.cut?.place !== "before the last chunk" && strike.cut?.place !== "in the last chunk") {
        assert.equal(answer.kind, "lost", strike.name);
      }
      // A repetition by the HTTP client itself follows at once.
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(line.proxy.connections.length - before, 1, `${strike.name}: connections`);
      assert.ok(line.proxy.arrivals.length <= before + 1, `${strike.name}: arrivals`);
    };
    const waiting = [...STRIKES];
    const lane = async () => {
      for (let strike = waiting.pop(); strike !== undefined; strike = waiting.pop()) await one(strike);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });
}

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const RECEPTIONS = ["F1_501", "F1_502", "F1_503"];

async function threeReceptions(): Promise<void> {
  await clinic.clear();
  const day = new ClinicDay();
  for (const ID of [501, 502, 503]) {
    day.reception(day.patient(`Пробин Пётр${ID}`, `8900000${1000 + ID}`), "2026-03-02T09:00:00", { ID });
  }
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

/** What the first run sends: stages and fields, the keys on the portal, a look-up, the contacts, the deals. */
const [CONTACTS, DEALS] = [4, 5];

/** Runs until the queue is empty, at most some hours of the site's clock. */
async function runUntilQuiet({ run, clock, pc }: Site): Promise<void> {
  for (let hours = 0; hours < 5; hours++) {
    clock.pass(3_600_000);
    const { code } = await run(["once"]);
    if (code === 0 && (await pc.json("queue.json")).items.length === 0) return;
  }
}

for (const refuseChunked of [false, true]) {
  Deno.test(`each write of a run leaves once, and is made up for after settling${refuseChunked ? " (411)" : ""}`, async () => {
    await threeReceptions();
    await using untouched = await openSite(clinic);
    await untouched.run(["once"]);
    assert.equal(untouched.proxy.arrivals.length, DEALS);
    const expected = holdings(untouched.portal);

    const ANSWER = [0, 5, 30, 120, 300].map((answerBytes) => ({ answerBytes }));
    const moments: readonly RequestMoment[] = ["before", "in body", "after request", ...ANSWER];
    const cells = moments.flatMap((when) =>
      ENDS.flatMap((act) => [CONTACTS, DEALS].map((struck) => ({ when, act, struck })))
    );
    const one = async ({ when, act, struck }: (typeof cells)[number]): Promise<void> => {
      const about = `request ${struck}, ${JSON.stringify(when)}, ${act}`;
      await using site = await openSite(clinic, { Bitrix24: { request_timeout: 5 } });
      site.portal.settings.refuseChunked = refuseChunked;
      // The very first request is refused, and sent again with its length.
      const more = refuseChunked ? 1 : 0;
      site.proxy.onRequest({ when, act, nth: struck + more });
      assert.equal((await site.run(["once"])).code, 1, about);
      assert.equal(site.proxy.arrivals.length, struck + more, about);
      await runUntilQuiet(site);
      assertOneEach(site.portal, RECEPTIONS, about);
      assertHolds(site.portal, expected, about);
      assert.deepEqual(site.portal.mistakes, [], about);
    };
    await Promise.all(cells.map(one));
  });
}
