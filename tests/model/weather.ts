/** How bad things may become in a history: what a property may ask to be spared. */

export interface Weather {
  /** Whether a write that takes what is there already (a contact, a deal, a lead) may fail or lose its answer as well. */
  readonly claimsFail: boolean;
  /** How long a write may wait for its turn before it leaves, seconds at most. */
  readonly turnSeconds: number;
  /** Whether the portal's lists lag behind its writes. */
  readonly slow: boolean;
  /** Whether the portal may be in the classic mode, with leads. */
  readonly leads: boolean;
  /** Whether a reception may become again what it was before. */
  readonly undoing: boolean;
}

/** Everything that the rules speak of. */
export const WORST: Weather = { claimsFail: true, turnSeconds: 70, slow: true, leads: true, undoing: true };
