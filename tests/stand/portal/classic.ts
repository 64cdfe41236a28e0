/**
 * `crm.deal.*`, `crm.contact.*`, `crm.lead.*`: upper-case names, strings out, errors without a code.
 */
import { checkArguments, idArgument, listArgument, mapArgument } from "./arguments.ts";
import { choiceRows, type Field, fieldsOf } from "./fields.ts";
import { classicRow, classicSelection } from "./faces.ts";
import { classicFilter } from "./filters.ts";
import { mandatoryError } from "./mandatory.ts";
import { pageOf, sorted } from "./paging.ts";
import type { Params } from "./php_query.ts";
import { classicError } from "./rest_error.ts";
import { save } from "./saving.ts";
import { keepsLeads, leadBecomesDeal } from "./simple_mode.ts";
import type { Answer, Call, Method } from "./state.ts";
import type { Kind, Settings } from "./settings.ts";
import type { StandRecord } from "./store.ts";
import { classicChange } from "./writing.ts";

const ABSENT: Readonly<Record<Kind, string>> = {
  deal: "Not found",
  contact: "Contact is not found",
  lead: "Lead is not found",
};

function existing(call: Call, kind: Kind, text: string): StandRecord {
  const record = keepsLeads(call, kind) ? call.portal.store.tables[kind].get(idArgument(call)) : undefined;
  if (record === undefined) throw classicError(text);
  return record;
}

function fieldsArgument(call: Call): Params {
  const fields = mapArgument(call, "fields");
  if (fields === undefined) throw classicError("Parameter 'fields' must be array.");
  if (Object.keys(fields).length === 0) call.mistake("a write without fields");
  return fields;
}

function checkParams(call: Call): void {
  for (const [name, value] of Object.entries(mapArgument(call, "params") ?? {})) {
    if (value !== "Y" && value !== "N") call.mistake(`params.${name} is neither "Y" nor "N", the portal ignores it`);
  }
}

function add(call: Call, kind: Kind): Answer {
  checkArguments(call, ["fields", "params"]);
  checkParams(call);
  const change = classicChange(call, kind, fieldsArgument(call), true);
  const author = { rest: true, mistake: call.mistake };
  const refusal = mandatoryError(kind, call.portal.settings, undefined, change);
  if (refusal !== undefined) throw classicError(refusal);
  if (!keepsLeads(call, kind)) return { result: leadBecomesDeal(call, change) };
  return { result: save(call.portal, kind, undefined, change, author).ID };
}

function update(call: Call, kind: Kind): Answer {
  checkArguments(call, ["id", "fields", "params"]);
  checkParams(call);
  const record = existing(call, kind, ABSENT[kind]);
  const change = classicChange(call, kind, fieldsArgument(call), false);
  const refusal = mandatoryError(kind, call.portal.settings, record, change);
  if (refusal !== undefined) throw classicError(refusal);
  save(call.portal, kind, record, change, { rest: true, mistake: call.mistake });
  return { result: true };
}

function get(call: Call, kind: Kind): Answer {
  checkArguments(call, ["id"]);
  return { result: classicRow(kind, existing(call, kind, "Not found"), call.portal.settings, "get") };
}

function list(call: Call, kind: Kind): Answer {
  checkArguments(call, ["select", "filter", "order", "start"]);
  const { settings, store } = call.portal;
  const fields = fieldsOf(kind, settings);
  const select = listArgument(call, "select");
  for (const name of select ?? []) {
    if (name !== "*" && name !== "UF_*" && (!fields.has(name) || name === "CONTACT_IDS")) {
      call.mistake(`select: there is no field ${name}`);
    }
  }
  const order = Object.entries(mapArgument(call, "order") ?? {}).filter(([name]) => {
    if (!fields.has(name)) call.mistake(`order: there is no field ${name}`);
    return fields.has(name);
  });
  const test = classicFilter(kind, settings, mapArgument(call, "filter") ?? {}, call.mistake);
  const found = keepsLeads(call, kind) ? [...store.tables[kind].values()].filter(test) : [];
  const { rows, total, next } = pageOf(sorted(found, kind, settings, order), call.params.start, call.mistake);
  const selection = classicSelection(kind, settings, select);
  return { result: rows.map((row) => classicRow(kind, row, settings, "list", selection)), total, next };
}

