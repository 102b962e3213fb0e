import type { Brand } from "./brand.ts";
import type { Fingerprint, Instant, KeyId } from "./certificate.ts";
import type { FileOwner } from "./estate.ts";
import type { Stage } from "./stage.ts";

/** SHA-256, 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, "Digest">;
/** "etcd-1/etcd", "client/app": a consumer's name, unique in the estate. */
export type ConsumerId = Brand<string, "ConsumerId">;
/** "etcd-1/server", "client/app/trust": a consumer's name and the slot's within its program. */
export type SlotId = Brand<string, "SlotId">;
/** "etcd-1/etcd>etcd-2/etcd:peer", "client/app>etcd-1/etcd". */
export type EdgeId = Brand<string, "EdgeId">;

/** Everything a planner may know, as gathered at one moment. Plain JSON: no key material, no Map, no Date. */
export interface Inventory {
  readonly format: "certwright.inventory/1";
  /** Over what a plan depends on: not times, process numbers, health or free space. */
  readonly digest: Digest;
  readonly takenAt: Instant;
  readonly estate: EstateVersion;
  /** Every certificate that something below refers to, once. */
  readonly certificates: readonly CertificateFacts[];
  readonly issuers: readonly IssuerFacts[];
  readonly nodes: readonly NodeFacts[];
  readonly consumers: readonly Consumer[];
  readonly slots: readonly Slot[];
  readonly edges: readonly Edge[];
  readonly blind: readonly BlindSpot[];
  /** Who has a CA or a certificate of the estate, and certwright neither writes nor restarts it; absent: nobody is named. */
  readonly holders?: readonly HolderFacts[];
  /** Of issuers that are key pairs of tokens. No plan depends on it: it is looked at again when it matters. */
  readonly tokens?: readonly TokenFacts[];
}

/** As terraform's state: a run raises the serial, and a plan made on another one is stale. */
export interface EstateVersion {
  /** Random word that an estate keeps for life. */
  readonly lineage: string;
  readonly serial: number;
}

/**
 * A public key that stands alone, without a certificate (ServiceAccount tokens'), is here, too: its fingerprint is the
 * key's own, it has no names and no end.
 */
export interface CertificateFacts {
  readonly fingerprint: Fingerprint;
  readonly key: KeyId;
  /** RFC 4514. */
  readonly subject: string;
  readonly issuer: string;
  /** Key whose signature it verifies under, among those that are known; absent when none does. */
  readonly signedBy?: KeyId;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly ca: boolean;
}

export interface IssuerFacts {
  readonly name: string;
  /** In ascending order of number. */
  readonly generations: readonly GenerationFacts[];
  /** Numbers of those that an external CA has not signed yet; ascending. */
  readonly waiting?: readonly number[];
}

