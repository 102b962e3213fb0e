import type { Certificate, Instant, KeyId, NameConstraints } from "../../core/model/certificate.ts";
import type { KeySpec } from "../../core/model/key.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import type {
  CertificateFilter,
  Stage,
  StoredCertificate,
  StoredRevocationList,
} from "../../ports/store.ts";

/** A generation with its certificates read. */
export interface Generation {
  readonly issuer: string;
  readonly number: number;
  readonly stage: Stage;
  readonly keyId: KeyId;
  /** Absent while an external CA has not signed it yet. */
  readonly certificate?: Certificate;
  /** Above `certificate`, nearest first, root last; empty for a root. */
  readonly chain: readonly Certificate[];
  readonly createdAt: Instant;
}

export interface Issuer {
  readonly name: string;
  readonly generations: readonly Generation[];
  /** The generation that signs new certificates; absent when none has a certificate. */
  readonly current?: Generation;
}

/** A new CA certificate with a new key. */
export interface CaOrder {
  /** The issuer's name in the store: letters, digits, "-", "_" and "."; "etcd-ca". */
  readonly name: string;
  /** Defaults to `name`; a generation's number is added, so that every generation has its own DN. */
  readonly commonName?: string;
  readonly organization?: readonly string[];
  /** Defaults to P-256. */
  readonly key?: KeySpec;
  /** Milliseconds. Defaults to 10 years for a root, 5 for an intermediate. */
  readonly lifetime?: number;
  /** How many CAs may stand below; undefined leaves it open, an intermediate defaults to 0. */
  readonly pathLength?: number;
  readonly nameConstraints?: NameConstraints;
}

export interface IntermediateOrder extends CaOrder {
  /** Issuer in the same store that signs it. */
  readonly parent: string;
}

/** What every leaf has in common, whoever makes its key. */
export interface LeafOrder {
  /** Name of the issuer in the store. */
  readonly issuer: string;
  /** Name of a built-in profile ("etcd-server"). One of `profile` and `role` must be given. */
  readonly profile?: string;
  readonly commonName?: string;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
  /** Milliseconds; the role's default when absent. */
  readonly lifetime?: number;
}

export interface IssueOrder extends LeafOrder {
  /** The profile's key type when absent. */
  readonly key?: KeySpec;
}

export interface SignOrder extends LeafOrder {
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
}

export interface Signed {
  readonly certificate: Certificate;
  /** Nearest first, root last: leaf files carry all but the last, bundles the last. */
  readonly chain: readonly Certificate[];
  readonly warnings: readonly string[];
}

export interface Issued extends Signed {
  /** The only copy: it is not kept in the store. */
  readonly key: ExportableKey;
}

/**
 * The CA on one machine. A certificate is durable in the store, and was verified against its issuer,
 * before any of these resolves with it.
 */
export interface Authority {
  /** A new issuer with a self-signed first generation. Throws store.issuer-exists. */
  createRoot(order: CaOrder): Promise<Generation>;
  /** A new issuer whose first generation is signed by `parent`'s current generation. */
  createIntermediate(order: IntermediateOrder): Promise<Generation>;
  /** A new issuer waiting for an external CA; resolves with the DER of its signing request. */
  requestIntermediate(order: CaOrder): Promise<Uint8Array>;
  /** Completes it with what the external CA answered: its certificate, then those above up to the root. */
  importIntermediate(name: string, certificates: readonly Uint8Array[]): Promise<Generation>;
  issuers(): Promise<readonly Issuer[]>;
  /** Throws authority.no-issuer with the names there are. */
  issuer(name: string): Promise<Issuer>;
  /** A certificate for a new key. Throws issuance.refused with the rule and what would pass. */
  issue(order: IssueOrder): Promise<Issued>;
  /** A certificate for a signing request whose signature verifies. */
  sign(order: SignOrder): Promise<Signed>;
  certificates(filter: CertificateFilter): Promise<readonly StoredCertificate[]>;
  /** By serial (hexadecimal, with or without colons). Throws authority.no-certificate, store.already-revoked. */
  revoke(
    certificate: { readonly serial: string; readonly issuer?: string },
    reason: RevocationReason,
  ): Promise<StoredCertificate>;
  /** A fresh revocation list of the issuer's current generation; numbers only grow. */
  crl(issuer: string, options?: { readonly lifetime?: number }): Promise<StoredRevocationList>;
  /** A CA's private key, for an explicit export only. */
  exportKey(issuer: string, generation?: number): Promise<ExportableKey>;
  close(): void;
}
