/**
 * Every fault at every moment of a write: whatever happens to it, after the next runs each reception has one deal, each
 * patient one contact, and all that they show is right.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import type { RequestMoment } from "../stand/fault_proxy.ts";
import type { PortalStand } from "../stand/portal/stand.ts";
import { assertHolds, assertOneEach, holdings } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

const MOMENTS = ["before sending", "in the body", "after it was applied", "in the answer"] as const;
type Moment = (typeof MOMENTS)[number];

/** In the proxy's words. The answer's head has some 180 bytes. */
const AT: Readonly<Record<Moment, RequestMoment>> = {
  "before sending": "before",
  "in the body": "in body",
  "after it was applied": "after request",
  "in the answer": { answerBytes: 250 },
};

/** Strikes the `nth` write request of a site. */
type Strike = (site: Site, moment: Moment, nth: number) => void;

/**
 * A write leaves as soon as the queue file says that it is on its way, and not before: the proxy, which knows heads only,
 * tells a write from a look-up by that.
 */
function isWrite({ pc, clock }: Site): boolean {
  try {
    const { items } = JSON.parse(Deno.readTextFileSync(pc.path("queue.json")));
    return items.some(({ sent_at }: { sent_at: string | null }) => Date.parse(sent_at ?? "") > clock.now());
  } catch {
    return false;
  }
}

/** The connection breaks, or says nothing more. */
const broken = (act: "close" | "reset" | "stall", answerBytes: number): Strike => (site, moment, nth) => {
  site.proxy.onRequest({
    when: moment === "in the answer" ? { answerBytes } : AT[moment],
    act,
    nth,
    matches: () => isWrite(site),
  });
};

/** Something else answers in the portal's place: before it has seen the request, or after its work. */
const page = (status: number, body: unknown): Strike => (site, moment, nth) => {
  let writes = 0;
  const cut = moment === "in the answer";
  site.proxy.onRequest({
    // A gateway takes in the whole request, however slowly it comes, before it answers.
    when: cut ? { answerBytes: 150 } : moment === "in the body" ? "in body" : "before",
    act: cut ? "close" : moment === "in the body" ? 20 : 0,
    nth,
    matches: () => {
      if (!isWrite(site)) return false;
      const applied = cut || moment === "after it was applied";
      if (++writes === nth) {
        site.portal.faults.request({ kind: "answer", status, body, moment: applied ? "after" : "before" });
      }
      return true;
    },
  });
};

/** Nobody listens, from the write's first attempt until its last one is over. */
const refused: Strike = ({ proxy, clock, ...site }, _moment, nth) => {
  let writes = 0;
  const before = clock.onWait;
  clock.onWait = async (milliseconds, until) => {
    await before(milliseconds, until);
    if (milliseconds === 0 && isWrite({ proxy, clock, ...site }) && ++writes === nth) await proxy.down();
    if (milliseconds >= LONG_MS) await proxy.up();
  };
};

const HTML = "<html><head><title>Bad Gateway</title></head><body>nginx</body></html>";

interface Fault {
  readonly name: string;
  readonly strike: Strike;
  /** Why the fault cannot strike at a moment. */
  readonly senseless?: Partial<Record<Moment, string>>;
}

const FAULTS: readonly Fault[] = [
  { name: "FIN", strike: broken("close", 0) },
  { name: "RST", strike: broken("reset", 20) },
  {
    name: "cut answer",
    strike: broken("close", 250),
    senseless: {
      "before sending": "there is no answer yet",
      "in the body": "there is no answer yet",
    },
  },
  { name: "502 html", strike: page(502, HTML) },
  { name: "504 html", strike: page(504, HTML) },
  { name: "500 json", strike: page(500, { error: "INTERNAL_SERVER_ERROR", error_description: "" }) },
  { name: "200 html", strike: page(200, HTML) },
  { name: "timeout", strike: broken("stall", 250) },
  {
    name: "refused",
    strike: refused,
    senseless: {
      "in the body": "the connection is open",
      "after it was applied": "the connection is open",
      "in the answer": "the connection is open",
    },
  },
];

/** Shorter waits are those of one cycle. */
const LONG_MS = 60_000;
/** In so many cycles all must be quiet. */
const MOST_CYCLES = 14;
/** How many cells are worked on at a time. */
const LANES = 12;
const RECEPTIONS = ["F1_501", "F1_502", "F1_503", "F1_504", "F1_505"];

/** Two receptions of a new patient, one of a known one, one with a manager's deal, one from a lead. */
async function everyKindOfReception(): Promise<void> {
  const day = new ClinicDay();
  const added = "2026-03-02T09:00:00";
  const twice = day.patient("Новикова Анна Петровна", "89000001111");
  day.reception(twice, added, { ID: 501 });
  day.reception(twice, added, { ID: 502, Comment: "вторая запись" });
  day.reception(day.patient("Знаков Пётр", "89000002222"), added, { ID: 503 });
  day.reception(day.patient("Сделкин Иван", "89000003333"), added, { ID: 504 });
  day.reception(day.patient("Лидов Олег", "89000004444"), added, { ID: 505 });
  await clinic.insert(day.take());
  clinic.setClock("2026-03-02T10:00:00");
}

