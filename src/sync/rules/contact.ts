/**
 * Which contact of the portal is which patient: one ordered table of evidence, and one assignment.
 */
import { contradicts, foldName, isNamed, isSamePerson, patronymicsMatch } from "../../reception/person_name.ts";
import type { Patient } from "../../reception/reception.ts";
import { ORIGINATOR, type PortalContact } from "../ports.ts";
import { ContactIndex } from "./contact_index.ts";
import type { RuleContext } from "./decision.ts";
import { textOf } from "../fields/same.ts";

/** Whether the contact is known to be one of the clinic's patients. */
export const isIdentPatient = (contact: PortalContact): boolean =>
  contact.originator === ORIGINATOR && contact.originId !== "";

export const isThisPatient = (contact: PortalContact, patient: Patient): boolean =>
  contact.originator === ORIGINATOR && contact.originId === patient.key;

export const hasPhoneOf = ({ phones }: { readonly phones: readonly string[] }, patient: Patient): boolean =>
  phones.some((phone) => patient.phones.includes(phone));

/** What speaks for a contact being a patient. */
interface Pair {
  readonly patient: Patient;
  readonly contact: PortalContact;
  /** It is the contact of a deal of one of the patient's receptions: the original program wrote no ORIGIN_ID. */
  readonly ofOwnDeal: boolean;
  /** It is the contact of the lead that the patient came from. */
  readonly ofLead: boolean;
  /** It has one of the patient's phones. */
  readonly phone: boolean;
  /** It has surname and name, and no patronymic that contradicts. */
  readonly name: boolean;
  readonly card: boolean;
  readonly patronymic: boolean;
}

export interface Evidence {
  /** As README.ru.md has it. */
  readonly what: string;
  /** Whether a patient who needs no contact now keeps such a one from others. */
  readonly sure: boolean;
  readonly holds: (pair: Pair) => boolean;
}

/**
 * The kinds of evidence, the strongest first. Where each stands, and why:
 *
 * 1. The program's own mark: nothing can be surer, whatever the names have become since.
 * 2. to 5. Two names alone are no proof on a family's phone, so what has a third sign goes first: the card number, which the
 *    clinic gives to one person, before the patronymic, which brothers share; an own deal before a phone, for the deal was
 *    this patient's, and a phone is the whole family's.
 * 6. The card number where the name is there in part only, or not at all: the whole family has the phone, one has the card.
 * 7., 8. Surname and name, by an own deal before a phone alone, for the same reason as above.
 * 9. A nameless contact that an own deal hangs on: somebody called, and the deal says who it was.
 * 10. The contact of the lead that the patient came from: a manager joined the two, and its name may be there in part only.
 * 11. A nameless contact with the phone: it may be anybody on that phone, so it comes last.
 */
const BEFORE_LEADS: readonly Evidence[] = [
  {
    what: "контакт уже отмечен номером этого пациента (ORIGIN_ID)",
    sure: true,
    holds: ({ contact, patient }) => isThisPatient(contact, patient),
  },
  {
    what: "контакт сделки этого же пациента, совпали имя, фамилия и номер карты",
    sure: true,
    holds: (pair) => pair.ofOwnDeal && pair.name && pair.card,
  },
  {
    what: "контакт сделки этого же пациента, совпали имя, фамилия и отчество",
    sure: true,
    holds: (pair) => pair.ofOwnDeal && pair.name && pair.patronymic,
  },
  {
    what: "совпали телефон, имя, фамилия и номер карты",
    sure: true,
    holds: (pair) => pair.phone && pair.name && pair.card,
  },
  {
    what: "совпали телефон, имя, фамилия и отчество",
    sure: true,
    holds: (pair) => pair.phone && pair.name && pair.patronymic,
  },
  {
    what: "совпал номер карты, а с ним телефон или сделка; имя неполное и не противоречит",
    sure: true,
    holds: (pair) => pair.card && (pair.phone || pair.ofOwnDeal) && !contradicts(pair.contact, pair.patient),
  },
  {
    what: "контакт сделки этого же пациента, совпали имя и фамилия",
    sure: true,
    holds: (pair) => pair.ofOwnDeal && pair.name,
  },
  { what: "совпали телефон, имя и фамилия", sure: false, holds: (pair) => pair.phone && pair.name },
  {
    what: "контакт сделки этого же пациента без имени, совпал телефон",
    sure: true,
    holds: (pair) => pair.ofOwnDeal && pair.phone && !isNamed(pair.contact),
  },
];

