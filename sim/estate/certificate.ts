import type { Fingerprint, Instant, KeyId } from "../../src/core/model/certificate.ts";
import { symbolicDigest } from "../symbolic-digest.ts";

/** A certificate without its DER: who signed which key, for how long. */
export interface SymbolicCertificate {
  readonly fingerprint: Fingerprint;
  readonly key: KeyId;
  readonly signedBy: KeyId;
  readonly ca: boolean;
  /** Of a CA: its own; of a leaf: its signer's. */
  readonly issuer: string;
  readonly generation: number;
  readonly subject: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

export const keyNamed = (name: string): KeyId => symbolicDigest(`key ${name}`) as string as KeyId;

/** `name` has to be another one for each certificate of a world. */
export const makeCertificate = (
  name: string,
  facts: Omit<SymbolicCertificate, "fingerprint">,
): SymbolicCertificate => ({
  ...facts,
  fingerprint: symbolicDigest(`certificate ${name}`) as string as Fingerprint,
});

/**
 * Whether a verifier that holds `anchors` accepts `chain` (leaf first) at that moment: some path of valid certificates
 * leads from the leaf to an anchor. What Go's crypto/x509 does, with names, usages and constraints left out.
 */
export const isAccepted = (
  chain: readonly SymbolicCertificate[],
  anchors: readonly SymbolicCertificate[],
  at: Instant,
): boolean => {
  const valid = (certificate: SymbolicCertificate): boolean =>
    certificate.notBefore <= at && at <= certificate.notAfter;
  const leads = (certificate: SymbolicCertificate, depth: number): boolean => {
    if (!valid(certificate)) return false;
    if (anchors.some((anchor) => anchor.ca && anchor.key === certificate.signedBy && valid(anchor)))
      return true;
    if (depth === 0) return false;
    return chain.some(
      (above) =>
        above.ca &&
        above !== certificate &&
        above.key === certificate.signedBy &&
        leads(above, depth - 1),
    );
  };
  const [leaf] = chain;
  return leaf !== undefined && leads(leaf, 3);
};
