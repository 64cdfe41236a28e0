/** What may happen to the program while it has secrets and a patient in hand: all that might make it repeat them. */
import type { World } from "../../src/world.ts";
import type { Settings } from "../stand/config_text.ts";
import type { Office } from "../stand/office.ts";
import type { Workplace } from "../stand/workplace.ts";
import { PATIENT } from "./canaries.ts";
import { dpapiOf } from "./made_up_dpapi.ts";

/** DPAPI of who runs the program. */
export const ADMIN = dpapiOf("CLINIC\\admin");
/** A password that is not the clinic's. */
export const WRONG_PASSWORD = "Wr0ng-canary=Pässwort;%d";
/** A webhook's code that is not the portal's. */
export const WRONG_CODE = "wr0ngcanaryc0de1";

/** The portal's webhook with a wrong code. */
export const wrongWebhook = ({ portal }: Office): string => portal.url.replace(portal.secret, WRONG_CODE);

/** One thing that happens, and the exit codes it ends with. */
export interface CanaryScene {
  readonly name: string;
  readonly settings?: () => Settings;
  /** Makes something go wrong, after the clinic and the portal are filled. */
  readonly before?: (pc: Workplace) => unknown;
  /** One command line after the other; default: `once`. */
  readonly runs?: readonly (readonly string[])[];
  readonly world?: () => Partial<World>;
  readonly codes: readonly number[];
  /** What must have happened, so that the scene is not an empty one. */
  readonly log?: RegExp;
}

interface Telltales {
  /** What a portal may repeat of the command that it refuses. */
  readonly contact: string;
  readonly deal: string;
  /** What a server between, or a defect of the program, may repeat. */
  readonly everything: string;
}

function telltalesOf({ clinic, portal }: Office): Telltales {
  const { surname, name, patronymic, phone, card, parent, comment } = PATIENT;
  const fullName = `${surname} ${name} ${patronymic}`;
  const address = `${portal.url}crm.deal.add.json`;
  const contact = `Контакт «${fullName}» ${phone} ${surname} +79176048352 ${card} ${parent}: ${address}`;
  const deal = `Сделка «${fullName}» ${card}, ${parent}, <b>«${comment}»</b>: ${address}`;
  return { contact, deal, everything: `${contact} ${deal} password=${clinic.password}` };
}

