/**
 * What a scenario says of the clinic: who is a patient, what was entered and changed in IDENT.
 */
import type { Line } from "../stand/clinic/clinic_day.ts";
import type { ClinicTables } from "../stand/clinic/schema.ts";
import { type Statement, unquoted, wordAndValue } from "./script.ts";
import type { Story } from "./story.ts";
import { NOTHING } from "./vocabulary.ts";
import type { Word } from "./word.ts";

type Reception = Partial<ClinicTables["Receptions"]>;
type Columns = Record<string, string | number | null>;

const orNull = (value: string): string | null => value === NOTHING ? null : value;

const RECEPTION_TIMES: Readonly<Record<string, keyof Reception>> = {
  for: "PlanStart",
  until: "PlanEnd",
  appeared: "PatientAppeared",
  started: "ReceptionStarted",
  ended: "ReceptionEnded",
  cancelled: "ReceptionCanceled",
  "bill issued": "CheckIssued",
  added: "DateTimeAdded",
  changed: "DateTimeChanged",
};

function receptionColumns(statement: Statement, story: Story): Columns {
  const columns: Columns = {};
  for (const part of statement.parts) {
    const words = [...Object.keys(RECEPTION_TIMES), "patient", "doctor", "armchair", "comment", "id"];
    const { word, value } = partOf(part, words);
    const time = RECEPTION_TIMES[word];
    if (time !== undefined) columns[time] = value === NOTHING ? null : story.time(value);
    else if (word === "patient") columns.ID_Patients = story.idOf(value, "patient");
    else if (word === "doctor") columns.ID_Staffs = story.idOf(value, "doctor");
    else if (word === "armchair") columns.ID_Armchairs = armchairOf(value, story);
    else if (word === "id") columns.ID = Number(value);
    else columns.Comment = orNull(value);
  }
  return columns;
}

function armchairOf(branch: string, story: Story): number {
  const named = story.named(branch);
  if (named.kind !== "branch") throw new Error(`«${branch}» is a ${named.kind}, not a branch`);
  return named.armchair;
}

function partOf(part: string, words: readonly string[]): { word: string; value: string } {
  const found = wordAndValue(part, words);
  if (found === undefined) throw new Error(`«${part}» begins with none of: ${words.join(", ")}`);
  return found;
}

/** A person's columns and a patient's; a part without a word is the full name. */
function personColumns(statement: Statement): { person: Columns; card: Columns } {
  const words: Readonly<Record<string, string>> = {
    surname: "Surname",
    name: "Name",
    patronymic: "Patronymic",
    phone: "MobilePhone",
  };
  const cards: Readonly<Record<string, string>> = { card: "CardNumber", parent: "ParentSNP" };
  const person: Columns = {};
  const card: Columns = {};
  for (const part of statement.parts) {
    const found = wordAndValue(part, [...Object.keys(words), ...Object.keys(cards)]);
    if (found === undefined) {
      const [Surname, Name = null, Patronymic = null] = unquoted(part).split(" ");
      Object.assign(person, { Surname, Name, Patronymic });
    } else if (words[found.word] !== undefined) person[words[found.word]] = orNull(found.value);
    else card[cards[found.word]] = orNull(found.value);
  }
  return { person, card };
}

/** `Осмотр 2 x 1500 - 100`: service, count, price, discount. */
function billLine(text: string): Line {
  const found = /^(.*?) (\S+) x (\S+?)(?: - (\S+))?$/.exec(text);
  if (found === null) throw new Error(`«${text}» is no line of a bill: service 1 x 1500 - 100`);
  const [, service, count, price, discount] = found;
  return [unquoted(service), count, price, discount ?? null];
}

export const CLINIC_WORDS: readonly Word[] = [
  {
    pattern: /^clinic patient (.+)$/,
    async run(statement, story, name) {
      const ID = story.day.nextId();
      const { person, card } = personColumns(statement);
      story.name(name, { kind: "patient", id: ID });
      await story.office.clinic.insert({
        Persons: [{ ID, ...person }],
        Patients: [{ ID_Persons: ID, ...card }],
      });
    },
  },
  {
    pattern: /^clinic doctor (.+)$/,
    run(statement, story, name) {
      const professions = statement.parts.slice(1).map((part) => partOf(part, ["profession"]).value);
      story.name(name, { kind: "doctor", id: story.day.doctor(statement.parts[0], ...professions) });
    },
  },
  {
    pattern: /^clinic branch (\d+) (.+)$/,
    async run({ parts }, story, number, name) {
      const armchair = story.day.nextId();
      const [branch, chair] = [partOf(parts[0], ["name"]).value, partOf(parts[1], ["armchair"]).value];
      story.name(name, { kind: "branch", id: Number(number), armchair });
      await story.office.clinic.insert({
        OwnCompanies: [{ ID: Number(number), Name: branch }],
        Armchairs: [{ ID: armchair, NameArmchair: chair, ID_OwnCompanies: Number(number) }],
      });
    },
  },
  {
    pattern: /^clinic reception (.+)$/,
    run(statement, story, name) {
      const { ID_Patients, DateTimeAdded = story.now, ...columns } = receptionColumns(statement, story);
      const id = story.day.reception(ID_Patients as number, DateTimeAdded as string, columns as Reception);
      story.name(name, { kind: "reception", id });
    },
  },
  {
    pattern: /^clinic (\d+) other patients with a reception each$/,
    run(_, { day, now }, count) {
      for (let number = 1; number <= Number(count); number++) {
        const patient = day.patient(`Прочий Номер${number}`, `+7901${String(number).padStart(7, "0")}`);
        day.reception(patient, now);
      }
    },
  },
  {
    pattern: /^clinic bill (.+) of (.+)$/,
    run({ parts }, story, name, reception) {
      const lines: Line[] = [];
      const columns: { DateTimeOrder: string; ID_OwnCompanies?: number } = { DateTimeOrder: story.now };
      for (const part of parts) {
        const { word, value } = partOf(part, ["at", "branch", "line"]);
        if (word === "at") columns.DateTimeOrder = story.time(value);
        else if (word === "branch") columns.ID_OwnCompanies = story.idOf(value, "branch");
        else lines.push(billLine(value));
      }
      const id = story.day.bill(story.idOf(reception, "reception"), columns.DateTimeOrder, lines, columns);
      story.name(name, { kind: "bill", id });
    },
  },
  {
    pattern: /^clinic changes reception (.+)$/,
    async run(statement, story, name) {
      await story.putIn();
      const columns = { DateTimeChanged: story.now, ...receptionColumns(statement, story) };
      await story.office.clinic.update("Receptions", story.idOf(name, "reception"), columns);
    },
  },
  {
    pattern: /^clinic changes patient (.+)$/,
    async run(statement, story, name) {
      const { person, card } = personColumns(statement);
      const id = story.idOf(name, "patient");
      if (Object.keys(person).length > 0) await story.office.clinic.update("Persons", id, person);
      if (Object.keys(card).length > 0) await story.office.clinic.update("Patients", id, card);
    },
  },
];
