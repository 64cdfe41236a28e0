/**
 * `crm.deal.contact.*`: the links of a deal to its contacts. What comes out are numbers.
 */
import { argument, checkArguments, idArgument, mapArgument } from "./arguments.ts";
import type { Params } from "./php_query.ts";
import { classicError } from "./rest_error.ts";
import { save } from "./saving.ts";
import type { Answer, Call, Method } from "./state.ts";
import type { StandRecord } from "./store.ts";

function dealOf(call: Call): StandRecord {
  const deal = call.portal.store.tables.deal.get(idArgument(call));
  if (deal === undefined) throw classicError("Not found");
  return deal;
}

function contactOf(call: Call, item: Params): number {
  const id = Number(item.CONTACT_ID);
  if (!call.portal.store.tables.contact.has(id)) throw classicError("Contact is not found");
  return id;
}

function link(call: Call, deal: StandRecord, ids: number[], primary: number | undefined): void {
  const values = { CONTACT_IDS: ids, CONTACT_ID: primary ?? ids[0] ?? null };
  save(call.portal, "deal", deal, { values, multi: new Map() }, { rest: true, mistake: call.mistake });
}

function get(call: Call): Answer {
  checkArguments(call, ["id"]);
  const deal = dealOf(call);
  return {
    result: (deal.CONTACT_IDS ?? []).map((id, index) => ({
      CONTACT_ID: id,
      SORT: (index + 1) * 10,
      ROLE_ID: 0,
      IS_PRIMARY: id === deal.CONTACT_ID ? "Y" : "N",
    })),
  };
}

function set(call: Call): Answer {
  checkArguments(call, ["id", "items"]);
  const raw = argument(call, "items");
  if (typeof raw !== "object" || raw === null) throw classicError("Parameter 'items' must be array.");
  const items = (Object.values(raw) as Params[]).toSorted((a, b) => Number(a.SORT ?? 0) - Number(b.SORT ?? 0));
  const primary = items.find((item) => item.IS_PRIMARY === "Y");
  link(call, dealOf(call), items.map((item) => contactOf(call, item)), primary && contactOf(call, primary));
  return { result: true };
}

function add(call: Call): Answer {
  checkArguments(call, ["id", "fields"]);
  const deal = dealOf(call);
  const fields = mapArgument(call, "fields") ?? {};
  const id = contactOf(call, fields);
  const linked = deal.CONTACT_IDS ?? [];
  if (linked.includes(id)) {
    call.mistake(`contact ${id} is linked to deal ${deal.ID} already`);
    return { result: false };
  }
  const primary = fields.IS_PRIMARY === "Y" || linked.length === 0 ? id : deal.CONTACT_ID as number;
  link(call, deal, [...linked, id], primary);
  return { result: true };
}

export const DEAL_CONTACT_METHODS: Readonly<Record<string, Method>> = {
  "crm.deal.contact.items.get": get,
  "crm.deal.contact.items.set": set,
  "crm.deal.contact.add": add,
};
