/**
 * The heart: receptions + what the portal holds → the smallest set of changes. No I/O, no clock.
 *
 * It reads as the rules do: for each reception its deal by key; else a manager's open deal of the patient's contact; else
 * a new deal. The patient's contact is decided once for all receptions of the patient, the lead goes to the earliest.
 */
import type { Config } from "../config/config.ts";
import type { Patient, Reception } from "../reception/reception.ts";
import { ContactIndex } from "./contact_index.ts";
import { isIdentPatient, isOpenLead, matchLead, suretyOfBest } from "./match.ts";
import type { Memory } from "./memory.ts";
import { cardReader, type ContactPlan, planContact } from "./plan_contact.ts";
import {
  bindDeal,
  changeDeal,
  type DealsByKey,
  dealsByKey,
  dealsOf,
  dealToBind,
  isAfterVisit,
  newDeal,
  situationOf,
  stageFor,
} from "./plan_deal.ts";
import type { PortalContact, PortalDeal, PortalFacts, PortalLead, PortalView } from "./ports.ts";
import { closedByManager, type Stages } from "./stages.ts";
import { needsOf, type Step, type Target } from "./step.ts";

/** What is to be done for one reception. */
export interface Decision {
  readonly reception: Reception;
  /** In the order of their standing on each other; the same step may serve several receptions of one patient. */
  readonly steps: readonly Step[];
  /** Why the reception cannot be carried over as things are; `undefined`: it can. In Russian, without personal data. */
  readonly refused: string | undefined;
  /** A manager closed the deal: it is left as it is. */
  readonly untouched: boolean;
  /** Further deals with the same key (ids), which somebody made by hand or by an older program. */
  readonly doubles: readonly number[];
}

export interface PlanContext {
  readonly config: Pick<
    Config,
    "pipeline" | "contactFields" | "dealFields" | "closedLeadStatuses" | "sync" | "portal"
  >;
  readonly facts: PortalFacts;
  readonly stages: Stages;
  readonly memory: Memory;
  /** What earlier cycles began and did not finish. */
  readonly unfinished: Unfinished;
}

export interface Unfinished {
  /** Leads that are being converted, by reception key. */
  readonly leads: ReadonlyMap<string, number>;
  /** Patient keys by the id of the contact that was given to the patient. */
  readonly contacts: ReadonlyMap<number, string>;
}

/** Everything to be done for these receptions (of one or several pages). Decisions stand in the receptions' order. */
export function plan(receptions: readonly Reception[], view: PortalView, context: PlanContext): Decision[] {
  return new Planner(view, context).plan(receptions);
}

/** By the time of the visit, so that the plan does not depend on the order in which the rows came. */
const byVisit = (a: Reception, b: Reception): number => a.start === b.start ? a.id - b.id : a.start < b.start ? -1 : 1;

class Planner {
  readonly #view: PortalView;
  readonly #context: PlanContext;
  readonly #index: ContactIndex;
  readonly #deals: DealsByKey;
  /** Leads that a reception's deal is linked to. */
  readonly #linkedLeads: ReadonlySet<number>;
  /** Keys of the receptions that began to convert a lead. */
  readonly #begunBy: ReadonlyMap<number, string>;
  readonly #contacts = new Map<string, ContactPlan>();
  /** Ids of the contacts that the deals of each patient's receptions have. */
  readonly #dealContacts = new Map<string, Set<number>>();
  readonly #takenContacts: Map<number, string>;
  readonly #takenDeals: Set<number>;
  readonly #takenLeads: Set<number>;
  /** The lead that each reception takes. */
  readonly #leads = new Map<string, PortalLead>();
  /** The lead that each patient came from. */
  readonly #leadsOfPatients = new Map<string, PortalLead>();

  constructor(view: PortalView, context: PlanContext) {
    this.#view = view;
    this.#context = context;
    this.#index = new ContactIndex(view.contacts);
    this.#deals = dealsByKey(view.deals);
    const linked = view.deals.filter(({ key }) => key !== "").map(({ leadId }) => leadId);
    this.#linkedLeads = new Set(linked.filter((id) => id !== undefined));
    this.#begunBy = new Map([...context.unfinished.leads].map(([key, id]) => [id, key]));
    this.#takenContacts = new Map(context.memory.takenContacts);
    this.#takenDeals = new Set(context.memory.takenDeals);
    this.#takenLeads = new Set(context.memory.takenLeads);
  }

