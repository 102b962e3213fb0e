import { failure } from "../errors/certwright-error.ts";
import type { Instant } from "../model/certificate.ts";
import type { Digest } from "../model/inventory.ts";
import type { Entry, Outcome, RunEvent } from "../model/journal.ts";
import type { Plan, Step, StepId } from "../model/plan.ts";
import { copyQueue, noteState, queueOf, type GrowingQueue } from "./queue.ts";
import {
  currentList,
  isDone,
  isDoubtful,
  stateOf,
  type Placed,
  type Run,
  type StepList,
  type StepState,
  type Trouble,
} from "./run.ts";

/** What the first entry of a journal has before it. */
export const noEntry = "0".repeat(64) as Digest;

/** A run of that plan before anything happened. */
export const unopened = (plan: Plan): Run => {
  const lists = plan.phases.map((phase): StepList => ({
    phase,
    direction: "forward",
    steps: phase.steps,
  }));
  const placed = new Map<StepId, Placed>();
  for (const list of [...lists, ...plan.phases.map(backOf)]) place(list, placed);
  const states = new Map<StepId, StepState>();
  const current = firstOpen(lists, states, 0);
  const run: Growing = {
    plan,
    placed,
    id: "",
    openedAt: 0,
    openedBy: "",
    stage: { kind: "unopened" },
    direction: "forward",
    steps: states,
    approved: new Set(),
    accepted: new Set(),
    lists,
    current,
    queue: queueOf(lists[current], placed, states),
    sequence: 0,
    hash: noEntry,
    epoch: 0,
    at: 0,
  };
  return run;
};

const place = (list: StepList, placed: Map<StepId, Placed>): void => {
  const dependents = new Map<StepId, Step[]>();
  for (const step of list.steps) {
    for (const need of step.needs) {
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [step]);
      else known.push(step);
    }
  }
  for (const [position, step] of list.steps.entries()) {
    placed.set(step.id, { step, list, position, dependents: dependents.get(step.id) ?? [] });
  }
};

/** The run after one more entry. Copies what changes: for many entries use `evolveAll` or a `foldRun`. */
export const evolve = (run: Run, entry: Entry): Run => evolveAll(run, [entry]);

/** The run after all these entries, oldest first. Throws journal.impossible. */
export const evolveAll = (run: Run, entries: readonly Entry[]): Run => {
  const fold = foldRun(run);
  for (const entry of entries) fold.add(entry);
  return fold.run;
};

/** A run that grows in place: copying its maps for each entry would make a long run quadratic. */
export interface RunFold {
  /** Always the present state; the same object throughout. */
  readonly run: Run;
  /** Throws journal.impossible when the entry cannot follow. */
  check(entry: Entry): void;
  /** The same, and takes it up; when it throws, the run is as before. */
  add(entry: Entry): void;
}

/** Starts from a copy of `from`, which stays as it is. */
export const foldRun = (from: Run): RunFold => {
  const run: Growing = {
    ...from,
    steps: new Map(from.steps),
    approved: new Set(from.approved),
    accepted: new Set(from.accepted),
    // Every run was made by this file.
    queue: copyQueue((from as Growing).queue),
  };
  const check = (entry: Entry): void => {
    const why = objection(run, entry);
    if (why === undefined) return;
    const { event, sequence } = entry;
    const name = event.kind === "run.opened" ? event.run : run.id;
    throw failure("journal.impossible", { run: name, sequence, why });
  };
  return {
    run,
    check,
    add(entry) {
      check(entry);
      take(run, entry);
      run.sequence = entry.sequence;
      run.hash = entry.hash;
      run.epoch = entry.epoch;
      run.at = entry.at;
      if (run.queue.left === 0) enter(run, run.current);
    },
  };
};

type Grown = "steps" | "approved" | "accepted" | "queue";
type Growing = { -readonly [K in keyof Omit<Run, Grown>]: Run[K] } & {
  readonly steps: Map<StepId, StepState>;
  readonly approved: Set<StepId>;
  readonly accepted: Set<string>;
  queue: GrowingQueue;
};

/** Goes to the first list from there on that has steps left. */
const enter = (run: Growing, from: number): void => {
  if (run.lists[from] === undefined) return;
  run.current = firstOpen(run.lists, run.steps, from);
  run.queue = queueOf(run.lists[run.current], run.placed, run.steps);
};

