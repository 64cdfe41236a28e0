/**
 * Which reception takes which lead: the earliest visit of the patient who came from it.
 */
import { contradicts, isNamed } from "../../reception/person_name.ts";
import type { Patient, Reception } from "../../reception/reception.ts";
import type { PortalLead, PortalView } from "../ports.ts";
import { type Contacts, hasPhoneOf } from "./contact.ts";
import { isAfterVisit, mayHaveDeal, type OwnDeals } from "./deal.ts";
import type { RuleContext } from "./decision.ts";
import { isClosedByManager, stageOf } from "./stage.ts";

/** Whether neither the portal nor the configuration counts the lead as closed. */
const isOpenLead = (lead: PortalLead, closedStatuses: readonly string[]): boolean =>
  !lead.closed && !closedStatuses.includes(lead.status);

/**
 * Whether the patient came from the lead: nothing in its name contradicts, and it has the patient's phone; or it is a
 * repeat lead of the patient's contact; or, without a phone of its own, of one that may be the patient.
 */
export function isLeadOf(lead: PortalLead, patient: Patient, contacts: Contacts): boolean {
  if (contradicts(lead, patient)) return false;
  // A call that says no name is of whoever the contact is that it came from, though a relative has the phone as well.
  if (!isNamed(lead) && lead.contactId !== undefined && contacts.isAnothers(lead.contactId, patient)) return false;
  if (hasPhoneOf(lead, patient)) return true;
  if (lead.contactId === undefined) return false;
  return contacts.of(patient)?.id === lead.contactId ||
    (lead.phones.length === 0 && contacts.mayBe(lead.contactId, patient));
}

export class Leads {
  readonly #open: readonly PortalLead[];
  readonly #deals: ReadonlyMap<Reception, OwnDeals>;
  readonly #context: RuleContext;
  /** Leads that a reception's deal is linked to: when such a one is open again, a manager opened it. */
  readonly #linked: ReadonlySet<number>;
  /** Keys of the receptions that began to convert a lead. */
  readonly #begunBy: ReadonlyMap<number, string>;
  readonly #taken: Set<number>;
  readonly #ofReceptions = new Map<string, PortalLead>();
  readonly #ofPatients = new Map<string, PortalLead[]>();

  constructor(view: PortalView, deals: ReadonlyMap<Reception, OwnDeals>, context: RuleContext) {
    const isClassic = context.facts.mode === "classic";
    this.#open = isClassic
      ? view.leads.filter((lead) => isOpenLead(lead, context.config.closedLeadStatuses))
        .sort((a, b) => a.id - b.id)
      : [];
    this.#deals = deals;
    this.#context = context;
    const linked = view.deals.filter(({ key }) => key !== "").map(({ leadId }) => leadId);
    this.#linked = new Set(linked.filter((id) => id !== undefined));
    this.#begunBy = new Map([...context.unfinished.leads].map(([key, id]) => [id, key]));
    this.#taken = new Set(context.sent.closedLeads);
  }

  /** The lead that the reception takes. */
  of({ key }: Reception): PortalLead | undefined {
    return this.#ofReceptions.get(key);
  }

  /** Ids of the contacts of the leads that the patient came from. */
  contactsOf({ key }: Patient): number[] {
    return (this.#ofPatients.get(key) ?? []).map(({ contactId }) => contactId).filter((id) => id !== undefined);
  }

  /** Receptions that began a conversion go on with it, whoever the patient is now. */
  resume(receptions: readonly Reception[]): void {
    for (const reception of receptions) {
      const begun = this.#context.unfinished.leads.get(reception.key);
      const linked = this.#deals.get(reception)?.followed?.leadId;
      const lead = this.#open.find(({ id }) => id === begun && id === linked && !this.#taken.has(id));
      if (lead !== undefined) this.#give(lead, reception);
    }
  }

  /** Every other open lead goes to the earliest of the receptions (they come in that order), one to a patient. */
  give(receptions: readonly Reception[], contacts: Contacts): void {
    const served = new Set<string>();
    for (const reception of receptions) {
      const { key, patient } = reception;
      if (served.has(patient.key) || this.#ofReceptions.has(key)) continue;
      const lead = this.#open.find((each) =>
        !this.#taken.has(each.id) && !this.#linked.has(each.id) && (this.#begunBy.get(each.id) ?? key) === key &&
        !this.#isOfOthersContact(each, patient) && isLeadOf(each, patient, contacts)
      );
      if (lead === undefined || !this.#mayTake(reception, lead)) continue;
      served.add(patient.key);
      this.#give(lead, reception);
    }
  }

  /** Two repeat leads of one contact are one person's, who has got the first of them. */
  #isOfOthersContact({ contactId, phones }: PortalLead, { key }: Patient): boolean {
    return contactId !== undefined && phones.length === 0 &&
      [...this.#ofPatients].some(([owner, leads]) =>
        owner !== key && leads.some((lead) => lead.contactId === contactId)
      );
  }

  #give(lead: PortalLead, { key, patient }: Reception): void {
    this.#taken.add(lead.id);
    this.#ofReceptions.set(key, lead);
    this.#ofPatients.set(patient.key, [...this.#ofPatients.get(patient.key) ?? [], lead]);
  }

  /**
   * A reception takes the lead that it began to convert; else one that is not cancelled takes it when it is seen for the
   * first time, or when its deal is younger than the lead and has no other: then it came from the lead.
   */
  #mayTake(reception: Reception, lead: PortalLead): boolean {
    const deal = this.#deals.get(reception)?.followed;
    const { stages, config } = this.#context;
    const { timeZone, updateExisting } = config.sync;
    const begun = this.#context.unfinished.leads.get(reception.key) === lead.id;
    if (!begun && isAfterVisit(lead, reception, timeZone)) return false;
    if (deal === undefined) {
      return (begun || reception.status !== "Отменен") && mayHaveDeal(reception) &&
        stageOf(reception.status, stages).kind === "move";
    }
    if (isClosedByManager(deal, this.#context)) return false;
    if (begun) return true;
    return updateExisting && reception.status !== "Отменен" && deal.leadId === undefined &&
      deal.createdAt >= lead.createdAt;
  }
}
