import assert from "node:assert/strict";
import type { Plan } from "../../../src/core/model/plan.ts";
import type { Cluster } from "../cluster/cluster.ts";

interface Listed<T> {
  readonly items: readonly (T & {
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      readonly uid: string;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly ownerReferences?: readonly { readonly name: string }[];
    };
  })[];
}

interface Node {
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

interface Pod {
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

type Kubectl = Cluster["kubectl"];

const list = async <T>(kubectl: Kubectl, ...what: string[]): Promise<Listed<T>["items"]> =>
  (JSON.parse(await kubectl("get", ...what, "-o", "json")) as Listed<T>).items;

/** "master-1 is Ready since …", of every node: a node that was not for a while says another time. */
const readiness = async (kubectl: Kubectl): Promise<readonly string[]> =>
  (await list<Node>(kubectl, "nodes")).map(({ metadata, status }) => {
    const ready = status.conditions.find(({ type }) => type === "Ready");
    return `${metadata.name} is ${ready?.status === "True" ? "" : "not "}Ready since ${ready?.lastTransitionTime}`;
  });

/** Every pod with how often its containers were started again; but static ones, and those of these workloads. */
const pods = async (kubectl: Kubectl, replaced: readonly string[]): Promise<readonly string[]> =>
  (await list<Pod>(kubectl, "pods", "--all-namespaces")).flatMap(({ metadata, status }) => {
    const { namespace, name, uid, annotations, ownerReferences } = metadata;
    if (annotations?.["kubernetes.io/config.mirror"] !== undefined) return [];
    // A Deployment's pods are its ReplicaSet's, which has the Deployment's name and a hash.
    const owner = `${namespace}/${ownerReferences?.[0]?.name ?? name}`;
    if (replaced.some((one) => owner === one || owner.startsWith(`${one}-`))) return [];
    const starts = (status.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0);
    return [`${namespace}/${name} ${uid}, started again ${starts} times`];
  });

/** "kube-system/coredns": whose pods the plan replaces. */
const replacedBy = ({ phases }: Plan): readonly string[] =>
  phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ effect }) => (effect.kind === "consumer.restart" ? [effect.consumer] : []))
    .flatMap((consumer) => {
      const [, namespace, name] = consumer.split("/");
      return name === undefined ? [] : [`${namespace}/${name}`];
    });

/** Remembers nodes and pods; what it gives says that no node was not Ready since, and no other pod was touched than the plan's. */
export const watchUndisturbed = async (
  kubectl: Kubectl,
  plan: Plan,
): Promise<(kubectl: Kubectl) => Promise<void>> => {
  const replaced = replacedBy(plan);
  const look = async (by: Kubectl): Promise<readonly string[]> => [
    ...(await readiness(by)),
    ...(await pods(by, replaced)).toSorted(),
  ];
  const before = await look(kubectl);
  return async (by) => assert.deepEqual(await look(by), before);
};
