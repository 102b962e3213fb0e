import type { Reload } from "../../src/core/model/inventory.ts";

/** What a seed draws before the world is built. */
export type Topology = EtcdTopology | KubernetesTopology;

export interface EtcdTopology {
  readonly kind: "etcd";
  readonly members: readonly TopologyMember[];
  readonly clients: readonly TopologyClient[];
  /** Names of issuers; one name may serve several purposes. */
  readonly issuers: { readonly peer: string; readonly server: string; readonly client: string };
  /** Issuers whose current generation may not sign a CA. */
  readonly unableToCrossSign: readonly string[];
  /** A certificate of nobody's lies in every bundle of servers. */
  readonly stranger: boolean;
  readonly clientsComplete: boolean;
}

export interface TopologyMember {
  readonly name: string;
  /** Milliseconds that its machine's clock is ahead of true time. */
  readonly skew: number;
  /** Days that its leaves still last; below zero: expired. */
  readonly daysLeft: number;
}

export interface TopologyClient {
  readonly name: string;
  /** When it really reads its files. */
  readonly reload: "handshake" | "start";
  /** What the inventory says about it. */
  readonly told: Reload;
  readonly service: "systemd" | "none";
  /** Whether it runs on a machine of its own. */
  readonly apart: boolean;
}

/** A cluster as kubeadm lays it out, etcd on its masters. */
export interface KubernetesTopology {
  readonly kind: "kubernetes";
  /** "1.35.4": which reload rules its programs have. */
  readonly version: string;
  readonly masters: readonly TopologyNode[];
  readonly workers: readonly TopologyNode[];
  readonly workloads: readonly TopologyWorkload[];
  readonly clientsComplete: boolean;
}

export interface TopologyNode {
  readonly name: string;
  /** Milliseconds that its clock is ahead of true time. */
  readonly skew: number;
}

export interface TopologyWorkload {
  readonly kind: "DaemonSet" | "Deployment" | "StatefulSet";
  readonly namespace: string;
  readonly name: string;
  /** When its client-go really reads ca.crt. */
  readonly reload: "start" | "watch";
}