/** Everything that happens, at this office. */
export function canaryScenes(office: Office): readonly CanaryScene[] {
  const { clinic, portal } = office;
  const { contact, deal, everything } = telltalesOf(office);
  const answer = (status: number, body: unknown, contentType?: string) => () =>
    void portal.faults.request({ carrying: "crm.deal.add", kind: "answer", status, body, contentType, count: 9 });

  return [
    {
      name: "a good run, another, a full one, a rehearsal, encrypt, help",
      runs: [
        ["once"],
        ["once"],
        ["once", "--full"],
        ["once", "--dry-run"],
        ["encrypt", "--check"],
        ["encrypt"],
        ["once"],
        ["--help"],
      ],
      world: () => ADMIN,
      codes: [0, 0, 0, 0, 1, 0, 0, 0],
      log: /DEBUG/,
    },
    { name: "a rehearsal in which all is new", runs: [["once", "--dry-run"]], codes: [0] },
    { name: "run, for two cycles", runs: [["run"]], world: twoCycles, codes: [130] },
    { name: "a wrong password", settings: () => ({ Database: { password: WRONG_PASSWORD } }), codes: [3] },
    {
      name: "a wrong code of the webhook (401)",
      settings: () => ({ Bitrix24: { webhook_url: wrongWebhook(office) } }),
      codes: [4],
    },
    {
      name: "a token that is not the webhook's",
      settings: () => ({ Bitrix24: { token: WRONG_CODE } }),
      codes: [0],
      log: /WARNING \[Bitrix24\] token не совпадает/,
    },
    {
      name: "a portal that nothing connects to",
      settings: () => ({ Bitrix24: { webhook_url: `http://127.0.0.1:${closedPort()}/rest/1/${portal.secret}/` } }),
      codes: [4],
    },
    {
      name: "a portal's name that does not exist",
      settings: () => ({ Bitrix24: { webhook_url: `https://portal.invalid/rest/1/${WRONG_CODE}/` } }),
      codes: [4],
    },
    {
      name: "a portal that refuses and repeats what it was sent",
      before: () => {
        for (const [method, description] of [["crm.contact.add", contact], ["crm.deal.add", deal]]) {
          portal.faults.command({ method, kind: "error", code: "", description });
        }
      },
      // Each is tried again when its time has come.
      runs: [["once"], ["once"], ["once"]],
      world: laterEachTime,
      codes: [1, 1, 0],
      log: /портал отказал: Контакт[^]*портал отказал: Сделка/,
    },
    {
      name: "a 401 with all it was sent",
      before: answer(401, { error: "INVALID", error_description: everything }),
      codes: [4],
    },
    {
      name: "a page of a proxy with all it was sent",
      before: answer(502, `<h1>${everything}</h1>`, "text/html"),
      codes: [1],
    },
    { name: "an answer that is no JSON", before: answer(200, everything, "application/json"), codes: [1] },
    {
      name: "an answer of another shape",
      before: answer(200, { result: everything, error: everything }),
      codes: [1],
    },
    {
      name: "a redirection to an address with the code",
      before: () =>
        portal.faults.request({ carrying: "crm.deal.add", kind: "redirect", location: portal.url, count: 9 }),
      codes: [1],
    },
    {
      name: "a connection that breaks after the work was done",
      before: () => portal.faults.request({ carrying: "crm.deal.add", kind: "reset", moment: "after" }),
      codes: [1],
    },
    {
      name: "an error of SQL Server that shows the row",
      before: () => clinic.faults.failQueries({ number: 245, message: `Conversion failed: '${everything}'` }),
      codes: [3],
      log: /ошибка 245/,
    },
    { name: "a connection to SQL Server that breaks", before: () => clinic.faults.dropConnections("half"), codes: [3] },
    {
      name: "a login that is refused with its data",
      before: () => clinic.faults.refuseLogins({ number: 18470, message: everything }),
      codes: [3],
    },
    {
      name: "a defect with everything in its message",
      world: () => defect(office),
      codes: [70],
      log: /ERROR[^]*Error: Контакт/,
    },
    {
      name: "an encrypted value of another user",
      before: (pc) => pc.run(["encrypt"], dpapiOf("somebody")),
      world: () => ADMIN,
      codes: [2],
    },
    {
      name: "a configuration with the password on a line of its own",
      before: async (pc) =>
        pc.configure(`${await Deno.readTextFile(pc.path("config.ini"))}\n${WRONG_PASSWORD.replace("=", "")}\n`),
      runs: [["once"], ["encrypt"], ["encrypt", "--check"]],
      codes: [2, 2, 2],
    },
    {
      name: "a configuration with the password in a wrong place",
      settings: () => ({
        Database: { username: `ident\n  password = ${WRONG_PASSWORD}` },
        Sync: { filial_id: wrongWebhook(office) },
      }),
      codes: [2],
    },
    {
      name: "a configuration in another encoding",
      before: (pc) =>
        Deno.writeFile(pc.path("config.ini"), new Uint8Array([0xff, 0xfe, ...new TextEncoder().encode(WRONG_CODE)])),
      runs: [["once"], ["encrypt"]],
      codes: [2, 2],
    },
    {
      name: "files of the program's own that are damaged",
      before: (pc) => Deno.writeTextFile(pc.path("queue.json"), "{"),
      codes: [2],
    },
    {
      name: "a log that cannot be written",
      before: (pc) => Deno.writeTextFile(pc.path("logs"), ""),
      codes: [0],
    },
  ];
}

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function twoCycles(): Partial<World> {
  const stop = new AbortController();
  let cycles = 0;
  return { stop: stop.signal, sleep: () => Promise.resolve(++cycles === 2 ? stop.abort() : undefined) };
}

/** An hour goes by between the runs, so that what waits in the queue is due. */
let hours = 0;
function laterEachTime(): Partial<World> {
  const shift = ++hours * 3_600_000;
  return { now: () => Date.now() + shift };
}

/** Fails inside, once, when the reception is in hand and the portal has its contact. */
export function defect(office: Office): Partial<World> {
  const { everything } = telltalesOf(office);
  let failed = false;
  return {
    now() {
      if (failed || office.portal.calls("crm.contact.add").length === 0) return Date.now();
      failed = true;
      throw new Error(everything, { cause: new Error(everything) });
    },
  };
}
