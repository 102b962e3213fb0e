import { externalOf } from "./own-goal.ts";
import type { Plan, Step, StepId } from "../model/plan.ts";

/** How the plan for the copy differs from the one that is rehearsed, in words; empty when their steps are the same. */
export const comparePlans = (plan: Plan, copy: Plan): readonly string[] => {
  const apart = externalOf(plan) === undefined ? new Set<StepId>() : ofOneOnly([plan, copy]);
  const ours = stepsOf(plan, apart);
  const theirs = stepsOf(copy, apart);
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

/**
 * The copy makes new CAs where the plan has them signed, and nobody is asked for a yes where only those CAs' clients may
 * be a blind spot.
 */
const ofOneOnly = (plans: readonly Plan[]): ReadonlySet<StepId> =>
  new Set(
    plans
      .flatMap(({ phases }) => phases.flatMap(({ steps }) => steps))
      .filter(
        ({ effect, approval }) =>
          effect.kind === "generation.request" ||
          effect.kind === "generation.create" ||
          (effect.kind === "none" && approval),
      )
      .map(({ id }) => id),
  );

const stepsOf = ({ phases }: Plan, apart: ReadonlySet<StepId>): ReadonlyMap<StepId, Step> =>
  new Map(
    phases
      .flatMap(({ steps }) => steps)
      .filter(({ id }) => !apart.has(id))
      .map((step) => [step.id, step] as const),
  );
