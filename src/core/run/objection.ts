import type { Digest } from "../model/inventory.ts";
import type { Entry, Outcome, RunEvent } from "../model/journal.ts";
import type { StepId } from "../model/plan.ts";
import { askedFor } from "./vouch.ts";
import { currentList, isDone, isDoubtful, stateOf, type Run, type StepList } from "./run.ts";

// What can and what cannot follow in a journal. Whatever cannot was not written by certwright, or by two at once.

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
export const objection = (
  run: Run,
  { sequence, previous, epoch, event }: Entry,
): string | undefined => {
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
    case "claim.acknowledged":
      return askedFor(run).some(({ name }) => name === event.name)
        ? undefined
        : `nobody's word was asked for ${event.name}`;
    case "drift.found":
      return run.placed.has(event.step) ? undefined : `the plan has no step ${event.step}`;
    case "repair.ordered": {
      const other = event.steps.find((id) => !isDone(run, id));
      return other === undefined ? undefined : `${other} was not done`;
    }
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
