/**
 * What the program costs: requests to the portal, SQL queries, seconds, memory. Made-up clinic and portal on this machine;
 * the portal's limit (2 requests a second, 50 at once) is on throughout.
 *
 *     deno task bench
 *
 * Prints Markdown tables and ends with 1 when a run failed, something was not carried over, or the portal ever answered
 * QUERY_LIMIT_EXCEEDED. The stands work in the same process as the measured program, so the seconds hold their work too;
 * the last table measures the program alone, as a process of its own.
 */
import { fileURLToPath } from "node:url";
import { ClinicDay } from "../tests/stand/clinic/clinic_day.ts";
import { openOffice } from "../tests/stand/office.ts";
import type { RecordedRequest } from "../tests/stand/portal/stand.ts";
import type { Workplace } from "../tests/stand/workplace.ts";
import { PERMISSIONS } from "./permissions.ts";

const REPEATS = 3;
const STARTS = 5;
/** What a request to a cloud portal takes, milliseconds. */
const REALISTIC_MS = 300;

const MORNING = "2026-03-02T09:00:00";
const CLOCKS = { first: "2026-03-02T10:00:00", unchanged: "2026-03-02T10:02:00", changed: "2026-03-02T10:04:00" };

/** What one run of the program took. */
interface Cost {
  readonly requests: readonly RecordedRequest[];
  readonly queries: number;
  readonly seconds: number;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** The run in the middle by time. */
const medianCost = (costs: readonly Cost[]): Cost => costs.toSorted((a, b) => a.seconds - b.seconds)[costs.length >> 1];

await using office = await openOffice();
const { clinic, portal } = office;
let requestsRefused = 0;

/** Notes what the portal refused for the number of requests, before the journal is cleared. */
function noteRefused(requests: readonly RecordedRequest[]): void {
  requestsRefused += requests.filter(({ answer }) => answer === 503).length;
}

function fail(text: string): never {
  throw new Error(text);
}

async function measured(pc: Workplace, expected: number): Promise<Cost> {
  const [requests, queries, begun] = [portal.requests.length, clinic.queries.length, performance.now()];
  const { code, out, err } = await pc.run(["once"]);
  const seconds = (performance.now() - begun) / 1000;
  const cost = { requests: portal.requests.slice(requests), queries: clinic.queries.length - queries, seconds };
  noteRefused(cost.requests);
  if (code !== 0) fail(`the program ended with ${code}: ${out}${err}`);
  if (!new RegExp(`Синхронизировано: +${expected}\n`).test(out)) fail(`not ${expected} receptions: ${out}`);
  if (portal.mistakes.length > 0) fail(portal.mistakes.join("\n"));
  return cost;
}

/** A usual day: patients with phones, doctors, armchairs, a bill of two lines on every other reception. */
async function fillClinic(count: number): Promise<number[]> {
  const day = new ClinicDay();
  const doctors = ["Зубов Пётр Ильич", "Коронкина Анна Олеговна"].map((name) => day.doctor(name, "Терапевт"));
  const { armchair } = day.branch("Филиал на Садовой", "Кресло 3");
  const ids = Array.from({ length: count }, (_, index) => {
    const patient = day.patient(`Пациентов Иван${index} Петрович`, `+7900${1_000_000 + index}`, {
      CardNumber: `A-${index}`,
    });
    const added = Temporal.PlainDateTime.from(MORNING).add({ seconds: index % 3000 }).toString();
    const id = day.reception(patient, added, { ID_Staffs: doctors[index % 2], ID_Armchairs: armchair });
    if (index % 2 === 0) day.bill(id, added, [["Осмотр", 1, 1000], ["Лечение кариеса", 1, "4500.50", 500]]);
    return id;
  });
  await clinic.insert(day.take());
  return ids;
}

/** A PC whose program has run once, with nothing to do: it has looked through the keys on the portal, as it does once. */
async function acquainted(latencyMs: number): Promise<Workplace> {
  const pc = await office.begin();
  clinic.setClock(MORNING);
  // It was long ago: the portal's limit counts none of its requests any more.
  const { rate } = portal.settings;
  portal.settings.rate = undefined;
  await measured(pc, 0);
  Object.assign(portal.settings, { rate, latencyMs });
  return pc;
}

/** A first run, one with nothing changed, and one with all of the (at most 50) receptions changed. */
async function threeRuns(count: number, latencyMs: number): Promise<{ first: Cost; unchanged: Cost; changed: Cost }> {
  await using pc = await acquainted(latencyMs);
  const ids = await fillClinic(count);
  clinic.setClock(CLOCKS.first);
  const first = await measured(pc, count);
  if (portal.deals.size !== count || portal.contacts.size !== count) fail("the portal does not hold what was sent");
  clinic.setClock(CLOCKS.unchanged);
  const unchanged = await measured(pc, 0);
  for (const id of ids.slice(0, 50)) await clinic.update("Receptions", id, { PatientAppeared: CLOCKS.unchanged });
  clinic.setClock(CLOCKS.changed);
  const changed = await measured(pc, Math.min(count, 50));
  return { first, unchanged, changed };
}

async function firstRun(count: number, latencyMs: number): Promise<Cost> {
  await using pc = await acquainted(latencyMs);
  await fillClinic(count);
  clinic.setClock(CLOCKS.first);
  return await measured(pc, count);
}

async function repeated<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index++) results.push(await work());
  return results;
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type RequestKind = "greeting" | "look-ups" | "writes";

