/**
 * What a scenario expects to see: on the portal, in the last run's requests, in the queue, on the screen, in the log.
 */
import type { Kind, StandRecord } from "../stand/portal/stand.ts";
import { type Line, ScenarioError, type Statement, unquoted, wordAndValue } from "./script.ts";
import { type Cycle, isWrite, KINDS, type Story } from "./story.ts";
import { fieldNamed, isShown, LINKS, shown, wordFor, WORDS } from "./vocabulary.ts";
import type { Word } from "./word.ts";

const STAMPS = new Set(["DATE_MODIFY", "MODIFY_BY_ID", "MOVED_TIME", "MOVED_BY_ID", "DATE_CREATE"]);

function lastRun({ last }: Story): Cycle {
  if (last === undefined) throw new Error("nothing has been run yet");
  return last;
}

/** The record in one line: what stands in the fields that have words. */
function described(kind: Kind, record: StandRecord): string {
  const texts = Object.entries(WORDS[kind]).map(([word, field]) => [word, shown(record[field])])
    .filter(([, text]) => text !== "nothing").map(([word, text]) => `${word} ${text}`);
  return `${kind} ${record.ID}: ${texts.join("; ")}`;
}

const listed = (kind: Kind, records: readonly StandRecord[]): string =>
  records.map((record) => `\n    ${described(kind, record)}`).join("") || " none";

function checkUnchanged(kind: Kind, record: StandRecord, story: Story): string[] {
  const before = lastRun(story).before[kind].get(record.ID);
  if (before === undefined) return ["was not there before the run"];
  return [...new Set([...Object.keys(before), ...Object.keys(record)])].filter((field) =>
    !STAMPS.has(field) && shown(before[field]) !== shown(record[field])
  ).map((field) => `${wordFor(kind, field)}: was ${shown(before[field])}, is ${shown(record[field])}`);
}

/** What of a row does not hold for its record. */
function differences(kind: Kind, record: StandRecord, { parts }: Line, story: Story): string[] {
  return parts.flatMap((part) => {
    if (part === "unchanged") return checkUnchanged(kind, record, story);
    const found = wordAndValue(part, Object.keys(WORDS[kind]));
    if (found === undefined) {
      const [surname, name = "nothing", patronymic = "nothing"] = unquoted(part).split(" ");
      return difference("surname", surname).concat(difference("name", name), difference("patronymic", patronymic));
    }
    return difference(found.word, found.value);
  });

  function difference(word: string, value: string): string[] {
    const field = fieldNamed(kind, word);
    const wanted = wantedValue(value, field);
    if (isShown(record[field], wanted)) return [];
    return [`${word}: expected ${JSON.stringify(wanted)}, is ${JSON.stringify(shown(record[field]))}`];
  }

  /** `10:30` is of the story's day where a moment is shown. */
  function wantedValue(value: string, field: string): string {
    const isMoment = /^\d{4}-\d\d-\d\dT/.test(shown(record[field]));
    return isMoment && /^\d\d:\d\d$/.test(value)
      ? story.time(value).replace("T", " ")
      : story.value(value, LINKS[field]);
  }
}

/** The rows stand for all records of the kind, one each. */
function expectRecords(kind: Kind, { rows, parts }: Statement, story: Story): void {
  const all = story.records(kind).all();
  if (rows.length === 0 && parts[0] !== "none") throw new Error("rows are wanted, or «none»");
  const seen = new Map<number, Line>();
  for (const row of rows) {
    const candidates = story.labelled(row.head, kind);
    const [record, ...others] = candidates;
    const are = `; the ${kind}s are:${listed(kind, all)}`;
    if (record === undefined) throw new ScenarioError(row.number, `there is no ${kind} of «${row.head}»${are}`);
    if (others.length > 0) throw new ScenarioError(row.number, `${candidates.length} ${kind}s of «${row.head}»${are}`);
    if (seen.has(record.ID)) throw new ScenarioError(row.number, `the ${kind} of another row${are}`);
    seen.set(record.ID, row);
    const wrong = differences(kind, record, row, story);
    if (wrong.length > 0) throw new ScenarioError(row.number, `${wrong.join("\n  ")}\n  in ${described(kind, record)}`);
  }
  const surplus = all.filter(({ ID }) => !seen.has(ID));
  if (surplus.length > 0) throw new Error(`besides there are:${listed(kind, surplus)}`);
}

interface Update {
  readonly kind: Kind;
  readonly id: number;
  readonly fields: readonly string[];
}

const ITEM_KINDS: Readonly<Record<string, Kind>> = { 1: "lead", 2: "deal", 3: "contact" };

/** The updates that the portal accepted in the last run, with the words of the fields that were sent. */
function updatesOf({ commands }: Cycle): Update[] {
  return commands.filter(({ method, outcome }) => method.endsWith(".update") && outcome === "accepted").map(
    (command) => {
      const params = command.params as Record<string, unknown>;
      const kind = command.method === "crm.item.update"
        ? ITEM_KINDS[String(params.entityTypeId)]
        : command.method.split(".")[1] as Kind;
      const sent = Object.keys(params.fields as object).map((field) => field === "leadId" ? "LEAD_ID" : field);
      return { kind, id: Number(params.id), fields: sent.map((field) => wordFor(kind, field)).sort() };
    },
  );
}

