import { breachWords } from "../../../core/applications/budget.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { breachesOf, budgetsPath } from "../kubernetes/budgets.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { RolloutHands } from "./hands.ts";

/** As long as a rollout may take without a new pod: others may be replaced meanwhile by whom the budget was made for. */
const longest = 600_000;
const pause = 1000;

/**
 * Waits until every PodDisruptionBudget has room for what a rollout takes away: evictions ask for that, and a
 * controller that rolls out does not. Throws rotation.rollout-late, rotation.wait-left, kubernetes.*.
 */
export const untilBudgetsAllow = async (
  { at: { ports, apis }, heals, meanwhile: { tell, hurry, patience = longest } }: RolloutHands,
  { id }: PlacedConsumer,
  workload: KubernetesWorkload,
  object: KubernetesObject,
): Promise<void> => {
  const span = Math.min(longest, patience);
  const end = ports.clock.now() + span;
  for (;;) {
    const budgets: KubernetesObject[] = [];
    const path = budgetsPath(workload.namespace);
    for await (const one of (await apis.open()).list(path)) budgets.push(one);
    const breaches = breachesOf(workload, object, budgets).filter(
      ({ healthy, needed }) => heals !== true || healthy >= needed,
    );
    if (breaches.length === 0) return;
    const why = breaches.map(breachWords).join("; ");
    tell(why);
    if (hurry?.aborted === true) throw failure("rotation.wait-left", { consumer: id, why });
    if (ports.clock.now() >= end) {
      throw failure("rotation.rollout-late", { consumer: id, seconds: span / 1000, why });
    }
    await ports.timer.sleep(pause, hurry);
  }
};
