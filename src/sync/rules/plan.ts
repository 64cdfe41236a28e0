/**
 * The rules of the sync: receptions + what the portal holds of them → the smallest set of changes. No I/O, no clock.
 *
 * Read them so. Every reception (запись на приём) has one deal, every patient one contact.
 *
 * **Which deal** (`deal.ts`). The deal that has the reception's key; of several the live one (`FOLLOWED_FIRST`). Where there
 * is none, the newest open deal that a manager made for the patient's contact is bound. Where there is none of those either,
 * a new one is made, but not for a reception that has no time.
 *
 * **Whose contact** (`contact.ts`). Every patient of the round stands beside every contact that could be theirs, and the
 * strongest evidence wins (`EVIDENCE`). What contradicts is no evidence at all: another patient's mark, another card number,
 * another name or patronymic. A relative on the same phone is another person. Where nothing speaks for a contact, a new one
 * is made. A name and phones that are there stay; what is empty is filled in (`contact_fields.ts`). The contact of an
 * existing deal changes only where the registrar has put in another patient (`deal_contact.ts`).
 *
 * **Which lead** (`lead.ts`). The open lead that the patient came from, by phone or as a repeat lead of the contact, goes to
 * the patient's earliest reception: contact and deal are linked to it, and it is closed last.
 *
 * **Which stage** (`stage.ts`). The stage of IDENT's status, unless it is protected, in another pipeline, or nothing has
 * happened in the clinic since a manager moved the deal (`STAGE_RULES`). A deal that a manager closed is left alone.
 *
 * **Which fields** (`deal_fields.ts`). What differs, and nothing that would change nothing.
 */
import type { Reception } from "../../reception/reception.ts";
import type { PortalContact, PortalDeal, PortalLead, PortalView } from "../ports.ts";
import { type Claimant, Contacts } from "./contact.ts";
import { type ContactPlan, planContact } from "./contact_fields.ts";
import { addDeal, bindDeal, changeDeal, dealToBind, mayHaveDeal, type OwnDeals, ownDeals } from "./deal.ts";
import type { Decision, Double, RuleContext } from "./decision.ts";
import { Leads } from "./lead.ts";
import { isClosedByManager, isOpen, stageOf } from "./stage.ts";
import { needsOf, type Step, type Target } from "./step.ts";

/** Everything to be done for these receptions (of one or several pages). Decisions stand in the receptions' order. */
export function plan(receptions: readonly Reception[], view: PortalView, context: RuleContext): Decision[] {
  const visits = [...receptions].sort(byVisit);
  const deals = dealsOfEach(visits, view.deals, context);
  const leads = new Leads(view, deals, context);
  leads.resume(visits);
  const contacts = new Contacts(claimantsOf(visits, deals, context), view.contacts, context);
  leads.give(visits, contacts);
  contacts.assignByLeads((patient) => leads.contactsOf(patient));
  const planner = new Planner({ deals, leads, contacts }, view.deals, context);
  const decisions = new Map(visits.map((reception) => [reception, planner.decide(reception)]));
  return receptions.map((reception) => decisions.get(reception)!);
}

/** By the time of the visit, so that the plan does not depend on the order in which the rows came; those without one last. */
function byVisit(a: Reception, b: Reception): number {
  if (a.start === b.start) return a.id - b.id;
  if (a.start === undefined || b.start === undefined) return a.start === undefined ? 1 : -1;
  return a.start < b.start ? -1 : 1;
}

function dealsOfEach(
  visits: readonly Reception[],
  deals: readonly PortalDeal[],
  context: RuleContext,
): ReadonlyMap<Reception, OwnDeals> {
  const byKey = Map.groupBy(deals, ({ key }) => key);
  return new Map(visits.map((reception) => {
    const own = context.sent.keysOf(reception).flatMap((key) => byKey.get(key) ?? []);
    return [reception, ownDeals(own, context)];
  }));
}

/** Who may get a contact, in the order of the first visits. */
function claimantsOf(
  visits: readonly Reception[],
  deals: ReadonlyMap<Reception, OwnDeals>,
  context: RuleContext,
): Claimant[] {
  return [...Map.groupBy(visits, ({ patient }) => patient.key).values()].map((own) => {
    const all = own.flatMap((reception) => {
      const { followed, doubles } = deals.get(reception)!;
      return followed === undefined ? [] : [followed, ...doubles];
    });
    const contactIds = all.map(({ contactId }) => contactId).filter((id) => id !== undefined);
    return {
      patient: own[0].patient,
      needs: own.some((reception) => needsContact(reception, deals.get(reception)!.followed, context)),
      ofOwnDeals: new Set(contactIds),
    };
  });
}

