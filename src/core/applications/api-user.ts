import type { KubernetesWorkload } from "../model/estate.ts";
import { mountsRootCa, type Pod } from "./pod.ts";

export type ApiUser = ({ readonly controlled: true } & KubernetesWorkload) | LoosePod;

/** Nobody whom certwright knows would make it again. */
export interface LoosePod {
  readonly controlled: false;
  readonly namespace: string;
  readonly name: string;
  /** "Job x"; absent: made by itself. */
  readonly controller?: string;
}

/** "batch/nightly-1 (Job nightly)" */
export const looseWords = ({ namespace, name, controller }: LoosePod): string =>
  `${namespace}/${name}${controller === undefined ? "" : ` (${controller})`}`;

/** Who has to be restarted for the pod to read the cluster's CA anew; undefined when it cannot read it at all. */
export const apiUserOf = (pod: Pod): ApiUser | undefined =>
  mountsRootCa(pod) ? ownerOf(pod) : undefined;

/** Who would make the pod again. */
export const ownerOf = (pod: Pod): ApiUser => {
  const { name, namespace = "default", labels = {}, ownerReferences = [] } = pod.metadata;
  const controller = ownerReferences.find((one) => one.controller === true);
  if (controller === undefined) return { controlled: false, namespace, name };
  const { kind } = controller;
  if (kind === "DaemonSet" || kind === "StatefulSet")
    return { controlled: true, kind, namespace, name: controller.name };
  // A Deployment names its ReplicaSets so and labels their pods (pkg/controller/deployment/sync.go).
  const hash = labels["pod-template-hash"];
  if (kind === "ReplicaSet" && hash !== undefined && controller.name.endsWith(`-${hash}`)) {
    const deployment = controller.name.slice(0, -hash.length - 1);
    return { controlled: true, kind: "Deployment", namespace, name: deployment };
  }
  return { controlled: false, namespace, name, controller: `${kind} ${controller.name}` };
};
