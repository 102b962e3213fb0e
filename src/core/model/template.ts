import type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  DistributionPoint,
  Extension,
  Instant,
  KeyUsage,
  NameConstraints,
  PolicyInformation,
} from "./certificate.ts";
import type { SignatureAlgorithm } from "./key.ts";
import type { GeneralName, NameAttribute } from "./name.ts";

/** A subject to write; `tag` may be left out: PrintableString for C and serialNumber, IA5String for DC and e-mail, else UTF8String. */
export type SubjectTemplate = readonly (readonly (Omit<NameAttribute, "tag"> & {
  readonly tag?: number;
})[])[];

/** Extensions to write; an absent one is not written. Criticality follows RFC 5280 unless said otherwise. */
export interface ExtensionsTemplate {
  /** Written critical. */
  readonly basicConstraints?: BasicConstraints;
  /** Written critical. */
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly string[];
  /** Critical if and only if the subject is empty (RFC 5280 section 4.2.1.6). */
  readonly subjectAltName?: readonly GeneralName[];
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier;
  /** Written critical. */
  readonly nameConstraints?: NameConstraints;
  readonly crlDistributionPoints?: readonly DistributionPoint[];
  readonly authorityInfoAccess?: readonly AccessDescription[];
  readonly policies?: readonly PolicyInformation[];
  /** Written as they are, after the others. */
  readonly other?: readonly Extension[];
}

/** All of a certificate except its signature. */
export interface CertificateTemplate {
  /** Big-endian, positive, at most 20 octets (RFC 5280 section 4.1.2.2). */
  readonly serial: Uint8Array;
  /** DER of the issuer's subject, byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: SubjectTemplate | { readonly der: Uint8Array };
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly spki: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly extensions: ExtensionsTemplate;
}
