import type { EtcdAccess, EtcdVersion } from "../model/estate.ts";

/** certwright.yaml as written: what may be left out is optional. The schema in adapters/estate accepts exactly this. */
export interface EstateDeclaration {
  readonly nodes: Readonly<Record<string, NodeDeclaration>>;
  readonly etcd?: EtcdDeclaration | undefined;
}

export interface NodeDeclaration {
  readonly addresses: readonly string[];
}

export interface EtcdDeclaration {
  readonly cluster: string;
  readonly version: EtcdVersion;
  readonly members: readonly MemberDeclaration[];
  readonly names?: readonly string[] | undefined;
  readonly clientPort?: number | undefined;
  readonly peerPort?: number | undefined;
  readonly dataDirectory?: string | undefined;
  readonly configDirectory?: string | undefined;
  readonly certificateDirectory?: string | undefined;
  readonly owner?: { readonly user: string; readonly group?: string | undefined } | undefined;
  readonly binary?: string | undefined;
  readonly clientsDirectory?: string | undefined;
  readonly issuers?:
    | {
        readonly peer?: string | undefined;
        readonly server?: string | undefined;
        readonly client?: string | undefined;
      }
    | undefined;
  readonly roles?: Readonly<Record<string, readonly PermissionDeclaration[]>> | undefined;
  readonly users?: Readonly<Record<string, { readonly roles: readonly string[] }>> | undefined;
}

export interface MemberDeclaration {
  readonly node: string;
  readonly name?: string | undefined;
  readonly clientPort?: number | undefined;
  readonly peerPort?: number | undefined;
  readonly dataDirectory?: string | undefined;
  readonly configDirectory?: string | undefined;
  readonly certificateDirectory?: string | undefined;
}

/** Exactly one of `key`, `prefix`, and `from` with `to`. */
export interface PermissionDeclaration {
  readonly access: EtcdAccess;
  readonly key?: string | undefined;
  readonly prefix?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A fault in the declaration; `path` leads to the field. */
export interface EstateFault {
  readonly path: readonly (string | number)[];
  /** What is wrong, after "FIELD: ". No capital, no full stop. */
  readonly message: string;
  /** What to do, where it is not obvious. */
  readonly hint?: string;
}
