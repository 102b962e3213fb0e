import { equalBytes } from "../bytes/compare.ts";
import type { Certificate } from "../model/certificate.ts";
import { failureOf } from "./for-whom.ts";
import type { JudgedChain } from "./judged-chain.ts";

/** Why a chain does not reach a trusted CA. */
export interface AuthorityTrouble {
  /** The certificate whose issuer is not there, or is there with another key. */
  readonly last: Certificate;
  /** A certificate with that issuer's name which did not sign it. */
  readonly namesake?: Certificate;
  /** Both say that the namesake's key signed it: then the certificate was altered. */
  readonly sameKey: boolean;
  readonly forWhom?: string;
}

/** Undefined when the chain ends at a CA that is trusted. */
export const authorityTrouble = ({
  failures,
  anchors,
}: Pick<JudgedChain, "failures" | "anchors">): AuthorityTrouble | undefined => {
  const bad = failureOf(failures, "bad-signature");
  if (bad !== undefined) {
    const { chain, blameIndex, blame } = bad.failure;
    const last = chain[blameIndex - 1]!;
    return { last, namesake: blame, sameKey: saySameKey(last, blame) };
  }
  const unknown = failureOf(failures, "unknown-authority");
  if (unknown === undefined) return undefined;
  const last = unknown.failure.blame;
  const namesake = anchors.find(
    (anchor) => isNamed(anchor, last) && anchor.fingerprint !== last.fingerprint,
  );
  return {
    last,
    sameKey: namesake !== undefined && saySameKey(last, namesake),
    ...(namesake === undefined ? {} : { namesake }),
    ...(unknown.forWhom === undefined ? {} : { forWhom: unknown.forWhom }),
  };
};

/** Whether this certificate has the name of that one's issuer. */
export const isNamed = (issuer: Certificate, child: Certificate): boolean =>
  equalBytes(issuer.subject.der, child.issuer.der);

const saySameKey = (child: Certificate, issuer: Certificate): boolean => {
  const wanted = child.authorityKeyIdentifier?.keyIdentifier;
  const found = issuer.subjectKeyIdentifier;
  return wanted !== undefined && found !== undefined && equalBytes(wanted, found);
};
