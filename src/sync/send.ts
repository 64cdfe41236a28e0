/**
 * Decisions → requests: what is ready goes out, up to fifty writes at a time, each once; what stands on it follows.
 */
import type { IdentSyncError } from "../error.ts";
import { type Outcome, type Portal, type PortalFields, type Write, WRITES_PER_REQUEST } from "./ports.ts";
import type { Queue } from "./queue/queue.ts";
import { type Decision, stepsOf } from "./rules/decision.ts";
import { idOfTarget, needsOf, type Step, type Target } from "./rules/step.ts";

/** What became of a reception. */
export type Result =
  | { readonly kind: "confirmed" }
  | { readonly kind: "refused"; readonly reason: string; readonly onTheWay?: true }
  | { readonly kind: "waiting"; readonly reason: string };

export interface SendDeps {
  readonly portal: Portal;
  readonly queue: Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the queue durable; nothing leaves before it has. */
  readonly saveQueue: () => Promise<void>;
  /** Whether to begin nothing new; what has begun is finished. */
  readonly stopping: () => boolean;
  /** Called once for each reception when all is known of it. */
  readonly onResult: (decision: Decision, result: Result) => void;
  /** Called after each request's results, with the queue not yet saved. */
  readonly onRequest: () => Promise<void>;
  /** Called for each write that is confirmed. */
  readonly onAccepted: (step: Step, id: number | undefined) => void;
}

interface Task {
  readonly decision: Decision;
  readonly steps: readonly Step[];
  /** How many receptions it may share a request with, itself among them. */
  readonly share: number;
  begun: boolean;
  done: boolean;
}

/**
 * Sends all steps of all decisions.
 *
 * @returns the error that made the portal unusable on the way, where there was one: what had not been sent by then is
 *   not begun, and its receptions get no result
 */
export async function send(decisions: readonly Decision[], deps: SendDeps): Promise<IdentSyncError | undefined> {
  // The conversion of a lead takes the most requests one after another, so it begins first.
  const tasks = decisions.map((decision): Task => ({
    decision,
    steps: stepsOf(decision),
    share: sharing(deps.queue.silences(decision.reception.key)),
    begun: false,
    done: false,
  }))
    .sort((a, b) => Number(convertsLead(b)) - Number(convertsLead(a)));
  const accepted = new Map<Step, number | undefined>();
  const finish = (task: Task, result: Result) => {
    task.done = true;
    deps.onResult(task.decision, result);
  };
  const finishComplete = () => {
    for (const task of tasks) {
      if (task.done || !task.steps.every((step) => accepted.has(step))) continue;
      deps.queue.confirm(task.decision.reception.key);
      finish(task, { kind: "confirmed" });
    }
  };

  for (const task of tasks) {
    const { decision, steps } = task;
    const { key } = decision.reception;
    if (decision.kind === "refuse") {
      deps.queue.refuse(key, decision.reason, deps.now());
      finish(task, { kind: "refused", reason: decision.reason });
    } else if (steps.length > 0) {
      const reason = deps.queue.giveUpIfHopeless(key, deps.now());
      if (reason !== undefined) finish(task, { kind: "refused", reason });
    }
  }
  finishComplete();

  while (true) {
    const batch = readySteps(tasks, accepted, deps.stopping());
    if (batch.length === 0) return undefined;
    const inBatch = new Map(
      tasks.filter(({ done }) => !done).map((
        task,
      ) => [task, batch.filter((step) => task.steps.includes(step))]),
    );
    for (const [task, steps] of inBatch) {
      if (steps.length === 0) continue;
      task.begun = true;
      const { key, patient } = task.decision.reception;
      const holds = convertsLead(task) || steps.some(decidesForPatient);
      deps.queue.begin(key, {
        patient: patient.key,
        holds,
        lead: leadOf(task),
        contact: task.steps.find((step) => step.kind === "give-contact")?.id,
      }, deps.now());
    }
    await deps.saveQueue();
    const answers = await deps.portal.write(batch.map((step) => toWrite(step, accepted)), async (indexes) => {
      // Between the intent and the sending may lie a long wait for the portal's limits.
      const leaving = new Set(indexes.map((index) => batch[index]));
      const keys = [...inBatch].filter(([, steps]) => steps.some((step) => leaving.has(step)));
      const moved = keys.map(([{ decision }]) => deps.queue.leaves(decision.reception.key, deps.now()));
      if (moved.includes(true)) await deps.saveQueue();
    });
    const outcomes = new Map(batch.map((step, index) => [step, answers[index]]));
    for (const [step, outcome] of outcomes) {
      if (outcome.kind !== "accepted") continue;
      accepted.set(step, outcome.id);
      deps.onAccepted(step, outcome.id);
    }
    for (const [task, steps] of inBatch) {
      const worst = worstOf(steps.map((step) => outcomes.get(step)!));
      if (worst !== undefined) finish(task, settle(task.decision.reception.key, worst, deps));
    }
    finishComplete();
    const unusable = answers.find((outcome) => outcome.kind === "unusable");
    if (unusable !== undefined) {
      for (const { done, begun, steps, decision: { reception } } of tasks) {
        if (!begun || done) continue;
        if (steps.some((step) => accepted.has(step))) deps.queue.interrupt(reception.key, deps.now());
        else deps.queue.withdraw(reception.key);
      }
    }
    await deps.onRequest();
    if (unusable !== undefined) return unusable.error;
  }
}