/** Not where the deal is left as it is, or none can be made. */
function needsContact(reception: Reception, deal: PortalDeal | undefined, context: RuleContext): boolean {
  if (deal === undefined) return mayHaveDeal(reception) && stageOf(reception.status, context.stages).kind === "move";
  if (isClosedByManager(deal, context)) return false;
  return context.config.sync.updateExisting || context.unfinished.leads.has(reception.key);
}

interface Settled {
  readonly deals: ReadonlyMap<Reception, OwnDeals>;
  readonly leads: Leads;
  readonly contacts: Contacts;
}

class Planner {
  readonly #settled: Settled;
  readonly #portalDeals: readonly PortalDeal[];
  readonly #context: RuleContext;
  readonly #boundDeals: Set<number>;
  readonly #contactPlans = new Map<string, ContactPlan>();

  constructor(settled: Settled, portalDeals: readonly PortalDeal[], context: RuleContext) {
    this.#settled = settled;
    this.#portalDeals = portalDeals;
    this.#context = context;
    this.#boundDeals = new Set(context.sent.boundDeals);
  }

  decide(reception: Reception): Decision {
    const { followed: deal, doubles } = this.#settled.deals.get(reception)!;
    const decided = { reception, doubles: this.#doubles(deal, doubles) };
    if (deal === undefined && !mayHaveDeal(reception)) return { ...decided, kind: "skip" };
    if (deal === undefined) return { ...decided, ...this.#firstSeen(reception) };
    const lead = this.#settled.leads.of(reception);
    if (isClosedByManager(deal, this.#context)) {
      const steps: Step[] = lead === undefined ? [] : [{ kind: "close-lead", leadId: lead.id, after: [] }];
      return { ...decided, kind: "leave", steps };
    }
    if (!needsContact(reception, deal, this.#context)) {
      return { ...decided, kind: "carry", steps: [] };
    }
    const contact = this.#contactOf(reception);
    const { updateExisting } = this.#context.config.sync;
    const change = updateExisting
      ? changeDeal(deal, reception, contact.target, this.#settled.contacts.patientsOf, this.#context)
      : undefined;
    if (change?.kind === "refuse") return { ...decided, ...change };
    return { ...decided, kind: "carry", steps: this.#steps(reception, contact, change, deal) };
  }

  #doubles(followed: PortalDeal | undefined, doubles: readonly PortalDeal[]): Double[] {
    if (followed === undefined) return [];
    const { stages } = this.#context;
    return doubles.map((deal) => ({ id: deal.id, open: isOpen(deal, stages), followed: followed.id }));
  }

  /** A reception whose deal the portal does not have yet. */
  #firstSeen(reception: Reception) {
    const stage = stageOf(reception.status, this.#context.stages);
    if (stage.kind === "refuse") return stage;
    const contact = this.#contactOf(reception);
    const isTaken = ({ id }: PortalDeal) => this.#boundDeals.has(id);
    const bound = dealToBind(reception, contact.found, this.#portalDeals, isTaken, this.#context);
    if (bound !== undefined) this.#boundDeals.add(bound.id);
    const step = bound === undefined
      ? addDeal(reception, stage.stage, contact.target, this.#context)
      : bindDeal(bound, reception, contact.target, this.#context);
    return { kind: "carry", steps: this.#steps(reception, contact, step, bound) } as const;
  }

  /** The steps in the order in which they need each other; the lead is closed last. */
  #steps(reception: Reception, contact: ContactPlan, dealStep: Step | undefined, deal: PortalDeal | undefined): Step[] {
    const lead = this.#settled.leads.of(reception);
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

  /** Planned once for all receptions of the patient. */
  #contactOf({ patient }: Reception): ContactPlan {
    const known = this.#contactPlans.get(patient.key);
    if (known !== undefined) return known;
    const planned = planContact(patient, this.#settled.contacts.of(patient), this.#context);
    this.#contactPlans.set(patient.key, planned);
    return planned;
  }
}

/** Whether an existing contact needs no link to the lead: it has one, or it is older than the lead. */
function needsNoLink(contact: PortalContact | undefined, lead: PortalLead): boolean {
  return contact !== undefined && (contact.leadId !== undefined || contact.createdAt < lead.createdAt);
}
