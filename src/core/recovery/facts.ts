import type { CertificateFacts } from "../model/inventory.ts";
import type { Fingerprint, Instant, KeyId } from "../model/certificate.ts";
import type { Webhook } from "../model/plan.ts";

/** What a look at a damaged cluster has found; plain JSON, no key material. */
export interface RecoveryFacts {
  readonly takenAt: Instant;
  /** "/etc/kubernetes" */
  readonly directory: string;
  readonly nodes: readonly NodeFound[];
  /** CAs whose keys are elsewhere: in certwright's own authority, by the name of the CA's files below pki. */
  readonly kept: readonly KeptCa[];
  /** Members of etcd of which the operator says that their machines are gone for good, so that nobody counts them. */
  readonly gone?: readonly string[];
}

export interface KeptCa {
  /** "ca", "front-proxy-ca", "etcd/ca", or "sa" for the key pair of ServiceAccount tokens. */
  readonly ca: string;
  readonly key: KeyId;
  /** Number of the generation that signs. */
  readonly generation: number;
  readonly notAfter: Instant;
}

export interface NodeFound {
  /** As Kubernetes calls it, or as the operator does. */
  readonly name: string;
  readonly reachable: boolean;
  /** Why not, in words. */
  readonly why?: string;
  readonly role: "master" | "worker" | "neither";
  /** Its clock minus ours, milliseconds. */
  readonly clockSkew?: number;
  /** For the copy of what is left: bytes that are free where it is to lie, and that it takes. */
  readonly room?: { readonly path: string; readonly free: number; readonly needed: number };
  /** Folders that have to be written to, and cannot. */
  readonly readOnly?: readonly string[];
  readonly files: readonly FileFound[];
  readonly witnesses: Witnesses;
}

/** A file of the tree as it lies there. */
export interface FileFound {
  /** Absolute. */
  readonly path: string;
  /** Absent: nothing is there. */
  readonly mode?: number;
  /** Of a kubeconfig its CA; of others what stands in it, in the file's order. */
  readonly certificates: readonly CertificateFacts[];
  /** Of a kubeconfig: whom it trusts. */
  readonly trusts?: readonly CertificateFacts[];
  readonly keys: readonly KeyId[];
  /** Common name and alternative names of the first certificate. */
  readonly names?: readonly string[];
  /** Of a kubeconfig: "https://10.0.0.9:6443". */
  readonly server?: string;
  /** Of a manifest: what it starts. */
  readonly starts?: StaticPodFound;
  /** It is there and cannot be read as what it should be: why, in words. */
  readonly unreadable?: string;
}

/** What still lives, or lies where nobody thought of deleting it. */
export interface Witnesses {
  /** What a fresh handshake showed, leaf first. */
  readonly served: readonly ServedFound[];
  readonly processes: readonly ProcessFound[];
  /** Public keys that a living API server accepts tokens of, and those in files: whoever has tokens of theirs need not lose them. */
  readonly tokenKeys: readonly TokenKeyFound[];
  readonly etcd?: EtcdDataFound;
  /** The machine's own etcd runs, and nothing of its data was found in that folder. */
  readonly dataless?: { readonly pid: number; readonly directory: string };
}

export interface TokenKeyFound {
  readonly key: KeyId;
  /** Of the public key. */
  readonly pem: string;
}

export interface ServedFound {
  readonly port: number;
  readonly program: string;
  readonly certificates: readonly CertificateFacts[];
}

export interface ProcessFound {
  readonly program: string;
  readonly pid: number;
  /** argv; its flags name no secrets, only paths. */
  readonly command: readonly string[];
}

/** etcd's data on the disk. */
export interface EtcdDataFound {
  readonly directory: string;
  /** Size of its database. */
  readonly bytes: number;
  /** When it was last written to, by its machine's clock. */
  readonly changedAt?: Instant;
  /** Members of its cluster as the data has them. */
  readonly members: readonly EtcdMemberFound[];
  /** Text of kubeadm's ClusterConfiguration. */
  readonly kubeadmConfig?: string;
  /** Text of the KubeletConfiguration that kubeadm gives every node. */
  readonly kubeletConfig?: string;
  /** Manifests' pods as the API kept them, by their program. */
  readonly pods: readonly PodFound[];
  /** Names of the cluster's Nodes. */
  readonly nodes: readonly NodeObjectFound[];
  readonly webhooks?: readonly WebhookFound[];
  /** CA certificates that pods were given (kube-root-ca.crt). */
  readonly rootCas: readonly Fingerprint[];
  /** Why less was read than is there. */
  readonly silent?: string;
}

export interface WebhookFound extends Webhook {
  /** "Fail" or "Ignore". */
  readonly failurePolicy: string;
  /** "namespace/name" of the Service that answers; absent: it is asked by a URL. */
  readonly service?: string;
  /** Whether that Service is there. */
  readonly isServed: boolean;
  /** When the CAs end with which its answers are verified; none: by the machine's own, or what it has cannot be read. */
  readonly caEnds: readonly Instant[];
}

export interface EtcdMemberFound {
  readonly name: string;
  readonly peerUrls: readonly string[];
}

export interface NodeObjectFound {
  readonly name: string;
  /** InternalIP and host names. */
  readonly addresses: readonly string[];
  /** Every name and address that it has. */
  readonly names: readonly string[];
}

/** What of a static pod's mirror makes its manifest again. */
export interface PodFound extends StaticPodFound {
  readonly program: string;
  readonly node: string;
}

export interface StaticPodFound {
  readonly image: string;
  readonly command: readonly string[];
  readonly mounts: readonly MountFound[];
  /** Quantities that it asks for: cpu, memory. */
  readonly requests: Readonly<Record<string, string>>;
}

export interface MountFound {
  readonly name: string;
  readonly hostPath: string;
  /** "DirectoryOrCreate", "FileOrCreate" */
  readonly type: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
}
