import type { ControlPlaneProgram, EtcdMemberFiles } from "../model/estate.ts";
import type { FoundNode } from "./discovery.ts";

/** What was found out about a cluster that kubeadm did not make, besides what is the same of every cluster. */
export interface ByHandFacts {
  readonly components: Readonly<Record<ControlPlaneProgram, FoundComponent>>;
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

/** A unit of systemd, or programs that an operator named. */
export type FoundUnit =
  | { readonly kind: "systemd"; readonly unit: string }
  | {
      readonly kind: "command";
      readonly restart: readonly string[];
      readonly stop: readonly string[];
      readonly start: readonly string[];
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

/** The unit that a process belongs to, by /proc/PID/cgroup of either version; undefined: none. */
export const unitIn = (cgroup: string): string | undefined =>
  cgroup
    .split("\n")
    .map((line) => /\/([^/]+\.service)(?:\/[^/]*)?$/.exec(line)?.[1])
    .find(
      (unit) =>
        unit !== undefined && !/^(?:user@|session|containerd|docker|crio|kubelet)/.test(unit),
    );

/** Whether it runs in a pod, whose manifest says what it is started with. */
export const isInPod = (cgroup: string): boolean => /kubepods/.test(cgroup);
