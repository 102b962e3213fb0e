import type { Fingerprint, Instant, KeyId } from "../core/model/certificate.ts";
import type { RevocationReason } from "../core/model/revocation-list.ts";
import type { Stage } from "../core/model/stage.ts";

/** A CA's identity through time. */
export interface StoredIssuer {
  /** Operator's word for it: "etcd-ca". */
  readonly name: string;
  readonly createdAt: Instant;
}

/** A generation's CA certificate under the signature of another generation of its issuer: same name, same key. */
export interface StoredCrossSign {
  /** Number of the generation that signed. */
  readonly by: number;
  readonly der: Uint8Array;
}

/** One key of an issuer. */
export interface StoredGeneration {
  readonly issuer: string;
  /** 1, 2, … within the issuer. */
  readonly number: number;
  readonly stage: Stage;
  readonly keyId: KeyId;
  /** DER of its CA certificate; absent while an external CA has not signed it yet. */
  readonly certificate?: Uint8Array;
  /** Certificates above it, nearest first, root last; empty for a root. */
  readonly chain: readonly Uint8Array[];
  /** CSR waiting for an external CA. */
  readonly signingRequest?: Uint8Array;
  readonly createdAt: Instant;
  /** In ascending order of `by`. */
  readonly crossSigns: readonly StoredCrossSign[];
}

/** One that is added has not been cross-signed yet. */
export type NewGeneration = Omit<StoredGeneration, "crossSigns">;

/** Whence a CA came that was made elsewhere; the log has it. */
export interface Adoption {
  /** RFC 4514. */
  readonly subject: string;
  readonly fingerprint: Fingerprint;
  /** Where its certificate was read. */
  readonly from: string;
  /** Whether its key came with it. */
  readonly key: boolean;
}

/** A certificate that one of our generations signed. */
export interface StoredCertificate {
  readonly issuer: string;
  readonly generation: number;
  /** In the form of Certificate.serial. */
  readonly serial: string;
  readonly fingerprint: Fingerprint;
  readonly keyId: KeyId;
  /** RFC 4514 text of the subject. */
  readonly subject: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly issuedAt: Instant;
  /** Profile or role it was issued under; "ca" for CA certificates. */
  readonly profile: string;
  readonly der: Uint8Array;
  readonly revokedAt?: Instant;
  readonly reason?: RevocationReason;
}

/** A leaf that one of our generations has to sign, and whose key is elsewhere. */
export interface StoredLeafRequest {
  readonly id: number;
  readonly issuer: string;
  readonly generation: number;
  /** Slot that it is for, or whom it names: for messages. */
  readonly name: string;
  readonly keyId: KeyId;
  /** The leaf in whose place it comes; absent: in nobody's. */
  readonly like?: Fingerprint;
  /** "kept": the private key is in the keystore until it is wanted. "there": it lies where the leaf does. */
  readonly key: "kept" | "there";
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
  readonly requestedAt: Instant;
  /** DER of what it was answered with. */
  readonly certificate?: Uint8Array;
}

export type NewLeafRequest = Omit<StoredLeafRequest, "id" | "certificate">;

export interface StoredRevocation {
  readonly serial: string;
  readonly revokedAt: Instant;
  readonly reason: RevocationReason;
  /** DER of the CRL's entry, so that a long list is joined and not written anew. */
  readonly entry: Uint8Array;
}

export interface StoredRevocationList {
  readonly issuer: string;
  readonly generation: number;
  readonly number: bigint;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly der: Uint8Array;
}

export interface CertificateFilter {
  readonly issuer?: string;
  readonly generation?: number;
  readonly serial?: string;
  readonly fingerprint?: Fingerprint;
  /** Part of the subject's text. */
  readonly subject?: string;
  readonly revoked?: boolean;
  /** Only those still valid at this instant. */
  readonly validAt?: Instant;
  /** Newest first; at most this many. */
  readonly limit?: number;
}

export interface AuditEntry {
  readonly sequence: number;
  readonly at: Instant;
  readonly event: string;
  /** JSON object without key material. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** SHA-256 over the previous entry's hash and this entry, hexadecimal. */
  readonly hash: string;
}

/**
 * What a CA remembers. Every method that changes something is one transaction, durable when it resolves,
 * and leaves one entry in the hash-chained audit log; two processes may use one store at once.
 */
export interface Store {
  issuers(): Promise<readonly StoredIssuer[]>;
  generations(issuer?: string): Promise<readonly StoredGeneration[]>;
  /** A new issuer with its first generation, made here or adopted. Throws store.issuer-exists. */
  addIssuer(
    generation: NewGeneration,
    certificate?: StoredCertificate,
    adopted?: Adoption,
  ): Promise<void>;
  /** A further generation. Throws store.generation-exists. */
  addGeneration(generation: NewGeneration, certificate?: StoredCertificate): Promise<void>;
  /**
   * The certificate of generation `number` as signed by `certificate.generation`, which is recorded with it.
   * Throws store.cross-sign-exists.
   */
  addCrossSign(number: number, certificate: StoredCertificate): Promise<void>;
  /** The certificate that an external CA made from the signing request. An issuer's first generation issues at once. */
  completeGeneration(
    issuer: string,
    number: number,
    certificate: Uint8Array,
    chain: readonly Uint8Array[],
    at: Instant,
  ): Promise<void>;
  /** Oldest first. */
  leafRequests(filter?: {
    readonly issuer: string;
    readonly generation: number;
  }): Promise<readonly StoredLeafRequest[]>;
  addLeafRequest(request: NewLeafRequest): Promise<void>;
  /** What somebody else has signed. Throws store.serial-taken, store.leaf-answered. */
  answerLeafRequest(id: number, certificate: StoredCertificate): Promise<void>;
  /** Several at once, so that there is never none that issues, and never two. */
  setStages(
    issuer: string,
    stages: readonly { readonly number: number; readonly stage: Stage }[],
    at: Instant,
  ): Promise<void>;
  /** All or none. Throws store.serial-taken. */
  record(certificates: readonly StoredCertificate[]): Promise<void>;
  certificates(filter: CertificateFilter): Promise<readonly StoredCertificate[]>;
  /** Throws store.already-revoked. */
  revoke(certificate: StoredCertificate, revocation: StoredRevocation): Promise<void>;
  /** Oldest first; those whose certificate had expired before `since` are left out (RFC 5280 section 3.3). */
  revocations(
    issuer: string,
    generation: number,
    since: Instant,
  ): Promise<readonly StoredRevocation[]>;
  latestRevocationList(
    issuer: string,
    generation: number,
  ): Promise<StoredRevocationList | undefined>;
  /** `at` is when it was made, which its own dates do not say. Throws store.crl-number-taken. */
  addRevocationList(list: StoredRevocationList, at: Instant): Promise<void>;
  /** An audit entry for what changes nothing in the store: an exported key. */
  note(at: Instant, event: string, detail: Readonly<Record<string, unknown>>): Promise<void>;
  audit(options?: { readonly limit?: number }): Promise<readonly AuditEntry[]>;
  /** Recomputes the audit log's chain; throws store.audit-broken with the first entry that does not fit. */
  verifyAudit(): Promise<{ readonly entries: number }>;
  close(): void;
}
