import type { Fingerprint, Instant, KeyId } from "./certificate.ts";
import type { Digest, EstateVersion } from "./inventory.ts";
import type { Stage } from "./stage.ts";

/** What a backup holds and what it belongs to. Plain JSON without secrets: it can be read without the passphrase. */
export interface BackupManifest {
  readonly format: "certwright.backup/1";
  /** Name of its folder: the run's, or a time. */
  readonly id: string;
  readonly createdAt: Instant;
  /** The run before whose first change it was made; absent: made by hand. */
  readonly run?: string;
  readonly estate?: EstateVersion;
  readonly issuers: readonly BackupIssuer[];
  /** In the order of their bytes in the one encrypted file that holds them. */
  readonly files: readonly BackupFile[];
  /** Likewise, in a file of their own; absent: none. */
  readonly objects?: readonly BackupObject[];
  readonly groups: readonly BackupGroup[];
}

/** A CA's generations as they were: files of an older generation are of no use once it is forgotten. */
export interface BackupIssuer {
  readonly name: string;
  readonly generations: readonly {
    readonly number: number;
    readonly stage: Stage;
    readonly key: KeyId;
    /** Absent while an external CA has not signed it. */
    readonly certificate?: Fingerprint;
  }[];
}

export interface BackupFile {
  /** Absent: the operator's own machine. */
  readonly node?: string;
  readonly path: string;
  /** What the link said through which it was read, where a rotation lays that anew. */
  readonly link?: string;
  /** Absent: there was none. */
  readonly held?: {
    readonly digest: Digest;
    readonly size: number;
    /** Permission bits. */
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
  };
}

/** A field of a Kubernetes object. */
export interface BackupObject {
  /** The object's path in the API. */
  readonly resource: string;
  readonly field: readonly string[];
  /** Of the field's text. */
  readonly held: { readonly digest: Digest; readonly size: number };
}

/** One cluster's data. Numbers of 64 bits are decimal texts. */
export interface BackupGroup {
  /** "etcd/production". */
  readonly group: string;
  /** Whose database it is. */
  readonly member: string;
  /** "3.6.16". */
  readonly version: string;
  /** Bytes of the snapshot with etcd's checksum at its end, and their SHA-256. */
  readonly size: number;
  readonly digest: Digest;
  /** A revision that the snapshot has, and what the running member said of its data there. */
  readonly revision: string;
  /** "-1": never compacted. */
  readonly compactRevision: string;
  readonly hash: number;
  readonly keys: string;
}

/** Whether a backup was shown to be worth something. */
export interface BackupVerification {
  readonly at: Instant;
  /** Of the manifest that was looked at. */
  readonly manifest: Digest;
  /**
   * "restored": every byte decrypted as it was, and each snapshot was restored, started and compared.
   * "readable": every byte decrypted as it was; no snapshot could be restored here, and `why` says why.
   * "damaged": it is worth nothing, and `why` says why.
   */
  readonly verdict: "restored" | "readable" | "damaged";
  readonly why?: string;
  /** Version of the etcd that the snapshots were restored with. */
  readonly etcd?: string;
}
