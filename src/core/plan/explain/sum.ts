import type { ConsumerId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import { runLimits } from "../../run/limits.ts";
import { expected } from "../phases/step.ts";
import { takenAwayBy } from "../taken-away.ts";

/** What a list of steps comes to. */
export interface Sum {
  readonly steps: number;
  /** Consumers that are taken away and come back, in order. */
  readonly restarts: readonly ConsumerId[];
  /** Steps that wait for a person. */
  readonly approvals: readonly Step[];
  /** Milliseconds that machines need as a rule; people take the time they take. */
  readonly milliseconds: number;
  /** Of that: what programs impose, in all and by why. */
  readonly imposed: {
    readonly milliseconds: number;
    readonly parts: readonly { readonly why: string; readonly milliseconds: number }[];
  };
}

/**
 * Safe steps go side by side, so their sum would frighten: the slowest of each kind counts, disruptive ones one by one, or
 * as many at once as the plan lets and `takenAway` allows.
 */
export const sumOf = (steps: readonly Step[], takenAway = runLimits.takenAway): Sum => {
  const slowest = new Map<string, number>();
  const imposed = new Map<string, number>();
  let inTurn = 0;
  for (const step of steps) {
    const takes = step.expected >= expected.person ? expected.prove : step.expected;
    if (step.imposed !== undefined) {
      const { why, milliseconds } = step.imposed;
      imposed.set(why, (imposed.get(why) ?? 0) + milliseconds);
    }
    if (step.hazard === "disruptive") inTurn += takes / Math.min(takenAway, step.beside?.most ?? 1);
    else slowest.set(step.effect.kind, Math.max(slowest.get(step.effect.kind) ?? 0, takes));
  }
  return {
    steps: steps.length,
    restarts: steps.flatMap(({ effect }) => takenAwayBy(effect)),
    approvals: steps.filter(({ approval }) => approval),
    milliseconds: [...slowest.values()].reduce((sum, one) => sum + one, inTurn),
    imposed: {
      milliseconds: [...imposed.values()].reduce((sum, one) => sum + one, 0),
      parts: [...imposed].map(([why, milliseconds]) => ({ why, milliseconds })),
    },
  };
};
