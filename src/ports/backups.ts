import type { BackupManifest, BackupVerification } from "../core/model/backup.ts";
import type { Digest } from "../core/model/inventory.ts";

/** Where backups rest: encrypted, each whole or not there at all. */
export interface Backups {
  /** Oldest first, and those whose manifest cannot be read. Needs no passphrase. */
  list(): Promise<{
    readonly backups: readonly StoredBackup[];
    readonly unreadable: readonly { readonly path: string; readonly why: string }[];
  }>;
  /** Undefined when there is none of that name. Throws backup.damaged for a manifest that cannot be read. */
  find(id: string): Promise<StoredBackup | undefined>;
  /** A new one that nobody sees before it is complete. Removes what killed processes left. Throws backup.*, keystore.*. */
  begin(id: string): Promise<BackupWriter>;
  /** Its contents. Throws backup.damaged when the manifest was altered, keystore.*. */
  open(backup: StoredBackup): Promise<BackupReader>;
  /** What the last look at it showed. */
  note(backup: StoredBackup, verification: BackupVerification): Promise<void>;
}

export interface StoredBackup {
  readonly manifest: BackupManifest;
  /** SHA-256 of the manifest's bytes. */
  readonly digest: Digest;
  /** For people: where it lies. */
  readonly path: string;
  readonly verification?: BackupVerification;
}

export interface BackupWriter {
  /** A file of its own; memory holds one piece. Throws file.* and what `fill` throws. */
  store(
    name: string,
    fill: (add: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
  ): Promise<StoredContent>;
  /** Makes it durable and seen. False when another process completed one of this name meanwhile: that one counts. */
  complete(manifest: BackupManifest): Promise<boolean>;
  /** Leaves nothing behind; after `complete` it does nothing. */
  abandon(): Promise<void>;
}

export interface StoredContent {
  readonly size: number;
  readonly digest: Digest;
}

export interface BackupReader {
  /** Piece by piece; each was authenticated. Throws backup.damaged. */
  pieces(name: string): AsyncIterable<Uint8Array>;
}

/** An etcd of its own on this machine, for as long as a snapshot is looked at. */
export interface ScratchEtcd {
  /** What is here to do it with. */
  find(): Promise<ScratchPrograms>;
  /**
   * Restores the snapshot in a folder that only we can enter, starts it on 127.0.0.1 where only we are let in, lets
   * `work` ask it, ends it and removes everything. Throws backup.scratch-*.
   */
  use<T>(
    programs: ScratchPrograms & { readonly ok: true },
    snapshot: { readonly size: number; readonly pieces: AsyncIterable<Uint8Array> },
    work: (scratch: ScratchMember) => Promise<T>,
  ): Promise<T>;
}

export type ScratchPrograms =
  | {
      readonly ok: true;
      /** "3.6.16". */
      readonly version: string;
      readonly etcd: string;
      /** etcdutl, or etcdctl before 3.6. */
      readonly restore: string;
    }
  | { readonly ok: false; readonly why: string };

export interface ScratchMember {
  /** How many keys it has at that revision. Throws backup.scratch-silent. */
  keys(revision: bigint): Promise<bigint>;
  /** Throws backup.scratch-silent. */
  hash(revision: bigint): Promise<{ readonly hash: number; readonly compactRevision: bigint }>;
}
