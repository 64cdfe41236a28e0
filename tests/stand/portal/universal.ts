/**
 * `crm.item.*`: one family for leads (1), deals (2) and contacts (3); camel-case names, numbers out, errors with codes.
 */
import { checkArguments, listArgument, mapArgument } from "./arguments.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { ENTITY_TYPES, universalItem, universalKey } from "./faces.ts";
import { universalFilter } from "./filters.ts";
import { mandatoryError } from "./mandatory.ts";
import { pageOf, sorted } from "./paging.ts";
import { type Params, phpMap } from "./php_query.ts";
import { RestError } from "./rest_error.ts";
import { type Change, save } from "./saving.ts";
import { keepsLeads, leadBecomesDeal } from "./simple_mode.ts";
import { pipelineOf } from "./stages.ts";
import { type Answer, type Call, KINDS, type Method } from "./state.ts";
import type { Kind } from "./settings.ts";
import type { StandRecord } from "./store.ts";
import { universalChange } from "./writing.ts";

const notFound = () => new RestError(400, "NOT_FOUND", "Элемент не найден");

function missing(name: string): RestError {
  return new RestError(400, "100", `Could not find value for parameter {${name}}`);
}

function kindOf(call: Call): Kind {
  const given = call.params.entityTypeId;
  if (given === undefined) throw missing("entityTypeId");
  const kind = KINDS.find((each) => ENTITY_TYPES[each] === Number(given));
  if (kind === undefined) throw notFound();
  return kind;
}

function originalNames(call: Call): boolean {
  return call.params.useOriginalUfNames === "Y";
}

function existing(call: Call, kind: Kind): StandRecord {
  if (call.params.id === undefined) throw missing("id");
  const record = keepsLeads(call, kind) ? call.portal.store.tables[kind].get(Number(call.params.id)) : undefined;
  if (record === undefined) throw notFound();
  return record;
}

function fieldsArgument(call: Call): Params {
  const fields = call.params.fields;
  if (typeof fields !== "object" || fields === null) throw missing("fields");
  return { ...fields as Params };
}

function check(call: Call, kind: Kind, before: StandRecord | undefined, change: Change): void {
  const { settings } = call.portal;
  const category = change.values.CATEGORY_ID as number | undefined;
  if (kind === "deal" && category !== undefined && pipelineOf(settings, category) === undefined) {
    throw new RestError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Значение поля «Воронка» указано некорректно");
  }
  const refusal = mandatoryError(kind, settings, before, change);
  if (refusal !== undefined) throw new RestError(400, "CRM_FIELD_ERROR_REQUIRED", refusal);
}

function itemAnswer(call: Call, kind: Kind, record: StandRecord): Answer {
  return { result: { item: universalItem(kind, record, call.portal.settings, originalNames(call)) } };
}

function add(call: Call): Answer {
  checkArguments(call, ["entitytypeid", "fields", "useoriginalufnames"]);
  const kind = kindOf(call);
  const change = universalChange(call, kind, fieldsArgument(call), true, originalNames(call));
  check(call, kind, undefined, change);
  if (!keepsLeads(call, kind)) return { result: { item: { id: leadBecomesDeal(call, change), entityTypeId: 1 } } };
  return itemAnswer(call, kind, save(call.portal, kind, undefined, change, { rest: true, mistake: call.mistake }));
}

function update(call: Call): Answer {
  checkArguments(call, ["entitytypeid", "id", "fields", "useoriginalufnames"]);
  const kind = kindOf(call);
  const record = existing(call, kind);
  const change = universalChange(call, kind, fieldsArgument(call), false, originalNames(call));
  check(call, kind, record, change);
  return itemAnswer(call, kind, save(call.portal, kind, record, change, { rest: true, mistake: call.mistake }));
}

function get(call: Call): Answer {
  checkArguments(call, ["entitytypeid", "id", "useoriginalufnames"]);
  const kind = kindOf(call);
  return itemAnswer(call, kind, existing(call, kind));
}

function list(call: Call): Answer {
  checkArguments(call, ["entitytypeid", "select", "filter", "order", "start", "useoriginalufnames"]);
  const kind = kindOf(call);
  const { settings, store } = call.portal;
  const names = originalNames(call);
  const byKey = new Map([...fieldsOf(kind, settings).values()].map((field) => [universalKey(field, names), field]));
  const order = Object.entries(mapArgument(call, "order") ?? {}).map(([key, direction]) => {
    const field = byKey.get(key);
    if (field === undefined) {
      throw new RestError(400, "INVALID_ARG_VALUE", `Invalid order: field '${key}' is not allowed`);
    }
    return [field.name, direction] as const;
  });
  const filter = mapArgument(call, "filter") ?? {};
  const test = universalFilter(kind, settings, filter, names, call.mistake);
  const found = keepsLeads(call, kind) ? [...store.tables[kind].values()].filter(test) : [];
  const { rows, total, next } = pageOf(sorted(found, kind, settings, order), call.params.start, call.mistake);
  const items = rows.map((row) => selected(call, universalItem(kind, row, settings, names), byKey));
  return { result: { items }, total, next };
}

/** Only the wished keys; `fm` comes without `select` and with `["*"]`, never by its name. */
function selected(
  call: Call,
  item: Record<string, unknown>,
  byKey: ReadonlyMap<string, Field>,
): Record<string, unknown> {
  const select = listArgument(call, "select");
  if (select === undefined || select.length === 0 || select.includes("*")) return item;
  for (const name of select) if (!byKey.has(name)) call.mistake(`select: there is no field ${name}`);
  return Object.fromEntries(
    Object.entries(item).filter(([key]) => key === "id" || (select.includes(key) && key !== "fm")),
  );
}

function describe(call: Call): Answer {
  checkArguments(call, ["entitytypeid", "useoriginalufnames"]);
  const kind = kindOf(call);
  const fields = [...fieldsOf(kind, call.portal.settings).values()].filter(({ type }) => type !== "crm_multifield");
  const rows = new Map(fields.map((field) => [universalKey(field, originalNames(call)), {
    type: field.type,
    isRequired: field.userField?.mandatory ?? false,
    isReadOnly: field.readOnly && !field.universalWritable,
    isImmutable: false,
    isMultiple: field.multiple,
    isDynamic: field.userField !== undefined,
    title: field.userField?.label ?? field.name,
    upperName: field.name,
  }]));
  return { result: { fields: phpMap(rows) } };
}

export const UNIVERSAL_METHODS: Readonly<Record<string, Method>> = {
  "crm.item.add": add,
  "crm.item.update": update,
  "crm.item.get": get,
  "crm.item.list": list,
  "crm.item.fields": describe,
};
