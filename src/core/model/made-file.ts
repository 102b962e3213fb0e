import type { FileOwner } from "./estate.ts";

/** A file that is made out of nothing: what shall be in it, without the bytes. */
export interface MadeFile {
  /** Absolute; of a kubelet's pem, the link that leads to it. */
  readonly path: string;
  readonly mode: number;
  /** Of a file that is new; absent: root's, or whoever certwright is on that machine. */
  readonly owner?: FileOwner;
  readonly make: Make;
}

/** By whom a certificate is signed, and to whom it is issued. */
export interface MadeLeaf {
  readonly issuer: string;
  readonly generation: number;
  /** Issuance profile that tells usages and organisation, and the names that each such certificate has. */
  readonly profile: string;
  /** Where the profile leaves it open. */
  readonly commonName?: string;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

export type Make =
  /** The generation's own certificate. `root`: and the root above it, for those who take no other CA for an anchor. */
  | {
      readonly kind: "ca";
      readonly issuer: string;
      readonly generation: number;
      readonly root?: true;
    }
  /** Its private key: a CA's, or the one that signs tokens. */
  | { readonly kind: "private-key"; readonly issuer: string; readonly generation: number }
  /** Its public key, and behind it others that go on being accepted, as PEM. */
  | {
      readonly kind: "public-key";
      readonly issuer: string;
      readonly generation: number;
      readonly others: readonly string[];
    }
  /**
   * A leaf with a new key, which is written to the file `key`, for its owner only. `again`: like the one that is there,
   * with its names and for its key, in one rename, so that who reads both at each handshake never finds them apart.
   */
  | {
      readonly kind: "certificate";
      readonly leaf: MadeLeaf;
      readonly key: string;
      readonly again?: true;
    }
  /** Leaf and key in one file, which the path is a link to. */
  | { readonly kind: "kubelet-pem"; readonly leaf: MadeLeaf }
  /** Names the server, the CA and the user. `leaf` absent: the certificate and key are in the file `pem`. */
  | {
      readonly kind: "kubeconfig";
      readonly issuer: string;
      readonly generation: number;
      readonly cluster: string;
      readonly server: string;
      readonly user: string;
      readonly leaf?: MadeLeaf;
      readonly pem?: string;
    }
  /** Nothing secret: a manifest. */
  | { readonly kind: "text"; readonly text: string };
