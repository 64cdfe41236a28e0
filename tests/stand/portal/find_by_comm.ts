/**
 * `crm.duplicate.findbycomm`: who has this phone or e-mail.
 */
import { argument, checkArguments } from "./arguments.ts";
import { comparable, normalPhone } from "./phones.ts";
import { classicError } from "./rest_error.ts";
import type { Answer, Call } from "./state.ts";
import type { Kind } from "./settings.ts";

const VALUES = 20;
const ROWS = 20;

/** Kinds in the order in which their rows fill the 20 places. */
const ORDER: readonly Kind[] = ["lead", "contact"];

function valuesOf(call: Call): string[] {
  const raw = argument(call, "values");
  const given = typeof raw === "object" && raw !== null ? Object.values(raw) : [];
  if (given.length > VALUES) call.mistake(`${given.length} values, the portal looks at ${VALUES}`);
  const texts = given.slice(0, VALUES).filter((value) => typeof value === "string");
  if (texts.length < Math.min(given.length, VALUES)) call.mistake("a value that is not a string is skipped");
  return texts;
}

/** Numbers of the records found, by entity type; nothing found: an empty list, not a map. */
export function findByComm(call: Call): Answer {
  checkArguments(call, ["type", "values", "entity_type"]);
  const type = String(argument(call, "type") ?? "").toUpperCase();
  if (type !== "PHONE" && type !== "EMAIL") throw classicError("Communication type is not defined.");
  const values = valuesOf(call);
  if (values.length === 0) throw classicError("Communication values is not defined.");
  const entity = String(argument(call, "entity_type") ?? "").toUpperCase();
  if (!["", "LEAD", "CONTACT", "COMPANY"].includes(entity)) call.mistake(`there is no entity type ${entity}`);
  if (entity === "") call.mistake("without entity_type leads may crowd out contacts");
  const kinds = ORDER.filter((kind) => entity === "" || kind.toUpperCase() === entity);
  const places = new Map(
    values.map((value) => [type === "PHONE" ? normalPhone(value) : value.trim().toLowerCase(), ROWS]),
  );
  places.delete("");
  const found = new Map<Kind, Set<number>>();
  for (const kind of kinds) {
    for (const record of call.portal.store.tables[kind].values()) {
      for (const form of new Set(record[type]?.map((value) => comparable(value, type)))) {
        const left = places.get(form) ?? 0;
        if (left === 0) continue;
        places.set(form, left - 1);
        found.set(kind, (found.get(kind) ?? new Set()).add(record.ID));
      }
    }
  }
  if (found.size === 0) return { result: [] };
  return { result: Object.fromEntries([...found].map(([kind, ids]) => [kind.toUpperCase(), [...ids]])) };
}
