/** What managers and telephony make on the portal, and move there. */
import type { Patient } from "../../src/reception/reception.ts";
import type { PortalContact, PortalLead } from "../../src/sync/ports.ts";
import type { ModelDeal } from "./model_records.ts";
import { FINAL_STAGES, STAGE_ORDER } from "./model_settings.ts";
import type { Office } from "./office.ts";
import type { Untouched } from "./promises.ts";

export class Managers implements Untouched {
  readonly contacts = new Map<number, PortalContact>();
  readonly deals = new Map<number, ModelDeal>();
  readonly leads = new Map<number, PortalLead>();
  readonly reassigned = new Set<string>();
  readonly formerPatients = new Set<Patient>();
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  /** Something that a manager does: `what` of the kinds, to the record that `which` points at. */
  manage(what: number, which: number): void {
    const { portal } = this.#office;
    portal.finishWork();
    const pick = <T>(some: readonly T[]): T | undefined => some[which % some.length];
    const ours = [...portal.deals.values()].filter(({ key, closed }) => key !== "" && !closed);
    const move = (stage: string) => {
      const deal = pick(ours);
      if (deal !== undefined) portal.moveDeal(deal.id, stage);
    };
    switch (what) {
      case 0:
        return move(pick(STAGE_ORDER.filter((stage) => !FINAL_STAGES.has(stage)))!);
      case 1:
        return move(pick([...FINAL_STAGES])!);
      case 2: {
        const contact = pick([...portal.contacts.values()]);
        return contact && this.deal(contact.id, STAGE_ORDER[which % 3]);
      }
      default:
        return MADE_BEFORE[which % MADE_BEFORE.length](this);
    }
  }

  contact(changes: Partial<PortalContact>): number {
    const { portal, time } = this.#office;
    const contact: PortalContact = {
      id: portal.newId(),
      surname: "",
      name: "",
      patronymic: "",
      phones: [],
      originator: "",
      originId: "",
      leadId: undefined,
      createdAt: time.now,
      fields: {},
      ...changes,
    };
    portal.contacts.set(contact.id, contact);
    this.contacts.set(contact.id, contact);
    return contact.id;
  }

  deal(contactId: number, stage: string, pipeline = 0): void {
    const { portal, time } = this.#office;
    const deal: ModelDeal = {
      id: portal.newId(),
      ours: false,
      originId: "",
      key: "",
      pipeline,
      stage,
      closed: FINAL_STAGES.has(stage),
      contactId,
      leadId: undefined,
      createdAt: time.now,
      fields: {},
      title: "Сделка менеджера",
      stageByManager: true,
    };
    portal.deals.set(deal.id, deal);
    this.deals.set(deal.id, deal);
  }

  lead(changes: Partial<PortalLead>): void {
    const { portal, time } = this.#office;
    const lead: PortalLead = {
      id: portal.newId(),
      surname: "",
      name: "",
      patronymic: "",
      phones: ["+79000000001"],
      status: "NEW",
      closed: false,
      contactId: undefined,
      createdAt: time.now,
      ...changes,
    };
    portal.leads.set(lead.id, lead);
    this.leads.set(lead.id, lead);
  }
}

const FAMILY = { phones: ["+79000000001"] };
const GRANDFATHER = { surname: "Ромашкин", name: "Пётр", patronymic: "", ...FAMILY };
const STRANGER = { surname: "Незнакомов", name: "Иван", patronymic: "Иванович", ...FAMILY };

/** What managers and telephony make. */
export const MADE_BEFORE: readonly ((managers: Managers) => void)[] = [
  (managers) => void managers.contact({ name: "+79000000001", phones: ["+79000000001"] }),
  (managers) => void managers.contact(GRANDFATHER),
  (managers) => void managers.contact(STRANGER),
  (managers) => managers.deal(managers.contact(GRANDFATHER), "NEW"),
  (managers) => managers.deal(managers.contact(GRANDFATHER), "EXECUTING"),
  (managers) => managers.deal(managers.contact({ surname: "РОМАШКИНА", name: "Анна", ...FAMILY }), "UC_NO40X0"),
  (managers) => managers.deal(managers.contact({ name: "+79000000001", ...FAMILY }), "LOSE"),
  (managers) => managers.deal(managers.contact({ surname: "Ромашкина", name: "Анна", ...FAMILY }), "NEW", 3),
  (managers) =>
    managers.deal(
      managers.contact({
        surname: "Лютиков",
        name: "Олег",
        phones: ["+79000000002"],
        originator: "1C",
        originId: "000017",
      }),
      "NEW",
    ),
  (managers) => void managers.contact({ surname: "Фиалкова", name: "Анна", phones: ["+79000000002"] }),
  (managers) => managers.lead({}),
  (managers) => managers.lead({ name: "Анна" }),
  (managers) => managers.lead({ surname: "Незнакомов", name: "Иван" }),
  (managers) => managers.lead({ contactId: managers.contact({ surname: "Ромашкин", phones: [] }) }),
  (managers) => managers.lead({ status: "JUNK", closed: true }),
];
