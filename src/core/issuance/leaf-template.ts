import { formatIp } from "../x509/ip.ts";
import { subjectOf } from "../x509/names.ts";
import { attribute } from "../x509/oids.ts";
import type { GeneralName } from "../model/name.ts";
import type { CertificateTemplate, SubjectTemplate } from "../model/template.ts";
import type { CollectedNames } from "./collect-names.ts";
import { extendedUsagesOf } from "./key-purposes.ts";
import { keySpecOf } from "./key-spec.ts";
import { keyUsagesFor } from "./key-usages.ts";
import { encodePolicies } from "./policies.ts";
import { otherNameValue } from "./other-name.ts";
import type { Role } from "./role.ts";
import type { Case } from "./rule.ts";
import { signatureAlgorithmOf } from "./signature-algorithm.ts";

/** A leaf before it has a serial and a key: complete.ts adds both, and the subject key identifier that follows from the key. */
export type LeafTemplate = Omit<CertificateTemplate, "serial" | "spki">;

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** The subject comes from the role alone, except common name, serialNumber and user ids: a CSR's O would be a way into any group. */
export const leafSubject = (role: Role, names: CollectedNames): SubjectTemplate => [
  ...subjectOf({
    country: unique(role.country),
    organization: unique(role.organization),
    organizationalUnit: unique(role.ou),
    locality: unique(role.locality),
    province: unique(role.province),
    streetAddress: unique(role.streetAddress),
    postalCode: unique(role.postalCode),
    commonName: names.commonName,
    serialNumber: names.serialNumber,
  }),
  ...unique(names.userIds).map((value) => [{ oid: attribute.UID, value }]),
];

/** In Vault's order, which is Go's: DNS names, e-mail addresses, IP addresses, URIs, and other names before all. */
export const alternativeNames = (names: CollectedNames): readonly GeneralName[] => [
  ...names.others.map(({ oid, value }): GeneralName => ({
    kind: "other",
    oid,
    value: otherNameValue(value),
    text: value,
  })),
  ...names.dns.map((value): GeneralName => ({ kind: "dns", value })),
  ...names.emails.map((value): GeneralName => ({ kind: "email", value })),
  ...names.ips.flatMap(({ bytes }): GeneralName[] =>
    bytes === undefined ? [] : [{ kind: "ip", bytes, value: formatIp(bytes) ?? "" }],
  ),
  ...names.uris.map((value): GeneralName => ({ kind: "uri", value })),
];

/** What the certificate will say, for a case that passed every rule. */
export const leafTemplate = (c: Case): LeafTemplate => {
  const { request, role, issuer, names, settings, validity } = c;
  const key = request.csr?.publicKey ?? keySpecOf(request, role);
  const algorithm = "algorithm" in key ? key.algorithm : "unknown";
  const keyUsage = keyUsagesFor(role, algorithm, settings.vaultIdentical === true);
  const extendedKeyUsage = extendedUsagesOf(role);
  const subjectAltName = alternativeNames(names);
  const policies = encodePolicies(role.policyIdentifiers);
  const { crlDistributionPoints, authorityInfoAccess } = settings;
  return {
    issuer: issuer.subject.der,
    subject: leafSubject(role, names),
    notBefore: validity.notBefore,
    notAfter: validity.notAfter,
    // issuerSigns has refused issuers without one.
    signatureAlgorithm: signatureAlgorithmOf(issuer.publicKey, role.signatureBits, role.usePss)!,
    extensions: {
      ...(role.basicConstraintsValidForNonCa ? { basicConstraints: { ca: false } } : {}),
      ...(keyUsage.length === 0 ? {} : { keyUsage }),
      ...(extendedKeyUsage.length === 0 ? {} : { extendedKeyUsage }),
      ...(subjectAltName.length === 0 ? {} : { subjectAltName }),
      ...(issuer.subjectKeyIdentifier === undefined
        ? {}
        : { authorityKeyIdentifier: { keyIdentifier: issuer.subjectKeyIdentifier } }),
      ...(crlDistributionPoints === undefined ? {} : { crlDistributionPoints }),
      ...(authorityInfoAccess === undefined ? {} : { authorityInfoAccess }),
      ...(policies.length === 0 ? {} : { policies }),
    },
  };
};
