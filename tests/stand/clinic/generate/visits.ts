/** Made-up receptions with their bills: every status, every combination of times that IDENT can hold. */

import type { ClinicRows } from "../schema.ts";
import type { Random } from "./random.ts";
import { COMMENTS, SERVICES } from "./texts.ts";
import { wallTimeOf } from "./wall_time.ts";

/** The statuses in the order of IDENT's own rule, by the time that brings them about. */
export const STATUSES = ["planned", "appeared", "started", "ended", "billed", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface VisitWorld {
  readonly random: Random;
  /** Milliseconds. */
  readonly now: number;
  /** How far back receptions were made. */
  readonly days: number;
  readonly patients: readonly number[];
  readonly doctors: readonly number[];
  readonly armchairs: readonly number[];
  readonly branches: readonly number[];
  readonly rows: ClinicRows;
}

/** Adds one reception. The first dozens take every shape in turn; `index` says which, later ones are random. */
export function addReception(world: VisitWorld, id: number, index: number): void {
  const { random, now, days, rows } = world;
  const status = index < 60 ? STATUSES[index % STATUSES.length] : random.pick(STATUSES);
  const happened = status !== "planned" && status !== "cancelled";
  // Receptions made by one import carry the very same time, so that ties of the change time occur.
  const added = index % 9 === 8 ? now - Math.floor(days * DAY / 2) : now - Math.floor(random.next() * days * DAY);
  const start = happened
    ? added + Math.floor(random.next() * (now - added))
    : Math.ceil((added + random.next() * 14 * DAY) / (15 * MINUTE)) * 15 * MINUTE;
  const appeared = Math.min(start - random.whole(-10, 20) * MINUTE, now);
  const later = (from: number) => Math.min(from + random.whole(1, 50 * MINUTE), now);
  const started = later(appeared);
  const ended = later(started);
  const issued = later(ended);
  const cancelled = later(added);
  const step = STATUSES.indexOf(status);
  const reached = (needed: Status, time: number) => {
    if (!happened || step < STATUSES.indexOf(needed)) return null;
    // A registrar may skip a step, but not the one that makes the status.
    return needed !== status && random.chance(0.15) ? null : wallTimeOf(time);
  };
  const last = status === "cancelled" ? cancelled : !happened ? added : [appeared, started, ended, issued][step - 1];
  rows.Receptions.push({
    ID: id,
    PlanStart: wallTimeOf(start),
    PlanEnd: random.orNull(0.05, wallTimeOf(start + random.whole(1, 8) * 15 * MINUTE)),
    ID_Patients: index % 12 === 11 ? null : random.pick(world.patients),
    ID_Staffs: random.orNull(0.08, random.pick(world.doctors)),
    ID_Armchairs: random.orNull(0.08, random.pick(world.armchairs)),
    PatientAppeared: reached("appeared", appeared),
    ReceptionStarted: reached("started", started),
    ReceptionEnded: reached("ended", ended),
    ReceptionCanceled: status === "cancelled" ? wallTimeOf(cancelled) : null,
    CheckIssued: reached("billed", issued),
    Comment: index < 60 ? COMMENTS[index % COMMENTS.length] : random.pick(COMMENTS),
    DateTimeAdded: random.orNull(0.03, wallTimeOf(added)),
    // It may lag behind the times above, or be missing.
    DateTimeChanged: random.pick([null, wallTimeOf(added), wallTimeOf(last), wallTimeOf(later(last))]),
  });
  if (status === "billed" || (status === "ended" && random.chance(0.5)) || random.chance(0.05)) {
    addBills(world, id, index, Math.min(issued, now));
  }
}

/** One bill or two, each with no line, one or several. */
function addBills({ random, now, branches, rows }: VisitWorld, reception: number, index: number, at: number): void {
  const bills = index % 4 === 0 ? 2 : 1;
  for (let bill = 0; bill < bills; bill++) {
    const id = 7000 + rows.Orders.length * 3;
    const ordered = Math.min(at + bill * MINUTE, now);
    const tomorrow = random.chance(0.02) ? DAY : 0;
    rows.Orders.push({
      ID: id,
      ID_Receptions: reception,
      ID_OwnCompanies: random.orNull(0.5, random.pick(branches)),
      DateTimeOrder: random.orNull(0.05, wallTimeOf(ordered + tomorrow)),
      DateTimeBillFormed: random.orNull(0.4, wallTimeOf(Math.min(ordered + random.whole(0, 5 * MINUTE), now))),
    });
    const endless = index % 24 === 4;
    const lines = endless ? 14 : random.whole(0, 4);
    for (let line = 0; line < lines; line++) {
      const service = endless ? SERVICES.length - 1 - (line % 2) : random.whole(0, SERVICES.length - 1);
      const count = random.pick(["1.00", "1.00", "1.00", "2.00", "0.50", "1.25", "3.00"]);
      rows.OrderServiceRelation.push({
        ID: 90_000 + rows.OrderServiceRelation.length * 2,
        ID_Orders: id,
        ID_ServicePrices: random.orNull(0.02, 500 + service),
        CountService: random.orNull(0.02, count),
        DiscountSum: random.orNull(0.3, random.pick(["0.00", "50.00", "99.99", "450.0001"])),
        ID_TreatmentPlanElementRelations: random.chance(0.1) && rows.TreatmentPlanElementRelations.length > 0
          ? random.pick(rows.TreatmentPlanElementRelations).ID
          : null,
      });
    }
  }
}
