/**
 * The heart: receptions + what the portal holds → the smallest set of changes. No I/O, no clock.
 *
 * It reads as the rules do: for each reception its deal by key; else a manager's open deal of the patient's contact; else
 * a new deal. The patient's contact is decided once for all receptions of the patient, the lead goes to the earliest.
 */
import type { Config } from "../config/config.ts";
import type { Patient, Reception } from "../reception/reception.ts";
import { ContactIndex } from "./contact_index.ts";
import { isIdentPatient, suretyOfBest } from "./match.ts";
import type { Memory } from "./memory.ts";
import { cardReader, type ContactPlan, planContact } from "./plan_contact.ts";
import {
  bindDeal,
  changeDeal,
  type DealsByKey,
  dealsByKey,
  dealsOf,
  dealToBind,
  newDeal,
  situationOf,
  stageFor,
} from "./plan_deal.ts";
import { LeadPlan } from "./plan_lead.ts";
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
  readonly #leads: LeadPlan;
  readonly #contacts = new Map<string, ContactPlan>();
  /** Ids of the contacts that the deals of each patient's receptions have. */
  readonly #dealContacts = new Map<string, Set<number>>();
  readonly #takenContacts: Map<number, string>;
  /** Patient keys by the id of the contact that is kept for the patient, though nothing is sent for it. */
  readonly #reserved = new Map<number, string>();
  readonly #takenDeals: Set<number>;

  constructor(view: PortalView, context: PlanContext) {
    this.#view = view;
    this.#context = context;
    this.#index = new ContactIndex(view.contacts);
    this.#deals = dealsByKey(view.deals);
    this.#leads = new LeadPlan(view, this.#deals, context);
    this.#takenContacts = new Map(context.memory.takenContacts);
    this.#takenDeals = new Set(context.memory.takenDeals);
  }

  plan(receptions: readonly Reception[]): Decision[] {
    const inOrder = [...receptions].sort(byVisit);
    for (const reception of inOrder) this.#noteDealContacts(reception);
    for (const reception of inOrder) this.#leads.give(reception);
    const inNeed = new Set(
      inOrder.filter((reception) => this.#needsContact(reception)).map(({ patient }) => patient.key),
    );
    for (const { patient, surety } of this.#surestFirst(inOrder)) {
      if (inNeed.has(patient.key)) this.#contactOf(patient);
      else this.#reserve(patient, surety);
    }
    const decisions = new Map(inOrder.map((reception) => [reception, this.#decide(reception)]));
    return receptions.map((reception) => decisions.get(reception)!);
  }

  #noteDealContacts(reception: Reception): void {
    const ids = dealsOf(reception, this.#deals, this.#context).map(({ contactId }) => contactId).filter((id) =>
      id !== undefined
    );
    const { key } = reception.patient;
    this.#dealContacts.set(key, new Set([...this.#ofOwnDeals(reception.patient), ...ids]));
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
      const lead = this.#leads.of(reception);
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

  /** Not where the deal is left as it is, or none can be made. */
  #needsContact(reception: Reception): boolean {
    const [deal] = dealsOf(reception, this.#deals, this.#context);
    if (deal === undefined) return "id" in stageFor(reception, this.#context);
    if (this.#isClosedByManager(deal, reception)) return false;
    return this.#context.config.sync.updateExisting || this.#leads.of(reception) !== undefined;
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
    const lead = this.#leads.of(reception);
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

  /** The patients, those first whom a contact names exactly, then those of whose deals one has theirs, then as they come. */
  #surestFirst(receptions: readonly Reception[]): { readonly patient: Patient; readonly surety: number }[] {
    const patients = Map.groupBy(receptions.map(({ patient }) => patient), ({ key }) => key).values();
    const cardOf = cardReader(this.#context);
    return [...patients].map(([patient]) => ({
      patient,
      surety: suretyOfBest(patient, this.#index.candidates(patient), cardOf),
      hasOwn: this.#hasOwn(patient),
    })).sort((a, b) => a.surety - b.surety || Number(b.hasOwn) - Number(a.hasOwn));
  }

  /** Whether the contact that the patient would get, were nobody else there, is the one of an own deal. */
  #hasOwn(patient: Patient): boolean {
    const { found } = this.#planContact(patient);
    return found !== undefined && this.#ofOwnDeals(patient).has(found.id);
  }

  #contactOf(patient: Patient): ContactPlan {
    const known = this.#contacts.get(patient.key);
    if (known !== undefined) return known;
    const planned = this.#planContact(patient);
    if (planned.found !== undefined) this.#takenContacts.set(planned.found.id, patient.key);
    this.#contacts.set(patient.key, planned);
    return planned;
  }

  /** A patient who needs no contact keeps one that is surely his from the others, and takes no other from them. */
  #reserve(patient: Patient, surety: number): void {
    const { found } = this.#planContact(patient);
    if (found === undefined) return;
    if (surety < 2 || this.#ofOwnDeals(patient).has(found.id)) this.#reserved.set(found.id, patient.key);
  }

  #ofOwnDeals({ key }: Patient): ReadonlySet<number> {
    return this.#dealContacts.get(key) ?? new Set();
  }

  #planContact(patient: Patient): ContactPlan {
    const isTaken = ({ id }: PortalContact) =>
      [...this.#isOf(id), this.#reserved.get(id)].some((taker) => taker !== undefined && taker !== patient.key);
    const ofOwnDeals = this.#ofOwnDeals(patient);
    const given = this.#context.memory.contactOf(patient.key);
    const lead = this.#leads.ofPatient(patient);
    const candidates = this.#index.candidates(patient, [...ofOwnDeals, lead?.contactId ?? 0, given ?? 0]);
    return planContact(patient, candidates, lead, { isTaken, ofOwnDeals }, this.#context);
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
}

/** Whether an existing contact needs no link to the lead: it has one, or it is older than the lead. */
function needsNoLink(contact: PortalContact | undefined, lead: PortalLead): boolean {
  return contact !== undefined && (contact.leadId !== undefined || contact.createdAt < lead.createdAt);
}