/** Decided once the leads are: a repeat lead has no phone and goes to whoever its contact is. */
const AFTER_LEADS: readonly Evidence[] = [
  {
    what: "контакт лида, из которого пришёл пациент, если его имя не противоречит",
    sure: false,
    holds: (pair) => pair.ofLead && !contradicts(pair.contact, pair.patient),
  },
  {
    what: "контакт без имени (или с телефоном вместо имени), совпал телефон",
    sure: false,
    holds: (pair) => pair.phone && !isNamed(pair.contact),
  },
];

/** The whole table. */
export const EVIDENCE: readonly Evidence[] = [...BEFORE_LEADS, ...AFTER_LEADS];

/** A patient of the round. In the order of the first visits. */
export interface Claimant {
  readonly patient: Patient;
  /** Whether a contact is needed, found or made; else the patient only keeps what is surely theirs. */
  readonly needs: boolean;
  /** Ids of the contacts that the deals of the patient's receptions have. */
  readonly ofOwnDeals: ReadonlySet<number>;
}

/** A card number folded for comparison, as a name is; a field for numbers drops the zeros in front. */
const foldCard = (card: string): string => foldName(card).replaceAll(" ", "").replace(/^0+(?=\d+$)/, "");

/**
 * The contacts of a round's patients. All pairs of patient and contact are gone through by rank of evidence, then the
 * older contact, then the earlier visit; a contact goes to one patient, and a patient gets one contact.
 */
export class Contacts {
  readonly #claimants: readonly Claimant[];
  readonly #index: ContactIndex;
  readonly #context: RuleContext;
  readonly #ofPatients = new Map<string, PortalContact>();
  /** Patients by the id of the contact that they have got. */
  readonly #takers = new Map<number, Claimant>();
  /** The round's patients by card number, folded. */
  readonly #byCard: ReadonlyMap<string, readonly Claimant[]>;

  constructor(claimants: readonly Claimant[], contacts: readonly PortalContact[], context: RuleContext) {
    this.#claimants = claimants;
    this.#index = new ContactIndex(contacts);
    this.#context = context;
    this.#byCard = Map.groupBy(claimants, ({ patient }) => foldCard(patient.cardNumber));
    for (const { patient } of claimants) {
      const given = context.sent.contactOf(patient.key);
      // One that was there before the cycle may have a manager's deal.
      const contact = given !== undefined && context.sent.givenContacts.has(given) ? this.#index.get(given) : undefined;
      if (contact !== undefined) this.#ofPatients.set(patient.key, contact);
    }
    this.#assign(0, BEFORE_LEADS.length, () => []);
  }

  /** Goes on with the evidence that a lead gives: the ids of the contacts of the leads that a patient came from. */
  assignByLeads(ofLeads: (patient: Patient) => readonly number[]): void {
    this.#assign(BEFORE_LEADS.length, EVIDENCE.length, ofLeads);
  }

  /** The patient's contact, as it was on the portal before this cycle; `undefined`: none was found. */
  of({ key }: Patient): PortalContact | undefined {
    return this.#ofPatients.get(key);
  }

  /** Whether the contact may yet turn out to be the patient: it has the phone, nothing contradicts, and nobody has it. */
  mayBe(contactId: number, patient: Patient): boolean {
    const contact = this.#index.get(contactId);
    return contact !== undefined && !this.#takers.has(contactId) && hasPhoneOf(contact, patient) &&
      this.#isPossible(contact, patient) && !contradicts(contact, patient);
  }

  /** Whether the contact is another patient of the clinic, as far as the portal or this round knows. */
  isAnothers(contactId: number, patient: Patient): boolean {
    return [this.#shownAs(contactId), this.#takers.get(contactId)?.patient.key].some((key) =>
      key !== undefined && key !== patient.key
    );
  }

