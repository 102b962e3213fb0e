import type { EtcdPermission, KeyRange } from "../core/model/estate.ts";

/** PEM texts. `ca` is what the server is verified against. */
export interface EtcdCredentials {
  readonly ca: string;
  /** Both, or none for a client without a certificate. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface EtcdEndpoint {
  readonly host: string;
  readonly port: number;
  /** The name its certificate must have, when that is not the host. */
  readonly name?: string;
}

/** etcd's answer, or gRPC's status in its place: a refusal is a result here, not an exception. */
export type EtcdAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** Name of the gRPC status: "PERMISSION_DENIED", "UNAVAILABLE", "DEADLINE_EXCEEDED", … */
      readonly code: string;
      /** etcd's words: "etcdserver: permission denied". */
      readonly message: string;
    };

export interface EtcdStatus {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly version: string;
  /** 0 when there is none. */
  readonly leaderId: bigint;
  readonly raftTerm: bigint;
  /** The newest entry of its log, and the newest that is in its database. */
  readonly raftIndex: bigint;
  readonly raftAppliedIndex: bigint;
  /** Of its key space. */
  readonly revision: bigint;
  readonly learner: boolean;
  readonly databaseBytes: bigint;
  readonly errors: readonly string[];
}

/** Of all keys with their history since the last compaction, up to one revision. */
export interface EtcdDataHash {
  readonly hash: number;
  /** The newest revision that the member had. */
  readonly revision: bigint;
  readonly compactRevision: bigint;
}

export type SnapshotSink = (piece: Uint8Array) => Promise<void>;

export interface EtcdSnapshot {
  /** All that went into the sink. */
  readonly bytes: number;
  /** SHA-256 of the database as it arrived, the same that etcd sent; hexadecimal. */
  readonly sha256: string;
}

export interface EtcdListedMember {
  readonly id: bigint;
  /** Empty until it has started once. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
}

/** A connection to one member as one client. Every call has the deadline given when it was opened. */
export interface EtcdConnection {
  status(): Promise<EtcdAnswer<EtcdStatus>>;
  members(): Promise<EtcdAnswer<readonly EtcdListedMember[]>>;
  /** One that does not vote: who starts under that URL with an empty folder is it. */
  addLearner(peerUrl: string): Promise<EtcdAnswer<void>>;
  /** Has a learner vote; refused until it has caught up. */
  promoteMember(id: bigint): Promise<EtcdAnswer<void>>;
  removeMember(id: bigint): Promise<EtcdAnswer<void>>;
  /** Active alarms: "NOSPACE", "CORRUPT". */
  alarms(): Promise<EtcdAnswer<readonly string[]>>;
  /** How many keys; linearizable, so that an answer proves a quorum. At an earlier revision when one is named. */
  count(range: KeyRange, revision?: bigint): Promise<EtcdAnswer<bigint>>;
  /**
   * This member's database, piece by piece into `sink`, which is awaited, so that memory holds a few pieces only. The
   * checksum that etcd sends at the end is compared and goes into the sink, too, because restoring wants it there.
   * The connection's deadline is for each next piece. Only root may, where users are on. Throws what the sink throws.
   */
  snapshot(sink: SnapshotSink): Promise<EtcdAnswer<EtcdSnapshot>>;
  /** How many keys were removed. */
  remove(range: KeyRange): Promise<EtcdAnswer<bigint>>;
  /** Up to and with `revision`, 0n for all; members with the same data and compaction answer alike. */
  hashKv(revision: bigint): Promise<EtcdAnswer<EtcdDataHash>>;
  /** Has this member, which must be the leader, hand over to the one with that id. */
  moveLeader(to: bigint): Promise<EtcdAnswer<void>>;
  authEnabled(): Promise<EtcdAnswer<boolean>>;
  enableAuth(): Promise<EtcdAnswer<void>>;
  roles(): Promise<EtcdAnswer<readonly string[]>>;
  role(name: string): Promise<EtcdAnswer<readonly EtcdPermission[]>>;
  addRole(name: string): Promise<EtcdAnswer<void>>;
  grantPermission(role: string, permission: EtcdPermission): Promise<EtcdAnswer<void>>;
  revokePermission(role: string, range: KeyRange): Promise<EtcdAnswer<void>>;
  users(): Promise<EtcdAnswer<readonly string[]>>;
  /** Names of the user's roles. */
  user(name: string): Promise<EtcdAnswer<readonly string[]>>;
  /** A user without a password: only a certificate with this common name is that user. */
  addUser(name: string): Promise<EtcdAnswer<void>>;
  grantRole(user: string, role: string): Promise<EtcdAnswer<void>>;
  revokeRole(user: string, role: string): Promise<EtcdAnswer<void>>;
  close(): void;
}

export interface Etcd {
  /** Opens nothing yet: the first call does. `deadline` in milliseconds holds for each call. */
  connect(
    endpoint: EtcdEndpoint,
    credentials: EtcdCredentials,
    deadline: number,
  ): Promise<EtcdConnection>;
}
