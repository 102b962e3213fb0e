import type { Discovery, FoundNode, FoundService } from "../discovery/discovery.ts";
import type { EstateNode } from "../model/estate.ts";
import type { KnownCluster } from "./known-cluster.ts";

/** The cluster as a discovery would have found it through its API, for the estate file. */
export const discovered = (
  cluster: KnownCluster,
  options: {
    /** Absolute path. */
    readonly kubeconfig: string;
    readonly kubelet: FoundService;
    /** How machines are reached: as those that were looked at. */
    readonly ssh: Omit<Extract<EstateNode["access"], { kind: "ssh" }>, "kind" | "destination">;
    /** A machine that certwright runs on. */
    readonly local?: string;
  },
): Discovery => {
  const { configuration, user, sudo } = options.ssh;
  const node = ({
    name,
    address,
  }: {
    readonly name: string;
    readonly address: string;
  }): FoundNode => ({
    name,
    addresses: [address, name],
    ssh: {
      destination: name,
      sudo,
      ...(configuration === undefined ? {} : { configuration }),
      ...(user === undefined ? {} : { user }),
    },
    ...(options.local === name ? { local: true as const } : {}),
  });
  return {
    cluster: cluster.name,
    version: cluster.version,
    kubeconfig: options.kubeconfig,
    endpoint: cluster.endpoint,
    port: cluster.port,
    ...(cluster.stacked
      ? { etcd: "stacked", etcdDataDirectory: cluster.etcdDataDirectory }
      : { etcd: "external" }),
    controlPlane: cluster.masters.map(node),
    workers: cluster.workers.map(node),
    kubelet: options.kubelet,
    cas: [],
    holders: [],
    workloads: [],
    loosePods: [],
    notes: [],
  };
};
