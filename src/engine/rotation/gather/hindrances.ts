import { breachWords } from "../../../core/applications/budget.ts";
import { breachesOf, budgetsPath } from "../kubernetes/budgets.ts";
import { whyNoRollout, workloadPath } from "../kubernetes/rollout.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";

/**
 * Why the pods of a workload cannot be replaced as its owner wants it, each in words: better known now than in the
 * midst of a run, which looks once more before each rollout.
 */
export const hindrancesOf = async (
  look: Look,
  { kubernetes }: PlacedConsumer,
): Promise<readonly string[]> => {
  const workload = kubernetes?.workload;
  if (workload === undefined) return [];
  const [object, budgets] = await Promise.all([
    look.get(workloadPath(workload)),
    look.listAll(budgetsPath()),
  ]);
  if (!object.ok || object.value === undefined) return [];
  const none = whyNoRollout(object.value);
  if (none !== undefined) return [none];
  if (!budgets.ok) return [];
  return breachesOf(workload, object.value, budgets.value).map(breachWords);
};
