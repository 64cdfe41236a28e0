/**
 * The domain model: one reception (запись на приём) with all that is carried over of it.
 * Texts are trimmed; `""` means that the clinic has no such value.
 */
import type { Status } from "./status.ts";

/** A moment on the clinic's wall clock without an offset: `2026-03-01T10:30:00`. */
export type WallClock = `${number}-${number}-${number}T${number}:${number}:${number}`;

/** A reception's identity on the portal: number of the clinic (branch), Receptions.ID. */
export type ReceptionKey = `F${number}_${number}`;

/** A patient's identity on the portal (ORIGIN_ID): number of the clinic, Persons.ID. */
export type PatientKey = `F${number}_P${number}`;

export interface Patient {
  readonly key: PatientKey;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
  /** Usable phones in international form (`+79001234567`), in the order of the clinic's cell, each once. */
  readonly phones: readonly string[];
  readonly cardNumber: string;
  /** Parent or guardian: surname, name, patronymic. */
  readonly parent: string;
}

export interface Reception {
  readonly key: ReceptionKey;
  /** Keys that its deal may have from a time when the reception belonged to another branch of the same database. */
  readonly formerKeys: readonly ReceptionKey[];
  /** Receptions.ID. */
  readonly id: number;
  /** Number of the clinic (branch) in `key`. */
  readonly filial: number;
  readonly status: Status;
  /** `undefined`: the clinic has none, as in rows of old times. */
  readonly start: WallClock | undefined;
  readonly end: WallClock | undefined;
  readonly patient: Patient;
  /** Surname, name, patronymic of the doctor. */
  readonly doctor: string;
  readonly doctorSpeciality: string;
  /** Names of the services in the order of bills and lines, a repeated name once. */
  readonly services: readonly string[];
  /** Sum of all bill lines less discounts, in roubles with two decimals (`1500.00`); `undefined`: no bill lines. */
  readonly amount: string | undefined;
  readonly branch: string;
  readonly armchair: string;
  readonly comment: string;
  /** When the latest bill was made. */
  readonly orderDate: WallClock | undefined;
}

/** Whether a text is a reception's key, of whichever branch. */
export const isReceptionKey = (text: string): text is ReceptionKey =>
  /^F\d+_\d+$/.test(text) && Number.isSafeInteger(receptionIdOf(text));

export const isPatientKey = (text: string): text is PatientKey => /^F\d+_P\d+$/.test(text);

/** Number of the clinic (branch) in a key. */
export const filialIn = (key: string): number => Number(key.slice(1, key.indexOf("_")));

/** Receptions.ID of a key. */
export const receptionIdOf = (key: string): number => Number(key.slice(key.indexOf("_") + 1));

/** Everything of a reception that tells who the patient is, so that a log can leave it out. */
export function personalTextsOf({ patient, comment }: Reception): string[] {
  const { surname, name, patronymic, phones, cardNumber, parent } = patient;
  return [surname, name, patronymic, ...phones, cardNumber, parent, comment].filter((text) => text !== "");
}
