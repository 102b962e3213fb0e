import type {
  AccessDescription,
  Certificate,
  DistributionPoint,
  Instant,
} from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { SigningRequest } from "../model/signing-request.ts";

/** What somebody asks for; Vault's parameters of issue/:role and sign/:role. Absent and empty mean the same. */
export interface IssueRequest {
  readonly commonName?: string;
  /** DNS names and e-mail addresses. */
  readonly altNames?: readonly string[];
  readonly ipSans?: readonly string[];
  readonly uriSans?: readonly string[];
  /** "oid;UTF8:value" */
  readonly otherSans?: readonly string[];
  readonly userIds?: readonly string[];
  /** The subject's serialNumber attribute, not the certificate's serial. */
  readonly serialNumber?: string;
  /** Seconds. */
  readonly ttl?: number;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  readonly excludeCnFromSans?: boolean;
  /** What key to make; only a role with key_type "any" asks for it. */
  readonly keyType?: "rsa" | "ec" | "ed25519";
  readonly keyBits?: number;
  /** Present for sign, absent for issue. */
  readonly csr?: SigningRequest;
}

/** What the rules need to know of the certificate that will sign. */
export type IssuerFacts = Pick<
  Certificate,
  | "subject"
  | "notBefore"
  | "notAfter"
  | "publicKey"
  | "basicConstraints"
  | "keyUsage"
  | "extendedKeyUsage"
  | "nameConstraints"
  | "subjectKeyIdentifier"
>;

/** What becomes of a leaf that would outlive its issuer: Vault's leaf_not_after_behavior. */
export type LeafNotAfter = "err" | "truncate" | "permit";

/** What is neither asked for nor in the role: the mount, the issuer's settings, the platform. */
export interface Settings {
  /** Seconds, for roles without ttl; Vault's system default is 768h. */
  readonly defaultTtl?: number;
  /** Seconds, for roles without max_ttl. */
  readonly maxTtl?: number;
  /** "err" when absent, as in Vault. */
  readonly leafNotAfter?: LeafNotAfter;
  /**
   * Decides as Vault does, and nothing beyond: IP addresses stay DNS names, key usages that the key cannot have stay,
   * the issuer's name constraints and usages are not asked.
   */
  readonly vaultIdentical?: boolean;
  /** Refuses certificates for servers without a DNS name or IP address; Go has ignored the common name since 1.15. */
  readonly serverNameRequired?: boolean;
  /** IDNA ToASCII of a name with other than ASCII letters; undefined when there is none. Absent: such names are refused. */
  readonly toAscii?: (name: string) => string | undefined;
  /** Needed for requests with a CSR: without it none passes. */
  readonly verifySignature?: VerifySignature;
  /** Fills in an identity template such as "{{identity.entity.name}}.example.com"; undefined when it cannot. */
  readonly identity?: (template: string) => string | undefined;
  /** Certificates above the issuer: their name constraints and usages bind the leaf too (RFC 5280 section 6.1). */
  readonly ancestors?: readonly IssuerFacts[];
  readonly crlDistributionPoints?: readonly DistributionPoint[];
  readonly authorityInfoAccess?: readonly AccessDescription[];
}
