import type { ExternalCa, Goal, Plan } from "../model/plan.ts";

/** Who signs a plan's new CAs, when certwright does not. */
export const externalOf = ({ goal }: Pick<Plan, "goal">): ExternalCa | undefined =>
  goal.kind === "rotate" ? goal.external : undefined;

/** What a copy can reach by itself: it asks nobody, and its new CAs are roots. */
export const ownGoal = (goal: Goal): Goal => {
  if (goal.kind !== "rotate") return goal;
  const { kind, issuers, protocol } = goal;
  return { kind, issuers, protocol };
};

/** Milliseconds for which the plan wants nobody to have shown the old generation. */
export const soakOf = ({ phases }: Pick<Plan, "phases">): number =>
  Math.max(
    0,
    ...phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ proves }) => proves)
      .map((claim) => (claim.kind === "unused" ? claim.milliseconds : 0)),
  );
