/**
 * Whose verdict is asked for.
 * - "go": crypto/x509 of Go 1.26, which etcd, kube-apiserver, kubectl and most meshes verify with.
 * - "openssl": `openssl verify` of OpenSSL 3 at Debian's security level 2; Node, curl and nginx stand on it.
 * - "rfc5280": path validation to the letter of RFC 5280 section 6.
 * - "rfc5280-strict": that, and certificates that conform to the profile of section 4.
 * - "webpki": that, and what the CA/Browser Forum's Baseline Requirements ask beyond it.
 */
export type ProfileName = "go" | "openssl" | "rfc5280" | "rfc5280-strict" | "webpki";

/** Where verifiers differ, as data: each field is one difference, and each is met in one place. */
export interface Profile {
  readonly name: ProfileName;
  /** Who speaks, for messages. */
  readonly verifier: string;
  /** How an issuer's subject is compared with the issuer field: Go compares bytes, RFC 5280 section 7.1 prepares strings. */
  readonly issuerNames: "bytes" | "prepared";
  /**
   * Whether another issuer is tried when one leads nowhere. OpenSSL takes the best looking one and stays with it,
   * and lets key identifiers that differ rule an issuer out, where others only try it last.
   */
  readonly backtracks: boolean;
  /**
   * When an issuer closes a circle. "same-names": a certificate with its subject, key and alternative names is
   * below (RFC 4158 section 5.2). "go" is that as of Go 1.26, whose alreadyInChain looks only as far as the first
   * with that subject and key that differs in having alternative names at all. "certificate": it is below itself.
   */
  readonly circles: "same-names" | "go" | "certificate";
  /** An anchor of version 3 without basic constraints is a CA if its key usage has keyCertSign (check_ca in OpenSSL). */
  readonly caByKeyUsage: boolean;
  /** Whether any trusted certificate ends a path. OpenSSL without X509_V_FLAG_PARTIAL_CHAIN wants a self-signed one. */
  readonly anchors: "any" | "self-signed";
  /** RFC 5280 section 4.1.2.5 knows whole seconds; Go compares instants. */
  readonly wholeSeconds: boolean;
  /** X509_cmp_time takes a time that is now for one that is past, so that OpenSSL's certificates end a second early. */
  readonly endExcluded: boolean;
  /** RFC 5280 sections 4.2.1.9 and 6.1.4 (l): self-issued certificates do not count. Go counts them. */
  readonly selfIssuedUncounted: boolean;
  /** RFC 5280 section 4.2.1.10: name constraints pass over self-issued certificates in the middle. Go does not. */
  readonly selfIssuedUnconstrained: boolean;
  /** Whether directory names are constrained, or such a constraint is one that is not understood. */
  readonly directoryConstraints: boolean;
  /** "example.com" in an e-mail or URI constraint: that host only (RFC 5280 section 4.2.1.10), or hosts below too (Go). */
  readonly hostConstraints: "exact" | "tree";
  /** "*.example.com" is excluded where "a.example.com" is, for which it may stand (CVE-2025-61727). OpenSSL lets it pass. */
  readonly excludesWildcards: boolean;
  /** E-mail names under constraints are split at the "@" rather than read (nc_email in OpenSSL). */
  readonly looseMailboxes: boolean;
  /** Go refuses a chain below a constraint when any name there cannot be understood, whatever the constraint's type. */
  readonly everyNameMustParse: boolean;
  /** A host name in the subject's common name counts when there is no DNS name (RFC 6125 section 6.4.4; OpenSSL). */
  readonly commonName: boolean;
  /** "etcd*.example.com" matches "etcd1.example.com" (OpenSSL without X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS). */
  readonly partialWildcards: boolean;
  /** Key usage of the leaf for its purpose: OpenSSL looks at it, Go does not. */
  readonly leafKeyUsage: boolean;
  /** anyExtendedKeyUsage stands for each purpose (Go); OpenSSL's purposes sslserver and sslclient want the real one. */
  readonly anyUsage: boolean;
  /** Whose requirements on single certificates are checked, beyond what path validation needs. */
  readonly conformance: "none" | "rfc5280" | "webpki";
  /** Policies are checked (RFC 5280 section 6.1, RFC 9618); OpenSSL does so on -policy_check only. */
  readonly policies: boolean;
  /** Least size of any certificate's RSA key. */
  readonly minRsaBits: number;
  readonly minEcBits: number;
  /** Least size of an RSA key that signatures are checked with. */
  readonly minSigningRsaBits: number;
  readonly dsa: boolean;
  /** Curves that are understood; undefined is all. */
  readonly curves: readonly string[] | undefined;
}

