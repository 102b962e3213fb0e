import type { Instant } from "../model/certificate.ts";
import type { Proof } from "../model/claim.ts";
import type { BlindSpot, Digest } from "../model/inventory.ts";
import type { StepFailure } from "../model/journal.ts";
import type { Goal, Phase, Step, StepId } from "../model/plan.ts";
import { unacceptedSpots } from "./decide.ts";
import { awaited } from "./vouch.ts";
import { currentList, isDone, stateOf, type Direction, type Run, type StepState } from "./run.ts";

/** Where a run stands, as told to people and programs. It says no more than the journal knows. */
export interface RunStatus {
  readonly run: string;
  readonly plan: Digest;
  readonly goal: Goal;
  readonly state: Run["stage"]["kind"];
  readonly direction: Direction;
  /** Of a closed run. */
  readonly verdict?: "reached" | "rolled-back" | "abandoned";
  /** Why it paused, halted or was abandoned. */
  readonly why?: string;
  readonly openedAt: Instant;
  readonly openedBy: string;
  /** Of the last record. */
  readonly changedAt: Instant;
  readonly phases: readonly PhaseStatus[];
  /** Steps that were begun and are not done, and those that wait for somebody's word. */
  readonly steps: readonly StepStatus[];
  /** Claims that a halt found not to hold any more. */
  readonly drift: readonly Proof[];
}

/**
 * "done": it was proved at its end; "begun": a part of it was carried out; "untouched": nothing of it was;
 * "undoing": its way back is being taken; "undone": what held before it was proved to hold again.
 */
export type PhaseState = "done" | "begun" | "untouched" | "undoing" | "undone";

export interface PhaseStatus {
  readonly id: string;
  readonly title: string;
  readonly state: PhaseState;
  /** Of the list that counts: the phase's own, or its way back once a rollback was begun. */
  readonly steps: number;
  readonly done: number;
}

export interface StepStatus {
  readonly id: StepId;
  readonly title: string;
  /**
   * "acting": its effect was sent, and it is not proved yet; "in-doubt": an effect was sent, and whether it took
   * place is not known; "refused": its last try changed nothing; "awaits": it lacks nothing but somebody's word, or
   * time; "needs-approval", "needs-acceptance": as it says.
   */
  readonly state:
    | "acting"
    | "in-doubt"
    | "refused"
    | "awaits"
    | "needs-approval"
    | "needs-acceptance";
  /** Effects sent. */
  readonly attempt: number;
  readonly failure?: StepFailure;
  readonly blind?: readonly BlindSpot[];
}

/** `atWork`: whether a process is carrying it out at this moment, which a journal does not tell. */
export const statusOf = (run: Run, atWork: boolean): RunStatus => {
  const { stage } = run;
  return {
    run: run.id,
    plan: run.plan.digest,
    goal: run.plan.goal,
    state: stage.kind,
    direction: run.direction,
    ...(stage.kind === "closed" ? { verdict: stage.verdict } : {}),
    ...("why" in stage && stage.why !== undefined ? { why: stage.why } : {}),
    openedAt: run.openedAt,
    openedBy: run.openedBy,
    changedAt: run.at,
    phases: run.plan.phases.map((phase) => phaseStatus(run, phase)),
    steps:
      stage.kind === "closed"
        ? []
        : (currentList(run)?.steps ?? []).flatMap(stepStatus(run, atWork)),
    drift: stage.kind === "halted" ? stage.proofs : [],
  };
};

const phaseStatus = (run: Run, phase: Phase): PhaseStatus => {
  const { id, title } = phase;
  const forward = tally(run, phase.steps);
  const state: PhaseState =
    forward.done === forward.steps ? "done" : forward.touched ? "begun" : "untouched";
  const back = run.direction === "back" && run.lists.find((list) => list.phase === phase);
  // Nothing of it had to be brought back: it stands.
  if (back === false || back === undefined || back.steps.length === 0) {
    return { id, title, state, steps: forward.steps, done: forward.done };
  }
  const undone = tally(run, back.steps);
  return {
    id,
    title,
    state: undone.done === undone.steps ? "undone" : undone.touched ? "undoing" : state,
    steps: undone.steps,
    done: undone.done,
  };
};

const tally = (
  run: Run,
  steps: readonly Step[],
): { readonly steps: number; readonly done: number; readonly touched: boolean } => {
  const states = steps.map(({ id }) => stateOf(run, id));
  return {
    steps: steps.length,
    done: states.filter(({ kind }) => kind === "done").length,
    touched: states.some(({ kind, attempt }) => kind === "done" || attempt > 0),
  };
};

const stepStatus =
  (run: Run, atWork: boolean) =>
  (step: Step): readonly StepStatus[] => {
    const state = stateOf(run, step.id);
    const { id, title } = step;
    const { attempt } = state;
    const word = wordOf(state, atWork && run.stage.kind === "open");
    if (word !== undefined) {
      const failure = state.kind === "failed" ? { failure: state.failure } : {};
      return [{ id, title, state: word, attempt, ...failure }];
    }
    if (state.kind === "done" || !step.needs.every((need) => isDone(run, need))) return [];
    const blind = unacceptedSpots(run, step);
    if (blind.length > 0) return [{ id, title, state: "needs-acceptance", attempt, blind }];
    if (step.approval && !run.approved.has(id))
      return [{ id, title, state: "needs-approval", attempt }];
    return [];
  };

const wordOf = (state: StepState, atWork: boolean): StepStatus["state"] | undefined => {
  switch (state.kind) {
    case "intended":
      // Of a run that is not going on, nobody waits for the outcome.
      return atWork ? "acting" : "in-doubt";
    case "doubted":
      return "in-doubt";
    case "failed":
      if (state.doubt) return "in-doubt";
      return awaited(state.failure) === undefined ? "refused" : "awaits";
    default:
      return undefined;
  }
};
