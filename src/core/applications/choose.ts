import type {
  KubernetesCluster,
  KubernetesWorkload,
  PlannedWorkload,
  WorkloadPattern,
} from "../model/estate.ts";
import type { Application } from "./find-applications.ts";

/** What a plan is to do with the workloads of a cluster. */
export interface ChosenApplications {
  /** Those whose pods are replaced. */
  readonly restarted: readonly PlannedWorkload[];
  /** Those that the operator leaves out. */
  readonly excluded: readonly LeftOut[];
  /** Those that were found, and whose pods have asked the API for nothing; in words. */
  readonly silent: readonly string[];
}

/** The operator's list, and those that were found when they are to be restarted, without what is excluded. */
export type LeftOut = KubernetesWorkload & Pick<Application, "agents">;

export const chooseApplications = (
  { workloads, applications }: Pick<KubernetesCluster, "workloads" | "applications">,
  found: readonly Application[],
): ChosenApplications => {
  const { exclude, askBefore } = applications;
  const listed = new Set(workloads.map(workloadWords));
  const isStill = (one: Application): boolean =>
    one.silent === one.pods && !listed.has(workloadWords(one));
  const silent = found.filter(isStill);
  const seen = new Map(found.map((one) => [workloadWords(one), one]));
  const byName = new Map<string, PlannedWorkload>(
    [...workloads, ...found.filter((one) => !isStill(one))].map((one) => [
      workloadWords(one),
      planned(one, askBefore),
    ]),
  );
  const all = [...byName.values()];
  const isExcluded = (one: KubernetesWorkload): boolean =>
    exclude.some((pattern) => matches(pattern, one));
  return {
    restarted: all.filter((one) => !isExcluded(one)),
    excluded: [...all, ...silent]
      .filter(isExcluded)
      .map((one) => seen.get(workloadWords(one)) ?? one),
    silent: silent.filter((one) => !isExcluded(one)).map(workloadWords),
  };
};

const planned = (
  { kind, namespace, name, turn }: KubernetesWorkload & Pick<PlannedWorkload, "turn">,
  askBefore: readonly WorkloadPattern[],
): PlannedWorkload => ({
  kind,
  namespace,
  name,
  ...(turn === undefined ? {} : { turn }),
  ...(askBefore.some((pattern) => matches(pattern, { kind, namespace, name }))
    ? { asks: true }
    : {}),
});

/** Without kind or name: of any. */
const matches = (
  pattern: WorkloadPattern,
  { kind, namespace, name }: KubernetesWorkload,
): boolean =>
  pattern.namespace === namespace &&
  (pattern.kind === undefined || pattern.kind === kind) &&
  (pattern.name === undefined || pattern.name === name);

/** "Deployment shop/web" */
export const workloadWords = ({ kind, namespace, name }: KubernetesWorkload): string =>
  `${kind} ${namespace}/${name}`;