function describe(field: Field, settings: Settings): Record<string, unknown> {
  const own = field.userField;
  return {
    type: field.type,
    isRequired: own?.mandatory ?? (own === undefined && ["NAME", "SECOND_NAME", "LAST_NAME"].includes(field.name)),
    isReadOnly: field.readOnly,
    isImmutable: field.immutable,
    isMultiple: field.multiple,
    isDynamic: own !== undefined,
    title: field.name,
    ...(field.directory === undefined ? {} : { statusType: field.directory }),
    ...(own === undefined ? {} : {
      ...(own.choices === undefined ? {} : { items: choiceRows(own.choices) }),
      listLabel: own.label,
      formLabel: own.label,
      filterLabel: own.label,
      settings: own.type === "double" ? { PRECISION: own.precision ?? 2 } : {},
    }),
    ...(settings.mode === 2 && field.type === "crm_lead" ? { isDeprecated: true } : {}),
  };
}

function describeAll(call: Call, kind: Kind): Answer {
  checkArguments(call, []);
  const { settings } = call.portal;
  const fields = [...fieldsOf(kind, settings).values()];
  return { result: Object.fromEntries(fields.map((field) => [field.name, describe(field, settings)])) };
}

function userFields(call: Call, kind: Kind): Answer {
  checkArguments(call, ["order", "filter", "start"]);
  const filter = mapArgument(call, "filter") ?? {};
  const rows = call.portal.settings.userFields[kind].map((field, index) => ({
    ID: String(6001 + index),
    ENTITY_ID: `CRM_${kind.toUpperCase()}`,
    FIELD_NAME: field.name,
    USER_TYPE_ID: field.type,
    XML_ID: null,
    SORT: String(100 + index * 10),
    MULTIPLE: field.multiple ? "Y" : "N",
    MANDATORY: field.mandatory ? "Y" : "N",
    SHOW_FILTER: "E",
    SHOW_IN_LIST: "Y",
    EDIT_IN_LIST: "Y",
    IS_SEARCHABLE: "N",
    SETTINGS: field.type === "double" ? { PRECISION: field.precision ?? 2 } : { DEFAULT_VALUE: "" },
    ...(field.choices === undefined ? {} : {
      LIST: field.choices.map(({ id, value, xmlId }, place) => ({
        ID: String(id),
        SORT: String((place + 1) * 10),
        VALUE: value,
        DEF: "N",
        XML_ID: xmlId ?? "",
      })),
    }),
    ...(filter.LANG === undefined ? {} : {
      EDIT_FORM_LABEL: field.label,
      LIST_COLUMN_LABEL: field.label,
      LIST_FILTER_LABEL: field.label,
    }),
  }));
  const wanted = rows.filter((row) =>
    Object.entries(filter).every(([name, value]) => {
      const stored = (row as Record<string, unknown>)[name];
      return name === "LANG" || stored === undefined || stored === value;
    })
  );
  return { result: wanted, total: wanted.length };
}

/** The methods of one kind of record, by name. */
export function classicMethods(kind: Kind): Record<string, Method> {
  const prefix = `crm.${kind}`;
  return {
    [`${prefix}.add`]: (call) => add(call, kind),
    [`${prefix}.update`]: (call) => update(call, kind),
    [`${prefix}.get`]: (call) => get(call, kind),
    [`${prefix}.list`]: (call) => list(call, kind),
    [`${prefix}.fields`]: (call) => describeAll(call, kind),
    [`${prefix}.userfield.list`]: (call) => userFields(call, kind),
  };
}
