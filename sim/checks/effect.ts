import type { Step, StepId } from "../../src/core/model/plan.ts";
import type { Attempt } from "../../src/ports/world.ts";
import type { RunView } from "./journal.ts";
import { type Simulation, violate } from "../simulation.ts";
import { backupOf } from "../world/effects.ts";
import { judgeClaim } from "../world/judge-claim.ts";
import { unnoticed } from "./members-down.ts";

/** Promise 3: intent is durable before an effect leaves; a halted or paused run changes nothing. */
export const checkIntent = (simulation: Simulation, { step, number }: Attempt): void => {
  const view: RunView = simulation.view;
  if (view.intended.get(step) !== number)
    violate(simulation, "intent-first", `${step} (${number}) leaves without a durable intent`);
  if (view.stage !== "open" && view.stageSince < simulation.schedule.now() - unnoticed(simulation))
    violate(simulation, "stopped-means-stopped", `${step} leaves though the run is ${view.stage}`);
};

/** What is done already is not done again: whoever goes on looks first. */
export const checkRedo = (
  simulation: Simulation,
  { step: id }: Attempt,
  lookedAt: number,
): void => {
  const step = stepOf(simulation, id);
  if (step === undefined || step.proves.length === 0 || step.hazard !== "disruptive") return;
  // A look that saw nothing cannot know better.
  const hidden = simulation.book.faults.some(
    ({ kind }) => kind === "blind-look" || kind === "cut" || kind === "engine-frozen",
  );
  if (hidden || simulation.changedAt >= lookedAt - unnoticed(simulation)) return;
  const { estate, schedule } = simulation;
  const vantage = { estate, now: schedule.now(), backup: backupOf(simulation), reach: () => true };
  if (step.proves.every((claim) => judgeClaim(vantage, claim).verdict === "holds"))
    violate(simulation, "looks-first", `${id} is carried out though its proofs hold already`);
};

export const stepOf = ({ plan }: Simulation, id: StepId): Step | undefined => {
  for (const phase of plan?.phases ?? [])
    for (const step of [...phase.steps, ...phase.rollback]) if (step.id === id) return step;
  return undefined;
};
