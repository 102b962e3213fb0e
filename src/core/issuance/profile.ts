import type { KeySpec } from "../model/key.ts";
import type { Role } from "./role.ts";

/** A file that the program reads, where the program (or its installer) dictates name and mode. */
export interface ProfileFile {
  /** Below the program's configuration folder: /etc/kubernetes for kubeadm's. */
  readonly path: string;
  readonly holds: "certificate" | "key" | "kubeconfig" | "certificate and key";
  readonly mode: number;
}

interface Described {
  /** What is typed: `certwright issue --profile NAME`. */
  readonly name: string;
  /** What it is for, in one line. */
  readonly summary: string;
  /** Why it is as it is: what goes wrong otherwise. */
  readonly why: string;
  /** Where that can be read: source file of the program, RFC section, issue. */
  readonly citation: string;
  /** What to make when no key is asked for. */
  readonly key: KeySpec;
  readonly files?: readonly ProfileFile[];
}

/** A ready-made role, with the parts of the request that the program dictates. */
export interface LeafProfile extends Described {
  readonly kind: "leaf";
  readonly role: Role;
  /** The only common name there is, or what stands before the one that was asked for. */
  readonly commonName?: { readonly fixed: string } | { readonly prefix: string };
  /** Example of a common name for messages and documentation. */
  readonly example: string;
  /** False: the common name is an identity and no host name. */
  readonly commonNameIsServerName: boolean;
  /** Names that every such certificate has, whatever was asked for. */
  readonly always?: { readonly dns?: readonly string[]; readonly ip?: readonly string[] };
  /** Name of the authority profile that signs it, when the program expects a certain one. */
  readonly issuer?: string;
}

/** A ready-made certification authority. */
export interface AuthorityProfile extends Described {
  readonly kind: "authority";
  /** Common name of the first generation. */
  readonly commonName: string;
  /** Seconds. */
  readonly ttl: number;
  /** Absent: any number of CAs may stand below. */
  readonly pathLength?: number;
  /** Whether it is meant to stand below another CA. */
  readonly intermediate: boolean;
}

export type Profile = LeafProfile | AuthorityProfile;
