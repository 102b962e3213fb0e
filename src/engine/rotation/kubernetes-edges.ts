import type {
  EstateNode,
  EtcdCluster,
  KubernetesCluster,
  KubernetesWorkload,
} from "../../core/model/estate.ts";
import type { ConsumerId, Edge, EdgeId, SlotId } from "../../core/model/inventory.ts";

export const on = (node: EstateNode, program: string): ConsumerId =>
  `${node.name}/${program}` as ConsumerId;
export const operatorId = "operator/kubeconfig" as ConsumerId;
export const workloadId = ({ kind, namespace, name }: KubernetesWorkload): ConsumerId =>
  `${kind.toLowerCase()}/${namespace}/${name}` as ConsumerId;

const workloadKinds = ["DaemonSet", "Deployment", "StatefulSet"] as const;

/** The workload of that name; undefined for what is none: nodes have no such names, and no slash in them. */
export const workloadOf = (id: ConsumerId): KubernetesWorkload | undefined => {
  const [word, namespace, name, ...more] = id.split("/");
  const kind = workloadKinds.find((one) => one.toLowerCase() === word);
  if (kind === undefined || namespace === undefined || name === undefined || more.length > 0)
    return undefined;
  return { kind, namespace, name };
};

/** Whether the operator uses a kubeconfig of kubeadm's on a master itself: one file would be two places, written twice. */
export const isKubeadms = ({
  components,
  controlPlane,
  directory,
  kubeconfig,
}: KubernetesCluster): boolean =>
  components === undefined &&
  controlPlane.some(({ access }) => access.kind === "local") &&
  people.some((name) => kubeconfig === `${directory}/${name}.conf`);

/** The machines that are nodes of the cluster: of one made by hand those with kubelets that the estate knows. */
export const withKubelets = ({
  components,
  kubelets,
  controlPlane,
  workers,
}: KubernetesCluster): readonly EstateNode[] => {
  if (components === undefined || kubelets?.onMasters === true)
    return [...controlPlane, ...workers];
  return kubelets === undefined ? [] : workers;
};

/** Whose kubeconfigs kubeadm writes, besides those of programs. */
export const people = ["admin", "super-admin"] as const;

/** What others dial, and what kubeadm was given as advertiseAddress. */
export const addressOf = ({ addresses }: EstateNode): string => addresses[0]!.value;

/** Which of a client's slots meet which of its server's, by their words. */
interface Ends {
  readonly shows?: string;
  readonly trusts?: string;
  readonly shown?: string;
  readonly trusted?: string;
}

const edge = (client: ConsumerId, server: ConsumerId, name: string, ends: Ends): Edge => {
  const { shows, trusts: under, shown, trusted } = ends;
  return {
    id: `${client}>${server}` as EdgeId,
    client,
    server,
    name,
    ...(shown === undefined ? {} : { serverPresents: `${server}/${shown}` as SlotId }),
    ...(under === undefined ? {} : { clientTrusts: `${client}/${under}` as SlotId }),
    ...(shows === undefined ? {} : { clientPresents: `${client}/${shows}` as SlotId }),
    ...(trusted === undefined ? {} : { serverTrusts: `${server}/${trusted}` as SlotId }),
  };
};

const member = { shown: "server", trusted: "client-trust" };
const server = { shown: "serving", trusted: "client-trust" };

/** Who of a cluster dials whom. */
export const edgesOf = (
  cluster: KubernetesCluster,
  external: EtcdCluster | undefined,
): readonly Edge[] => {
  const { controlPlane, workloads, endpoint, etcd, components } = cluster;
  const servers = controlPlane.map((node) => on(node, "kube-apiserver"));
  const clients = [
    ...(components === undefined
      ? controlPlane.flatMap((node) => people.map((name) => on(node, name)))
      : []),
    ...(isKubeadms(cluster) ? [] : [operatorId]),
  ];
  return [
    ...(etcd === undefined ? [] : controlPlane.flatMap(etcdEdges)),
    ...(components === undefined || external === undefined
      ? []
      : servers.flatMap((api) => externalEdges(api, external))),
    ...controlPlane.flatMap(localEdges),
    ...withKubelets(cluster).flatMap((node) => kubeletEdges(node, servers, endpoint.host)),
    ...clients.flatMap((id) => fromPerson(id, servers, endpoint.host)),
    ...workloads.flatMap((workload) => fromWorkload(workload, servers)),
  ];
};

/** On the node itself: --etcd-servers=https://127.0.0.1:2379. */
const etcdEdges = (node: EstateNode): readonly Edge[] => [
  edge(on(node, "etcd-healthcheck"), on(node, "etcd"), "127.0.0.1", {
    shows: "certificate",
    trusts: "trust",
    ...member,
  }),
  edge(on(node, "kube-apiserver"), on(node, "etcd"), "127.0.0.1", {
    shows: "etcd-client",
    trusts: "etcd-trust",
    ...member,
  }),
];

/** --etcd-servers names them all; the client goes on with another one when its own is away. */
const externalEdges = (api: ConsumerId, { members }: EtcdCluster): readonly Edge[] =>
  members.map(({ name, node }) =>
    edge(api, `${name}/etcd` as ConsumerId, addressOf(node), {
      shows: "etcd-client",
      trusts: "etcd-trust",
      ...member,
    }),
  );

/** The kubeconfigs of these two lead to the API server beside them. */
const localEdges = (node: EstateNode): readonly Edge[] =>
  ["kube-controller-manager", "kube-scheduler"].map((program) =>
    edge(on(node, program), on(node, "kube-apiserver"), addressOf(node), {
      shows: "kubeconfig-client",
      trusts: "kubeconfig-trust",
      ...server,
    }),
  );

/** Both ways. Without --kubelet-certificate-authority, which kubeadm does not set, an API server takes whatever a kubelet shows. */
const kubeletEdges = (
  node: EstateNode,
  servers: readonly ConsumerId[],
  endpoint: string,
): readonly Edge[] =>
  servers.flatMap((api) => [
    edge(on(node, "kubelet"), api, endpoint, {
      shows: "client",
      trusts: "kubeconfig-trust",
      ...server,
    }),
    edge(api, on(node, "kubelet"), addressOf(node), {
      shows: "kubelet-client",
      trusted: "client-trust",
    }),
  ]);

const fromPerson = (
  id: ConsumerId,
  servers: readonly ConsumerId[],
  endpoint: string,
): readonly Edge[] =>
  servers.map((api) =>
    edge(id, api, endpoint, { shows: "certificate", trusts: "trust", ...server }),
  );

/** A service account's token, and no certificate. */
const fromWorkload = (
  workload: KubernetesWorkload,
  servers: readonly ConsumerId[],
): readonly Edge[] =>
  servers.map((api) =>
    edge(workloadId(workload), api, "kubernetes.default.svc", {
      trusts: "trust",
      shown: server.shown,
    }),
  );
