import { failure } from "../../../core/errors/certwright-error.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { workloadConsumer } from "../kubernetes-objects.ts";
import { deadPods } from "../observe/pods-renewed.ts";
import type { Hands } from "./hands.ts";
import { done, refused } from "./outcome.ts";
import { restartRollout } from "./rollout.ts";

/**
 * Replaces pods that hold a dead CA or a dead token, one workload after the other, each as its own strategy and its
 * budgets allow. One that comes no further keeps nobody else waiting; what became of it is told at the end.
 */
export const renewPods = async (
  hands: Hands,
  effect: Extract<Effect, { kind: "pods.renew" }>,
): Promise<Performed> => {
  const found = await deadPods(hands.look, effect);
  if ("verdict" in found) return refused(failure("recovery.pods-unseen", { why: found.evidence }));
  let outcome = done;
  for (const { workload, away } of found.workloads) {
    const consumer = workloadConsumer(workload);
    const performed = await restartRollout(hands, consumer, { waits: away.length === 0 });
    if (outcome.kind === "done") outcome = performed;
    if (hands.meanwhile.hurry?.aborted === true) return outcome;
  }
  return outcome;
};
