import { breachedBudgets, type Breach, type Budget } from "../../../core/applications/budget.ts";
import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";

/** Of one namespace; without it of all. */
export const budgetsPath = (namespace?: string): string =>
  `/apis/policy/v1/${namespace === undefined ? "" : `namespaces/${namespace}/`}poddisruptionbudgets`;

/** Budgets of its namespace that replacing the workload's pods would not keep. */
export const breachesOf = (
  { kind, namespace }: KubernetesWorkload,
  object: KubernetesObject,
  budgets: readonly KubernetesObject[],
): readonly Breach[] =>
  breachedBudgets(
    kind,
    object as Parameters<typeof breachedBudgets>[1],
    budgets.filter((one) => one.metadata.namespace === namespace) as readonly Budget[],
  );
