import type { Reload, Turn } from "./inventory.ts";

/** What an operator owns and how it is meant to be: certwright.yaml with every default filled in. */
export interface Estate {
  readonly nodes: readonly EstateNode[];
  readonly etcd?: EtcdCluster;
  readonly kubernetes?: KubernetesCluster;
}

/** A machine. */
export interface EstateNode {
  readonly name: string;
  /** Host names and IP addresses; the first is what others dial. Never empty. */
  readonly addresses: readonly Address[];
  /** How its files and programs are reached. */
  readonly access: NodeAccess;
}

export type NodeAccess =
  | { readonly kind: "local" }
  /** By the system's OpenSSH with the operator's own configuration. */
  | {
      readonly kind: "ssh";
      /** Host name, address or alias of the configuration. */
      readonly destination: string;
      readonly user?: string;
      readonly port?: number;
      /** Absolute path given to `ssh -F`; absent: the operator's. */
      readonly configuration?: string;
      /** Whether programs and files need `sudo -n`. */
      readonly sudo: boolean;
    };

/** How a running program is restarted. */
export type Service =
  | { readonly kind: "systemd"; readonly unit: string }
  /** Absolute path of the manifest: moved out of its folder and back, the kubelet stops and starts the pod. */
  | { readonly kind: "static-pod"; readonly manifest: string }
  /** Programs with their arguments, run on the node. */
  | {
      readonly kind: "command";
      readonly restart: readonly string[];
      /** Both or none; without them nothing can be done while it is stopped. */
      readonly stop?: readonly string[];
      readonly start?: readonly string[];
    }
  /** Nobody restarts it: it reads its files anew each time, or its owner does it. */
  | { readonly kind: "none" };

export interface Address {
  readonly kind: "dns" | "ip4" | "ip6";
  readonly value: string;
}

/** Versions whose flags src/programs/etcd knows. */
export const etcdVersions = ["3.4", "3.5", "3.6", "3.7"] as const;
export type EtcdVersion = (typeof etcdVersions)[number];

export interface EtcdCluster {
  /** The initial-cluster-token: members with another one refuse each other. */
  readonly name: string;
  readonly version: EtcdVersion;
  readonly members: readonly EtcdMember[];
  /** Names under which clients reach the cluster besides the nodes' own; in every server certificate. */
  readonly names: readonly Address[];
  readonly issuers: EtcdIssuers;
  /** Who must be able to read the keys on the members. */
  readonly owner: FileOwner;
  /** Absolute path of the etcd program on the members; its name alone where it runs in a container. */
  readonly binary: string;
  /** Where client certificates are written on the operator's machine. */
  readonly clientsDirectory: string;
  readonly roles: readonly EtcdRole[];
  /** Holds "root"; empty where certificates alone decide, as on a Kubernetes control plane. */
  readonly users: readonly EtcdUser[];
  /** Who uses the cluster, with which files: one for each user, in clientsDirectory, and those declared. */
  readonly clients: readonly EtcdClient[];
  /** Whether there is no other client anywhere; without the operator's word there may be. */
  readonly clientsComplete: boolean;
}

/** A program that dials the cluster. */
export interface EtcdClient {
  readonly name: string;
  /** Name of an EtcdUser, whose certificate it shows. */
  readonly user: string;
  /** Absent: files on the operator's own machine. */
  readonly node?: EstateNode;
  /** Absolute paths. `trust` is the CA of what the members show. */
  readonly certificate: string;
  readonly key: string;
  readonly trust: string;
  /** "handshake": certificate and trust are read for each connection, as etcdctl does, or at each start of a short-lived program. */
  readonly reload: Reload;
  readonly service: Service;
}

export interface EtcdMember {
  readonly name: string;
  readonly node: EstateNode;
  /** Where its certificates lie when not under certwright's own names in certificateDirectory. */
  readonly files?: EtcdMemberFiles;
  readonly clientPort: number;
  readonly peerPort: number;
  /** Absolute directories on the member. */
  readonly dataDirectory: string;
  readonly configDirectory: string;
  readonly certificateDirectory: string;
  readonly service: Service;
}

/** Absolute paths; peerTrust and clientTrust may be the same file, as with kubeadm. */
export interface EtcdMemberFiles {
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly peerCertificate: string;
  readonly peerKey: string;
  readonly peerTrust: string;
  readonly clientTrust: string;
}

/**
 * A Kubernetes cluster. Without `components` it is one that kubeadm laid out: control plane in static pods, each with its
 * etcd member or all with an external one.
 */
