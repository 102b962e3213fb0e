import type { EtcdMember, EtcdUser } from "../../../core/model/estate.ts";
import type { TlsCredentials } from "../../../ports/tls.ts";

/** A file that a check wants: its text, or why it could not be read. */
export type Material<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** What lies on disk of one member. */
export interface MemberMaterial {
  readonly member: EtcdMember;
  readonly server: Material<TlsCredentials>;
  readonly peer: Material<TlsCredentials>;
  /** PEM of the CAs that the member trusts as members. */
  readonly peerTrust: Material<string>;
}

export interface UserMaterial {
  readonly user: EtcdUser;
  readonly client: Material<TlsCredentials>;
}

/** Everything a check reads from disk before it looks at the cluster. */
export interface CheckMaterial {
  readonly members: readonly MemberMaterial[];
  /** Root first. */
  readonly users: readonly UserMaterial[];
  /** PEM of the CAs of what members show to clients. */
  readonly serverTrust: Material<string>;
}
