/** One entry of `policy_identifiers`. */
export interface PolicyIdentifier {
  readonly oid: string;
  /** Explicit text of a user notice (RFC 5280 section 4.2.1.4). */
  readonly notice?: string;
  /** URI of a certification practice statement. */
  readonly cps?: string;
}

/**
 * What may be issued under a name: Vault's PKI role, field by field, with its defaults.
 * Vault's documentation of each field holds here; where we do more (see evaluate.ts), `vaultIdentical` turns it off.
 * All durations are seconds, 0 means "as the mount says".
 */
export interface Role {
  readonly issuerRef: string;
  readonly ttl: number;
  readonly maxTtl: number;
  readonly allowLocalhost: boolean;
  readonly allowedDomains: readonly string[];
  readonly allowedDomainsTemplate: boolean;
  readonly allowGlobsInIdentityTemplates: boolean;
  readonly allowBareDomains: boolean;
  readonly allowSubdomains: boolean;
  readonly allowGlobDomains: boolean;
  readonly allowWildcardCertificates: boolean;
  readonly allowAnyName: boolean;
  readonly enforceHostnames: boolean;
  readonly allowIpSans: boolean;
  /** Every IP must lie in one of these when there are any. OpenBao's. */
  readonly allowedIpSansCidr: readonly string[];
  readonly allowedUriSans: readonly string[];
  readonly allowedUriSansTemplate: boolean;
  /** "oid;UTF8:glob", or a single "*". */
  readonly allowedOtherSans: readonly string[];
  /** Globs for the subject's serialNumber attribute. */
  readonly allowedSerialNumbers: readonly string[];
  readonly allowedUserIds: readonly string[];
  readonly serverFlag: boolean;
  readonly clientFlag: boolean;
  readonly codeSigningFlag: boolean;
  readonly emailProtectionFlag: boolean;
  readonly keyType: "rsa" | "ec" | "ed25519" | "any";
  /** 0 means 2048 for RSA and 256 for EC; a minimum for signing requests. */
  readonly keyBits: number;
  readonly signatureBits: number;
  readonly usePss: boolean;
  readonly keyUsage: readonly string[];
  readonly extKeyUsage: readonly string[];
  readonly extKeyUsageOids: readonly string[];
  readonly useCsrCommonName: boolean;
  readonly useCsrSans: boolean;
  readonly ou: readonly string[];
  readonly organization: readonly string[];
  readonly country: readonly string[];
  readonly locality: readonly string[];
  readonly province: readonly string[];
  readonly streetAddress: readonly string[];
  readonly postalCode: readonly string[];
  readonly generateLease: boolean;
  readonly noStore: boolean;
  readonly noStoreMetadata: boolean;
  readonly requireCn: boolean;
  /** "email" and "hostname", or a single "disabled". */
  readonly cnValidations: readonly string[];
  readonly policyIdentifiers: readonly PolicyIdentifier[];
  readonly basicConstraintsValidForNonCa: boolean;
  /** How far notBefore lies in the past. */
  readonly notBeforeDuration: number;
  /** RFC 3339, or "" for none; it wins over the request's. */
  readonly notBefore: string;
  readonly notBeforeBound: "permit" | "duration" | "forbid";
  readonly notAfter: string;
  /** "permit", "ttl-limited", "forbid", or an RFC 3339 time that is the latest allowed (openbao PR #1172). */
  readonly notAfterBound: string;
  readonly serialNumberSource: "json-csr" | "json";
}

/** What Vault (and OpenBao, where only it has the field) fills in for a role written with no fields at all. */
export const defaultRole: Role = {
  issuerRef: "default",
  ttl: 0,
  maxTtl: 0,
  allowLocalhost: true,
  allowedDomains: [],
  allowedDomainsTemplate: false,
  allowGlobsInIdentityTemplates: false,
  allowBareDomains: false,
  allowSubdomains: false,
  allowGlobDomains: false,
  allowWildcardCertificates: true,
  allowAnyName: false,
  enforceHostnames: true,
  allowIpSans: true,
  allowedIpSansCidr: [],
  allowedUriSans: [],
  allowedUriSansTemplate: false,
  allowedOtherSans: [],
  allowedSerialNumbers: [],
  allowedUserIds: [],
  serverFlag: true,
  clientFlag: true,
  codeSigningFlag: false,
  emailProtectionFlag: false,
  keyType: "rsa",
  keyBits: 0,
  signatureBits: 0,
  usePss: false,
  keyUsage: ["DigitalSignature", "KeyAgreement", "KeyEncipherment"],
  extKeyUsage: [],
  extKeyUsageOids: [],
  useCsrCommonName: true,
  useCsrSans: true,
  ou: [],
  organization: [],
  country: [],
  locality: [],
  province: [],
  streetAddress: [],
  postalCode: [],
  generateLease: false,
  noStore: false,
  noStoreMetadata: false,
  requireCn: true,
  cnValidations: ["email", "hostname"],
  policyIdentifiers: [],
  basicConstraintsValidForNonCa: false,
  notBeforeDuration: 30,
  notBefore: "",
  notBeforeBound: "permit",
  notAfter: "",
  notAfterBound: "permit",
  serialNumberSource: "json-csr",
};
