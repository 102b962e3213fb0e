import type { Digests } from "../../src/core/model/cryptography.ts";
import type { Entry } from "../../src/core/model/journal.ts";
import type { StepId } from "../../src/core/model/plan.ts";
import { entryHash } from "../../src/core/run/seal.ts";
import { type Simulation, violate } from "../simulation.ts";
import { backupOf } from "../world/effects.ts";
import { judgeClaim } from "../world/judge-claim.ts";
import { stepOf } from "./effect.ts";
import { unnoticed } from "./members-down.ts";

/** The run as the simulator itself reads it off the journal: no code of the engine's in it. */
export interface RunView {
  stage: "unopened" | "open" | "paused" | "halted" | "closed";
  /** Virtual moment. */
  stageSince: number;
  back: boolean;
  /** Sequence of the last record. */
  records: number;
  /** Attempt of the last intent that was not settled. */
  readonly intended: Map<StepId, number>;
  readonly approved: Set<StepId>;
  readonly done: Set<StepId>;
  verdict?: string;
  why?: string;
}

export const unopenedView = (): RunView => ({
  stage: "unopened",
  stageSince: 0,
  back: false,
  records: 0,
  intended: new Map(),
  approved: new Set(),
  done: new Set(),
});

export type JournalCheck = (entry: Entry) => void;

/**
 * Promise 3: the journal is prefix-closed and hash-chained, at most one epoch acts at a time, and what it says is so:
 * a step that settled as done is done (promise 4: belief is not proof).
 */
export const createJournalCheck = (simulation: Simulation, digests: Digests): JournalCheck => {
  let last: Entry | undefined;
  const { view } = simulation;
  const become = (stage: RunView["stage"]): void => {
    view.stage = stage;
    view.stageSince = simulation.schedule.now();
  };
  return (entry) => {
    const { event } = entry;
    if (entry.sequence !== (last?.sequence ?? 0) + 1)
      violate(
        simulation,
        "journal-chained",
        `entry ${entry.sequence} after ${last?.sequence ?? 0}`,
      );
    if (last !== undefined && entry.previous !== last.hash)
      violate(simulation, "journal-chained", `entry ${entry.sequence} does not follow`);
    // Hashing costs a third of a run: one record in eight is enough to see an engine that hashes wrongly.
    if (entry.sequence % 8 === 1 && entryHash(entry, digests) !== entry.hash)
      violate(simulation, "journal-chained", `entry ${entry.sequence} has a wrong hash`);
    if (last !== undefined && entry.epoch < last.epoch)
      violate(simulation, "one-epoch-acts", `epoch ${entry.epoch} writes after ${last.epoch}`);
    if (view.stage === "closed")
      violate(simulation, "closed-means-closed", `${event.kind} after the run was closed`);
    last = entry;
    view.records = entry.sequence;
    switch (event.kind) {
      case "run.opened":
      case "run.resumed":
        become("open");
        delete view.why;
        break;
      case "step.approved":
        view.approved.add(event.step);
        break;
      case "repair.ordered":
        for (const step of event.steps) view.done.delete(step);
        break;
      case "step.intended": {
        view.intended.set(event.step, event.attempt);
        const step = stepOf(simulation, event.step);
        if (
          simulation.soundPlan?.get(event.step)?.approval === true &&
          !view.approved.has(event.step)
        )
          violate(simulation, "approval", `${event.step} is begun and nobody said yes`);
        if (step === undefined)
          violate(simulation, "plan-only", `${event.step} is not in the plan`);
        break;
      }
      case "step.settled":
        view.intended.delete(event.step);
        if (event.outcome.kind === "done") {
          view.done.add(event.step);
          checkDone(simulation, event.step);
        }
        break;
      case "rollback.begun":
        view.back = true;
        break;
      case "drift.found":
        view.why = `drift before ${event.step}`;
        become("halted");
        break;
      case "run.paused":
        view.why = event.why;
        become("paused");
        break;
      case "run.closed":
        view.verdict = event.verdict;
        become("closed");
        break;
      default:
        break;
    }
  };
};

/**
 * "Done" in the journal means so in the world, as only the simulator can see it; what changed a moment ago through
 * somebody else may not be known yet. The claims are those of the sound planner, whatever a mutant has left of them.
 */
const checkDone = (simulation: Simulation, id: StepId): void => {
  const step = simulation.soundPlan?.get(id) ?? stepOf(simulation, id);
  if (step === undefined) return;
  if (simulation.disturbedAt >= simulation.schedule.now() - unnoticed(simulation) - 2000) return;
  const { estate, schedule } = simulation;
  const vantage = { estate, now: schedule.now(), backup: backupOf(simulation), reach: () => true };
  for (const claim of step.proves) {
    const { verdict, evidence } = judgeClaim(vantage, claim);
    if (verdict === "holds") continue;
    violate(simulation, "done-is-done", `${id}: ${claim.kind} ${verdict}, ${evidence}`);
    return;
  }
};
