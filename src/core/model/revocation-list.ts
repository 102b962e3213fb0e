import type { AlgorithmIdentifier, Extension, Instant } from "./certificate.ts";
import type { DistinguishedName } from "./name.ts";

/** RFC 5280 section 5.3.1, by name. */
export type RevocationReason =
  | "unspecified"
  | "keyCompromise"
  | "cACompromise"
  | "affiliationChanged"
  | "superseded"
  | "cessationOfOperation"
  | "certificateHold"
  | "removeFromCRL"
  | "privilegeWithdrawn"
  | "aACompromise";

export interface RevokedCertificate {
  /** In the form of Certificate.serial. */
  readonly serial: string;
  readonly revokedAt: Instant;
  readonly reason?: RevocationReason;
}

/** A certificate revocation list (RFC 5280 section 5). */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Instant;
  readonly nextUpdate?: Instant;
  readonly number?: bigint;
  readonly revoked: readonly RevokedCertificate[];
  readonly extensions: readonly Extension[];
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}
