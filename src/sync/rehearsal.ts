/**
 * A portal on which nothing is changed: it is asked for real, and every write is taken for done.
 */
import type { WallClock } from "../reception/reception.ts";
import type {
  FieldNames,
  OpenDeals,
  Outcome,
  Portal,
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalView,
  Question,
  Write,
} from "./ports.ts";

export class Rehearsal implements Portal {
  readonly #portal: Portal;
  /** Records that were not made have ids that no portal gives. */
  #lastId = 0;

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  learn(): Promise<PortalFacts> {
    return this.#portal.learn();
  }

  lookUp(question: Question): Promise<PortalView> {
    return this.#portal.lookUp(question);
  }

  dealsByKey(keys: readonly string[], fields: FieldNames): Promise<readonly PortalDeal[]> {
    return this.#portal.dealsByKey(keys, fields);
  }

  contactsById(ids: readonly number[], fields: FieldNames): Promise<readonly PortalContact[]> {
    return this.#portal.contactsById(ids, fields);
  }

  openDealsBetween(
    from: WallClock,
    to: WallClock,
    fields: FieldNames,
    expected?: number,
  ): Promise<OpenDeals | undefined> {
    return this.#portal.openDealsBetween(from, to, fields, expected);
  }

  keyedDeals(fields: FieldNames): Promise<readonly PortalDeal[]> {
    return this.#portal.keyedDeals(fields);
  }

  write(writes: readonly Write[]): Promise<Outcome[]> {
    return Promise.resolve(writes.map(({ kind }) => ({
      kind: "accepted",
      id: kind === "add-contact" || kind === "add-deal" ? --this.#lastId : undefined,
    })));
  }
}
