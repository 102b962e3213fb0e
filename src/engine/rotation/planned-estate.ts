import type { Claim } from "../../core/model/claim.ts";
import type { Estate, KubernetesWorkload, PlannedWorkload } from "../../core/model/estate.ts";
import type { ConsumerId } from "../../core/model/inventory.ts";
import type { Plan, Step } from "../../core/model/plan.ts";
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
  phases
    .flatMap(({ steps, rollback }) => steps.concat(rollback))
    .flatMap(consumersIn)
    .flatMap((id) => workloadOf(id as ConsumerId) ?? []);

/** Of one that is left alone, too, it may be proved that it goes on. */
const consumersIn = ({ effect, requires, proves }: Step): readonly string[] => {
  const told = requires.concat(proves).flatMap(consumerIn);
  return effect.kind === "slots.write" || effect.kind === "consumer.restart"
    ? [effect.consumer, ...told]
    : told;
};

/** Of whom a claim tells, if that is somebody by himself. */
const consumerIn = (claim: Claim): readonly string[] => {
  switch (claim.kind) {
    case "verifies":
      return claim.edge.split(">", 1);
    case "healthy":
      return [claim.group];
    case "restarted":
      return [claim.consumer];
    case "holds":
    case "accepts":
    case "refuses":
    case "presents":
      return [claim.slot.slice(0, claim.slot.lastIndexOf("/"))];
    default:
      return [];
  }
};
