/**
 * The records as a test sees them: it looks, and it does by hand what managers do.
 */
import { fieldsOf } from "./fields.ts";
import type { MultiEdit, MultiType } from "./multi_values.ts";
import type { Param } from "./php_query.ts";
import { type Change, save } from "./saving.ts";
import type { PortalState } from "./state.ts";
import type { Kind } from "./settings.ts";
import type { StandRecord } from "./store.ts";
import { readValue } from "./values.ts";

/** Upper-case names; PHONE and EMAIL also as a text or a list of texts. */
export type ManualFields = Readonly<Record<string, unknown>>;

/** A condition on records: values that must be equal, or a function. */
export type Wanted = Readonly<Record<string, unknown>> | ((record: StandRecord) => boolean);

function editsOf(value: unknown): MultiEdit[] {
  return [value].flat().map((each) => {
    const parts = typeof each === "string" ? { VALUE: each, VALUE_TYPE: "WORK" } : each as Record<string, string>;
    return { id: undefined, value: parts.VALUE, valueType: parts.VALUE_TYPE, remove: false };
  });
}

/** The records of one kind. What comes out are copies. */
export class RecordsView {
  readonly #portal: PortalState;
  readonly #kind: Kind;

  constructor(portal: PortalState, kind: Kind) {
    this.#portal = portal;
    this.#kind = kind;
  }

  #table() {
    return this.#portal.store.tables[this.#kind];
  }

  get size(): number {
    return this.#table().size;
  }

  /** All, in order of their numbers. */
  all(): StandRecord[] {
    return [...this.#table().values()].map((record) => structuredClone(record));
  }

  get(id: number): StandRecord | undefined {
    return structuredClone(this.#table().get(id));
  }

  where(wanted: Wanted): StandRecord[] {
    if (typeof wanted === "function") return this.all().filter(wanted);
    return this.all().filter((record) => Object.entries(wanted).every(([name, value]) => record[name] === value));
  }

  find(wanted: Wanted): StandRecord | undefined {
    return this.where(wanted)[0];
  }

  /**
   * A record as a manager makes it: read-only fields may be set as well (LEAD_ID, DATE_CREATE), nothing is mandatory,
   * no robot runs and no mistake is noted. A name that is no field throws.
   */
  add(fields: ManualFields): StandRecord {
    return structuredClone(save(this.#portal, this.#kind, undefined, this.#change(fields), this.#author));
  }

  /** Changes a record by hand; PHONE and EMAIL are replaced as a whole. */
  update(id: number, fields: ManualFields): StandRecord {
    const before = this.#table().get(id);
    if (before === undefined) throw new Error(`there is no ${this.#kind} ${id}`);
    const cleared = { ...before };
    for (const type of ["PHONE", "EMAIL"] as const) if (type in fields) cleared[type] = [];
    return structuredClone(save(this.#portal, this.#kind, cleared, this.#change(fields), this.#author));
  }

  delete(id: number): boolean {
    return this.#table().delete(id);
  }

  readonly #author = { rest: false, mistake: () => {} };

  #change(fields: ManualFields): Change {
    const known = fieldsOf(this.#kind, this.#portal.settings);
    const values: Record<string, unknown> = {};
    const multi = new Map<MultiType, MultiEdit[]>();
    const wrong = (text: string) => {
      throw new Error(`a test's own record: ${text}`);
    };
    for (const [name, value] of Object.entries(fields)) {
      const field = known.get(name);
      if (field === undefined) throw new Error(`a test's own record: ${this.#kind} has no field ${name}`);
      if (field.type === "crm_multifield") multi.set(name as MultiType, editsOf(value));
      else if (name === "CONTACT_IDS") values.CONTACT_IDS = [...value as number[]];
      else {
        const reading = { settings: this.#portal.settings, face: "classic", mistake: wrong } as const;
        const stored = readValue(field, value as Param, reading);
        if (stored !== undefined) values[name] = stored.value;
      }
    }
    return { values, multi };
  }
}
