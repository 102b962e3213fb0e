import type { Certificate, Instant, KeyAlgorithm } from "../../model/certificate.ts";
import { equalBytes } from "../../bytes/compare.ts";
import { extension, signature } from "../oids.ts";
import { isSelfIssued, sameName } from "./directory-names.ts";
import type { Profile } from "./profile.ts";
import { ageOf } from "./validity.ts";

/** A certificate that may have issued another, by its names. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly trusted: boolean;
}

type KeyIdentifiers = "same" | "unknown" | "different";

/** How the child's authority key identifier and the issuer's subject key identifier stand to each other (RFC 5280 section 4.2.1.1). */
export const compareKeyIdentifiers = (child: Certificate, issuer: Certificate): KeyIdentifiers => {
  const wanted = child.authorityKeyIdentifier?.keyIdentifier;
  const found = issuer.subjectKeyIdentifier;
  if (wanted === undefined && found === undefined) return "same";
  if (wanted === undefined || found === undefined) return "unknown";
  return equalBytes(wanted, found) ? "same" : "different";
};

const order: Readonly<Record<KeyIdentifiers, number>> = { same: 0, unknown: 1, different: 2 };

/** X509_check_akid of OpenSSL: what the child says of its issuer must not be contradicted. */
const contradicts = (child: Certificate, issuer: Certificate): boolean => {
  const said = child.authorityKeyIdentifier;
  if (said === undefined) return false;
  if (
    said.keyIdentifier !== undefined &&
    issuer.subjectKeyIdentifier !== undefined &&
    !equalBytes(said.keyIdentifier, issuer.subjectKeyIdentifier)
  )
    return true;
  if (said.serial !== undefined && said.serial !== issuer.serial) return true;
  const directory = said.issuer?.find((name) => name.kind === "directory");
  return directory?.kind === "directory" && !sameName(directory.name, issuer.issuer, "prepared");
};

const signerOf: ReadonlyMap<string, KeyAlgorithm> = new Map([
  [signature.sha1WithRSA, "rsa"],
  [signature.sha256WithRSA, "rsa"],
  [signature.sha384WithRSA, "rsa"],
  [signature.sha512WithRSA, "rsa"],
  [signature.rsaPss, "rsa"],
  [signature.ecdsaWithSHA1, "ec"],
  [signature.ecdsaWithSHA256, "ec"],
  [signature.ecdsaWithSHA384, "ec"],
  [signature.ecdsaWithSHA512, "ec"],
  [signature.ed25519, "ed25519"],
  [signature.ed448, "ed448"],
]);

/** check_sig_alg_match of OpenSSL: a key of that kind makes signatures of this algorithm. */
const couldSign = (issuer: Certificate, child: Certificate): boolean => {
  const kind = signerOf.get(child.signatureAlgorithm.oid);
  return kind === undefined || kind === issuer.publicKey.algorithm;
};

/** Self-signed as OpenSSL sees it without checking the signature: self-issued, and its own key identifiers agree. */
export const isSelfSigned = (certificate: Certificate): boolean =>
  isSelfIssued(certificate, "prepared") &&
  !contradicts(certificate, certificate) &&
  couldSign(certificate, certificate);

const sanOf = (certificate: Certificate): Uint8Array | undefined =>
  certificate.extensions.find((one) => one.oid === extension.subjectAltName)?.value;

/** Whether this issuer would close a circle: whichever cross-signed certificate it is this time, it leads nowhere new. */
export const isLoop = (
  candidate: Certificate,
  chain: readonly Certificate[],
  profile: Profile,
): boolean => {
  if (profile.circles === "certificate")
    return chain.some((one) => one.fingerprint === candidate.fingerprint);
  const names = sanOf(candidate);
  for (const one of chain) {
    if (!equalBytes(one.subject.der, candidate.subject.der)) continue;
    if (!equalBytes(one.publicKey.spki, candidate.publicKey.spki)) continue;
    const earlier = sanOf(one);
    if (names !== undefined && earlier !== undefined && equalBytes(names, earlier)) return true;
    if (names === undefined && earlier === undefined) return true;
    if (profile.circles === "go" && (names === undefined || earlier === undefined)) return false;
  }
  return false;
};

/** OpenSSL's one choice: the first that is valid now, else the one that is valid longest. */
const bestOf = (
  issuers: readonly Certificate[],
  at: Instant,
  profile: Profile,
): Certificate | undefined =>
  issuers.find((issuer) => ageOf(issuer, at, profile) === "valid") ??
  issuers.toSorted((a, b) => b.notAfter - a.notAfter)[0];

/**
 * Who may have issued the last certificate of the chain, the most plausible first:
 * trusted ones before others, matching key identifiers before unknown before different ones.
 */
export const candidatesFor = (
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  intermediates: readonly Certificate[],
  profile: Profile,
  at: Instant,
): readonly Candidate[] => {
  const child = chain.at(-1)!;
  const named = (pool: readonly Certificate[]): Certificate[] =>
    pool.filter((issuer) => sameName(issuer.subject, child.issuer, profile.issuerNames));
  if (!profile.backtracks) {
    const usable = (pool: readonly Certificate[]): Certificate[] =>
      named(pool).filter(
        (issuer) =>
          !contradicts(child, issuer) &&
          couldSign(issuer, child) &&
          !isLoop(issuer, chain, profile),
      );
    const trusted = bestOf(usable(anchors), at, profile);
    if (trusted !== undefined) return [{ certificate: trusted, trusted: true }];
    const untrusted = bestOf(usable(intermediates), at, profile);
    return untrusted === undefined ? [] : [{ certificate: untrusted, trusted: false }];
  }
  const ordered = (pool: readonly Certificate[], trusted: boolean): Candidate[] =>
    named(pool)
      .map((certificate) => ({
        certificate,
        trusted,
        at: order[compareKeyIdentifiers(child, certificate)],
      }))
      .sort((a, b) => a.at - b.at);
  return [...ordered(anchors, true), ...ordered(intermediates, false)];
};
