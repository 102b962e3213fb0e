import { equalBytes } from "../bytes/compare.ts";
import type { Certificate } from "../model/certificate.ts";

/** Certificates in the order in which each is issued by the next, until a self-signed one or none is left. */
export const above = (
  own: Certificate,
  certificates: readonly Certificate[],
): readonly Certificate[] => {
  const left = new Set(certificates.filter((one) => one !== own));
  const chain: Certificate[] = [];
  for (let last = own; ;) {
    const next = [...left].find((one) => equalBytes(one.subject.der, last.issuer.der));
    if (next === undefined) return chain;
    left.delete(next);
    chain.push(next);
    last = next;
  }
};

/** Whether it names itself as its issuer, as a root does. */
export const isSelfIssued = ({ issuer, subject }: Certificate): boolean =>
  equalBytes(issuer.der, subject.der);
