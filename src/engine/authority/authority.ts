import type { Explanation, Refusal } from "../../core/issuance/evaluate.ts";
import type { Role } from "../../core/issuance/role.ts";
import type { Certificate, Instant, KeyId, NameConstraints } from "../../core/model/certificate.ts";
import type { KeySpec } from "../../core/model/key.ts";
import type { GeneralName } from "../../core/model/name.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import type { Stage } from "../../core/model/stage.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import type {
  AuditEntry,
  CertificateFilter,
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
  /** DER of the request that an external CA has not answered yet. */
  readonly signingRequest?: Uint8Array;
  readonly createdAt: Instant;
}

/** A generation that has its certificate. */
export type SigningGeneration = Generation & { readonly certificate: Certificate };

export interface Issuer {
  readonly name: string;
  readonly generations: readonly Generation[];
  /** The generation that signs new certificates: the newest at stage "issuing"; absent when there is none. */
  readonly current?: SigningGeneration;
}

/** A new CA certificate with a new key. What a profile says counts where the order is silent. */
export interface CaOrder {
  /** The issuer's name in the store: "etcd-ca". */
  readonly name: string;
  /** A built-in authority profile: "kubernetes-ca". */
  readonly profile?: string;
  /** Defaults to `name`. Later generations add their number, so that each has its own distinguished name. */
  readonly commonName?: string;
  readonly organization?: readonly string[];
  /** Defaults to P-256. */
  readonly key?: KeySpec;
  /** Milliseconds. Defaults to 10 years for a root, 5 for an intermediate. */
  readonly lifetime?: number;
  /** How many CAs may stand below; undefined leaves it open for a root and is 0 for an intermediate. */
  readonly pathLength?: number;
  readonly nameConstraints?: NameConstraints;
  /** SPIFFE trust domain, for a mesh's CA. */
  readonly trustDomain?: string;
}

export interface IntermediateOrder extends CaOrder {
  /** Issuer in the same store that signs it. */
  readonly parent: string;
}

export interface CreatedCa {
  readonly generation: SigningGeneration;
  readonly warnings: readonly string[];
}

/** What every leaf has in common, whoever makes its key. */
export interface LeafOrder {
  /** Name of the issuer in the store. */
  readonly issuer: string;
  /** Name of a built-in profile ("etcd-server"). One of `profile` and `role` must be given. */
  readonly profile?: string;
  /** A role of the operator's own, and the name that the store keeps for it. */
  readonly role?: { readonly name: string; readonly fields: Role };
  readonly commonName?: string;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
  /** Milliseconds; the role's default when absent. */
  readonly lifetime?: number;
  readonly notAfter?: Instant;
}

export interface IssueOrder extends LeafOrder {
  /** The profile's key type when absent; a role decides for itself unless its key_type is "any". */
  readonly key?: KeySpec;
}

export interface SignOrder extends LeafOrder {
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
}

export interface ListOrder {
  /** Milliseconds until the next list is due. Defaults to 30 days. */
  readonly lifetime?: number;
  /** The list of this generation alone, whatever its stage. */
  readonly generation?: number;
  /** Refuses before anything is signed when there would be more than one list. */
  readonly single?: boolean;
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

/** What would become of an order. Nothing was made, no key was needed. */
export interface Explained {
  readonly passes: boolean;
  /** Every rule in the order asked. */
  readonly rules: readonly Explanation[];
  /** The first rule that objects, with what would pass. */
  readonly refusal?: Refusal;
  /** What the certificate would say; absent when refused. */
  readonly would?: {
    /** RFC 4514. */
    readonly subject: string;
    readonly names: readonly GeneralName[];
    readonly usages: readonly string[];
    readonly notBefore: Instant;
    readonly notAfter: Instant;
    /** Absent when a signing request brings it. */
    readonly key?: KeySpec;
  };
  readonly warnings: readonly string[];
}

/**
 * The CA on one machine. A certificate was verified against its issuer and is durable in the store
 * before any of these resolves with it.
 */
export interface Authority {
  /** A new issuer with a self-signed first generation. Throws store.issuer-exists. */
  createRoot(order: CaOrder): Promise<CreatedCa>;
  /** A new issuer whose first generation is signed by `parent`'s current generation. */
  createIntermediate(order: IntermediateOrder): Promise<CreatedCa>;
  /** A new issuer waiting for an external CA; its generation carries the signing request. */
  requestIntermediate(order: CaOrder): Promise<Generation>;
  /** Completes it with the external CA's answer: its certificate and those above, in any order. */
  importIntermediate(
    name: string,
    certificates: readonly Certificate[],
  ): Promise<SigningGeneration>;
  /**
   * A further generation at stage "staged": a new key under a name of its own, otherwise as the current one.
   * Signed by itself, or by the parent's current generation. It signs nothing before it is "issuing".
   */
  addGeneration(issuer: string): Promise<CreatedCa>;
  /** Moves a generation; one that starts issuing sends the one that did so far to "retiring". */
  setStage(issuer: string, number: number, stage: Stage): Promise<Issuer>;
  issuers(): Promise<readonly Issuer[]>;
  /** Throws authority.no-issuer with the names there are. */
  issuer(name: string): Promise<Issuer>;
  /** A certificate for a new key. Throws issuance.refused with the rule and what would pass. */
  issue(order: IssueOrder): Promise<Issued>;
  /** A certificate for a signing request whose signature verifies. */
  sign(order: SignOrder): Promise<Signed>;
  explain(order: IssueOrder | SignOrder): Promise<Explained>;
  certificates(filter: CertificateFilter): Promise<readonly StoredCertificate[]>;
  /** By serial (hexadecimal, with or without colons). Throws authority.no-certificate, store.already-revoked. */
  revoke(
    certificate: { readonly serial: string; readonly issuer?: string },
    reason: RevocationReason,
  ): Promise<StoredCertificate>;
  /**
   * A fresh revocation list of each generation that has certificates in use, each with its generation's next number;
   * that of the current one first. Throws authority.several-lists, authority.no-revocation-lists.
   */
  crl(issuer: string, options?: ListOrder): Promise<readonly StoredRevocationList[]>;
  /** The current generation's private key, for an explicit export only. */
  exportKey(issuer: string): Promise<ExportableKey>;
  /** Newest first. */
  audit(options?: { readonly limit?: number }): Promise<readonly AuditEntry[]>;
  /** Throws store.audit-broken. */
  verifyAudit(): Promise<{ readonly entries: number }>;
  close(): void;
}
