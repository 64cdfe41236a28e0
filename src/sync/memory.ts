/**
 * What a cycle has done so far. The portal's look-up may lag behind its writes, so the cycle does not rely on seeing
 * them there.
 */
export class Memory {
  /** Ids of the contacts that were made, by patient key. */
  readonly madeContacts = new Map<string, number>();
  /** Patient keys by the id of the existing contact that was given to the patient. */
  readonly takenContacts = new Map<number, string>();
  /** Ids of the managers' deals that were bound to a reception. */
  readonly takenDeals = new Set<number>();
  /** Ids of the leads that were converted. */
  readonly takenLeads = new Set<number>();
}