  /** Keys of the patients that a contact is, as the portal shows it or will show it. */
  readonly patientsOf = (contactId: number): string[] => {
    const taker = this.#takers.get(contactId);
    return [
      this.#shownAs(contactId),
      ...this.#earlierTakers(contactId),
      taker?.needs === true ? taker.patient.key : undefined,
    ]
      .filter((key) => key !== undefined);
  };

  /** Key of the patient that the portal shows the contact as. */
  #shownAs(contactId: number): string | undefined {
    const contact = this.#index.get(contactId);
    return contact !== undefined && isIdentPatient(contact) ? contact.originId : undefined;
  }

  #assign(from: number, to: number, ofLeads: (patient: Patient) => readonly number[]): void {
    const pairs = this.#claimants.flatMap((claimant) => {
      const { patient } = claimant;
      if (this.#ofPatients.has(patient.key) || this.#context.sent.contactOf(patient.key) !== undefined) return [];
      const leads = ofLeads(patient);
      return this.#index.candidates(patient, [...claimant.ofOwnDeals, ...leads]).flatMap((contact) => {
        const rank = this.#rankOf(contact, claimant, leads);
        return rank >= from && rank < to ? [{ claimant, contact, rank }] : [];
      });
    });
    // Of pairs that are alike the earlier visit's stays first.
    pairs.sort((a, b) => a.rank - b.rank || a.contact.id - b.contact.id);
    for (const { claimant, contact } of pairs) {
      if (this.#takers.has(contact.id) || this.#ofPatients.has(claimant.patient.key)) continue;
      this.#takers.set(contact.id, claimant);
      this.#ofPatients.set(claimant.patient.key, contact);
    }
  }

  /** The row of the evidence; -1: the two are no pair. */
  #rankOf(contact: PortalContact, { patient, ofOwnDeals, needs }: Claimant, leads: readonly number[]): number {
    if (isThisPatient(contact, patient)) return 0;
    if (!this.#isPossible(contact, patient)) return -1;
    const card = foldCard(patient.cardNumber);
    const pair: Pair = {
      patient,
      contact,
      ofOwnDeal: ofOwnDeals.has(contact.id),
      ofLead: leads.includes(contact.id),
      phone: hasPhoneOf(contact, patient),
      name: isSamePerson(contact, patient),
      card: card !== "" && card === this.#cardOf(contact),
      patronymic: patronymicsMatch(contact.patronymic, patient.patronymic),
    };
    return EVIDENCE.findIndex(({ holds, sure }) => (needs || sure) && holds(pair));
  }

  /** No pair at all: another patient of the clinic, another card, or no name where updates may not fill one in. */
  #isPossible(contact: PortalContact, patient: Patient): boolean {
    if (isIdentPatient(contact) && !isThisPatient(contact, patient)) return false;
    if (this.#earlierTakers(contact.id).some((taker) => taker !== patient.key)) return false;
    // Left without a name, it would be taken by a relative as well.
    if (!isNamed(contact) && !this.#context.config.sync.updateExisting) return false;
    const [shown, own] = [this.#cardOf(contact), foldCard(patient.cardNumber)];
    if (shown === "" || shown === own) return true;
    // Without a card number the patient may be the contact's, unless it is the card of somebody else of the round.
    return own === "" && !(this.#byCard.get(shown) ?? []).some((owner) => !contradicts(contact, owner.patient));
  }

  /** Patients that the contact was given to before this round. */
  #earlierTakers(contactId: number): string[] {
    const { sent, unfinished } = this.#context;
    return [sent.givenContacts.get(contactId), unfinished.contacts.get(contactId)].filter((key) => key !== undefined);
  }

  /** The card number that a contact shows, folded. */
  #cardOf({ fields }: PortalContact): string {
    const { config, facts } = this.#context;
    const name = config.contactFields.cardNumber;
    return name === undefined ? "" : foldCard(textOf(fields[name], facts.contactFields[name]));
  }
}
