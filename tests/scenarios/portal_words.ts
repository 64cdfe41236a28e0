/**
 * What a scenario says of the portal: its settings, what managers do there by hand, and what goes wrong on it.
 */
import type { Kind, Settings, Stage, UserField } from "../stand/portal/stand.ts";
import { type Statement, unquoted, wordAndValue } from "./script.ts";
import type { Story } from "./story.ts";
import { fieldNamed, LINKS, NOTHING, OFFSET, WORDS } from "./vocabulary.ts";
import type { Word } from "./word.ts";

const MULTI = new Set(["PHONE", "EMAIL"]);

/** Field values as a manager types them; a part without a word is a full name. */
function fieldValues(kind: Kind, { parts }: Statement, story: Story): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const part of parts) {
    const found = wordAndValue(part, Object.keys(WORDS[kind]));
    if (found === undefined) {
      const [LAST_NAME, NAME = "", SECOND_NAME = ""] = unquoted(part).split(" ");
      Object.assign(values, { LAST_NAME, NAME, SECOND_NAME });
      continue;
    }
    const field = fieldNamed(kind, found.word);
    const value = story.value(found.value, LINKS[field]);
    if (MULTI.has(field)) values[field] = value === NOTHING ? [] : value.split(", ");
    else if (value === NOTHING) values[field] = "";
    else values[field] = field === "DATE_CREATE" ? `${story.time(value)}${OFFSET}` : value;
  }
  return values;
}

function fieldOf(settings: Settings, kind: Kind, word: string): UserField {
  const field = settings.userFields[kind].find(({ name }) => name === fieldNamed(kind, word));
  if (field === undefined) throw new Error(`the portal has no ${kind} field ${word}`);
  return field;
}

function setType(field: UserField, type: UserField["type"], choices: readonly string[]): void {
  field.type = type;
  if (type === "enumeration") {
    field.choices = choices.map((value, index) => ({ id: 45 + index, value: unquoted(value) }));
  }
}

function stagesOf(settings: Settings, pipeline: string): Stage[] {
  const found = settings.pipelines.find(({ id }) => id === Number(pipeline));
  if (found === undefined) throw new Error(`the portal has no pipeline ${pipeline}`);
  return found.stages;
}

function stageOf(settings: Settings, id: string): Stage {
  const stage = settings.pipelines.flatMap(({ stages }) => stages).find((stage) => stage.id === id);
  if (stage === undefined) throw new Error(`the portal has no stage ${id}`);
  return stage;
}

const SEMANTICS = { open: "P", success: "S", failure: "F" } as const;

/** `name Отказ; sort 45; failure`. */
function newStage(id: string, { parts }: Statement): Stage {
  const stage: Stage = { id, name: id, sort: 500, semantics: "P" };
  for (const part of parts) {
    const found = wordAndValue(part, ["name", "sort", ...Object.keys(SEMANTICS)]);
    if (found?.word === "name") stage.name = found.value;
    else if (found?.word === "sort") stage.sort = Number(found.value);
    else if (found !== undefined) stage.semantics = SEMANTICS[found.word as keyof typeof SEMANTICS];
    else throw new Error(`«${part}» says nothing of a stage`);
  }
  return stage;
}

export const PORTAL_WORDS: readonly Word[] = [
  {
    pattern: /^portal is in simple mode$/,
    run: (_, { office }) => void (office.portal.settings.mode = 2),
  },
  {
    pattern: /^portal answers in offset (.+)$/,
    run: (_, { office }, offset) => void (office.portal.settings.offset = offset),
  },
  {
    pattern: /^portal has no (contact|deal) field (.+)$/,
    run(_, { office }, kind, word) {
      const { userFields } = office.portal.settings;
      const gone = fieldOf(office.portal.settings, kind as Kind, word);
      userFields[kind as Kind] = userFields[kind as Kind].filter((field) => field !== gone);
    },
  },
  {
    pattern: /^portal has (contact|deal) field (UF_\w+) of type (\w+)$/,
    run({ parts }, { office }, kind, name, type) {
      const field: UserField = { name, type: "string", label: name };
      setType(field, type as UserField["type"], parts);
      office.portal.settings.userFields[kind as Kind].push(field);
    },
  },
  {
    pattern: /^portal keeps (contact|deal) field (.+) as (\w+)$/,
    run({ parts }, { office }, kind, word, type) {
      setType(fieldOf(office.portal.settings, kind as Kind, word), type as UserField["type"], parts);
    },
  },
  {
    pattern: /^portal allows several values in (contact|deal) field (.+)$/,
    run: (_, { office }, kind, word) => void (fieldOf(office.portal.settings, kind as Kind, word).multiple = true),
  },
  {
    pattern: /^portal demands (contact|deal) field (.+)$/,
    run(_, { office }, kind, word) {
      office.portal.settings.checkMandatoryUserFields = true;
      fieldOf(office.portal.settings, kind as Kind, word).mandatory = true;
    },
  },
  {
    pattern: /^portal has no stage (\S+)$/,
    run(_, { office }, id) {
      const gone = stageOf(office.portal.settings, id);
      for (const pipeline of office.portal.settings.pipelines) {
        pipeline.stages = pipeline.stages.filter((stage) => stage !== gone);
      }
    },
  },
  {
    pattern: /^portal calls stage (\S+) (.+)$/,
    run: (_, { office }, id, name) => void (stageOf(office.portal.settings, id).name = name),
  },
  {
    pattern: /^portal has stage (\S+) in pipeline (\d+)$/,
    run: (statement, { office }, id, pipeline) =>
      void stagesOf(office.portal.settings, pipeline).push(newStage(id, statement)),
  },
  {
    pattern: /^portal has lead status (\S+)$/,
    run: (statement, { office }, id) => void office.portal.settings.leadStatuses.push(newStage(id, statement)),
  },
  {
    pattern: /^portal refuses (crm\.[a-z.]+)(?: (\d+) times)?$/,
    run({ parts }, { office }, method, times = "1") {
      const description = parts.map(unquoted).join("; ") || "Отказано.";
      office.portal.faults.command({ method, kind: "error", code: "", description, count: Number(times) });
    },
  },
  {
    pattern: /^portal does not confirm (crm\.[a-z.]+)$/,
    run: (_, { office }, method) => void office.portal.faults.command({ method, kind: "missing", moment: "after" }),
  },
  {
    pattern: /^manager adds (contact|deal|lead) (.+)$/,
    run(statement, story, kind, name) {
      // A minute later than the one before: what stands higher in the scenario is older.
      story.now = story.later({ minutes: 1 });
      const values = { DATE_CREATE: `${story.now}${OFFSET}`, ...fieldValues(kind as Kind, statement, story) };
      const { ID } = story.records(kind as Kind).add(values);
      story.name(name, { kind: kind as Kind, id: ID });
    },
  },
  {
    pattern: /^manager changes (contact|deal|lead) (.+)$/,
    run(statement, story, kind, label) {
      const { ID } = story.record(label, kind as Kind);
      story.records(kind as Kind).update(ID, fieldValues(kind as Kind, statement, story));
    },
  },
  {
    pattern: /^manager deletes (contact|deal|lead) (.+)$/,
    run: (_, story, kind, label) => void story.records(kind as Kind).delete(story.record(label, kind as Kind).ID),
  },
];
