/**
 * What a portal holds of a clinic, free of what differs from portal to portal: numbers and times of records.
 */
import assert from "node:assert/strict";
import type { PortalStand, StandRecord } from "../stand/portal/stand.ts";

/** The deal field that holds the reception's key. */
export const KEY = "UF_CRM_1769072841035";
/** The deal field that holds the registrar's comment. */
export const COMMENT = "UF_CRM_1769494714842";

/** Keys of all deals, sorted; a deal without one is `undefined`. */
export const keysOf = ({ deals }: PortalStand): string[] => deals.all().map((deal) => String(deal[KEY])).sort();

/** Fields that the portal itself fills with numbers and times. */
const OWN = /^(ID|DATE_.*|BEGINDATE|CLOSEDATE|MOVED_.*|CONTACT_IDS?|LEAD_ID|PHONE|EMAIL|LAST_ACTIVITY_.*)$/;

function bare(record: StandRecord, further: Readonly<Record<string, unknown>>): string {
  const own = Object.entries(record).filter(([name]) => !OWN.test(name));
  return JSON.stringify([...own, ...Object.entries(further)].sort(([a], [b]) => a < b ? -1 : 1));
}

/** All records, a line each, sorted: equal for two portals that show the same. */
export function holdings(portal: PortalStand): string[] {
  const person = (id: unknown) => {
    const contact = portal.contacts.get(Number(id));
    return contact === undefined ? id : [contact.ORIGIN_ID, contact.LAST_NAME, contact.NAME].join();
  };
  const lead = (id: unknown) => portal.leads.get(Number(id))?.TITLE ?? id;
  const phones = ({ PHONE }: StandRecord) => (PHONE ?? []).map(({ VALUE }) => VALUE).join();
  return [
    ...portal.deals.all().map((deal) =>
      `deal ${bare(deal, { contact: person(deal.CONTACT_ID), lead: lead(deal.LEAD_ID) })}`
    ),
    ...portal.contacts.all().map((contact) =>
      `contact ${bare(contact, { phones: phones(contact), lead: lead(contact.LEAD_ID) })}`
    ),
    ...portal.leads.all().map((each) => `lead ${bare(each, { contact: person(each.CONTACT_ID) })}`),
  ].sort();
}

/** Each reception has exactly one deal, and no two contacts are of one patient. */
export function assertOneEach(portal: PortalStand, receptions: readonly string[], about = ""): void {
  assert.deepEqual(keysOf(portal), [...receptions].sort(), about);
  const patients = portal.contacts.all().map(({ ORIGIN_ID }) => ORIGIN_ID).filter(Boolean);
  assert.equal(new Set(patients).size, patients.length, `${about}: two contacts of one patient`);
}

/** The portal shows what another one shows (its `holdings`). */
export function assertHolds(portal: PortalStand, expected: readonly string[], about = ""): void {
  const present = holdings(portal);
  const short = (lines: readonly string[]) => lines.slice(0, 3).map((line) => line.slice(0, 600)).join("\n");
  const missing = expected.filter((line) => !present.includes(line));
  const further = present.filter((line) => !expected.includes(line));
  assert.ok(
    missing.length + further.length === 0 && present.length === expected.length,
    `${about}\nmissing ${missing.length}:\n${short(missing)}\ntoo much ${further.length}:\n${short(further)}`,
  );
}
