import type { KubernetesWorkload } from "../../../core/model/estate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";

const plurals: Readonly<Record<KubernetesWorkload["kind"], string>> = {
  DaemonSet: "daemonsets",
  Deployment: "deployments",
  StatefulSet: "statefulsets",
};

/** Path of the workload's object in the API. */
export const workloadPath = ({ kind, namespace, name }: KubernetesWorkload): string =>
  `/apis/apps/v1/namespaces/${namespace}/${plurals[kind]}/${name}`;

/** How far the pods of a workload are those of its newest template. */
export interface Rollout {
  /** Pods there should be. */
  readonly wanted: number;
  readonly updated: number;
  /** Of all pods, old and new. */
  readonly available: number;
  /** Its controller has seen the newest template, and every pod there is is of it and available. */
  readonly complete: boolean;
}

export const rolloutOf = (kind: KubernetesWorkload["kind"], object: KubernetesObject): Rollout => {
  const status = numbersOf(object["status"]);
  const wanted =
    kind === "DaemonSet"
      ? (status["desiredNumberScheduled"] ?? 0)
      : (numbersOf(object["spec"])["replicas"] ?? 1);
  const updated =
    (kind === "DaemonSet" ? status["updatedNumberScheduled"] : status["updatedReplicas"]) ?? 0;
  const available =
    (kind === "DaemonSet" ? status["numberAvailable"] : status["availableReplicas"]) ?? 0;
  const all = kind === "DaemonSet" ? updated : (status["replicas"] ?? 0);
  const seen =
    (status["observedGeneration"] ?? 0) >= (numbersOf(object.metadata)["generation"] ?? 0);
  return {
    wanted,
    updated,
    available,
    complete: seen && updated === wanted && all === wanted && available === wanted,
  };
};

/** Annotation of a workload's template: which step of which run had its pods replaced last. */
export const restartedFor = "certwright/restarted-for";

/** The value of an annotation of the workload's template. */
export const templateAnnotation = (object: KubernetesObject, name: string): unknown =>
  fieldsOf(fieldsOf(fieldsOf(fieldsOf(object["spec"])["template"])["metadata"])["annotations"])[
    name
  ];

/** Why a new template would not replace the pods; undefined: it does. */
export const whyNoRollout = (object: KubernetesObject): string | undefined => {
  const { paused, updateStrategy, strategy } = fieldsOf(object["spec"]);
  if (paused === true) return "it is paused (spec.paused)";
  const { type } = fieldsOf(updateStrategy ?? strategy);
  return type === "OnDelete"
    ? "its pods are replaced when somebody deletes them (OnDelete)"
    : undefined;
};

/** That all its pods may be away at once while they are replaced; undefined: some always answer. */
export const gapInRollout = (
  kind: KubernetesWorkload["kind"],
  object: KubernetesObject,
): string | undefined => {
  const { updateStrategy, strategy } = fieldsOf(object["spec"]);
  const { type, rollingUpdate } = fieldsOf(updateStrategy ?? strategy);
  if (type === "Recreate") return "all its pods end before new ones start (Recreate)";
  const { maxUnavailable } = fieldsOf(rollingUpdate);
  const { wanted } = rolloutOf(kind, object);
  const most =
    typeof maxUnavailable === "string"
      ? (Number.parseFloat(maxUnavailable) / 100) * wanted
      : Number(maxUnavailable ?? 0);
  return wanted > 1 && most >= wanted
    ? `all its pods may be away at once (maxUnavailable ${String(maxUnavailable)})`
    : undefined;
};

/** Of the workload's pods, as a query of the API. */
export const podsPath = ({ namespace }: KubernetesWorkload, object: KubernetesObject): string => {
  const { matchLabels, matchExpressions } = fieldsOf(fieldsOf(object["spec"])["selector"]);
  const terms = [
    ...Object.entries(fieldsOf(matchLabels)).map(([key, value]) => `${key}=${String(value)}`),
    ...((matchExpressions ?? []) as readonly Expression[]).map(termOf),
  ];
  return `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(terms.join(","))}`;
};

interface Expression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

const termOf = ({ key, operator, values = [] }: Expression): string => {
  switch (operator) {
    case "In":
      return `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  (value ?? {}) as Readonly<Record<string, unknown>>;

const numbersOf = (value: unknown): Readonly<Record<string, number | undefined>> =>
  (value ?? {}) as Readonly<Record<string, number | undefined>>;
