import type { AlgorithmIdentifier, Certificate, PublicKey } from "../../model/certificate.ts";
import { CertwrightError } from "../../errors/certwright-error.ts";
import { readPssParameters } from "../algorithms.ts";
import { DerReader } from "../der-reader.ts";
import { oidName, signature } from "../oids.ts";
import { Findings } from "../reading.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

/** Digests that are broken (RFC 6151, RFC 6194; NIST SP 800-131A), as they appear in signature algorithms. */
const broken: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.2", "MD2 with RSA"],
  [signature.md5WithRSA, "MD5 with RSA"],
  [signature.sha1WithRSA, "SHA-1 with RSA"],
  ["1.3.14.3.2.29", "SHA-1 with RSA"],
  [signature.ecdsaWithSHA1, "SHA-1 with ECDSA"],
  ["1.2.840.10040.4.3", "SHA-1 with DSA"],
]);

const dsaSignatures: ReadonlySet<string> = new Set([
  "1.2.840.10040.4.3",
  "2.16.840.1.101.3.4.3.1",
  "2.16.840.1.101.3.4.3.2",
]);

/** The digest is in the parameters, and SHA-1 when it is left out (RFC 4055 section 3.1). */
const isBrokenPss = (algorithm: AlgorithmIdentifier): boolean => {
  try {
    const reader = new DerReader(
      algorithm.parameters ?? new Uint8Array(0),
      new Findings("the signature algorithm", "tolerant"),
    );
    return readPssParameters(reader).hash === "sha1";
  } catch (error) {
    if (error instanceof CertwrightError) return true;
    throw error;
  }
};

/** Why a signature by that algorithm is refused before it is checked; undefined when it is not. */
const refusedAlgorithm = (algorithm: AlgorithmIdentifier, profile: Profile): string | undefined => {
  const weak = broken.get(algorithm.oid);
  if (weak !== undefined) return weak;
  if (algorithm.oid === signature.rsaPss && isBrokenPss(algorithm)) return "RSASSA-PSS with SHA-1";
  return dsaSignatures.has(algorithm.oid) && !profile.dsa ? "DSA" : undefined;
};

export const checkSignatureAlgorithm = (
  chain: readonly Certificate[],
  index: number,
  profile: Profile,
): PathFailure | undefined => {
  const algorithm = refusedAlgorithm(chain[index]!.signatureAlgorithm, profile);
  return algorithm === undefined
    ? undefined
    : pathFailure("weak-signature", chain, index, { algorithm, verifier: profile.verifier });
};

const keyText = (key: PublicKey): string =>
  key.algorithm === "ec"
    ? `EC ${key.curve === undefined ? "on a curve given by its parameters" : oidName(key.curve)}`
    : key.algorithm === "unknown"
      ? oidName(key.oid)
      : `${key.algorithm.toUpperCase()}${key.bits > 0 ? ` of ${key.bits} bits` : ""}`;

/** What is wanted instead of the key, or undefined when it will do. */
const wantedKey = (key: PublicKey, signs: boolean, profile: Profile): string | undefined => {
  switch (key.algorithm) {
    case "rsa": {
      const least = Math.max(profile.minRsaBits, signs ? profile.minSigningRsaBits : 0);
      if (key.bits < least) return `RSA of at least ${least} bits`;
      // Baseline Requirements section 6.1.5: the size of the modulus is divisible by 8.
      return profile.name === "webpki" && key.bits % 8 !== 0
        ? "an RSA modulus of whole octets"
        : undefined;
    }
    case "ec":
      if (key.curve === undefined) return "a curve given by its name";
      if (profile.curves !== undefined && !profile.curves.includes(key.curve))
        return `one of the curves ${profile.curves.map(oidName).join(", ")}`;
      return key.bits !== 0 && key.bits < profile.minEcBits
        ? `a curve of at least ${profile.minEcBits} bits`
        : undefined;
    case "dsa":
      return profile.dsa ? undefined : "RSA, ECDSA or Ed25519";
    case "ed25519":
    case "ed448":
    case "unknown":
      return undefined;
  }
};

/** The certificate's own key; `signs` when the one before it in the chain was signed by it. */
export const checkKey = (
  chain: readonly Certificate[],
  index: number,
  profile: Profile,
): PathFailure | undefined => {
  const key = chain[index]!.publicKey;
  const wanted = wantedKey(key, index > 0, profile);
  return wanted === undefined
    ? undefined
    : pathFailure("weak-key", chain, index, {
        key: keyText(key),
        wanted,
        verifier: profile.verifier,
      });
};
