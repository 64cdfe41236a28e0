/**
 * Which reception takes which lead: the earliest visit of the patient who came from it.
 */
import type { Patient, Reception } from "../reception/reception.ts";
import { isOpenLead, matchLead } from "./match.ts";
import type { PlanContext } from "./plan.ts";
import { type DealsByKey, dealsOf, isAfterVisit, situationOf, stageFor } from "./plan_deal.ts";
import type { PortalLead, PortalView } from "./ports.ts";
import { closedByManager } from "./stages.ts";

export class LeadPlan {
  readonly #view: PortalView;
  readonly #deals: DealsByKey;
  readonly #context: PlanContext;
  /** Leads that a reception's deal is linked to. */
  readonly #linked: ReadonlySet<number>;
  /** Keys of the receptions that began to convert a lead. */
  readonly #begunBy: ReadonlyMap<number, string>;
  readonly #taken: Set<number>;
  readonly #ofReceptions = new Map<string, PortalLead>();
  readonly #ofPatients = new Map<string, PortalLead>();

  constructor(view: PortalView, deals: DealsByKey, context: PlanContext) {
    this.#view = view;
    this.#deals = deals;
    this.#context = context;
    const linked = view.deals.filter(({ key }) => key !== "").map(({ leadId }) => leadId);
    this.#linked = new Set(linked.filter((id) => id !== undefined));
    this.#begunBy = new Map([...context.unfinished.leads].map(([key, id]) => [id, key]));
    this.#taken = new Set(context.memory.takenLeads);
  }

  /** The lead that the reception takes. */
  of({ key }: Reception): PortalLead | undefined {
    return this.#ofReceptions.get(key);
  }

  /** The lead that the patient came from. */
  ofPatient({ key }: Patient): PortalLead | undefined {
    return this.#ofPatients.get(key);
  }

  /** Gives the reception's patient the lead that the patient came from, where this reception may take it. */
  give(reception: Reception): void {
    const { patient } = reception;
    if (this.#context.facts.mode === "simple") return;
    const lead = this.#begunLead(reception) ??
      (this.#ofPatients.has(patient.key) ? undefined : this.#freeLead(reception));
    if (lead === undefined || !this.#mayTake(reception, lead)) return;
    this.#taken.add(lead.id);
    this.#ofReceptions.set(reception.key, lead);
    if (!this.#ofPatients.has(patient.key)) this.#ofPatients.set(patient.key, lead);
  }

  /** The lead whose conversion the reception began: it is to be finished, whoever the patient is now. */
  #begunLead(reception: Reception): PortalLead | undefined {
    const [deal] = dealsOf(reception, this.#deals, this.#context);
    const begun = this.#context.unfinished.leads.get(reception.key);
    return this.#view.leads.find((lead) =>
      lead.id === begun && lead.id === deal?.leadId && isOpenLead(lead, this.#context.config.closedLeadStatuses) &&
      !this.#taken.has(lead.id)
    );
  }

  /**
   * A lead that fits the reception's patient and that no other reception is converting. One that a deal is linked to has
   * been converted: when it is open again, a manager opened it.
   */
  #freeLead({ key, patient }: Reception): PortalLead | undefined {
    const free = this.#view.leads.filter(({ id }) =>
      !this.#taken.has(id) && !this.#linked.has(id) && (this.#begunBy.get(id) ?? key) === key
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
    if (closedByManager(situationOf(deal, reception, this.#context), this.#context.stages)) {
      return begun && deal.leadId === lead.id;
    }
    if (begun) return true;
    return updateExisting && reception.status !== "Отменен" && deal.leadId === undefined &&
      deal.createdAt >= lead.createdAt;
  }
}
