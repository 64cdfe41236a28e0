/** A portal in memory: it keeps what is written, and answers as it is told to. */
import { ORIGINATOR } from "../../src/sync/ports.ts";
import type {
  FieldNames,
  OpenDeals,
  Outcome,
  Portal,
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalFields,
  PortalLead,
  PortalStage,
  PortalValue,
  PortalView,
  Question,
  Write,
} from "../../src/sync/ports.ts";
import type { WallClock } from "../../src/reception/reception.ts";
import { FACTS, STAGES } from "./made_up.ts";

/** What becomes of a write: done and confirmed; done or not without an answer; or surely not done. */
export type Fate =
  | "done"
  | "done-unanswered"
  | "lost"
  /** The portal itself says that it failed. */
  | "failed"
  | { readonly later: number }
  | Extract<Outcome, { kind: "refused" | "limited" | "unusable" }>;

const UNKNOWN: Outcome = { kind: "unknown", reason: "соединение прервалось" };

const text = (value: PortalValue | undefined): string => value === undefined || value === null ? "" : String(value);

export class MemoryPortal implements Portal {
  contacts: PortalContact[] = [];
  deals: PortalDeal[] = [];
  /** The pipeline's stages now. */
  stages: readonly PortalStage[] = STAGES;
  readonly leads: PortalLead[] = [];
  /** All requests with writes, in their order. */
  readonly requests: (readonly Write[])[] = [];
  readonly questions: Question[] = [];
  readonly #fate: (write: Write, request: number) => Fate;
  readonly #now: () => number;
  readonly #late: { at: number; write: Write }[] = [];
  #nextId = 100;

  constructor(fate: (write: Write, request: number) => Fate = () => "done", now: () => number = () => 0) {
    this.#fate = fate;
    this.#now = now;
  }

  learn(): Promise<PortalFacts> {
    return Promise.resolve(FACTS);
  }

  lookUp(question: Question): Promise<PortalView> {
    this.settle();
    this.questions.push(question);
    const keys = question.receptionKeys.flat();
    const hasPhone = ({ phones }: { readonly phones: readonly string[] }) =>
      phones.some((phone) => question.phones.includes(phone));
    const ofDeals = new Set(this.deals.filter(({ key }) => keys.includes(key)).map(({ contactId }) => contactId));
    const found = this.contacts.filter((contact) =>
      question.patientKeys.includes(contact.originId) || ofDeals.has(contact.id) || hasPhone(contact)
    );
    const isRepeat = ({ closed, contactId }: PortalLead) => !closed && found.some(({ id }) => id === contactId);
    const leads = question.leads
      ? this.leads.filter((lead) => question.leadIds?.includes(lead.id) || hasPhone(lead) || isRepeat(lead))
      : [];
    const contacts = this.contacts.filter((contact) =>
      found.includes(contact) || leads.some(({ contactId }) => contactId === contact.id)
    );
    const ids = new Set(contacts.map(({ id }) => id));
    const deals = this.deals.filter(({ key, closed, contactId }) =>
      keys.includes(key) || (!closed && contactId !== undefined && ids.has(contactId))
    );
    return Promise.resolve(structuredClone({ contacts, deals, leads }));
  }

  dealsByKey(keys: readonly string[], _fields: FieldNames): Promise<readonly PortalDeal[]> {
    this.settle();
    return Promise.resolve(structuredClone(this.deals.filter(({ key }) => keys.includes(key))));
  }

  contactsById(ids: readonly number[], _fields: FieldNames): Promise<readonly PortalContact[]> {
    this.settle();
    return Promise.resolve(structuredClone(this.contacts.filter(({ id }) => ids.includes(id))));
  }

  openDealsBetween(from: WallClock, to: WallClock, _fields: FieldNames): Promise<OpenDeals | undefined> {
    this.settle();
    const open = this.deals.filter(({ closed, fields }) => {
      const start = text(fields.UF_START).slice(0, 19);
      return !closed && start >= from && start <= to;
    });
    return Promise.resolve(structuredClone({ deals: open, stages: this.stages }));
  }

  keyedDeals(_fields: FieldNames): Promise<readonly PortalDeal[]> {
    this.settle();
    return Promise.resolve(structuredClone(this.deals.filter(({ key }) => key !== "")));
  }

