import type { KubernetesWorkload } from "../../core/model/estate.ts";
import type {
  MeshFacts,
  MeshProgram,
  MeshProxy,
  MeshSigner,
} from "../../core/recovery/mesh/facts.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubernetesApi, KubernetesObject } from "../../ports/kubernetes.ts";
import { rolloutOf } from "../rotation/kubernetes/rollout.ts";
import type { Reader } from "../rotation/place/material.ts";
import {
  bundleText,
  certificatesOf,
  istiodWebhooks,
  rootConfigMaps,
  secretPath,
  signerIn,
} from "./mesh-objects.ts";

/** Everything that the API tells of a mesh's CA. Changes nothing. Throws kubernetes.*. */
export const lookAtMesh = async (
  ports: Reader & { readonly clock: Clock },
  api: KubernetesApi,
  namespace: string,
): Promise<MeshFacts> => {
  const signers: MeshSigner[] = [];
  for (const secret of ["cacerts", "istio-ca-secret"] as const) {
    const object = await api.get(secretPath(namespace, secret));
    if (object !== undefined) signers.push(signerIn(ports, secret, object));
  }
  const published = (await rootConfigMaps(api)).map((one) => ({
    namespace: one.namespace,
    roots: certificatesOf(ports, one.text, one.path),
  }));
  const webhooks = (await istiodWebhooks(api, namespace)).map(
    ({ kind, object, name, path, caBundle }) => ({
      kind,
      configuration: object.metadata.name,
      name,
      roots: certificatesOf(ports, bundleText(caBundle), path),
    }),
  );
  const pods = await proxiesIn(api);
  return {
    takenAt: ports.clock.now(),
    namespace,
    signers,
    published,
    webhooks,
    istiod: await istiodIn(api, namespace),
    ...pods,
  };
};

const istiodIn = async (api: KubernetesApi, namespace: string): Promise<readonly MeshProgram[]> => {
  const found: MeshProgram[] = [];
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=app%3Distiod`;
  for await (const object of api.list(path)) {
    const { wanted, available } = rolloutOf("Deployment", object);
    const workload = { kind: "Deployment", namespace, name: object.metadata.name } as const;
    found.push({ workload, wanted, available });
  }
  return found;
};

interface Pod extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status?: { readonly phase?: string };
}

/** The name that istiod's injection and charts give a proxy's container; a native sidecar's is an init container. */
const proxy = "istio-proxy";

const proxiesIn = async (api: KubernetesApi): Promise<Pick<MeshFacts, "proxies" | "alone">> => {
  const proxies = new Map<string, MeshProxy>();
  const alone: string[] = [];
  for await (const object of api.list("/api/v1/pods")) {
    const pod = object as Pod;
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") continue;
    const kind = kindOf(pod);
    if (kind === undefined) continue;
    const workload = makerOf(pod);
    if (workload === undefined) alone.push(`${pod.metadata.namespace ?? ""}/${pod.metadata.name}`);
    else proxies.set(`${workload.kind}/${workload.namespace}/${workload.name}`, { workload, kind });
  }
  return { proxies: [...proxies.values()], alone };
};

const kindOf = ({ metadata: { labels = {} }, spec = {} }: Pod): MeshProxy["kind"] | undefined => {
  const { containers = [], initContainers = [] } = spec;
  if (labels["app"] === "ztunnel" && containers.some(({ name }) => name === proxy))
    return "ztunnel";
  if (![...containers, ...initContainers].some(({ name }) => name === proxy)) return undefined;
  // A gateway is a proxy and nothing else.
  return containers.every(({ name }) => name === proxy) ? "gateway" : "sidecar";
};

const makerOf = ({ metadata }: Pod): KubernetesWorkload | undefined => {
  const { namespace = "", labels = {}, ownerReferences = [] } = metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner?.kind === "DaemonSet" || owner?.kind === "StatefulSet")
    return { kind: owner.kind, namespace, name: owner.name };
  // A Deployment names its ReplicaSets by itself and the hash of their template.
  const hash = labels["pod-template-hash"];
  if (owner?.kind !== "ReplicaSet" || hash === undefined || !owner.name.endsWith(`-${hash}`))
    return undefined;
  return { kind: "Deployment", namespace, name: owner.name.slice(0, -hash.length - 1) };
};
