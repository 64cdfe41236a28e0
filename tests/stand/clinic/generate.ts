/** A made-up clinic: the same seed gives the same rows. */

import { addReception } from "./generate/visits.ts";
import { familyName, personName, phoneCell, phoneDigits } from "./generate/people.ts";
import { Random } from "./generate/random.ts";
import {
  ARMCHAIRS,
  BRANCHES,
  CATEGORIES,
  PLAN_NAMES,
  PROFESSIONS,
  SERVICES,
  STAGE_NAMES,
  TEETH,
} from "./generate/texts.ts";
import { millisecondsOf, wallTimeOf } from "./generate/wall_time.ts";
import { type ClinicRows, TABLE_NAMES } from "./schema.ts";

export interface ClinicSize {
  /** Any whole number. */
  readonly seed: number;
  /** How many rows of Receptions, blocked slots (every twelfth) included. From 60 on every shape of data occurs. */
  readonly receptions: number;
  /** The clinic's wall clock, `2026-03-01T10:30:00`: nothing has happened after it, but for a few bills of tomorrow. */
  readonly now: string;
  /** Receptions were made within so many days before `now`. */
  readonly days: number;
}

const FIRST_RECEPTION = 1001;

/** Rows by table, ready for `ClinicStand.insert`. Times are such as a `datetime` column keeps exactly. */
export function generateClinic({ seed, receptions, now, days }: ClinicSize): ClinicRows {
  const random = new Random(seed);
  const rows = Object.fromEntries(TABLE_NAMES.map((name) => [name, []])) as unknown as ClinicRows;
  addPlaces(rows, random);
  addServices(rows);
  const doctors = addDoctors(rows, random);
  const patients = addPatients(rows, random, Math.max(20, Math.ceil(receptions * 0.6)));
  addPlans(rows, random, millisecondsOf(now), patients, doctors);
  const world = {
    random,
    now: millisecondsOf(now),
    days,
    patients,
    doctors,
    armchairs: rows.Armchairs.map(({ ID }) => ID),
    branches: rows.OwnCompanies.map(({ ID }) => ID),
    rows,
  };
  for (let index = 0; index < receptions; index++) addReception(world, FIRST_RECEPTION + index, index);
  return rows;
}

function addPlaces(rows: ClinicRows, random: Random): void {
  BRANCHES.forEach((Name, index) => rows.OwnCompanies.push({ ID: index + 1, Name }));
  rows.OwnCompanies.push({ ID: BRANCHES.length + 1, Name: null });
  ARMCHAIRS.forEach((NameArmchair, index) =>
    rows.Armchairs.push({
      ID: index + 10,
      NameArmchair,
      ID_OwnCompanies: index === 0 ? null : random.pick(rows.OwnCompanies).ID,
    })
  );
  rows.Armchairs.push({ ID: 99, NameArmchair: null, ID_OwnCompanies: 1 });
}

function addServices(rows: ClinicRows): void {
  CATEGORIES.forEach((Name, index) => rows.ServiceCategories.push({ ID: index + 1, Name }));
  CATEGORIES.forEach((Name, index) =>
    rows.ServiceFolders.push({ ID: index + 1, Name: `${Name}: все услуги`, ID_ServiceCategories: index + 1 })
  );
  SERVICES.forEach(([Name, Price], index) => {
    rows.ServiceItems.push({ ID: 300 + index, Name });
    rows.ServiceItemPrices.push({ ID: 500 + index, ID_ServiceItems: 300 + index, Price });
    rows.ServiceItemContents.push({
      ID: 800 + index,
      ID_ServiceItems: 300 + index,
      ID_ServiceFoldersParent: index % CATEGORIES.length + 1,
      DateTimeTo: index % 5 === 4 ? "2025-01-01T00:00:00.000" : null,
    });
  });
  const next = 500 + SERVICES.length;
  rows.ServiceItemPrices.push({ ID: next, ID_ServiceItems: 300, Price: null }, { ID: next + 1, Price: "10.00" });
}

/** Six doctors: without a profession, with one, with two. */
function addDoctors(rows: ClinicRows, random: Random): readonly number[] {
  PROFESSIONS.forEach((NameProfession, index) => rows.ProfessionNames.push({ ID: index + 1, NameProfession }));
  return Array.from({ length: 6 }, (_, index) => {
    const ID = index + 1;
    rows.Persons.push({ ID, ...personName(random), MobilePhone: null });
    rows.Staffs.push({ ID_Persons: ID });
    for (let count = 0; count < index % 3; count++) {
      rows.Items.push({
        ID: 40 + rows.Items.length,
        ID_Staffs: ID,
        ID_ProfessionNames: random.whole(1, PROFESSIONS.length),
      });
    }
    return ID;
  });
}

/** Patients; every sixth household is a family of three that shares its phone. */
function addPatients(rows: ClinicRows, random: Random, count: number): readonly number[] {
  const patients: number[] = [];
  for (let household = 0; patients.length < count; household++) {
    const family = household % 6 === 5 ? familyName(random) : undefined;
    const digits = phoneDigits(household);
    for (let member = 0; member < (family === undefined ? 1 : 3) && patients.length < count; member++) {
      const ID = 101 + patients.length;
      rows.Persons.push({
        ID,
        ...personName(random, family),
        MobilePhone: phoneCell(random, digits, phoneDigits(household + 5000)),
      });
      rows.Patients.push({
        ID_Persons: ID,
        CardNumber: random.orNull(0.1, random.pick([`${ID}`, `А-${ID}`, `${ID}/26`, ""])),
        ParentSNP: random.orNull(0.8, `Родителева Мама ${random.pick(["Ивановна", "Петровна", '"М."'])}`),
      });
      patients.push(ID);
    }
  }
  return patients;
}

function addPlans(
  rows: ClinicRows,
  random: Random,
  now: number,
  patients: readonly number[],
  doctors: readonly number[],
): void {
  STAGE_NAMES.forEach((Name, index) => {
    rows.TreatmentPlanStages.push({ ID: index + 1, Name, Order: index + 1 });
    rows.TreatmentPlanElements.push({ ID: index + 1, Name: `${Name}: элемент`, Order: random.orNull(0.2, 3 - index) });
  });
  for (let plan = 1; plan <= Math.ceil(patients.length / 10); plan++) {
    rows.TreatmentPlans.push({
      ID: plan,
      Name: random.pick(PLAN_NAMES),
      DateTimeCreated: wallTimeOf(now - random.whole(0, 90) * 86_400_000),
      IsActive: random.orNull(0.1, random.chance(0.7)),
      ID_Patients: random.pick(patients),
      ID_Staffs: random.orNull(0.1, random.pick(doctors)),
    });
    for (let element = 0; element < random.whole(0, 4); element++) {
      rows.TreatmentPlanElementRelations.push({
        ID: rows.TreatmentPlanElementRelations.length + 1,
        ID_TreatmentPlans: plan,
        ID_TreatmentPlanStages: random.orNull(0.1, random.whole(1, STAGE_NAMES.length)),
        ID_TreatmentPlanElements: random.whole(1, STAGE_NAMES.length),
        ID_ServicePrices: random.orNull(0.05, 500 + random.whole(0, SERVICES.length - 1)),
        DiscountSum: random.orNull(0.4, "150.00"),
        TeethLong: random.pick(TEETH),
      });
    }
  }
}
