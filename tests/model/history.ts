/** Random histories of a clinic, its managers and its misfortunes. */
import fc from "fast-check";
import { STATUSES } from "../../src/reception/status.ts";
import { MADE_BEFORE } from "./managers.ts";
import { PEOPLE } from "./model_settings.ts";

/** What a registrar saves; numbers stand for choices, so that a failing history shrinks well. */
export interface Edit {
  readonly id: number;
  readonly patient: number;
  readonly status: number;
  readonly comment: number;
  readonly amount: number;
  readonly hour: number;
  /** Which of them change, by bit (0: all goes back to what it was before); of a new reception all count. */
  readonly parts: number;
  /** Minutes until the transaction ends. */
  readonly lag: number;
  /** Whether a bill dated tomorrow comes with it. */
  readonly bill: boolean;
}

export type Event =
  | { readonly do: "edit"; readonly edit: Edit }
  | { readonly do: "manage"; readonly what: number; readonly which: number }
  | { readonly do: "wait"; readonly seconds: number }
  /** Until something in the queue is due. */
  | { readonly do: "await" }
  | {
    readonly do: "cycle";
    readonly fresh: boolean;
    readonly meanwhile: readonly (readonly [number, Edit])[];
    readonly stopAt: number | undefined;
  };

export interface History {
  readonly classic: boolean;
  readonly clinicHours: number;
  readonly pcHours: number;
  readonly batchSize: number;
  /** Whether rows of another branch lie between those of ours. */
  readonly crowded: boolean;
  /** What managers had made before the program came. */
  readonly before: readonly number[];
  readonly events: readonly Event[];
  readonly dice: readonly number[];
}

const edit: fc.Arbitrary<Edit> = fc.record({
  id: fc.integer({ min: 1, max: 8 }),
  patient: fc.nat(PEOPLE.length - 1),
  status: fc.nat(STATUSES.length - 1),
  comment: fc.nat(2),
  amount: fc.nat(2),
  hour: fc.nat(2),
  parts: fc.oneof({ weight: 3, arbitrary: fc.nat(31) }, { weight: 1, arbitrary: fc.constant(0) }),
  lag: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  bill: fc.nat(9).map((chance) => chance === 9),
});

const cycle: fc.Arbitrary<Event> = fc.record({
  do: fc.constant("cycle" as const),
  fresh: fc.boolean(),
  meanwhile: fc.array(fc.tuple(fc.nat(6), edit), { maxLength: 2 }),
  stopAt: fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(6) }),
});

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: edit.map((edit): Event => ({ do: "edit", edit })) },
  { weight: 4, arbitrary: cycle },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 200, max: 4000 }))
      .map((seconds): Event => ({ do: "wait", seconds })),
  },
  { weight: 1, arbitrary: fc.constant<Event>({ do: "await" }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(5), fc.nat(9)).map(([what, which]): Event => ({ do: "manage", what, which })),
  },
);

/** `trouble`: how many throws of the dice go wrong at most. */
export function histories(trouble: number): fc.Arbitrary<History> {
  return fc.record({
    classic: fc.boolean(),
    clinicHours: fc.integer({ min: -6, max: 6 }),
    pcHours: fc.integer({ min: -6, max: 6 }),
    batchSize: fc.constantFrom(1, 2, 50, 1000),
    crowded: fc.nat(14).map((chance) => chance === 14),
    before: fc.array(fc.nat(MADE_BEFORE.length - 1), { maxLength: 4, size: "max" }),
    events: fc.array(event, { minLength: 3, maxLength: 12, size: "max" }),
    dice: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(99) }), {
      maxLength: trouble,
      size: "max",
    }),
  });
}

/** A history in which nothing goes wrong and nobody interferes with a cycle. */
export const undisturbed = (history: History): History => ({
  ...history,
  crowded: false,
  dice: [],
  events: history.events.map((event) => event.do === "cycle" ? { ...event, meanwhile: [], stopAt: undefined } : event),
});