export interface KubernetesCluster {
  readonly name: string;
  /** "1.35.4" */
  readonly version: string;
  /** Absolute path of the operator's kubeconfig, for the API. */
  readonly kubeconfig: string;
  /** What kubelets and people dial: kubeadm's controlPlaneEndpoint, or the only API server. */
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly controlPlane: readonly EstateNode[];
  readonly workers: readonly EstateNode[];
  /** Port of each API server. */
  readonly port: number;
  /** "/etc/kubernetes" */
  readonly directory: string;
  /** How a kubelet is restarted, on every node. */
  readonly kubelet: Service;
  /** Of a cluster made by hand: how its owner starts each program, on every machine alike. */
  readonly components?: KubernetesComponents;
  /** The same of its kubelets; absent, with components: it has none. */
  readonly kubelets?: KubeletsByHand;
  readonly issuers: KubernetesIssuers;
  /** Members on the control plane's nodes, in static pods; absent: etcd is another cluster. */
  readonly etcd?: EtcdCluster;
  /** Workloads that talk to the API and read their trust at a start only; each is replaced pod by pod. */
  readonly workloads: readonly PlannedWorkload[];
  readonly applications: KubernetesApplications;
  /** Who has its CAs or certificates of theirs, and certwright neither writes nor restarts it. */
  readonly holders: readonly KubernetesHolder[];
  /** Whether nobody else uses the API with certificates or trust of these issuers. */
  readonly clientsComplete: boolean;
}

/** Somebody whose owner has to be given what a rotation makes. */
export interface KubernetesHolder {
  readonly name: string;
  /** In words; of an object or a file, where that is. */
  readonly where: string;
  readonly owner?: string;
  /** Names of issuers in the authority. */
  readonly issuers: readonly string[];
  readonly trusts: boolean;
  readonly presents: boolean;
  /** Path in the API of the object that it is in. */
  readonly object?: string;
  readonly file?: { readonly node: EstateNode; readonly path: string };
}

/** Programs of a control plane, as the files are called that they are started from. */
export const controlPlanePrograms = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
] as const;
export type ControlPlaneProgram = (typeof controlPlanePrograms)[number];

export type KubernetesComponents = Readonly<Record<ControlPlaneProgram, KubernetesComponent>>;

/** A program with flags that its owner wrote. */
export interface KubernetesComponent {
  readonly service: Service;
  /** Those that lead to certificates and keys, without dashes, with absolute paths. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Kubelets that their owner starts, on every node alike: on the workers, and on all masters or on none. */
export interface KubeletsByHand {
  readonly onMasters: boolean;
  readonly files: KubeletFiles;
}

/** Absolute paths. */
export interface KubeletFiles {
  /** Whom it takes for who their client certificate says (authentication.x509.clientCAFile). */
  readonly clientTrust: string;
  readonly kubeconfig: string;
  /** Where the kubeconfig names the CA's file instead of holding the CA. */
  readonly kubeconfigTrust?: string;
  /** Where it names files of certificate and key instead of holding them; both or none. */
  readonly certificate?: string;
  readonly key?: string;
  /** Of a kubelet that renews its certificate itself (rotateCertificates): where it keeps it. */
  readonly certificateDirectory?: string;
}

/** Names of issuers in the authority. */
export interface KubernetesIssuers {
  /** Signs API servers, kubelets and people. */
  readonly cluster: string;
  readonly frontProxy: string;
  readonly etcd: string;
  /** The key pair of ServiceAccount tokens; no CA, and not in the authority until it was adopted. */
  readonly serviceAccount: string;
}

export interface KubernetesWorkload {
  readonly kind: "DaemonSet" | "Deployment" | "StatefulSet";
  readonly namespace: string;
  readonly name: string;
}

/** One with what a plan has to know of it. */
export interface PlannedWorkload extends KubernetesWorkload {
  /** Absent: nobody looked. */
  readonly turn?: Turn;
  /** An operator wants to be asked before its pods are replaced. */
  readonly asks?: true;
}

/** Whose pods are replaced when a new CA is published. */
export interface KubernetesApplications {
  /**
   * "listed": those of `workloads`. "discovered": also whatever has the cluster's CA mounted when a plan is made.
   */
  readonly restart: "listed" | "discovered";
  /** Left alone, whoever lists or finds them. */
  readonly exclude: readonly WorkloadPattern[];
  readonly askBefore: readonly WorkloadPattern[];
  /**
   * Milliseconds: what is found and none of whose pods has asked an API server for anything for so long is left alone,
   * too. Absent: nobody listens.
   */
  readonly leaveSilent?: number;
}

/** Without kind or name: of any. */
export interface WorkloadPattern {
  readonly kind?: KubernetesWorkload["kind"];
  readonly namespace: string;
  readonly name?: string;
}

/** Names of issuers in the authority. */
export interface EtcdIssuers {
  /** Signs what members show each other on the peer port. */
  readonly peer: string;
  /** Signs what members show to clients. */
  readonly server: string;
  /** Signs clients, and nothing else unless the operator says so. */
  readonly client: string;
}

export interface FileOwner {
  readonly user: string;
  /** Absent: the user's own. */
  readonly group?: string;
}

/** A common name of a client certificate, which etcd takes as the user's name (--client-cert-auth). */
export interface EtcdUser {
  readonly name: string;
  readonly roles: readonly string[];
}

export interface EtcdRole {
  readonly name: string;
  readonly permissions: readonly EtcdPermission[];
}

export type EtcdAccess = "read" | "write" | "readwrite";

export interface EtcdPermission {
  readonly access: EtcdAccess;
  readonly range: KeyRange;
}

/** As etcd has it: `end` empty is the single key, "\0" is everything from `key` on, else [key, end). */
export interface KeyRange {
  readonly key: Uint8Array;
  readonly end: Uint8Array;
}

/** The user and role that etcd treats as its administrator (server/auth/store.go: rootUser, rootRole). */
export const rootName = "root";