const setState = (run: Growing, id: StepId, state: StepState): void => {
  run.steps.set(id, state);
  noteState(run.queue, id, state, run.placed);
};

const firstOpen = (
  lists: readonly StepList[],
  steps: ReadonlyMap<StepId, StepState>,
  from: number,
): number => {
  let index = from;
  while (lists[index]?.steps.every(({ id }) => steps.get(id)?.kind === "done") === true) index += 1;
  return index;
};

const backOf = (phase: Plan["phases"][number]): StepList => ({
  phase,
  direction: "back",
  steps: phase.rollback,
});

/** Whether any part of the phase was carried out, or may have been. */
const isBegun = (run: Run, phase: Plan["phases"][number]): boolean =>
  phase.steps.some(({ id }) => {
    const state = stateOf(run, id);
    return state.kind === "intended" || state.kind === "done" || isDoubtful(state);
  });

/** The first step that has no way back and was begun; while there is one, a rollback is impossible. */
export const oneWayBegun = (run: Run): StepId | undefined => {
  for (const { list, step } of run.placed.values()) {
    if (step.hazard !== "one-way" || list.direction !== "forward") continue;
    const state = stateOf(run, step.id);
    if (state.kind === "intended" || isDoubtful(state)) return step.id;
    if (state.kind === "done" && state.effect) return step.id;
  }
  return undefined;
};

/**
 * Whether a yes to the step can be taken now. To most it may be said at any time; but who says that a consumer has read
 * its files again cannot know it before they were written.
 */
export const mayApprove = (run: Run, id: StepId): boolean => {
  const { step, list } = run.placed.get(id)!;
  if (step.effect.kind !== "none" || step.effect.reloaded === undefined) return true;
  return isCurrent(run, list) && step.needs.every((need) => isDone(run, need));
};

/** Why this entry cannot follow, in words; undefined when it can. */
const objection = (run: Run, { sequence, previous, epoch, event }: Entry): string | undefined => {
  if (sequence !== run.sequence + 1) return `entry ${run.sequence + 1} is missing`;
  if (previous !== run.hash) return "it does not follow from the entry before";
  if (epoch < run.epoch) return `its epoch ${epoch} is below ${run.epoch} of the entry before`;
  if (event.kind === "run.opened") return openingObjection(run, event.plan);
  if (run.stage.kind === "unopened") return "the run was not opened";
  if (run.stage.kind === "closed") return "the run was closed";
  switch (event.kind) {
    case "step.intended":
      return intentObjection(run, event.step, event.attempt);
    case "step.settled":
      return outcomeObjection(run, event.step, event.outcome);
    case "step.approved":
      if (!run.placed.has(event.step)) return `the plan has no step ${event.step}`;
      return mayApprove(run, event.step) ? undefined : `${event.step} was approved before its time`;
    case "drift.found":
      return run.placed.has(event.step) ? undefined : `the plan has no step ${event.step}`;
    case "rollback.begun": {
      if (run.direction === "back") return "the rollback was begun before";
      const step = oneWayBegun(run);
      return step === undefined ? undefined : `${step} has no way back`;
    }
    case "run.paused":
      return run.stage.kind === "open" ? undefined : `the run is ${run.stage.kind}`;
    case "run.closed":
      return closingObjection(run, event.verdict);
    default:
      return undefined;
  }
};

const openingObjection = (run: Run, plan: Digest): string | undefined => {
  if (run.stage.kind !== "unopened") return "the run was opened before";
  return plan === run.plan.digest ? undefined : "it was opened with another plan";
};

const closingObjection = (
  run: Run,
  verdict: (RunEvent & { readonly kind: "run.closed" })["verdict"],
): string | undefined => {
  if (verdict === "abandoned") return undefined;
  if ((verdict === "rolled-back") !== (run.direction === "back")) {
    return `a run that goes ${run.direction} cannot end as ${verdict}`;
  }
  return currentList(run) === undefined ? undefined : "there are steps left";
};

const intentObjection = (run: Run, id: StepId, attempt: number): string | undefined => {
  const placed = run.placed.get(id);
  if (placed === undefined) return `the plan has no step ${id}`;
  if (run.stage.kind !== "open") return `the run is ${run.stage.kind}`;
  if (!isCurrent(run, placed.list)) return `${id} is not of the phase that is carried out`;
  const state = stateOf(run, id);
  if (state.kind === "done") return `${id} is done`;
  if (state.kind === "intended") return `${id} is being carried out`;
  if (attempt !== state.attempt + 1) return `try ${state.attempt + 1} of ${id} comes next`;
  const missing = placed.step.needs.find((need) => stateOf(run, need).kind !== "done");
  if (missing !== undefined) return `${id} needs ${missing}`;
  if (placed.step.approval && !run.approved.has(id)) return `${id} was not approved`;
  return undefined;
};

