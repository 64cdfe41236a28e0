/** Random families on a few phones, and what a portal may hold of them: contacts of every kind, own deals, leads. */
import fc from "fast-check";
import type { Patient, Reception, WallClock } from "../../../src/reception/reception.ts";
import type { PortalContact, PortalDeal, PortalLead } from "../../../src/sync/ports.ts";
import { contact, dealFor, lead, patient, reception } from "../made_up.ts";

export interface Families {
  readonly receptions: readonly Reception[];
  readonly contacts: readonly PortalContact[];
  readonly deals: readonly PortalDeal[];
  readonly leads: readonly PortalLead[];
}

const PHONES = ["+79000000001", "+79000000002", "+79000000003"];

interface Person {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
  readonly phones: readonly string[];
  readonly hasCard: boolean;
}

const somePhones = (least: number) => fc.subarray(PHONES, { minLength: least, maxLength: 2 });

const person: fc.Arbitrary<Person> = fc.record({
  surname: fc.constantFrom("Ромашкин", "Лютиков"),
  name: fc.constantFrom("Пётр", "Анна"),
  patronymic: fc.constantFrom("", "", "Ильич", "Олегович"),
  phones: fc.oneof({ weight: 6, arbitrary: somePhones(1) }, { weight: 1, arbitrary: fc.constant([]) }),
  hasCard: fc.boolean(),
});

/** A contact that shows something of the person with this number, or of nobody. */
interface Card {
  readonly of: number;
  readonly parts: "nothing" | "name" | "surname and name" | "all";
  readonly phones: readonly string[];
  readonly card: "none" | "own" | "a stranger's";
  readonly origin: "none" | "own" | "another system's";
}

const card: fc.Arbitrary<Card> = fc.record({
  of: fc.nat(5),
  parts: fc.constantFrom("nothing", "name", "surname and name", "surname and name", "all", "all"),
  phones: somePhones(0),
  card: fc.constantFrom("none", "none", "own", "a stranger's"),
  origin: fc.constantFrom("none", "none", "none", "own", "another system's"),
});

/** An own deal of the original program, or a manager's open one; and a lead by its phone or its contact. */
const link = fc.record({ of: fc.nat(5), contact: fc.nat(5), keyed: fc.boolean(), lost: fc.boolean() });
const anyLead = fc.record({
  of: fc.nat(5),
  named: fc.boolean(),
  phone: fc.option(fc.nat(2)),
  contact: fc.option(fc.nat(5)),
});

export const families: fc.Arbitrary<Families> = fc.record({
  people: fc.array(person, { minLength: 3, maxLength: 6 }),
  cards: fc.array(card, { maxLength: 6 }),
  links: fc.array(link, { maxLength: 4 }),
  leads: fc.array(anyLead, { maxLength: 3 }),
  starts: fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
}).map(({ people, cards, links, leads, starts }) => {
  const patients = people.map(({ hasCard, ...names }, index): Patient =>
    patient(index + 1, { ...names, cardNumber: hasCard ? `К-${index + 1}` : "" })
  );
  const of = (index: number): Patient => patients[index % patients.length];
  const contacts = cards.map((each, index) => contactLike(10 + index, of(each.of), each));
  const receptions = patients.map((each, index) =>
    reception(index + 1, { patient: each, start: `2026-03-01T1${starts[index]}:30:00` as WallClock })
  );
  const taken = new Set<string>();
  const deals = links.flatMap(({ of: whose, contact: on, keyed, lost }, index) => {
    const visit = receptions[whose % receptions.length];
    if (contacts.length === 0 || (keyed && taken.has(visit.key))) return [];
    if (keyed) taken.add(visit.key);
    const state = lost ? { stage: "LOSE", closed: true } : { stage: "NEW", closed: false };
    const contactId = contacts[on % contacts.length].id;
    const foreign = { ours: false, originId: "", contactId, key: keyed ? visit.key : "", createdAt: 500 };
    return [dealFor(70 + index, visit, { ...state, ...foreign })];
  });
  return {
    receptions,
    contacts,
    deals,
    leads: leads.map(({ of: whose, named, phone, contact: on }, index) =>
      lead(40 + index, {
        name: named ? of(whose).name : "",
        phones: phone === null ? [] : [PHONES[phone]],
        contactId: on === null || contacts.length === 0 ? undefined : contacts[on % contacts.length].id,
      })
    ),
  };
});

function contactLike(id: number, of: Patient, { parts, phones, card, origin }: Card): PortalContact {
  return contact(id, {
    surname: parts === "nothing" || parts === "name" ? "" : of.surname,
    name: parts === "nothing" ? "" : of.name,
    patronymic: parts === "all" ? of.patronymic : "",
    phones,
    originator: origin === "none" ? "" : origin === "own" ? "IDENT" : "1C",
    originId: origin === "none" ? "" : origin === "own" ? of.key : `1C-${id}`,
    fields: { UF_C_CARD: card === "none" ? null : card === "own" ? of.cardNumber : "Ч-1", UF_C_PARENT: null },
  });
}