/** `deal Осмотр: stage; status`, one row an update, in any order. */
function expectUpdates({ rows }: Statement, story: Story): void {
  const asText = ({ kind, id, fields }: Update) => `${kind} ${id}: ${fields.join("; ")}`;
  const wanted = rows.map(({ head, parts, number }): string => {
    const [, kind, label] = /^(contact|deal|lead) (.+)$/.exec(head) ?? [];
    if (kind === undefined) throw new ScenarioError(number, "contact, deal or lead, and whose");
    return asText({ kind: kind as Kind, id: story.record(label, kind as Kind).ID, fields: [...parts].sort() });
  }).sort();
  const sent = updatesOf(lastRun(story)).map(asText).sort();
  if (wanted.join("\n") === sent.join("\n")) return;
  throw new Error(`expected updates:\n  ${wanted.join("\n  ") || "none"}\nsent:\n  ${sent.join("\n  ") || "none"}`);
}

async function expectQueue({ rows }: Statement, story: Story): Promise<void> {
  const { items = [] } = await story.pc.json("queue.json") ?? {};
  const asText = (item: Record<string, unknown>) => `${item.unique_id} ${item.status}: ${item.last_error}`;
  const are = `; the queue holds:\n  ${items.map(asText).join("\n  ") || "nothing"}`;
  if (items.length !== rows.length) throw new Error(`${rows.length} items expected${are}`);
  for (const { head, parts, number } of rows) {
    const id = story.idOf(head, "reception");
    const item = items.find((each: { unique_id: string }) => each.unique_id.endsWith(`_${id}`));
    const missing = item === undefined ? ["it"] : parts.filter((part) => !asText(item).includes(unquoted(part)));
    if (missing.length > 0) throw new ScenarioError(number, `${missing.join(", ")} is missing${are}`);
  }
}

function expectSaid(where: string, text: string, wanted: string, times: string | undefined): void {
  const count = text.split(wanted).length - 1;
  if (times === undefined ? count > 0 : count === Number(times)) return;
  throw new Error(`${where} says «${wanted}» ${count} times:\n${text}`);
}

export const EXPECTATIONS: readonly Word[] = [
  {
    pattern: /^expect (contact|deal|lead)s$/,
    run: (statement, story, kind) => expectRecords(kind as Kind, statement, story),
  },
  {
    pattern: /^expect nothing written$/,
    run(_, story) {
      const { commands, robots } = lastRun(story);
      const writes = commands.filter(isWrite).map(({ method, params }) => `${method} ${JSON.stringify(params)}`);
      if (writes.length > 0 || robots > 0) throw new Error(`written:\n  ${writes.join("\n  ")}\nrobots: ${robots}`);
    },
  },
  {
    pattern: /^expect older records unchanged$/,
    run(_, story) {
      const { before } = lastRun(story);
      const wrong = KINDS.flatMap((kind) =>
        [...before[kind].keys()].flatMap((id) => {
          const record = story.records(kind).get(id);
          const changes = record === undefined ? ["is gone"] : checkUnchanged(kind, record, story);
          return changes.map((text) => `${kind} ${id}: ${text}`);
        })
      );
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  },
  {
    pattern: /^expect (\d+) new (contact|deal|lead)s$/,
    run(_, story, wanted, kind) {
      const count = story.records(kind as Kind).size - lastRun(story).before[kind as Kind].size;
      if (count !== Number(wanted)) throw new Error(`${count} are new`);
    },
  },
  { pattern: /^expect updates$/, run: expectUpdates },
  { pattern: /^expect queue$/, run: expectQueue },
  {
    pattern: /^expect at most (\d+) requests$/,
    run(_, story, most) {
      const { requests } = lastRun(story);
      if (requests.length <= Number(most)) return;
      const carried = requests.map(({ commands }) => [...new Set(commands.map(({ method }) => method))].join(", "));
      throw new Error(`${requests.length} requests:\n  ${carried.join("\n  ")}`);
    },
  },
  {
    pattern: /^expect (\d+) calls of (\S+)$/,
    run(_, story, wanted, method) {
      const count = lastRun(story).commands.filter((command) => command.method === method).length;
      if (count !== Number(wanted)) throw new Error(`${count} calls of ${method}`);
    },
  },
  {
    pattern: /^expect screen says(?: (\d+) times)?$/,
    run({ parts }, story, times) {
      const { out, err } = lastRun(story);
      for (const part of parts) expectSaid("the screen", out + err, story.filledIn(unquoted(part)), times);
    },
  },
  {
    pattern: /^expect log says(?: (\d+) times)?$/,
    async run({ parts }, story, times) {
      const log = await story.pc.log();
      for (const part of parts) expectSaid("the log", log, story.filledIn(unquoted(part)), times);
    },
  },
];