export interface GenerationFacts {
  readonly number: number;
  readonly stage: Stage;
  readonly key: KeyId;
  /** Its own CA certificate. */
  readonly certificate: Fingerprint;
  /** The same key under another generation's signature (rotation by cross-signing). */
  readonly crossSigns: readonly { readonly by: number; readonly certificate: Fingerprint }[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Absent: unlimited. 0 forbids that it signs another generation. */
  readonly pathLength?: number;
  /** What stands at the top of its path; absent: itself. */
  readonly root?: Fingerprint;
  /** Whether its private key is in the keystore. */
  readonly canSign: boolean;
}

export interface NodeFacts {
  readonly name: string;
  readonly access: "local" | "ssh";
  readonly reachable: boolean;
  /** Why not, in words. */
  readonly why?: string;
  /** Its clock minus ours, milliseconds. */
  readonly clockSkew?: number;
}

/** One running instance of a program on one node. */
export interface Consumer {
  readonly id: ConsumerId;
  /** Folder of src/programs, or "client" for one that certwright knows by its files only. */
  readonly program: string;
  readonly version?: string;
  /** Absent: files on the operator's own machine. */
  readonly node?: string;
  /** Consumers that stand in for each other: they are taken away one at a time. */
  readonly group?: string;
  /** What the group is without one of them; "quorum" when absent. */
  readonly redundancy?: Redundancy;
  /** How it is restarted; "none": nobody can, or nobody need. "rollout": a workload, whose pods its controller replaces. */
  readonly service: "systemd" | "static-pod" | "command" | "rollout" | "none";
  readonly process?: { readonly pid: number; readonly startedAt: Instant };
  readonly healthy?: boolean;
  readonly leader?: boolean;
  /** Of an API server: absolute path on its node of the file that it notes each request in. */
  readonly auditLog?: string;
  /** Of a controller-manager: the certificate file that its flags have it sign with now; "": it signs nothing. */
  readonly signsWith?: string;
  /** Of a workload: with whom its pods are replaced; absent: nobody looked, and its name has to tell. */
  readonly turn?: Turn;
  /** An operator wants to be asked before it is restarted. */
  readonly asks?: true;
  /** Of a workload: why its pods cannot be replaced as its owner wants it, each in words. */
  readonly hindered?: readonly string[];
}

/**
 * Workloads in the order in which they are replaced: what every pod's network is made of, the rules of Services, the
 * names, who acts on the cluster, who lets the world in.
 */
export type Turn = "network" | "proxy" | "dns" | "controller" | "ingress" | "rest";

/**
 * "quorum": more than half of them answer for all (etcd). "any": each answers for all (API servers).
 * "standby": one works, another takes over within seconds, and nobody asks them anything (controller-managers).
 */
export type Redundancy = "quorum" | "any" | "standby";

/**
 * When a consumer looks at a slot again. "handshake": at each new connection it makes or takes; "watch": it notices a
 * change by itself, within minutes; "start": only a restart reads it; "unknown": nobody can tell, its owner has to be
 * asked.
 */
export type Reload = "handshake" | "watch" | "start" | "unknown";

/** One place of a consumer that presents, trusts, or signs. Several slots may have the same place: one file, several readers. */
export interface Slot {
  readonly id: SlotId;
  readonly consumer: ConsumerId;
  /** "signs": a CA's own certificate and key, with which the consumer issues to others. */
  readonly role: "presents" | "trusts" | "signs";
  /** Whose certificate it presents, whose generations it trusts, or as whom it signs. */
  readonly issuer: string;
  readonly reload: Reload;
  readonly basis: "probed" | "documented" | "assumed";
  readonly place: Place;
  /**
   * Slots of others whose content their consumers write here by themselves once they have read it: nobody else writes
   * it for long. It follows after those have been read again.
   */
  readonly source?: readonly SlotId[];
  /** Absent when nothing is there. */
  readonly holds?: Held;
  /** What is wrong with it, so that nothing may be planned over it. */
  readonly faults?: readonly SlotFault[];
  /** Where a handshake meets it: a server's own port. Absent for slots that only clients use. */
  readonly port?: { readonly host: string; readonly port: number };
  /** Leaf first, as a fresh handshake showed it. */
  readonly serves?: readonly Fingerprint[];
}

export interface Place {
  /** Absent: the operator's own machine. */
  readonly node?: string;
  /** Absolute path of the certificate with its chain, or of the bundle. For an object: what it is, in words. */
  readonly path: string;
  /** Absolute path of the key, for a slot that presents or signs. */
  readonly key?: string;
  readonly owner?: FileOwner;
  /** How it stands there; absent: PEM files of their own. */
  readonly form?: Form;
}

export type Form =
  /** Inline in a kubeconfig, in what its current context names: the cluster's CA, or the user's certificate and key. */
  | { readonly kind: "kubeconfig" }
  /** Certificates and key in one file, which the link `path` leads to; a new one is a new file and a new link (kubelet). */
  | { readonly kind: "kubelet-pem" }
  /**
   * A CA's key alone, in the file `key`: the certificate at `path` is what other slots write, and is neither written
   * nor compared (kubeadm's ca.key beside a ca.crt that may be a bundle).
   */
  | { readonly kind: "key" }
  /** Public keys in the file `path`, without certificates: those whose ServiceAccount tokens an API server accepts. */
  | { readonly kind: "public-keys" }
  /** A private key in the file `path`, without a certificate: the one that signs ServiceAccount tokens. */
  | { readonly kind: "private-key" }
  /** A field of a Kubernetes object. */
  | {
      readonly kind: "object";
      /** Path in the API; "*" in the place of a namespace: the object of that name in each. */
      readonly resource: string;
      readonly field: readonly string[];
      readonly encoding: "pem" | "base64" | "kubeconfig";
    };

export interface SlotFault {
  /**
   * "unreadable": there, and it cannot be read; "malformed": no PEM certificates, or more than those; "private-key": a
   * bundle with a private key in it; "key-mismatch": the key is missing or another one; "order": another certificate
   * stands before the one that the issuer signs with, and readers that take the first one (kubeadm) take the wrong one.
   */
  readonly kind: "unreadable" | "malformed" | "private-key" | "key-mismatch" | "order";
  /** What was seen: path, line, names, short fingerprints. Never key material. */
  readonly evidence: string;
}

/** What was found at a place. */
export interface Held {
  /** Of the file's bytes; of a part of a file or an object, of that part's. */
  readonly digest: Digest;
  /** In the file's order: leaf and chain, or bundle. */
  readonly certificates: readonly Fingerprint[];
  /** Permission bits; 0 for an object. */
  readonly mode: number;
  /** 0 where nobody notes it. */
  readonly changedAt: Instant;
}

/** A client that must verify a server, and, when it presents something, be verified by it. */
export interface Edge {
  readonly id: EdgeId;
  readonly client: ConsumerId;
  readonly server: ConsumerId;
  /** The name or address that the client verifies. */
  readonly name: string;
  /** Both or none: a client may not verify its server at all (kube-apiserver its kubelets). */
  readonly serverPresents?: SlotId;
  readonly clientTrusts?: SlotId;
  readonly clientPresents?: SlotId;
  readonly serverTrusts?: SlotId;
}

/** Somebody who has to be given what a rotation makes: nobody but its owner writes it. */
export interface HolderFacts {
  /** Stable word by which an operator vouches for it. */
  readonly name: string;
  /** Where it is, in words. */
  readonly where: string;
  readonly owner?: string;
  readonly issuers: readonly string[];
  /** Whether it verifies others by these issuers, and whether it shows certificates of theirs. */
  readonly trusts: boolean;
  readonly presents: boolean;
  /** It is the pods of a cluster, which read what they trust when they start. */
  readonly pods?: true;
}

/** What lives on after a key that signs tokens, and what stands in the way of changing it. */
export interface TokenFacts {
  readonly issuer: string;
  /** "NAMESPACE/NAME" of each Secret with a token of the generation that signs now: nobody ever renews those. */
  readonly secrets: readonly string[];
  /** What the kubeconfig's user may not do of what a change takes, and what an administrator can apply so that he may. */
  readonly forbidden?: {
    readonly user: string;
    readonly missing: readonly string[];
    readonly manifest: string;
  };
}

/** What could not be seen. */
export interface BlindSpot {
  /** Stable word by which an operator accepts it: "clients-outside". */
  readonly id: string;
  readonly where: string;
  readonly why: string;
  /** What would make it seen. */
  readonly cure: string;
  /** Issuers whose rotation it concerns; absent: all. */
  readonly issuers?: readonly string[];
}
