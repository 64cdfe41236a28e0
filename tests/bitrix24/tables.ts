/** Tables of a portal whose lists answer as the real ones do: by filter, in the order of IDs, fifty rows at most. */
import assert from "node:assert/strict";
import type { Command } from "../../src/bitrix24/batch.ts";
import type { Row } from "../../src/bitrix24/records.ts";
import { foldPhone } from "../../src/reception/phone.ts";

/** The portal's filter: a sign and a field's name, to what is wanted. */
export type Filter = Readonly<Record<string, unknown>>;

/** Tables, and every request that came for them. */
export class Tables {
  readonly requests: (readonly Command[])[] = [];
  contacts: Row[] = [];
  deals: Row[] = [];
  leads: Row[] = [];
  stages: Row[] = [];
  /** Filter keys that the portal does not know, and therefore ignores. */
  ignored: readonly string[] = [];
  /** What `findbycomm` answers whatever it is asked. */
  found: unknown;

  read = (commands: readonly Command[]): Promise<unknown[]> => {
    this.requests.push(commands);
    return Promise.resolve(commands.map((command) => this.#answer(command)));
  };

  get commands(): Command[] {
    return this.requests.flat();
  }

  of(method: string): Command[] {
    return this.commands.filter((command) => command.method === method);
  }

  #answer({ method, params }: Command): unknown {
    switch (method) {
      case "crm.deal.list":
        return this.#rows(this.deals, params.filter as Filter, Number(params.start));
      case "crm.contact.list":
        return this.#rows(this.contacts, params.filter as Filter);
      case "crm.lead.list":
        return this.#rows(this.leads, params.filter as Filter);
      case "crm.duplicate.findbycomm": {
        if (this.found !== undefined) return this.found;
        const entity = params.entity_type as "CONTACT" | "LEAD";
        const phones = (params.values as string[]).map(foldPhone);
        const ids = (entity === "CONTACT" ? this.contacts : this.leads)
          .filter(({ PHONE }) =>
            (PHONE as { VALUE: string }[] | undefined)?.some(({ VALUE }) => phones.includes(foldPhone(VALUE)))
          ).map(({ ID }) => Number(ID));
        return ids.length === 0 ? [] : { [entity]: ids };
      }
      case "crm.status.list":
        return this.stages;
      default:
        throw new Error(`unexpected method ${method}`);
    }
  }

  #rows(table: readonly Row[], filter: Filter, start = -1): Row[] {
    return table.filter((row) =>
      Object.entries(filter).every(([key, wanted]) => {
        const [, sign, name] = /^(@|=|>|!)(.*)$/.exec(key) ?? assert.fail(`a filter without a prefix: ${key}`);
        if (this.ignored.includes(name)) return true;
        if (sign === "@") return (wanted as unknown[]).map(String).includes(String(row[name]));
        if (sign === "!") return String(row[name] ?? "") !== String(wanted);
        return sign === "=" ? String(row[name]) === String(wanted) : Number(row[name]) > Number(wanted);
      })
    ).sort((a, b) => Number(a.ID) - Number(b.ID)).slice(Math.max(start, 0), Math.max(start, 0) + 50);
  }
}

/** An open deal in the pipeline, of no contact. */
export const dealRow = (id: number, key: string | null, more: Row = {}): Row => ({
  ID: String(id),
  CATEGORY_ID: "0",
  STAGE_ID: "NEW",
  CLOSED: "N",
  CONTACT_ID: null,
  LEAD_ID: null,
  DATE_CREATE: "2026-03-01T10:00:00+03:00",
  UF_KEY: key,
  ...more,
});

/** A contact, or a lead when `more` says so. */
export const contactRow = (id: number, phone: string | undefined, more: Row = {}): Row => ({
  ID: String(id),
  NAME: "Пётр",
  SECOND_NAME: null,
  LAST_NAME: "Ромашкин",
  ...(phone === undefined ? {} : { PHONE: [{ ID: "1", VALUE: phone, VALUE_TYPE: "WORK" }] }),
  ORIGINATOR_ID: null,
  ORIGIN_ID: null,
  ...more,
});
