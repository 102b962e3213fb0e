import type { Claim } from "../../src/core/model/claim.ts";
import type { Phase, Plan, Step } from "../../src/core/model/plan.ts";

/** Every step of a plan, forward and back, made into another one, or left out. */
export const changeSteps = (plan: Plan, change: (step: Step) => Step | undefined): Plan => ({
  ...plan,
  phases: plan.phases.map((phase): Phase =>
    Object.assign({}, phase, {
      steps: changeList(phase.steps, change),
      rollback: changeList(phase.rollback, change),
    }),
  ),
});

/** Whoever needed a step that is left out needs what that one needed. */
const changeList = (
  steps: readonly Step[],
  change: (step: Step) => Step | undefined,
): readonly Step[] => {
  const without = new Map<Step["id"], readonly Step["id"][]>();
  const kept: Step[] = [];
  for (const step of steps) {
    const needs = [...new Set(step.needs.flatMap((need) => without.get(need) ?? [need]))];
    const changed = change({ ...step, needs });
    if (changed === undefined) without.set(step.id, needs);
    else kept.push(changed);
  }
  return kept;
};

export const withoutClaims = (
  step: Step,
  field: "requires" | "proves",
  kinds: readonly Claim["kind"][],
): Step => ({ ...step, [field]: step[field].filter(({ kind }) => !kinds.includes(kind)) });

/** The phases in another order, or fewer of them. */
export const changePhases = (
  plan: Plan,
  change: (phases: readonly Phase[]) => readonly Phase[],
): Plan => ({ ...plan, phases: change(plan.phases) });