const outcomeObjection = (run: Run, id: StepId, outcome: Outcome): string | undefined => {
  const placed = run.placed.get(id);
  if (placed === undefined) return `the plan has no step ${id}`;
  const state = stateOf(run, id);
  if (state.kind === "done") return `${id} is done`;
  if (state.kind === "intended") {
    // What was in flight when the run halted still comes home.
    return run.stage.kind === "open" || run.stage.kind === "halted"
      ? undefined
      : `the run is ${run.stage.kind}`;
  }
  if (run.stage.kind !== "open") return `the run is ${run.stage.kind}`;
  if (!isCurrent(run, placed.list)) return `${id} is not of the phase that is carried out`;
  const sent = outcome.kind === "unknown" || (outcome.kind === "done" && outcome.effect);
  return sent && !isDoubtful(state) ? `no effect of ${id} was intended` : undefined;
};

const isCurrent = (run: Run, { phase, direction }: StepList): boolean => {
  const list = currentList(run);
  return list?.phase === phase && list.direction === direction;
};

/** Takes the entry up; it was found possible. */
const take = (run: Growing, { event, at }: Entry): void => {
  switch (event.kind) {
    case "run.opened":
      run.id = event.run;
      run.openedAt = at;
      run.openedBy = event.by;
      run.stage = { kind: "open" };
      break;
    case "run.resumed":
      run.stage = { kind: "open" };
      for (const [id, state] of run.steps) setState(run, id, afresh(state));
      break;
    case "step.approved":
      run.approved.add(event.step);
      break;
    case "blind.accepted":
      run.accepted.add(event.id);
      break;
    case "step.intended": {
      const state = stateOf(run, event.step);
      const before = troubleOf(state);
      setState(run, event.step, {
        ...before,
        kind: "intended",
        attempt: event.attempt,
        at,
        sent: before.sent + 1,
      });
      break;
    }
    case "step.settled":
      settle(run, event.step, event.outcome, at);
      break;
    case "rollback.begun":
      run.direction = "back";
      run.lists = run.plan.phases
        .filter((phase) => isBegun(run, phase))
        .map(backOf)
        .toReversed();
      enter(run, 0);
      break;
    case "drift.found":
      run.stage = { kind: "halted", step: event.step, proofs: event.proofs };
      break;
    case "run.paused":
      run.stage = { kind: "paused", by: event.by, why: event.why };
      break;
    case "run.closed":
      run.stage = {
        kind: "closed",
        verdict: event.verdict,
        ...(event.why === undefined ? {} : { why: event.why }),
      };
      break;
  }
};

const troubleOf = (state: StepState): Trouble => {
  if (state.kind === "intended" || state.kind === "failed") {
    const { since, failures, sent, doubt } = state;
    return { failures, sent, doubt, ...(since === undefined ? {} : { since }) };
  }
  return { failures: 0, sent: 0, doubt: state.kind === "doubted" };
};

const settle = (run: Growing, id: StepId, outcome: Outcome, at: Instant): void => {
  const state = stateOf(run, id);
  if (outcome.kind === "done") {
    setState(run, id, { kind: "done", attempt: state.attempt, at, effect: outcome.effect });
    return;
  }
  const before = troubleOf(state);
  setState(run, id, {
    kind: "failed",
    attempt: state.attempt,
    at,
    since: before.since ?? at,
    failures: before.failures + 1,
    sent: before.sent,
    // A refusal says that this try changed nothing; of an earlier one it says nothing.
    doubt: before.doubt || outcome.kind === "unknown",
    failure: outcome.failure,
  });
};

/** As another process finds it: with all its patience, and in doubt of what was under way. */
const afresh = (state: StepState): StepState => {
  if (state.kind === "intended") return { kind: "doubted", attempt: state.attempt, at: state.at };
  if (state.kind !== "failed") return state;
  return state.doubt
    ? { kind: "doubted", attempt: state.attempt, at: state.at }
    : { kind: "waiting", attempt: state.attempt };
};
