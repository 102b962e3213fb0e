import type { KubernetesWorkload } from "../model/estate.ts";

/** What is looked at of a pod. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly volumes?: readonly {
      readonly projected?: {
        readonly sources?: readonly {
          readonly serviceAccountToken?: { readonly audience?: string };
          readonly configMap?: { readonly name?: string };
        }[];
      };
    }[];
  };
}

export type ApiUser =
  /** Replaced pod by pod through this. */
  | ({ readonly controlled: true } & KubernetesWorkload)
  /** Nobody whom certwright knows would make it again. */
  | {
      readonly controlled: false;
      readonly namespace: string;
      readonly name: string;
      /** "Job x"; absent: made by itself. */
      readonly controller?: string;
    };

/**
 * Who has to be restarted for the pod to read the cluster's CA anew; undefined when it has no such volume. Pods of the
 * kubelet's own manifests have none.
 */
export const apiUserOf = ({ metadata, spec }: Pod): ApiUser | undefined => {
  const sources = (spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const reads = sources.some(({ configMap }) => configMap?.name === "kube-root-ca.crt");
  if (!reads) return undefined;
  const { name, namespace = "default", labels = {}, ownerReferences = [] } = metadata;
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
