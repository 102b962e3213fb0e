import type { Estate, KubernetesWorkload, PlannedWorkload } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { workloadId, workloadOf } from "./kubernetes-edges.ts";

/**
 * The estate with the workloads that a plan names, whether they were listed or found out when it was made: for its run
 * the plan is the list, whatever has come and gone since.
 */
export const plannedEstate = (estate: Estate, plan: Pick<Plan, "phases">): Estate => {
  const { kubernetes } = estate;
  if (kubernetes === undefined) return estate;
  const workloads = new Map<string, PlannedWorkload>(
    kubernetes.workloads.map((one) => [workloadId(one), one]),
  );
  for (const found of named(plan)) {
    const id = workloadId(found);
    if (!workloads.has(id)) workloads.set(id, found);
  }
  return { ...estate, kubernetes: { ...kubernetes, workloads: [...workloads.values()] } };
};

const named = ({ phases }: Pick<Plan, "phases">): readonly KubernetesWorkload[] =>
  phases.flatMap(({ steps, rollback }) =>
    [...steps, ...rollback].flatMap(({ effect }) => {
      const of =
        effect.kind === "slots.write" || effect.kind === "consumer.restart"
          ? workloadOf(effect.consumer)
          : undefined;
      return of === undefined ? [] : [of];
    }),
  );
