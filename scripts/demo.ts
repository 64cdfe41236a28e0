/**
 * The main job end to end, on this machine alone: a made-up clinic (a TDS server with a real SQL engine), a made-up
 * portal (HTTP), and the real program between them as a process of its own, run twice.
 *
 *     deno task demo                          the program from source
 *     deno task demo --program build/ident-sync
 *     deno task demo --program build/ident-sync.exe --with WRAPPER    WRAPPER FOLDER PROGRAM ARGUMENT...
 *
 * Ends with 0 when the portal holds exactly what the clinic has, else with 1.
 */
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ClinicStand, startClinicStand } from "../tests/stand/clinic/clinic_stand.ts";
import { generateClinic } from "../tests/stand/clinic/generate.ts";
import type { ClinicRows } from "../tests/stand/clinic/schema.ts";
import { type PortalStand, type StandRecord, startPortalStand } from "../tests/stand/portal/stand.ts";
import { configText } from "../tests/stand/config_text.ts";
import { PERMISSIONS } from "./permissions.ts";

const KEY = "UF_CRM_1769072841035";
const DOCTOR = "UF_CRM_1769008996";

/** So many minutes from now on the clinic's clock, which must not differ much from this computer's. */
const NOW = Temporal.Now.plainDateTimeISO("Europe/Moscow");
const at = (minutes: number): string => NOW.add({ minutes }).toString({ smallestUnit: "second" });
const [FIRST_RUN, SECOND_RUN] = [at(-2), at(3)];

const { values: options } = parseArgs({ options: { program: { type: "string" }, with: { type: "string" } } });

/** The command line that runs the program with `config.ini` of a folder. */
async function commandFor(folder: string): Promise<readonly [string, ...string[]]> {
  if (options.program === undefined) {
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
    return [Deno.execPath(), "run", "--no-check", ...PERMISSIONS, main, "once", "--config", join(folder, "config.ini")];
  }
  const program = join(folder, basename(options.program));
  await Deno.copyFile(options.program, program);
  await Deno.chmod(program, 0o755);
  return options.with === undefined ? [program, "once"] : [resolve(options.with), folder, basename(program), "once"];
}

async function runProgram([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  console.log(`\n$ ident-sync once`);
  const { code } = await new Deno.Command(program, { args: [...args], stdin: "null" }).spawn().status;
  console.log(`Код завершения: ${code}`);
  if (code !== 0) throw new Error(`the program ended with ${code}`);
}

/** Columns as wide as their longest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd();
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

function showPortal(portal: PortalStand): void {
  const short = (text: string) => text.length <= 34 ? text : `${text.slice(0, 33)}…`;
  const contacts = new Map(portal.contacts.all().map((contact) => [contact.ID, contact]));
  const nameOf = ({ CONTACT_ID }: StandRecord) => {
    const contact = contacts.get(Number(CONTACT_ID));
    return [contact?.LAST_NAME, contact?.NAME, contact?.SECOND_NAME].filter(Boolean).join(" ");
  };
  const rows = portal.deals.all().map((deal) => [
    String(deal[KEY]),
    String(deal.STAGE_ID),
    short(nameOf(deal)),
    short(String(deal[DOCTOR] ?? "")),
    deal.OPPORTUNITY === undefined ? "" : Number(deal.OPPORTUNITY).toFixed(2),
  ]);
  console.log(`\nНа портале: сделок ${portal.deals.size}, контактов ${portal.contacts.size}`);
  console.log(table(["Сделка", "Стадия", "Контакт", "Врач", "Сумма"], rows));
}

/** Keys of all receptions that have a patient. */
const keysOf = (rows: Partial<ClinicRows>): string[] =>
  (rows.Receptions ?? []).filter(({ ID_Patients }) => ID_Patients != null).map(({ ID }) => `F1_${ID}`);

function check(portal: PortalStand, expected: readonly string[]): void {
  const present = portal.deals.all().map((deal) => String(deal[KEY])).sort();
  const wanted = [...expected].sort();
  if (present.join() !== wanted.join()) {
    throw new Error(`the portal holds ${present.length} deals, not ${wanted.length}`);
  }
  if (portal.mistakes.length > 0) throw new Error(portal.mistakes.join("\n"));
}

/** What happens in the clinic between the two runs: a visit ends with a bill, one is cancelled, one is new. */
async function workInTheClinic(clinic: ClinicStand, rows: ClinicRows): Promise<string[]> {
  const planned = rows.Receptions.filter((reception) =>
    reception.ID_Patients != null && reception.PatientAppeared == null && reception.ReceptionStarted == null &&
    reception.ReceptionEnded == null && reception.ReceptionCanceled == null && reception.CheckIssued == null
  );
  const [ended, cancelled] = planned;
  await clinic.update("Receptions", ended.ID, {
    PatientAppeared: at(-1),
    ReceptionStarted: at(0),
    ReceptionEnded: at(2),
  });
  await clinic.update("Receptions", cancelled.ID, { ReceptionCanceled: at(1) });
  await clinic.insert({
    Orders: [{ ID: 900_001, ID_Receptions: ended.ID, DateTimeOrder: at(2) }],
    OrderServiceRelation: [{
      ID: 900_002,
      ID_Orders: 900_001,
      ID_ServicePrices: rows.ServiceItemPrices[0].ID,
      CountService: 1,
      DiscountSum: 0,
    }],
    Receptions: [{
      ID: 900_003,
      PlanStart: at(7 * 24 * 60),
      ID_Patients: rows.Patients[0].ID_Persons,
      DateTimeAdded: at(1),
    }],
  });
  console.log(`\nВ клинике: приём F1_${ended.ID} завершён, F1_${cancelled.ID} отменён, записан новый F1_900003.`);
  return ["F1_900003"];
}

await using clinic = await startClinicStand();
await using portal = await startPortalStand();
const folder = await Deno.makeTempDir({ prefix: "ident-sync-demo-" });
try {
  const rows = generateClinic({ seed: 20260302, receptions: 26, now: FIRST_RUN, days: 5 });
  await clinic.insert(rows);
  clinic.setClock(FIRST_RUN);
  await Deno.writeTextFile(join(folder, "config.ini"), configText(clinic, portal.url));
  const command = await commandFor(folder);
  const keys = keysOf(rows);
  console.log(`Клиника: SQL Server ${clinic.host}:${clinic.port}, записей на приём с пациентом: ${keys.length}`);
  console.log(`Портал: Битрикс24 ${new URL(portal.url).host}, пуст`);

  await runProgram(command);
  check(portal, keys);
  showPortal(portal);

  const added = await workInTheClinic(clinic, rows);
  clinic.setClock(SECOND_RUN);
  await runProgram(command);
  check(portal, [...keys, ...added]);
  showPortal(portal);
  console.log(`\nЗапросов к порталу за оба запуска: ${portal.requests.length}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
