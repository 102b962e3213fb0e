import type { ConsumerId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import { expected } from "../phases/step.ts";

/** What a list of steps comes to. */
export interface Sum {
  readonly steps: number;
  /** Consumers that are taken away and come back, in order. */
  readonly restarts: readonly ConsumerId[];
  /** Steps that wait for a person. */
  readonly approvals: readonly Step[];
  /** Milliseconds that machines need as a rule; people take the time they take. */
  readonly milliseconds: number;
}

/** Who is away while the step is carried out. */
export const restartOf = ({ effect }: Step): ConsumerId | undefined => {
  if (effect.kind === "consumer.restart" || effect.kind === "flags.set") return effect.consumer;
  return effect.kind === "slots.write" && effect.during === "stopped" ? effect.consumer : undefined;
};

/** Safe steps go side by side, so their sum would frighten: the slowest of each kind counts, disruptive ones one by one. */
export const sumOf = (steps: readonly Step[]): Sum => {
  const slowest = new Map<string, number>();
  let inTurn = 0;
  for (const step of steps) {
    const takes = step.expected >= expected.person ? expected.prove : step.expected;
    if (step.hazard === "disruptive") inTurn += takes;
    else slowest.set(step.effect.kind, Math.max(slowest.get(step.effect.kind) ?? 0, takes));
  }
  return {
    steps: steps.length,
    restarts: steps.flatMap((step) => restartOf(step) ?? []),
    approvals: steps.filter(({ approval }) => approval),
    milliseconds: [...slowest.values()].reduce((sum, one) => sum + one, inTurn),
  };
};
