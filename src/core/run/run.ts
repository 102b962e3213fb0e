import type { Instant } from "../model/certificate.ts";
import type { Proof } from "../model/claim.ts";
import type { Digest, SlotId } from "../model/inventory.ts";
import type { RunEvent, StepFailure } from "../model/journal.ts";
import type { Phase, Plan, Step, StepId } from "../model/plan.ts";
import type { Queue } from "./queue.ts";

/** How far a step is. In each, `attempt` is the number of effects that were sent for it. */
export type StepState =
  | { readonly kind: "waiting"; readonly attempt: number }
  /** The process that holds the run has sent, or is about to send, the effect. */
  | Intended
  /** So had a process that is gone. Nobody knows what became of it: whoever goes on looks first. */
  | { readonly kind: "doubted"; readonly attempt: number; readonly at: Instant }
  | Failed
  | {
      readonly kind: "done";
      readonly attempt: number;
      readonly at: Instant;
      /** Whether an effect was sent for it. */
      readonly effect: boolean;
    };

export interface Intended extends Trouble {
  readonly kind: "intended";
  readonly attempt: number;
  readonly at: Instant;
}

/** The last try was refused, or its outcome is unknown. */
export interface Failed extends Trouble {
  readonly kind: "failed";
  readonly attempt: number;
  readonly at: Instant;
  readonly failure: StepFailure;
}

/** What a step has met since the run was opened or resumed. */
export interface Trouble {
  /** Of the first failure. */
  readonly since?: Instant;
  readonly failures: number;
  /** Effects sent. */
  readonly sent: number;
  /** Of some earlier effect nobody knows what became. */
  readonly doubt: boolean;
}

export type RunStage =
  | { readonly kind: "unopened" }
  | { readonly kind: "open" }
  | { readonly kind: "paused"; readonly by: string; readonly why: string }
  | { readonly kind: "halted"; readonly step: StepId; readonly proofs: readonly Proof[] }
  | {
      readonly kind: "closed";
      readonly verdict: (RunEvent & { readonly kind: "run.closed" })["verdict"];
      readonly why?: string;
    };

/** Steps that are carried out together: a phase forward, or what brings back what held before it. */
export interface StepList {
  readonly phase: Phase;
  readonly direction: Direction;
  readonly steps: readonly Step[];
}

export type Direction = "forward" | "back";

/** Where a step of the plan is. */
export interface Placed {
  readonly step: Step;
  readonly list: StepList;
  /** In its list, from 0. */
  readonly position: number;
  /** Steps of its list that need it. */
  readonly dependents: readonly Step[];
}

export interface Acknowledgement {
  readonly by: string;
  readonly at: Instant;
  readonly note: string;
}

/** A run as its journal tells it. Only `evolve` and a fold make one. */
export interface Run {
  readonly plan: Plan;
  /** Every step of the plan, those of the rollback lists as well. */
  readonly placed: ReadonlyMap<StepId, Placed>;
  /** "" before it was opened. */
  readonly id: string;
  readonly openedAt: Instant;
  readonly openedBy: string;
  readonly stage: RunStage;
  /** "back" once a rollback was begun. */
  readonly direction: Direction;
  /** Those that are not here are waiting. */
  readonly steps: ReadonlyMap<StepId, StepState>;
  readonly approved: ReadonlySet<StepId>;
  readonly accepted: ReadonlySet<string>;
  /** What stands there was changed by somebody, and may be written over all the same. */
  readonly overwrite: ReadonlySet<SlotId>;
  /** What somebody vouched for, by `vouchName`; the last word counts. */
  readonly acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** Lists in the order they are carried out from where the run stands; the first with steps left is the current one. */
  readonly lists: readonly StepList[];
  /** Index of the current list; the number of lists when nothing is left. */
  readonly current: number;
  /** Of the current list. */
  readonly queue: Queue;
  /** Of the last entry. */
  readonly sequence: number;
  readonly hash: Digest;
  readonly epoch: number;
  readonly at: Instant;
}

const waiting: StepState = { kind: "waiting", attempt: 0 };

export const stateOf = (run: Run, step: StepId): StepState => run.steps.get(step) ?? waiting;

export const isDone = (run: Run, step: StepId): boolean => run.steps.get(step)?.kind === "done";

/** The list whose steps are carried out now; undefined when nothing is left to do. */
export const currentList = (run: Run): StepList | undefined => run.lists[run.current];

/** Whether an effect of it left of which nobody knows what became, this process's own not counted. */
export const isDoubtful = (state: StepState): boolean =>
  state.kind === "doubted" || (state.kind === "failed" && state.doubt);
