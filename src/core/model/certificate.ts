import type { Brand } from "./brand.ts";
import type { DistinguishedName, GeneralName } from "./name.ts";

/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;
/** SHA-256 of a certificate's DER, 64 lower-case hexadecimal digits. */
export type Fingerprint = Brand<string, "Fingerprint">;
/** SHA-256 of a SubjectPublicKeyInfo's DER, 64 lower-case hexadecimal digits: one key across renewals and cross-signs. */
export type KeyId = Brand<string, "KeyId">;

export interface AlgorithmIdentifier {
  readonly oid: string;
  /** DER of the parameters, tag and length included; absent when there are none. */
  readonly parameters?: Uint8Array;
}

export type KeyAlgorithm = "rsa" | "ec" | "ed25519" | "ed448" | "dsa" | "unknown";

export interface PublicKey {
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly id: KeyId;
  readonly algorithm: KeyAlgorithm;
  readonly oid: string;
  /** Size of the RSA modulus or of the curve's field, in bits; 0 when unknown. */
  readonly bits: number;
  /** "P-256" | "P-384" | "P-521" for named curves we know, else the curve's dotted oid; absent for other algorithms. */
  readonly curve?: string | undefined;
}

/** Names of the bits of RFC 5280 section 4.2.1.3, in bit order. */
export type KeyUsage =
  | "digitalSignature"
  | "contentCommitment"
  | "keyEncipherment"
  | "dataEncipherment"
  | "keyAgreement"
  | "keyCertSign"
  | "cRLSign"
  | "encipherOnly"
  | "decipherOnly";

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Contents of the extnValue OCTET STRING. */
  readonly value: Uint8Array;
}

export interface BasicConstraints {
  readonly ca: boolean;
  /** Absent means unlimited (RFC 5280 section 4.2.1.9). */
  readonly pathLength?: number;
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Uint8Array;
  readonly issuer?: readonly GeneralName[];
  /** Serial in the form of {@link Certificate.serial}. */
  readonly serial?: string;
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export interface DistributionPoint {
  readonly fullName: readonly GeneralName[];
  readonly crlIssuer: readonly GeneralName[];
  /** Bit names are not decoded; absent means all reasons. */
  readonly reasons?: Uint8Array;
}

export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

export interface PolicyInformation {
  readonly oid: string;
  /** DER of policyQualifiers, when present. */
  readonly qualifiers?: Uint8Array;
}

/** A deviation from RFC 5280 or X.690 that a tolerant reading passed over. */
export interface Flaw {
  /** Stable word, for example "der.length-not-minimal", "certificate.serial-negative". */
  readonly code: string;
  readonly message: string;
  /** Byte offset in the certificate's DER. */
  readonly offset: number;
}

/** An X.509 certificate as read (RFC 5280 section 4). Getters may decode on first use. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly fingerprint: Fingerprint;
  /** DER of the TBSCertificate: what the signature covers. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** The INTEGER's content octets in lower-case hexadecimal, without a leading 00 sign octet; "0" bytes give "00". */
  readonly serial: string;
  readonly serialNegative: boolean;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** Algorithm inside the TBSCertificate; must equal the outer one (RFC 5280 section 4.1.1.2). */
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier;
  /** Signature bits, unused-bits octet removed. */
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];

  // Decoded extensions; undefined when absent.
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Dotted oids of KeyPurposeIds. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  readonly crlDistributionPoints: readonly DistributionPoint[] | undefined;
  readonly authorityInfoAccess: readonly AccessDescription[] | undefined;
  readonly policies: readonly PolicyInformation[] | undefined;

  /** Empty after a strict reading. */
  readonly flaws: readonly Flaw[];
}
