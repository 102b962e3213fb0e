import { buildEtcd } from "./build-etcd.ts";
import { buildKubernetes } from "./build-kubernetes.ts";
import type { SimulatedEstate } from "./state.ts";
import type { Topology } from "./topology.ts";

/** What a topology stands for, as it was before certwright came: generation 1 everywhere. */
export const buildEstate = (
  topology: Topology,
  monotonic: () => number,
  skew: number,
): SimulatedEstate =>
  topology.kind === "etcd"
    ? buildEtcd(topology, monotonic, skew)
    : buildKubernetes(topology, monotonic, skew);
