/**
 * A clinic's rows by hand: people, receptions and bills with the few columns that a test is about. IDs are given in the
 * order of the calls.
 */
import { rememberPatient } from "../private_texts.ts";
import type { ClinicRows, ClinicTables, WallTime } from "./schema.ts";

type Columns<T extends keyof ClinicTables> = Partial<ClinicTables[T]>;

/** A bill line: name, count, price, discount. */
export type Line = readonly [
  service: string,
  count: number | string | null,
  price: number | string | null,
  discount?: number | string | null,
];

export class ClinicDay {
  readonly rows: { [T in keyof ClinicRows]?: ClinicRows[T] } = {};
  #id = 0;

  /** The next free ID; `from` sets where they go on. */
  nextId(from?: number): number {
    if (from !== undefined) this.#id = from - 1;
    return ++this.#id;
  }

  #add<T extends keyof ClinicRows>(table: T, row: ClinicTables[T]): void {
    ((this.rows[table] ??= [] as never) as ClinicTables[T][]).push(row);
  }

  /** A patient: `Иванов Иван Иванович` and a phone as typed. Returns the patient's ID. */
  patient(fullName: string, phone: string | null, card: Columns<"Patients"> = {}): number {
    const [Surname, Name = null, Patronymic = null] = fullName.split(" ");
    const ID = this.nextId();
    rememberPatient(Surname, phone);
    this.#add("Persons", { ID, Surname, Name, Patronymic, MobilePhone: phone });
    this.#add("Patients", { ID_Persons: ID, ...card });
    return ID;
  }

  /** A doctor with professions. Returns the doctor's ID. */
  doctor(fullName: string, ...professions: readonly string[]): number {
    const [Surname, Name = null, Patronymic = null] = fullName.split(" ");
    const ID = this.nextId();
    this.#add("Persons", { ID, Surname, Name, Patronymic, MobilePhone: null });
    this.#add("Staffs", { ID_Persons: ID });
    for (const NameProfession of professions) {
      const profession = this.nextId();
      this.#add("ProfessionNames", { ID: profession, NameProfession });
      this.#add("Items", { ID: this.nextId(), ID_Staffs: ID, ID_ProfessionNames: profession });
    }
    return ID;
  }

  /** A branch of the clinic with one armchair. Returns both IDs. */
  branch(name: string, armchair: string): { company: number; armchair: number } {
    const [company, chair] = [this.nextId(), this.nextId()];
    this.#add("OwnCompanies", { ID: company, Name: name });
    this.#add("Armchairs", { ID: chair, NameArmchair: armchair, ID_OwnCompanies: company });
    return { company, armchair: chair };
  }

  /** A reception that was entered at `added`; it is planned an hour later unless `columns` say otherwise. */
  reception(patient: number | null, added: WallTime, columns: Columns<"Receptions"> = {}): number {
    const ID = columns.ID ?? this.nextId();
    const planned = Temporal.PlainDateTime.from(added).add({ hours: 1 }).toString();
    this.#add("Receptions", {
      PlanStart: planned,
      ID_Patients: patient,
      DateTimeAdded: added,
      ...columns,
      ID,
    });
    return ID;
  }

  /** A bill of a reception with its lines. Returns its ID. */
  bill(reception: number, made: WallTime | null, lines: readonly Line[], columns: Columns<"Orders"> = {}): number {
    const ID = this.nextId();
    this.#add("Orders", { ID, ID_Receptions: reception, DateTimeOrder: made, ...columns });
    for (const [Name, CountService, Price, DiscountSum = null] of lines) {
      const [service, price] = [this.nextId(), this.nextId()];
      this.#add("ServiceItems", { ID: service, Name });
      this.#add("ServiceItemPrices", { ID: price, ID_ServiceItems: service, Price });
      this.#add("OrderServiceRelation", {
        ID: this.nextId(),
        ID_Orders: ID,
        ID_ServicePrices: price,
        CountService,
        DiscountSum,
      });
    }
    return ID;
  }

  /** The rows since the last call, for `insert`. */
  take(): Partial<ClinicRows> {
    const rows = { ...this.rows };
    for (const table of Object.keys(this.rows) as (keyof ClinicRows)[]) delete this.rows[table];
    return rows as Partial<ClinicRows>;
  }
}
