import type { Certificate, Extension } from "../../model/certificate.ts";
import { extension } from "../oids.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

/** What RFC 5280 section 4.2 defines for certificates and this path builder heeds. */
const heeded: ReadonlySet<string> = new Set([
  extension.keyUsage,
  extension.subjectAltName,
  extension.basicConstraints,
  extension.nameConstraints,
  extension.cRLDistributionPoints,
  extension.certificatePolicies,
  extension.policyMappings,
  extension.authorityKeyIdentifier,
  extension.subjectKeyIdentifier,
  extension.policyConstraints,
  extension.extKeyUsage,
  extension.inhibitAnyPolicy,
]);

const understood = (certificate: Certificate, one: Extension, profile: Profile): boolean => {
  if (!heeded.has(one.oid)) return false;
  if (profile.name !== "go") return true;
  // Go counts an extension as understood only when it understood what was in it.
  const known = (kind: string): boolean =>
    kind === "dns" || kind === "ip" || kind === "email" || kind === "uri";
  if (one.oid === extension.subjectAltName)
    return (certificate.subjectAltName ?? []).some((name) => known(name.kind));
  if (one.oid === extension.nameConstraints) {
    const { permitted = [], excluded = [] } = certificate.nameConstraints ?? {};
    return [...permitted, ...excluded].every((base) => known(base.kind));
  }
  return true;
};

/** RFC 5280 section 4.2: a certificate with a critical extension that is not understood must be refused. */
export const checkCriticalExtensions = (
  chain: readonly Certificate[],
  index: number,
  profile: Profile,
): PathFailure | undefined => {
  const certificate = chain[index]!;
  const unknown = certificate.extensions.find(
    (one) => one.critical && !understood(certificate, one, profile),
  );
  return unknown === undefined
    ? undefined
    : pathFailure("unknown-critical-extension", chain, index, { oid: unknown.oid });
};
