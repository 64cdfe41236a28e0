/**
 * The simple CRM mode: no leads. A lead that is added becomes a deal at once and cannot be read.
 */
import { type Change, save } from "./saving.ts";
import type { Call } from "./state.ts";
import type { Kind } from "./settings.ts";

/** Whether this kind of record can be read and kept in the portal's mode; notes a use of leads where there are none. */
export function keepsLeads(call: Call, kind: Kind): boolean {
  if (kind !== "lead" || call.portal.settings.mode === 1) return true;
  call.mistake("leads are off in the simple CRM mode");
  return false;
}

/** Makes the deal of a lead that was added in the simple mode; the number of the lead, which nobody can read. */
export function leadBecomesDeal(call: Call, change: Change): number {
  const { portal } = call;
  const author = { rest: true, mistake: call.mistake };
  const id = portal.store.takeId("lead");
  const { TITLE, NAME, SECOND_NAME, LAST_NAME, ORIGINATOR_ID, ORIGIN_ID } = change.values;
  const person = { values: { NAME, SECOND_NAME, LAST_NAME, LEAD_ID: id }, multi: change.multi };
  const contact = NAME || LAST_NAME ? save(portal, "contact", undefined, person, author) : undefined;
  const values = { TITLE: TITLE ?? `Сделка по лиду #${id}`, LEAD_ID: id, CONTACT_ID: contact?.ID ?? null };
  save(portal, "deal", undefined, { values: { ...values, ORIGINATOR_ID, ORIGIN_ID }, multi: new Map() }, author);
  return id;
}
