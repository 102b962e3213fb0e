import type { KubernetesWorkload } from "../../core/model/estate.ts";
import type {
  MeshFacts,
  MeshProgram,
  MeshProxy,
  MeshSigner,
} from "../../core/recovery/mesh/facts.ts";
import { signsElsewhere, type IstiodObject } from "../../core/recovery/mesh/signs-elsewhere.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubernetesApi, KubernetesObject } from "../../ports/kubernetes.ts";
import type { AuthorityPorts } from "../authority/ports.ts";
import { rolloutOf, whyNoRollout } from "../rotation/kubernetes/rollout.ts";
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
  ports: Reader & Pick<AuthorityPorts, "verifySignature"> & { readonly clock: Clock },
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
  const workloads = await workloadsIn(api, namespace);
  return {
    takenAt: ports.clock.now(),
    namespace,
    signers,
    published,
    webhooks,
    istiod: workloads.istiod,
    others: workloads.others,
    ...(await proxiesIn(api, workloads.made)),
  };
};

interface Workloads extends Pick<MeshFacts, "istiod" | "others"> {
  /** By kind, namespace and name: why a new template would not replace its pods; "": it does. */
  readonly made: ReadonlyMap<string, string>;
}

const nameOf = ({ kind, namespace, name }: KubernetesWorkload): string =>
  `${kind} ${namespace}/${name}`;

const plurals = {
  Deployment: "deployments",
  DaemonSet: "daemonsets",
  StatefulSet: "statefulsets",
} as const;

/** Of all namespaces: another control plane writes into the same ConfigMaps. */
const workloadsIn = async (api: KubernetesApi, own: string): Promise<Workloads> => {
  const istiod: MeshProgram[] = [];
  const others: string[] = [];
  const made = new Map<string, string>();
  for (const kind of ["Deployment", "DaemonSet", "StatefulSet"] as const) {
    for await (const object of api.list(`/apis/apps/v1/${plurals[kind]}`)) {
      const { namespace = "", name, labels = {} } = object.metadata;
      const workload = { kind, namespace, name };
      made.set(nameOf(workload), whyNoRollout(object) ?? "");
      if (kind !== "Deployment" || labels["app"] !== "istiod") continue;
      if (namespace === own) istiod.push(programOf(workload, object));
      else others.push(`${namespace}/${name}`);
    }
  }
  return { istiod, others, made };
};

const programOf = (workload: KubernetesWorkload, object: KubernetesObject): MeshProgram => {
  const { wanted, available } = rolloutOf(workload.kind, object);
  const why = signsElsewhere(object as IstiodObject);
  return { workload, wanted, available, ...(why === undefined ? {} : { signsElsewhere: why }) };
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

const proxiesIn = async (
  api: KubernetesApi,
  made: Workloads["made"],
): Promise<Pick<MeshFacts, "proxies" | "alone" | "unmoved">> => {
  const proxies = new Map<string, MeshProxy>();
  const unmoved = new Set<string>();
  const alone: string[] = [];
  for await (const object of api.list("/api/v1/pods")) {
    const pod = object as Pod;
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") continue;
    const kind = kindOf(pod);
    if (kind === undefined) continue;
    const workload = makerOf(pod);
    const maker = workload && nameOf(workload);
    // A ReplicaSet named as a Deployment names its own may be another controller's (Argo Rollouts).
    const why = maker === undefined ? undefined : made.get(maker);
    if (workload === undefined || maker === undefined || why === undefined)
      alone.push(`${pod.metadata.namespace ?? ""}/${pod.metadata.name}`);
    else if (why === "") proxies.set(maker, { workload, kind });
    else unmoved.add(`${maker}: ${why}`);
  }
  return { proxies: [...proxies.values()], alone, unmoved: [...unmoved] };
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
