/**
 * clinic_facts.json: what was found out about the clinic's database, and what was said of it today, so that not every run
 * asks and says it again. A memory only: when it is missing, of another database or unreadable, nothing is known.
 */
import * as v from "valibot";
import { writeTextFile } from "./atomic_file.ts";

const Facts = v.object({
  /** Which database and login it is about. */
  about: v.string(),
  columns: v.nullable(v.object({ since: v.number(), optional: v.array(v.string()) })),
  /** The day on which something was said last, by its id. */
  told: v.record(v.string(), v.string()),
});

/** Names of optional columns that are there, and when that was found out (milliseconds since 1970). */
interface Columns {
  readonly since: number;
  readonly optional: ReadonlySet<string>;
}

type Facts = v.InferOutput<typeof Facts>;

export class ClinicMemory {
  readonly #path: string;
  readonly #about: string;
  readonly #readOnly: boolean;
  #facts: Facts | undefined;

  /** @param about the database and the login that is meant. `readOnly`: nothing is written. */
  constructor(path: string, about: string, readOnly: boolean) {
    this.#path = path;
    this.#about = about;
    this.#readOnly = readOnly;
  }

  async columns(): Promise<Columns | undefined> {
    const { columns } = await this.#read();
    return columns === null ? undefined : { since: columns.since, optional: new Set(columns.optional) };
  }

  async rememberColumns({ since, optional }: Columns): Promise<void> {
    await this.#write({ ...await this.#read(), columns: { since, optional: [...optional] } });
  }

  /** Whether something is to be said: it was not yet said today. Who only rehearses is told every time. */
  async isFirst(id: string, day: string): Promise<boolean> {
    const facts = await this.#read();
    if (facts.told[id] === day && !this.#readOnly) return false;
    await this.#write({ ...facts, told: { ...facts.told, [id]: day } });
    return true;
  }

  async #read(): Promise<Facts> {
    if (this.#facts !== undefined) return this.#facts;
    const nothing: Facts = { about: this.#about, columns: null, told: {} };
    try {
      const facts = v.parse(Facts, JSON.parse(await Deno.readTextFile(this.#path)));
      return facts.about === this.#about ? facts : nothing;
    } catch {
      return nothing;
    }
  }

  async #write(facts: Facts): Promise<void> {
    this.#facts = facts;
    if (this.#readOnly) return;
    // Where that fails the next process looks and tells again, which is no reason to carry nothing over.
    await writeTextFile(this.#path, `${JSON.stringify(facts, null, 1)}\n`).catch(() => {});
  }
}
