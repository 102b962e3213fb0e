import { failure } from "../errors/certwright-error.ts";
import type { Instant } from "../model/certificate.ts";
import type { Digest, SlotId } from "../model/inventory.ts";
import type { Entry, Outcome } from "../model/journal.ts";
import { objection } from "./objection.ts";
import type { Plan, Step, StepId } from "../model/plan.ts";
import { copyQueue, noteState, queueOf, type GrowingQueue } from "./queue.ts";
import {
  isDoubtful,
  stateOf,
  type Acknowledgement,
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
    overwrite: new Set(),
    acknowledged: new Map(),
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
    overwrite: new Set(from.overwrite),
    acknowledged: new Map(from.acknowledged),
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

type Grown = "steps" | "approved" | "accepted" | "overwrite" | "acknowledged" | "queue";
type Growing = { -readonly [K in keyof Omit<Run, Grown>]: Run[K] } & {
  readonly steps: Map<StepId, StepState>;
  readonly approved: Set<StepId>;
  readonly accepted: Set<string>;
  readonly overwrite: Set<SlotId>;
  readonly acknowledged: Map<string, Acknowledgement>;
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
    case "claim.acknowledged":
      run.acknowledged.set(event.name, { by: event.by, at, note: event.note });
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
    case "repair.ordered":
      for (const slot of event.slots) run.overwrite.add(slot);
      for (const id of event.steps) {
        run.steps.set(id, { kind: "waiting", attempt: stateOf(run, id).attempt });
      }
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
    const { effect } = run.placed.get(id)!.step;
    if (effect.kind === "slots.write") {
      for (const { slot } of effect.writes) run.overwrite.delete(slot);
    }
    return;
  }
  const before = troubleOf(state);
  setState(run, id, {
    kind: "failed",
    attempt: state.attempt,
    at,
    // Its proofs were waited for since then; of a refusal nothing is known but its moment.
    since: before.since ?? (state.kind === "intended" ? state.at : at),
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
