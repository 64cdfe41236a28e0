/**
 * From the `fields` of a write, in either family, to a change that can be saved.
 */
import { type Field, fieldsOf } from "./fields.ts";
import { universalKey } from "./faces.ts";
import { classicEdits, type MultiEdit, type MultiType, universalEdits } from "./multi_values.ts";
import type { Param, Params } from "./php_query.ts";
import { pipelineOf } from "./stages.ts";
import type { Change } from "./saving.ts";
import type { Call } from "./state.ts";
import type { Kind } from "./settings.ts";
import { readValue } from "./values.ts";

/** Contact numbers of CONTACT_ID(S) that exist; the others are dropped and noted. */
function contactsOf(call: Call, raw: Param): number[] {
  const items = typeof raw === "object" && raw !== null ? Object.values(raw) : [raw];
  return items.map(Number).filter((id) => {
    if (id > 0 && !call.portal.store.tables.contact.has(id)) call.mistake(`there is no contact ${id}`);
    return call.portal.store.tables.contact.has(id);
  });
}

function put(
  call: Call,
  field: Field,
  raw: Param,
  face: "classic" | "universal",
  values: Record<string, unknown>,
): void {
  const { settings, store } = call.portal;
  if (field.computed) call.mistake(`${field.name} is worked out by the portal, what is written is ignored`);
  else if (field.name === "CONTACT_IDS") values.CONTACT_IDS = contactsOf(call, raw);
  else {
    const stored = readValue(field, raw, { settings, face, mistake: call.mistake });
    if (stored === undefined) return;
    values[field.name] = stored.value;
    if (field.name === "CONTACT_ID" && stored.value) {
      values.CONTACT_ID = contactsOf(call, stored.value as number)[0] ?? null;
    }
    if (field.name === "LEAD_ID" && stored.value && !store.tables.lead.has(stored.value as number)) {
      call.mistake(`there is no lead ${stored.value}`);
      values.LEAD_ID = null;
    }
  }
}

/** Reads `fields` of a classic write. Unknown, read-only and (on update) immutable ones are dropped without a word. */
export function classicChange(call: Call, kind: Kind, fields: Params, adding: boolean): Change {
  const known = fieldsOf(kind, call.portal.settings);
  const values: Record<string, unknown> = {};
  const multi = new Map<MultiType, MultiEdit[]>();
  for (const [name, raw] of Object.entries(fields)) {
    const field = known.get(name);
    if (field === undefined) call.mistake(`there is no field ${name}, the portal drops it`);
    else if (field.readOnly) call.mistake(`${name} is read-only, the portal drops it`);
    else if (field.immutable && !adding) call.mistake(`${name} cannot be changed by update, the portal drops it`);
    else if (field.type === "crm_multifield") {
      multi.set(name as MultiType, classicEdits(name as MultiType, raw, call.mistake));
    } else put(call, field, raw, "classic", values);
  }
  const category = values.CATEGORY_ID as number | undefined;
  if (category !== undefined && pipelineOf(call.portal.settings, category) === undefined) {
    call.mistake(`there is no pipeline ${category}, the portal takes 0`);
    values.CATEGORY_ID = 0;
  }
  return { values, multi };
}

/** Reads `fields` of a universal write: names in camel case, `fm` for phones and e-mails. */
export function universalChange(
  call: Call,
  kind: Kind,
  fields: Params,
  adding: boolean,
  originalUserNames: boolean,
): Change {
  const known = new Map(
    [...fieldsOf(kind, call.portal.settings).values()].map((each) => [universalKey(each, originalUserNames), each]),
  );
  const values: Record<string, unknown> = {};
  let multi: ReadonlyMap<MultiType, readonly MultiEdit[]> = new Map();
  for (const [name, raw] of Object.entries(fields)) {
    const field = known.get(name);
    if (name === "fm" && kind !== "deal") multi = universalEdits(raw, adding, call.mistake);
    else if (field === undefined || field.type === "crm_multifield") {
      call.mistake(`there is no field ${name}, the portal drops it`);
    } else if (field.readOnly && !field.universalWritable) {
      call.mistake(`${name} is read-only, the portal drops it`);
    } else put(call, field, raw, "universal", values);
  }
  return { values, multi };
}
