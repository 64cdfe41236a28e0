/**
 * The portal's records, once, under their upper-case names; both families of methods show the same ones.
 */
import type { Kind } from "./settings.ts";

/** One phone or e-mail. */
export interface MultiValue {
  readonly ID: number;
  readonly VALUE: string;
  readonly VALUE_TYPE: string;
}

/**
 * A record: numbers are numbers, flags `Y`/`N`, datetimes ISO strings in the server's offset, dates `YYYY-MM-DD`,
 * a boolean user field 1/0, an enumeration its item's number, nothing `null`, a multiple user field an array.
 */
export interface StandRecord {
  ID: number;
  PHONE?: MultiValue[];
  EMAIL?: MultiValue[];
  CONTACT_IDS?: number[];
  [field: string]: unknown;
}

/** Records of one kind, in order of their numbers. */
export type Table = Map<number, StandRecord>;

export class Store {
  readonly tables: Readonly<Record<Kind, Table>> = { deal: new Map(), contact: new Map(), lead: new Map() };
  readonly #nextId: Record<Kind, number> = { deal: 101, contact: 501, lead: 901 };
  #nextValueId = 7001;

  /** The number of a new record. */
  takeId(kind: Kind): number {
    return this.#nextId[kind]++;
  }

  /** The number of a new phone or e-mail. */
  takeValueId(): number {
    return this.#nextValueId++;
  }
}