  plan(receptions: readonly Reception[]): Decision[] {
    const inOrder = [...receptions].sort(byVisit);
    for (const reception of inOrder) this.#noteDealContacts(reception);
    for (const reception of inOrder) this.#giveLead(reception);
    const inNeed = inOrder.filter((reception) => this.#needsContact(reception));
    for (const patient of this.#surestFirst(inNeed)) this.#contactOf(patient);
    const decisions = new Map(inOrder.map((reception) => [reception, this.#decide(reception)]));
    return receptions.map((reception) => decisions.get(reception)!);
  }

  #noteDealContacts(reception: Reception): void {
    const ids = dealsOf(reception, this.#deals, this.#context).map(({ contactId }) => contactId).filter((id) =>
      id !== undefined
    );
    const { key } = reception.patient;
    this.#dealContacts.set(key, new Set([...this.#dealContacts.get(key) ?? [], ...ids]));
  }

  #decide(reception: Reception): Decision {
    const [deal, ...doubles] = dealsOf(reception, this.#deals, this.#context);
    const decision: Decision = {
      reception,
      steps: [],
      refused: undefined,
      untouched: false,
      doubles: doubles.map(({ id }) => id),
    };
    if (deal === undefined) return { ...decision, ...this.#firstSeen(reception) };
    if (this.#isClosedByManager(deal, reception)) {
      // The deal is left as it is; a lead that it is linked to already is still to be closed.
      const lead = this.#leads.get(reception.key);
      const steps: Step[] = lead === undefined ? [] : [{ kind: "close-lead", leadId: lead.id, after: [] }];
      return { ...decision, steps, untouched: true };
    }
    if (!this.#needsContact(reception)) return decision;
    const { updateExisting } = this.#context.config.sync;
    const contact = this.#contactOf(reception.patient);
    const change = updateExisting
      ? changeDeal(deal, reception, contact.target, this.#patientsOf, this.#context)
      : undefined;
    if (change !== undefined && "refused" in change) return { ...decision, refused: change.refused };
    return { ...decision, steps: this.#steps(reception, contact, change, deal) };
  }

  /** Not where the deal is left as it is, or none can be made: who needs no contact takes none from anybody else. */
  #needsContact(reception: Reception): boolean {
    const [deal] = dealsOf(reception, this.#deals, this.#context);
    if (deal === undefined) return "id" in stageFor(reception, this.#context);
    if (this.#isClosedByManager(deal, reception)) return false;
    return this.#context.config.sync.updateExisting || this.#leads.has(reception.key);
  }

  /** A reception whose deal the portal does not have yet. */
  #firstSeen(reception: Reception): Partial<Decision> {
    const stage = stageFor(reception, this.#context);
    if ("refused" in stage) return stage;
    const contact = this.#contactOf(reception.patient);
    const bound = this.#dealToBind(reception, contact);
    if (bound === undefined) {
      const step = newDeal(reception, stage.id, contact.target, this.#context);
      return { steps: this.#steps(reception, contact, step, undefined) };
    }
    this.#takenDeals.add(bound.id);
    const step = bindDeal(bound, reception, stage.id, contact.target, this.#context);
    return { steps: this.#steps(reception, contact, step, bound) };
  }

  /** The steps in the order of their standing on each other; the lead is closed last. */
  #steps(reception: Reception, contact: ContactPlan, dealStep: Step | undefined, deal: PortalDeal | undefined): Step[] {
    const lead = this.#leads.get(reception.key);
    // A contact is not made for a deal that keeps the one it has.
    const isNeeded = contact.step?.kind !== "add-contact" || lead !== undefined ||
      (dealStep !== undefined && needsOf(dealStep).includes(contact.step));
    const steps = [isNeeded ? contact.step : undefined, dealStep].filter((step) => step !== undefined);
    if (lead === undefined) return steps;
    // A deal that came from another lead keeps that one, and this one is left for the managers.
    if (deal?.leadId !== undefined && deal.leadId !== lead.id) return steps;
    const link = (record: "contact" | "deal", target: Target): Step => ({
      kind: "link-lead",
      record,
      target,
      leadId: lead.id,
    });
    if (!needsNoLink(contact.found, lead)) steps.push(link("contact", contact.target));
    if (deal?.leadId === undefined) steps.push(link("deal", dealStep ?? deal!.id));
    return [...steps, { kind: "close-lead", leadId: lead.id, after: steps }];
  }

  #isClosedByManager(deal: PortalDeal, reception: Reception): boolean {
    return closedByManager(situationOf(deal, reception, this.#context), this.#context.stages);
  }

  #dealToBind(reception: Reception, { found }: ContactPlan): PortalDeal | undefined {
    if (found === undefined || reception.status === "Отменен" || !this.#context.config.sync.updateExisting) {
      return undefined;
    }
    return dealToBind(reception, found, this.#view.deals, ({ id }) => this.#takenDeals.has(id), this.#context);
  }

  /** The patients, those first whom a contact names exactly; of equal ones the first to come. */
  #surestFirst(receptions: readonly Reception[]): Patient[] {
    const patients = Map.groupBy(receptions.map(({ patient }) => patient), ({ key }) => key).values();
    const cardOf = cardReader(this.#context);
    return [...patients].map(([patient]) => ({
      patient,
      surety: suretyOfBest(patient, this.#index.candidates(patient), cardOf),
    })).sort((a, b) => a.surety - b.surety).map(({ patient }) => patient);
  }

  #contactOf(patient: Patient): ContactPlan {
    const known = this.#contacts.get(patient.key);
    if (known !== undefined) return known;
    const isTaken = ({ id }: PortalContact) => this.#isOf(id).some((taker) => taker !== patient.key);
    const ofOwnDeals = this.#dealContacts.get(patient.key) ?? new Set();
    const given = this.#context.memory.contactOf(patient.key);
    const lead = this.#leadsOfPatients.get(patient.key);
    const candidates = this.#index.candidates(patient, [...ofOwnDeals, lead?.contactId ?? 0, given ?? 0]);
    const planned = planContact(patient, candidates, lead, { isTaken, ofOwnDeals }, this.#context);
    if (planned.found !== undefined) this.#takenContacts.set(planned.found.id, patient.key);
    this.#contacts.set(patient.key, planned);
    return planned;
  }

  /** The patients that an existing contact was given to, here or earlier, before the portal shows it. */
  #isOf(contactId: number): string[] {
    const takers = [this.#takenContacts.get(contactId), this.#context.unfinished.contacts.get(contactId)];
    return takers.filter((taker) => taker !== undefined);
  }

  /** The patients of the clinic that a contact is, as the portal shows it or will show it. */
  readonly #patientsOf = (contactId: number): string[] => {
    const contact = this.#index.get(contactId);
    const shown = contact !== undefined && isIdentPatient(contact) ? [contact.originId] : [];
    return [...shown, ...this.#isOf(contactId)];
  };

  /** Gives the reception's patient the lead that the patient came from, where this reception may take it. */
  #giveLead(reception: Reception): void {
    const { patient } = reception;
    if (this.#context.facts.mode === "simple") return;
    const lead = this.#begunLead(reception) ??
      (this.#leadsOfPatients.has(patient.key) ? undefined : this.#freeLead(reception));
    if (lead === undefined || !this.#mayTake(reception, lead)) return;
    this.#takenLeads.add(lead.id);
    this.#leads.set(reception.key, lead);
    if (!this.#leadsOfPatients.has(patient.key)) this.#leadsOfPatients.set(patient.key, lead);
  }

  /** The lead whose conversion the reception began: it is to be finished, whoever the patient is now. */
  #begunLead(reception: Reception): PortalLead | undefined {
    const [deal] = dealsOf(reception, this.#deals, this.#context);
    const begun = this.#context.unfinished.leads.get(reception.key);
    return this.#view.leads.find((lead) =>
      lead.id === begun && lead.id === deal?.leadId && isOpenLead(lead, this.#context.config.closedLeadStatuses) &&
      !this.#takenLeads.has(lead.id)
    );
  }

  /**
   * A lead that fits the reception's patient and that no other reception is converting. One that a deal is linked to has
   * been converted: when it is open again, a manager opened it.
   */
  #freeLead({ key, patient }: Reception): PortalLead | undefined {
    const free = this.#view.leads.filter(({ id }) =>
      !this.#takenLeads.has(id) && !this.#linkedLeads.has(id) && (this.#begunBy.get(id) ?? key) === key
    );
    return matchLead(patient, free, this.#context.config.closedLeadStatuses);
  }

  /**
   * A reception takes the lead that it began to convert; else one that is not cancelled takes it when it is seen for the
   * first time, or when its deal is younger than the lead and has no other: then it came from the lead.
   */
  #mayTake(reception: Reception, lead: PortalLead): boolean {
    const [deal] = dealsOf(reception, this.#deals, this.#context);
    const { timeZone, updateExisting } = this.#context.config.sync;
    const begun = this.#context.unfinished.leads.get(reception.key) === lead.id;
    if (!begun && isAfterVisit(lead, reception, timeZone)) return false;
    if (deal === undefined) {
      return (begun || reception.status !== "Отменен") && "id" in stageFor(reception, this.#context);
    }
    if (this.#isClosedByManager(deal, reception)) return begun && deal.leadId === lead.id;
    if (begun) return true;
    return updateExisting && reception.status !== "Отменен" && deal.leadId === undefined &&
      deal.createdAt >= lead.createdAt;
  }
}

/** Whether an existing contact needs no link to the lead: it has one, or it is older than the lead. */
function needsNoLink(contact: PortalContact | undefined, lead: PortalLead): boolean {
  return contact !== undefined && (contact.leadId !== undefined || contact.createdAt < lead.createdAt);
}