  async write(
    writes: readonly Write[],
    leaving: (places: readonly number[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<readonly Outcome[]> {
    await leaving([...writes.keys()]);
    this.settle();
    const request = this.requests.push(writes) - 1;
    return writes.map((write): Outcome => {
      const fate = this.#fate(write, request);
      if (fate === "done") return { kind: "accepted", id: this.#apply(write) };
      if (fate === "lost") return UNKNOWN;
      if (fate === "failed") return { kind: "unknown", reason: "портал ответил: ERROR_CORE", failedByPortal: true };
      if (fate === "done-unanswered") {
        this.#apply(write);
        return UNKNOWN;
      }
      if ("later" in fate) {
        this.#late.push({ at: this.#now() + fate.later, write });
        return UNKNOWN;
      }
      return fate;
    });
  }

  /** Does what was still in work and whose time has come. */
  settle(): void {
    for (const work of this.#late.filter(({ at }) => at <= this.#now())) {
      this.#apply(work.write);
      this.#late.splice(this.#late.indexOf(work), 1);
    }
  }

  get writes(): Write[] {
    return this.requests.flat();
  }

  #apply(write: Write): number | undefined {
    switch (write.kind) {
      case "add-contact": {
        const id = this.#nextId++;
        const bare = {
          id,
          surname: "",
          name: "",
          patronymic: "",
          phones: [],
          originator: "",
          originId: "",
          leadId: undefined,
          createdAt: this.#now(),
          fields: {},
        };
        this.contacts.push(withContactFields(bare, write.fields));
        return id;
      }
      case "add-deal": {
        const id = this.#nextId++;
        const bare = {
          id,
          ours: false,
          originId: "",
          key: "",
          pipeline: 0,
          stage: "NEW",
          closed: false,
          contactId: undefined,
          leadId: undefined,
          createdAt: this.#now(),
          fields: {},
        };
        this.deals.push(withDealFields(bare, write.fields));
        return id;
      }
      case "update-contact":
        replace(this.contacts, write.id, (held) => withContactFields(held, write.fields));
        return undefined;
      case "update-deal":
        replace(this.deals, write.id, (held) => withDealFields(held, write.fields));
        return undefined;
      case "link-lead":
        if (write.record === "deal") replace(this.deals, write.id, (held) => ({ ...held, leadId: write.leadId }));
        else replace(this.contacts, write.id, (held) => ({ ...held, leadId: write.leadId }));
        return undefined;
      case "close-lead":
        replace(this.leads, write.id, (held) => ({ ...held, status: "CONVERTED", closed: true }));
        return undefined;
    }
  }
}

function replace<T extends { id: number }>(records: T[], id: number, change: (held: T) => T): void {
  const index = records.findIndex((record) => record.id === id);
  if (index !== -1) records[index] = change(records[index]);
}

function withContactFields(held: PortalContact, fields: PortalFields): PortalContact {
  const phones = (fields.PHONE ?? []) as readonly { readonly VALUE: string }[];
  return {
    ...held,
    surname: text(fields.LAST_NAME ?? held.surname),
    name: text(fields.NAME ?? held.name),
    patronymic: text(fields.SECOND_NAME ?? held.patronymic),
    phones: [...held.phones, ...phones.map(({ VALUE }) => VALUE)],
    originator: text(fields.ORIGINATOR_ID ?? held.originator),
    originId: text(fields.ORIGIN_ID ?? held.originId),
    fields: { ...held.fields, ...fields },
  };
}

function withDealFields(held: PortalDeal, fields: PortalFields): PortalDeal {
  const stage = text(fields.STAGE_ID ?? held.stage);
  const contacts = fields.CONTACT_IDS as readonly number[] | undefined;
  return {
    ...held,
    ours: fields.ORIGINATOR_ID === undefined ? held.ours : fields.ORIGINATOR_ID === ORIGINATOR,
    originId: text(fields.ORIGIN_ID ?? held.originId),
    key: text(fields.UF_KEY ?? held.key),
    stage,
    closed: STAGES.some(({ id, semantics }) => id === stage && semantics !== "process"),
    contactId: contacts === undefined ? held.contactId : contacts[0],
    fields: { ...held.fields, ...fields },
  };
}
