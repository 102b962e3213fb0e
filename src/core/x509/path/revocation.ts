import type { Certificate, Instant } from "../../model/certificate.ts";
import type { VerifySignature } from "../../model/cryptography.ts";
import type { RevocationList } from "../../model/revocation-list.ts";
import { equalBytes } from "../../bytes/compare.ts";
import { extension } from "../oids.ts";
import { formatInstant } from "../time.ts";
import { sameName } from "./directory-names.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import { nameText } from "./label.ts";
import type { Profile } from "./profile.ts";

/** Critical extensions of a list that are understood; issuing distribution points and deltas are not (RFC 5280 section 5.2). */
const heeded: ReadonlySet<string> = new Set([
  extension.cRLNumber,
  extension.authorityKeyIdentifier,
]);

/** Why the issuer's list cannot be used, or undefined when it can. */
const unusable = (
  list: RevocationList,
  issuer: Certificate,
  at: Instant,
  profile: Profile,
  verify: VerifySignature,
): string | undefined => {
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes("cRLSign"))
    return "was issued by a CA whose key usage lacks cRLSign";
  const unknown = list.extensions.find((one) => one.critical && !heeded.has(one.oid));
  if (unknown !== undefined)
    return `has the critical extension ${unknown.oid}, which is not understood`;
  if (at < list.thisUpdate) return `is not in force before ${formatInstant(list.thisUpdate)}`;
  if (list.nextUpdate !== undefined && at > list.nextUpdate)
    return `was to be replaced by ${formatInstant(list.nextUpdate)}`;
  if (profile.conformance !== "none") {
    const number = list.extensions.find((one) => one.oid === extension.cRLNumber);
    if (number === undefined) return "has no CRL number (RFC 5280 section 5.2.3)";
    if (number.critical) return "has a critical CRL number (RFC 5280 section 5.2.3)";
    if (list.nextUpdate === undefined)
      return "does not say when the next one comes (RFC 5280 section 5.1.2.5)";
  }
  return verify(issuer.publicKey.spki, list.signatureAlgorithm, list.tbs, list.signature)
    ? undefined
    : "is not signed by that CA's key";
};

/** A list of the same name may be of another generation of the CA: its authority key identifier tells. */
const isOf = (list: RevocationList, issuer: Certificate, profile: Profile): boolean =>
  sameName(list.issuer, issuer.subject, profile.issuerNames) &&
  (list.authorityKeyIdentifier === undefined ||
    issuer.subjectKeyIdentifier === undefined ||
    equalBytes(list.authorityKeyIdentifier, issuer.subjectKeyIdentifier));

/**
 * Revocation of each certificate below the anchor, by the lists given (RFC 5280 section 6.3).
 * An issuer without a list is passed over: which lists to demand is the caller's policy.
 */
export const checkRevocation = (
  chain: readonly Certificate[],
  lists: readonly RevocationList[],
  at: Instant,
  profile: Profile,
  verify: VerifySignature,
): PathFailure | undefined => {
  for (let index = chain.length - 2; index >= 0; index--) {
    const certificate = chain[index]!;
    const issuer = chain[index + 1]!;
    const own = lists.filter((list) => isOf(list, issuer, profile));
    if (own.length === 0) continue;
    const faults = own.map((list) => unusable(list, issuer, at, profile, verify));
    const usable = own.filter((_, i) => faults[i] === undefined);
    if (usable.length === 0)
      return pathFailure("crl-unusable", chain, index, {
        issuer: nameText(issuer.subject),
        why: faults[0]!,
      });
    for (const list of usable) {
      const entry = list.revoked.find(({ serial }) => serial === certificate.serial);
      if (entry !== undefined && entry.reason !== "removeFromCRL")
        return pathFailure("revoked", chain, index, {
          revokedAt: entry.revokedAt,
          reason: entry.reason,
          at,
        });
    }
  }
  return undefined;
};
