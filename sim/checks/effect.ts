import type { Step, StepId } from "../../src/core/model/plan.ts";
import type { Attempt } from "../../src/ports/world.ts";
import type { RunView } from "./journal.ts";
import { type EngineProcess, type Simulation, violate } from "../simulation.ts";
import { unnoticed } from "./members-down.ts";

/** Promise 3: intent is durable before an effect leaves; a halted or paused run changes nothing. */
export const checkIntent = (simulation: Simulation, { step, number }: Attempt): void => {
  const view: RunView = simulation.view;
  if (view.intended.get(step) !== number)
    violate(simulation, "intent-first", `${step} (${number}) leaves without a durable intent`);
  if (view.stage !== "open" && view.stageSince < simulation.schedule.now() - unnoticed(simulation))
    violate(simulation, "stopped-means-stopped", `${step} leaves though the run is ${view.stage}`);
};

/** What is done already is not done again: whoever has just seen that all proofs hold sends nothing. */
export const checkRedo = (
  simulation: Simulation,
  process: EngineProcess,
  { step: id }: Attempt,
): void => {
  const step = stepOf(simulation, id);
  if (step !== undefined && process.shown.get(step.proves) === true)
    violate(simulation, "looks-first", `${id} is carried out though its proofs were seen to hold`);
};

export const stepOf = ({ plan }: Simulation, id: StepId): Step | undefined => {
  for (const phase of plan?.phases ?? [])
    for (const step of [...phase.steps, ...phase.rollback]) if (step.id === id) return step;
  return undefined;
};
