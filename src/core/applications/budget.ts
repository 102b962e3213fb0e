import type { KubernetesWorkload } from "../model/estate.ts";
import { selects, type LabelSelector } from "./selector.ts";

/** What is looked at of a PodDisruptionBudget. */
export interface Budget {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
  };
}

/** What is looked at of a workload's object. */
export interface WorkloadObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly strategy?: Strategy;
    readonly updateStrategy?: Strategy;
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    };
  };
  readonly status?: { readonly desiredNumberScheduled?: number };
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: {
    readonly maxUnavailable?: number | string;
    readonly maxSurge?: number | string;
  };
}

/** A budget that a rollout would not keep. */
export interface Breach {
  /** "steady" */
  readonly budget: string;
  readonly allowed: number;
  /** Pods that the rollout may take away at once. */
  readonly away: number;
  readonly healthy: number;
  readonly needed: number;
}

/**
 * Budgets that replacing the workload's pods would not keep. Controllers do not ask for budgets when they roll out a new
 * template, evictions do: to keep them, a rollout has to take away no more at once than they allow.
 */
export const breachedBudgets = (
  kind: KubernetesWorkload["kind"],
  object: WorkloadObject,
  budgets: readonly Budget[],
): readonly Breach[] => {
  const labels = object.spec?.template?.metadata?.labels ?? {};
  const away = awayAtOnce(kind, object);
  return budgets.flatMap(({ metadata, spec, status = {} }) => {
    const { disruptionsAllowed: allowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
    if (!selects(spec?.selector, labels) || away <= allowed) return [];
    return [
      {
        budget: metadata.name,
        allowed,
        away,
        healthy: currentHealthy,
        needed: desiredHealthy,
      },
    ];
  });
};

/**
 * How many of a workload's pods its controller may take away at once when its template changes. Absent fields are as
 * the API fills them in (pkg/apis/apps/v1/defaults.go).
 */
export const awayAtOnce = (
  kind: KubernetesWorkload["kind"],
  { spec = {}, status }: WorkloadObject,
): number => {
  const { type, rollingUpdate = {} } = spec.updateStrategy ?? spec.strategy ?? {};
  const { maxUnavailable, maxSurge } = rollingUpdate;
  if (kind === "DaemonSet") {
    const pods = status?.desiredNumberScheduled ?? 0;
    if (pods === 0 || share(maxSurge ?? 0, pods, Math.ceil) > 0) return 0;
    return Math.max(1, share(maxUnavailable ?? 1, pods, Math.ceil));
  }
  const replicas = spec.replicas ?? 1;
  if (replicas === 0) return 0;
  if (kind === "StatefulSet")
    return Math.min(replicas, Math.max(1, share(maxUnavailable ?? 1, replicas, Math.floor)));
  if (type === "Recreate") return replicas;
  const most = share(maxUnavailable ?? "25%", replicas, Math.floor);
  // With neither room above nor below it takes one away (ResolveFenceposts, pkg/controller/deployment/util).
  return most === 0 && share(maxSurge ?? "25%", replicas, Math.ceil) === 0
    ? 1
    : Math.min(most, replicas);
};

/** A number, or a percentage of all pods. */
const share = (value: number | string, of: number, rounded: (value: number) => number): number =>
  typeof value === "number" ? value : rounded((Number.parseFloat(value) / 100) * of);

/** For people, without a full stop. */
export const breachWords = ({ budget, allowed, away, healthy, needed }: Breach): string =>
  `PodDisruptionBudget ${budget} allows ${allowed} to be away (${healthy} healthy, ${needed} needed), and replacing them takes ${away} away at once`;
