import type { AlgorithmIdentifier, Extension, KeyUsage, PublicKey } from "./certificate.ts";
import type { DistinguishedName, GeneralName } from "./name.ts";

/** A PKCS#10 certification request (RFC 2986). */
export interface SigningRequest {
  readonly der: Uint8Array;
  /** DER of the CertificationRequestInfo: what the signature covers. */
  readonly info: Uint8Array;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** From the extensionRequest attribute (RFC 2985 section 5.4.2). */
  readonly extensions: readonly Extension[];
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Dotted object identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined;
}
