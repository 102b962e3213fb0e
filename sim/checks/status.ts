import type { Run } from "../../src/core/run/run.ts";
import { statusOf } from "../../src/core/run/status.ts";
import { type Simulation, violate } from "../simulation.ts";

/** What people are told is what the journal says, as the simulator reads it: stage, verdict and steps done. */
export const checkStatus = (simulation: Simulation, run: Run): void => {
  const { view, plan } = simulation;
  // Another process may have written since this one ended.
  if (run.sequence !== view.records) return;
  const status = statusOf(run, false);
  const told = `${status.state} ${status.verdict ?? ""} ${status.direction}`;
  const is = `${view.stage} ${view.verdict ?? ""} ${view.back ? "back" : "forward"}`;
  if (told !== is) violate(simulation, "status-tells-truth", `told ${told}, is ${is}`);
  if (view.back) return;
  for (const { id, done } of status.phases) {
    const steps = plan?.phases.find((phase) => phase.id === id)?.steps ?? [];
    const real = steps.filter((step) => view.done.has(step.id)).length;
    if (real !== done)
      violate(simulation, "status-tells-truth", `${id}: told ${done} steps done, are ${real}`);
  }
};