type Failure = Exclude<Outcome, { kind: "accepted" | "unusable" }>;

/** What weighs most for a reception of whose writes several failed: the one that may yet happen. */
function worstOf(outcomes: readonly Outcome[]): Failure | undefined {
  const order = ["unknown", "refused", "limited"] as const;
  return order.map((kind) => outcomes.find((outcome) => outcome.kind === kind) as Failure | undefined)
    .find((outcome) => outcome !== undefined);
}

/** Whether the patient's other receptions must wait until the step is confirmed: they would decide as if it were not. */
const decidesForPatient = (step: Step): boolean =>
  ["add-contact", "give-contact", "update-contact", "bind-deal"].includes(step.kind);

const leadOf = ({ steps }: Task): number | undefined => steps.find((step) => step.kind === "close-lead")?.leadId;

const convertsLead = (task: Task): boolean => leadOf(task) !== undefined;

/**
 * How many receptions share a request. A request whose answer was lost may hold one that something on the way cannot bear (a
 * firewall that cuts the connection at a comment): so that it does not keep the others back for ever, those that were in it
 * go in small groups next time, and then each alone.
 */
const sharing = (unanswered: number): number => [Infinity, 7][unanswered] ?? 1;

/**
 * The steps of the next request: not sent yet, with all that they need there, in the receptions' order. Those that may share
 * the most go first.
 */
function readySteps(tasks: readonly Task[], accepted: ReadonlyMap<Step, unknown>, stopping: boolean): Step[] {
  const isReady = (step: Step) => !accepted.has(step) && needsOf(step).every((needed) => accepted.has(needed));
  const open = tasks.filter(({ steps, begun, done }) => !done && (begun || !stopping) && steps.some(isReady));
  const most = Math.max(...open.map(({ share }) => share));
  const group = open.filter(({ share }) => share === most).slice(0, most);
  return [...new Set(group.flatMap(({ steps }) => steps.filter(isReady)))].slice(0, WRITES_PER_REQUEST);
}

/** Tells the queue what a failed write means for its reception. */
function settle(key: string, outcome: Failure, { queue, now }: SendDeps): Result {
  switch (outcome.kind) {
    case "refused":
      queue.refuse(key, outcome.reason, now());
      return outcome;
    case "limited":
      queue.postpone(key, outcome.reason, outcome.until, now());
      return { kind: "waiting", reason: outcome.reason };
    case "unknown":
      queue.leaveUnknown(key, outcome.reason, now(), outcome.failedByPortal);
      return { kind: "waiting", reason: outcome.reason };
  }
}

function toWrite(step: Step, accepted: ReadonlyMap<Step, number | undefined>): Write {
  const idOf = (target: Target): number => idOfTarget(target) ?? accepted.get(target as Step)!;
  switch (step.kind) {
    case "add-contact":
      return { kind: "add-contact", fields: step.fields };
    case "give-contact":
    case "update-contact":
      return { kind: "update-contact", id: step.id, fields: step.fields };
    case "add-deal":
      return { kind: "add-deal", fields: { ...step.fields, CONTACT_IDS: [idOf(step.contact)] } };
    case "bind-deal":
      return { kind: "update-deal", id: step.id, fields: step.fields };
    case "update-deal": {
      const contact: PortalFields = step.contact === undefined ? {} : { CONTACT_IDS: [idOf(step.contact)] };
      return { kind: "update-deal", id: step.id, fields: { ...step.fields, ...contact } };
    }
    case "link-lead":
      return { kind: "link-lead", record: step.record, id: idOf(step.target), leadId: step.leadId };
    case "close-lead":
      return { kind: "close-lead", id: step.leadId };
  }
}