function knownPeople({ contacts, deals, leads }: PortalStand): void {
  contacts.add({ NAME: "Пётр", LAST_NAME: "Знаков", PHONE: ["+79000002222"] });
  const contact = contacts.add({ NAME: "Иван", LAST_NAME: "Сделкин", PHONE: ["+79000003333"] });
  deals.add({ TITLE: "Звонок", CONTACT_ID: contact.ID, STAGE_ID: "NEW" });
  leads.add({ TITLE: "С сайта", NAME: "Олег", PHONE: ["89000004444"] });
}

async function openKnown(): Promise<Site> {
  const settings = { Bitrix24: { request_timeout: 5 }, Sync: { interval_minutes: 30 } };
  const site = await openSite(clinic, settings);
  // The stand's bucket does not know a clock that jumps.
  site.portal.settings.rate = undefined;
  knownPeople(site.portal);
  return site;
}

const isQuiet = async ({ pc }: Site) => ((await pc.json("queue.json"))?.items ?? [0]).length === 0;

/** Runs of `once`, half an hour apart. Returns how many it took. */
async function byOnce(site: Site): Promise<number> {
  for (let runs = 1; runs <= MOST_CYCLES; runs++) {
    const { code } = await site.run(["once"]);
    if (code === 0 && await isQuiet(site)) return runs;
    await site.clock.sleep(30 * 60_000);
  }
  return Infinity;
}

/** One `run`, stopped when all is quiet. Returns how many cycles it took. */
async function byRun(site: Site): Promise<number> {
  const stop = new AbortController();
  let cycles = 0;
  let failed = false;
  const before = site.clock.onWait;
  site.clock.onWait = async (milliseconds, until) => {
    await before(milliseconds, until);
    if (milliseconds < LONG_MS) return;
    cycles++;
    if ((!failed && await isQuiet(site)) || cycles === MOST_CYCLES) stop.abort();
    failed = false;
  };
  const err = { isTerminal: false, write: () => void (failed = true) };
  assert.equal((await site.run(["run"], { stop: stop.signal, err })).code, 130);
  return await isQuiet(site) ? cycles : Infinity;
}

const COMMANDS = { once: byOnce, run: byRun } as const;
type Command = keyof typeof COMMANDS;

interface Cell {
  readonly fault: Fault;
  readonly moment: Moment;
  readonly command: Command;
}

/** Works one cell out: the first write and the third are struck. Returns the text of its place in the table. */
async function workOut({ fault, moment, command }: Cell, expected: readonly string[]): Promise<string> {
  const about = `${fault.name}, ${moment}, ${command}`;
  await using site = await openKnown();
  for (const nth of [1, 3]) fault.strike(site, moment, nth);
  const cycles = await COMMANDS[command](site);
  assert.ok(cycles < Infinity, `${about}: not quiet`);
  assert.ok(cycles > 1, `${about}: nothing was struck`);
  assertOneEach(site.portal, RECEPTIONS, about);
  assertHolds(site.portal, expected, about);
  assert.deepEqual(site.portal.mistakes, [], about);
  return `ok, ${cycles}`;
}

function table(cells: ReadonlyMap<string, string>): string {
  const row = (columns: readonly string[]) => columns.map((column) => column.padEnd(26)).join("").trimEnd();
  const lines = Object.keys(COMMANDS).flatMap((command) => [
    row([`${command}: cycles until quiet`, ...MOMENTS]),
    ...FAULTS.map(({ name, senseless }) =>
      row([
        name,
        ...MOMENTS.map((moment) => senseless?.[moment] ?? cells.get([name, moment, command].join()) ?? ""),
      ])
    ),
    "",
  ]);
  return lines.join("\n");
}

Deno.test("nine faults at four moments, by once and by run: every reception has one deal, and all is right", async () => {
  await everyKindOfReception();
  await using untouched = await openKnown();
  assert.equal((await untouched.run(["once"])).code, 0);
  assertOneEach(untouched.portal, RECEPTIONS);
  const expected = holdings(untouched.portal);

  const waiting = FAULTS.flatMap((fault) =>
    MOMENTS.filter((moment) => fault.senseless?.[moment] === undefined).flatMap((moment) =>
      (Object.keys(COMMANDS) as Command[]).map((command): Cell => ({ fault, moment, command }))
    )
  );
  // Those that wait longest first.
  waiting.sort((a, b) => Number(b.fault.name === "timeout") - Number(a.fault.name === "timeout"));
  const results = new Map<string, string>();
  const failures: string[] = [];
  const lane = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const place = [cell.fault.name, cell.moment, cell.command].join();
      try {
        results.set(place, await workOut(cell, expected));
      } catch (error) {
        results.set(place, "FAILED");
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log(table(results));
  assert.deepEqual(failures, []);
});
