import type { ControlPlaneProgram, EtcdMemberFiles, KubeletsByHand } from "../model/estate.ts";
import type { FoundNode } from "./discovery.ts";

/** What was found out about a cluster that kubeadm did not make, besides what is the same of every cluster. */
export interface ByHandFacts {
  readonly components: Readonly<Record<ControlPlaneProgram, FoundComponent>>;
  /** Absent: the API names no nodes. */
  readonly kubelets?: FoundKubelets;
  readonly issuers: {
    readonly cluster: string;
    readonly frontProxy: string;
    readonly etcd: string;
  };
  /** Absent: the API servers dial it without TLS. */
  readonly etcd?: FoundEtcd;
  /** Those that are no masters. */
  readonly etcdNodes: readonly FoundNode[];
}

export interface FoundComponent {
  readonly service: FoundUnit;
  /** Those that lead to certificates and keys. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Alike on every node. */
export interface FoundKubelets extends KubeletsByHand {
  readonly service: FoundUnit;
}

/** A unit of systemd, or programs that an operator named. */
export type FoundUnit =
  | { readonly kind: "systemd"; readonly unit: string }
  | {
      readonly kind: "command";
      readonly restart: readonly string[];
      /** Both or none. */
      readonly stop?: readonly string[];
      readonly start?: readonly string[];
    };

export interface FoundEtcd {
  readonly cluster: string;
  /** "3.6" */
  readonly version: string;
  readonly owner: { readonly user: string; readonly group: string };
  readonly binary: string;
  readonly issuers: { readonly peer: string; readonly server: string; readonly client: string };
  readonly members: readonly FoundMember[];
}

export interface FoundMember {
  readonly name: string;
  readonly node: string;
  readonly service: FoundUnit;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly dataDirectory: string;
  readonly files: EtcdMemberFiles;
}

/** How a service manager that is not systemd is told, with NAME and VERB for the program and restart, stop or start. */
export const serviceOf = (template: readonly string[], program: string): FoundUnit => {
  const words = (verb: string): readonly string[] =>
    template.map((word) => word.replaceAll("NAME", program).replaceAll("VERB", verb));
  return {
    kind: "command",
    restart: words("restart"),
    stop: words("stop"),
    start: words("start"),
  };
};

/**
 * The unit that a program's process belongs to, by /proc/PID/cgroup of either version; undefined: none of its own. What a
 * kubelet starts may be in the kubelet's.
 */
export const unitIn = (cgroup: string, program: string): string | undefined =>
  cgroup
    .split("\n")
    .map((line) => /\/([^/]+\.service)(?:\/[^/]*)?$/.exec(line)?.[1])
    .find(
      (unit) =>
        unit !== undefined &&
        !/^(?:user@|session|containerd|docker|crio)/.test(unit) &&
        (program === "kubelet" || !unit.startsWith("kubelet")),
    );

/** Whether it runs in a pod, whose manifest says what it is started with. */
export const isInPod = (cgroup: string): boolean => /kubepods/.test(cgroup);
