import { hexOf } from "../bytes/hex.ts";
import { equalBytes } from "../bytes/compare.ts";
import type { Certificate, Instant, PublicKey } from "../model/certificate.ts";
import { formatGeneralName, formatName } from "../x509/names.ts";
import { accessMethod, oidName } from "../x509/oids.ts";
import { formatInstant } from "../x509/time.ts";

/** A certificate in words and plain values: what `-o json` prints and what the human form is made of. */
export interface Description {
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** "DNS:etcd-1", "IP:10.0.0.1", "URI:spiffe://…" */
  readonly names: readonly string[];
  readonly ca: boolean;
  /** Absent: unlimited, or no CA. */
  readonly pathLength?: number;
  readonly selfIssued: boolean;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  /** RFC 3339, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly state: "valid" | "expired" | "not yet valid";
  /** Whole days until notAfter, rounded down; negative when expired. */
  readonly daysLeft: number;
  readonly key: { readonly type: string; readonly sha256: string };
  readonly signatureAlgorithm: string;
  readonly sha256: string;
  readonly subjectKeyIdentifier?: string;
  readonly authorityKeyIdentifier?: string;
  readonly permittedNames: readonly string[];
  readonly excludedNames: readonly string[];
  readonly crl: readonly string[];
  readonly ocsp: readonly string[];
  readonly issuerUrls: readonly string[];
  /** Extensions that are not told above, by name or dotted number. */
  readonly otherExtensions: readonly string[];
  readonly flaws: readonly {
    readonly code: string;
    readonly message: string;
    readonly offset: number;
  }[];
}

const day = 86_400_000;

export const describe = (certificate: Certificate, at: Instant): Description => {
  const { basicConstraints, nameConstraints, subjectKeyIdentifier, flaws } = certificate;
  const authority = certificate.authorityKeyIdentifier?.keyIdentifier;
  const access = (method: string) =>
    (certificate.authorityInfoAccess ?? [])
      .filter((one) => one.method === method)
      .map((one) => formatGeneralName(one.location));
  return {
    subject: formatName(certificate.subject),
    issuer: formatName(certificate.issuer),
    serial: certificate.serial,
    names: (certificate.subjectAltName ?? []).map(formatGeneralName),
    ca: basicConstraints?.ca === true,
    ...(basicConstraints?.pathLength === undefined
      ? {}
      : { pathLength: basicConstraints.pathLength }),
    selfIssued: equalBytes(certificate.subject.der, certificate.issuer.der),
    keyUsage: certificate.keyUsage ?? [],
    extendedKeyUsage: (certificate.extendedKeyUsage ?? []).map(oidName),
    notBefore: formatInstant(certificate.notBefore),
    notAfter: formatInstant(certificate.notAfter),
    state:
      at > certificate.notAfter
        ? "expired"
        : at < certificate.notBefore
          ? "not yet valid"
          : "valid",
    daysLeft: Math.floor((certificate.notAfter - at) / day),
    key: { type: keyText(certificate.publicKey), sha256: certificate.publicKey.id },
    signatureAlgorithm: oidName(certificate.signatureAlgorithm.oid),
    sha256: certificate.fingerprint,
    ...(subjectKeyIdentifier === undefined
      ? {}
      : { subjectKeyIdentifier: hexOf(subjectKeyIdentifier) }),
    ...(authority === undefined ? {} : { authorityKeyIdentifier: hexOf(authority) }),
    permittedNames: (nameConstraints?.permitted ?? []).map(formatGeneralName),
    excludedNames: (nameConstraints?.excluded ?? []).map(formatGeneralName),
    crl: (certificate.crlDistributionPoints ?? []).flatMap((point) =>
      point.fullName.map(formatGeneralName),
    ),
    ocsp: access(accessMethod.ocsp),
    issuerUrls: access(accessMethod.caIssuers),
    otherExtensions: certificate.extensions
      .map(({ oid }) => oid)
      .filter((oid) => !told.has(oidName(oid)))
      .map(oidName),
    flaws: flaws.map(({ code, message, offset }) => ({ code, message, offset })),
  };
};

/** Extensions whose content is told in a field of its own. */
const told: ReadonlySet<string> = new Set([
  "subjectKeyIdentifier",
  "authorityKeyIdentifier",
  "keyUsage",
  "extKeyUsage",
  "subjectAltName",
  "basicConstraints",
  "nameConstraints",
  "cRLDistributionPoints",
  "authorityInfoAccess",
]);

/** "EC P-256", "RSA 2048", "Ed25519" */
export const keyText = ({ algorithm, bits, curve, oid }: PublicKey): string => {
  switch (algorithm) {
    case "ec":
      return `EC ${curve === undefined ? `${bits} bits` : oidName(curve)}`;
    case "rsa":
      return `RSA ${bits}`;
    case "ed25519":
      return "Ed25519";
    case "ed448":
      return "Ed448";
    case "dsa":
      return `DSA ${bits}`;
    default:
      return oidName(oid);
  }
};

/** What a certificate can be used for, in an operator's words: "CA", "server and client", "client", "any". */
export const useText = ({
  ca,
  extendedKeyUsage,
}: Pick<Description, "ca" | "extendedKeyUsage">): string => {
  if (ca) return "CA";
  if (extendedKeyUsage.length === 0 || extendedKeyUsage.includes("any")) return "any";
  const words = extendedKeyUsage.map((usage) => usageWords[usage] ?? usage);
  return words.join(" and ");
};

const usageWords: Readonly<Record<string, string>> = { serverAuth: "server", clientAuth: "client" };
