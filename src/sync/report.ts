/**
 * What a cycle did, counted in receptions and records.
 */
import type { Reception, WallClock } from "../reception/reception.ts";
import type { Step } from "./rules/step.ts";

/** Why receptions were not carried over, as far as different things are to be done about it. */
export type ProblemKind = "unreadable" | "rule" | "refused" | "on-the-way" | "unconfirmed";

/** A reason that some receptions of the cycle share. */
export interface Problem {
  readonly kind: ProblemKind;
  /** In Russian, without personal data; of several that differ in numbers only the first. */
  readonly reason: string;
  /** All attempts are used up: the program does not try them again by itself. */
  readonly givenUp: boolean;
  count: number;
  /** The first of them. */
  readonly examples: { readonly key: string; readonly start: WallClock | undefined }[];
}

/** So many receptions of a reason are named. */
const EXAMPLES = 5;

export interface CycleReport {
  received: number;
  transformed: number;
  synced: number;
  /** Refused or unconfirmed in this cycle: they wait in the queue. */
  errors: number;
  /** Why, grouped. */
  readonly problems: Problem[];
  /** Not tried in this cycle: a write of theirs, or of another reception of the patient, may still be in work. */
  waiting: number;
  contactsMade: number;
  dealsMade: number;
  /** Managers' open deals that were given to a reception. */
  dealsBound: number;
  dealsChanged: number;
  leadsConverted: number;
  /** Deals that a manager closed and that were therefore left as they are. */
  untouched: number;
  /** Receptions that the comparison looked at, */
  compared: number;
  /** those of them that it put right, and those that the portal shows in its own way although they were put right before. */
  repaired: number;
  shownOtherwise: number;
  /** Deal and contact fields (their codes) that could not hold a value of the clinic. */
  readonly unfitted: Set<string>;
  /** Open deals with the key of a reception whose deal is another one. */
  openDoubles: number;
  /** Receptions without a time, of which nothing was made. */
  skipped: number;
  /** Receptions that are gone from the clinic while their deal is open. */
  deleted: number;
  /** Deals of such receptions that were moved to the stage of a cancelled one. */
  dealsClosed: number;
  /** Deals of such receptions that were left open, because so many at once look like a mistake. */
  closingsHeld: number;
  /** Asked to stop before everything was carried over. */
  stopped: boolean;
}

export const emptyReport = (): CycleReport => ({
  received: 0,
  transformed: 0,
  synced: 0,
  errors: 0,
  problems: [],
  waiting: 0,
  contactsMade: 0,
  dealsMade: 0,
  dealsBound: 0,
  dealsChanged: 0,
  leadsConverted: 0,
  untouched: 0,
  compared: 0,
  repaired: 0,
  shownOtherwise: 0,
  unfitted: new Set(),
  openDoubles: 0,
  skipped: 0,
  deleted: 0,
  dealsClosed: 0,
  closingsHeld: 0,
  stopped: false,
});

/** Counts a reception that was not carried over. `givenUp`: it is not tried again by itself. */
export function countProblem(
  report: CycleReport,
  kind: ProblemKind,
  reason: string,
  { key, start }: Pick<Reception, "key"> & Partial<Pick<Reception, "start">>,
  givenUp = false,
): void {
  report.errors++;
  const folded = (text: string) => text.replace(/\d+/g, "№");
  let problem = report.problems.find((each) =>
    each.kind === kind && each.givenUp === givenUp && folded(each.reason) === folded(reason)
  );
  if (problem === undefined) report.problems.push(problem = { kind, reason, givenUp, count: 0, examples: [] });
  problem.count++;
  if (problem.examples.length < EXAMPLES) problem.examples.push({ key, start });
}

/** Counts a write that the portal has confirmed. */
export function countAccepted(report: CycleReport, step: Step): void {
  switch (step.kind) {
    case "add-contact":
      report.contactsMade++;
      return;
    case "add-deal":
      report.dealsMade++;
      return;
    case "bind-deal":
      report.dealsBound++;
      return;
    case "update-deal":
      report.dealsChanged++;
      return;
    case "close-lead":
      report.leadsConverted++;
      return;
    case "give-contact":
    case "update-contact":
    case "link-lead":
      return;
  }
}
