import type { Plan, Step } from "../model/plan.ts";

/** How the plan for the copy differs from the one that is rehearsed, in words; empty when their steps are the same. */
export const comparePlans = (plan: Plan, copy: Plan): readonly string[] => {
  const ours = stepsOf(plan);
  const theirs = stepsOf(copy);
  const differences = [
    ...[...ours.values()]
      .filter(({ id }) => !theirs.has(id))
      .map(({ title }) => `not rehearsed: ${title}`),
    ...[...theirs.values()]
      .filter(({ id }) => !ours.has(id))
      .map(({ title }) => `on the copy only: ${title}`),
  ];
  if (differences.length > 0) return differences;
  const moved = [...ours.keys()].findIndex((id, i) => [...theirs.keys()][i] !== id);
  // Another member leads the copy, so another one is restarted last.
  return moved < 0 ? [] : [`another order from "${[...ours.values()][moved]!.title}" on`];
};

const stepsOf = (plan: Plan): ReadonlyMap<string, Step> =>
  new Map(plan.phases.flatMap(({ steps }) => steps.map((step) => [step.id, step] as const)));