function kindOf({ commands }: RecordedRequest): RequestKind {
  const has = (pattern: RegExp) => commands.some(({ method }) => pattern.test(method));
  if (has(/\.(add|update|delete|set)$/)) return "writes";
  return has(/^server\.|^crm\.settings\.|\.fields$/) ? "greeting" : "look-ups";
}

function row(name: string, { requests, queries, seconds }: Cost): string[] {
  const count = (kind: RequestKind) => String(requests.filter((request) => kindOf(request) === kind).length);
  const kinds = [count("greeting"), count("look-ups"), count("writes")];
  return [name, String(requests.length), ...kinds, String(queries), seconds.toFixed(2)];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|${head.map((_, column) => column === 0 ? "---" : "---:").join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

const HEAD = ["one run of `once`", "requests", "greeting", "look-ups", "writes", "SQL queries", "seconds"];

// ── the program as a process of its own ──────────────────────────────────────────────────────────────────────────────

interface ProcessCost {
  readonly seconds: number;
  /** The most memory it had, megabytes; `undefined`: this system does not tell. */
  readonly peak: number | undefined;
}

/** The most memory a living process has had so far, as Linux counts it. */
async function peakOf(pid: number): Promise<number | undefined> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

async function runProcess([program, ...args]: readonly [string, ...string[]]): Promise<ProcessCost> {
  const begun = performance.now();
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "null" }).spawn();
  let code: number | undefined;
  const ended = child.status.then((status) => code = status.code);
  let peak: number | undefined;
  while (code === undefined) {
    peak = await peakOf(child.pid) ?? peak;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  if (code !== 0) fail(`${program} ended with ${code}`);
  return { seconds: (performance.now() - begun) / 1000, peak };
}

/** Ways to start the program that this folder offers. */
async function programs(): Promise<{ name: string; command: readonly [string, ...string[]] }[]> {
  const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
  const source = [Deno.execPath(), "run", "--no-check", ...PERMISSIONS, path("src/main.ts")] as const;
  const executable = path(Deno.build.os === "windows" ? "build/ident-sync.exe" : "build/ident-sync");
  const compiled = await Deno.stat(executable).then(() => true, () => false);
  return [
    { name: `source, Deno ${Deno.version.deno}`, command: source },
    ...(compiled ? [{ name: "executable in build/", command: [executable] as const }] : []),
  ];
}

async function processRows(): Promise<string[][]> {
  const rows: string[][] = [];
  const shown = (cost: ProcessCost) => [
    cost.seconds.toFixed(2),
    cost.peak === undefined ? "—" : `${Math.round(cost.peak)} MB`,
  ];
  for (const { name, command } of await programs()) {
    // Once before the clock runs: the caches of the system and of Deno are filled.
    await runProcess([...command, "--version"]);
    const starts = await repeated(STARTS, () => runProcess([...command, "--version"]));
    const start = starts.find(({ seconds }) => seconds === median(starts.map((each) => each.seconds)))!;
    rows.push([`\`--version\`, ${name}`, ...shown(start)]);

    await using pc = await office.begin();
    await fillClinic(1000);
    clinic.setClock(CLOCKS.first);
    const work = await runProcess([...command, "once", "--config", pc.path("config.ini")]);
    noteRefused(portal.requests);
    if (portal.deals.size !== 1000) fail(`${name} carried over ${portal.deals.size} receptions`);
    rows.push([`\`once\`, 1,000 new receptions, ${name}`, ...shown(work)]);
  }
  return rows;
}

// ── the measuring ────────────────────────────────────────────────────────────────────────────────────────────────────

await firstRun(50, 0);
const plain = await repeated(REPEATS, () => threeRuns(50, 0));
const slow = await threeRuns(50, REALISTIC_MS);
console.log(markdown(HEAD, [
  row("50 new receptions", medianCost(plain.map(({ first }) => first))),
  row("230 new receptions", medianCost(await repeated(REPEATS, () => firstRun(230, 0)))),
  row("1,000 new receptions", await firstRun(1000, 0)),
  row("1,300 new receptions, more than the limit lets through at once", await firstRun(1300, 0)),
  row("nothing changed", medianCost(plain.map(({ unchanged }) => unchanged))),
  row("50 changed receptions", medianCost(plain.map(({ changed }) => changed))),
  row(`50 new receptions, ${REALISTIC_MS} ms a request`, slow.first),
  row(`1,000 new receptions, ${REALISTIC_MS} ms a request`, await firstRun(1000, REALISTIC_MS)),
  row(`nothing changed, ${REALISTIC_MS} ms a request`, slow.unchanged),
  row(`50 changed receptions, ${REALISTIC_MS} ms a request`, slow.changed),
]));
console.log(`\n${markdown(["a process of its own", "seconds", "peak memory"], await processRows())}`);
console.log(`\nRequests that the portal refused with QUERY_LIMIT_EXCEEDED: ${requestsRefused}`);
if (requestsRefused > 0) Deno.exit(1);
