import type { PublicKey } from "../model/certificate.ts";
import type { SignatureAlgorithm } from "../model/key.ts";

/** Digests that match a curve's strength (RFC 5480 section 4); Vault ignores signature_bits for EC in the same way. */
const ecAlgorithm = (bits: number): SignatureAlgorithm =>
  bits > 384 ? "ecdsa-sha512" : bits > 256 ? "ecdsa-sha384" : "ecdsa-sha256";

/**
 * What the issuer's key signs with: `signatureBits` (256, 384, 512; 0 for 256) and `usePss` are for RSA keys alone.
 * Undefined for keys that certwright does not sign with.
 */
export const signatureAlgorithmOf = (
  issuerKey: Pick<PublicKey, "algorithm" | "bits">,
  signatureBits = 0,
  usePss = false,
): SignatureAlgorithm | undefined => {
  if (issuerKey.algorithm === "ed25519") return "ed25519";
  if (issuerKey.algorithm === "ec") return ecAlgorithm(issuerKey.bits);
  if (issuerKey.algorithm !== "rsa") return undefined;
  const bits = signatureBits === 384 || signatureBits === 512 ? signatureBits : 256;
  return usePss ? `rsa-pss-sha${bits}` : `rsa-sha${bits}`;
};