const nist = ["P-256", "P-384", "P-521"];

const rfc5280: Profile = {
  name: "rfc5280",
  verifier: "RFC 5280",
  issuerNames: "prepared",
  backtracks: true,
  circles: "same-names",
  caByKeyUsage: false,
  anchors: "any",
  wholeSeconds: true,
  endExcluded: false,
  selfIssuedUncounted: true,
  selfIssuedUnconstrained: true,
  directoryConstraints: true,
  hostConstraints: "exact",
  excludesWildcards: true,
  looseMailboxes: false,
  everyNameMustParse: false,
  commonName: false,
  partialWildcards: false,
  leafKeyUsage: false,
  anyUsage: true,
  conformance: "none",
  policies: true,
  minRsaBits: 0,
  minEcBits: 0,
  minSigningRsaBits: 1024,
  dsa: true,
  curves: undefined,
};

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  go: {
    name: "go",
    verifier: "Go (etcd, Kubernetes)",
    issuerNames: "bytes",
    backtracks: true,
    circles: "go",
    caByKeyUsage: false,
    anchors: "any",
    wholeSeconds: false,
    endExcluded: false,
    selfIssuedUncounted: false,
    selfIssuedUnconstrained: false,
    directoryConstraints: false,
    hostConstraints: "tree",
    excludesWildcards: true,
    looseMailboxes: false,
    everyNameMustParse: true,
    commonName: false,
    partialWildcards: false,
    leafKeyUsage: false,
    anyUsage: true,
    conformance: "none",
    policies: true,
    minRsaBits: 0,
    minEcBits: 0,
    // crypto/rsa has refused to verify with less since Go 1.24 (GODEBUG rsa1024min).
    minSigningRsaBits: 1024,
    dsa: false,
    // namedCurveFromOID in crypto/x509.
    curves: ["1.3.132.0.33", ...nist],
  },
  openssl: {
    name: "openssl",
    verifier: "OpenSSL (Node, curl, nginx)",
    issuerNames: "prepared",
    backtracks: false,
    circles: "certificate",
    caByKeyUsage: true,
    anchors: "self-signed",
    wholeSeconds: true,
    endExcluded: true,
    selfIssuedUncounted: true,
    selfIssuedUnconstrained: true,
    directoryConstraints: true,
    hostConstraints: "exact",
    excludesWildcards: false,
    looseMailboxes: true,
    everyNameMustParse: false,
    commonName: true,
    partialWildcards: true,
    leafKeyUsage: true,
    anyUsage: false,
    conformance: "none",
    policies: false,
    // SSL_CTX_set_security_level(3): level 2 is 112 bits, RSA and DSA of 2048 bits, curves of 224.
    minRsaBits: 2048,
    minEcBits: 224,
    minSigningRsaBits: 2048,
    dsa: true,
    curves: undefined,
  },
  rfc5280,
  "rfc5280-strict": { ...rfc5280, name: "rfc5280-strict", conformance: "rfc5280" },
  webpki: {
    ...rfc5280,
    name: "webpki",
    verifier: "CA/Browser Forum",
    conformance: "webpki",
    // Baseline Requirements section 6.1.5 and 7.1.3.1.
    minRsaBits: 2048,
    minSigningRsaBits: 2048,
    dsa: false,
    curves: nist,
  },
};
