import type { Certificate, Fingerprint } from "../model/certificate.ts";
import type { Digests, VerifySignature } from "../model/cryptography.ts";
import { equalBytes } from "../bytes/compare.ts";
import { latin1Of } from "../bytes/utf8.ts";
import { CertwrightError } from "../errors/certwright-error.ts";
import { parseCertificate } from "../x509/certificate.ts";
import type { ClusterCa } from "./holder.ts";

/** A CA certificate of the cluster. */
export interface KnownCa {
  readonly ca: ClusterCa;
  readonly certificate: Certificate;
}

/** What a certificate has to do with the cluster's CAs. */
export interface Relation {
  readonly holds: "trust" | "certificate";
  readonly cas: readonly ClusterCa[];
}

export interface KnownCas {
  /** Undefined: nothing. Bytes that are no certificate have nothing to do with them either. */
  relate(
    der: Uint8Array,
  ): { readonly fingerprint: Fingerprint; readonly relation: Relation } | undefined;
  /** CAs whose certificate stands in these bytes (as latin1) as it is: DER files, Java keystores. */
  within(
    bytes: string,
  ): readonly { readonly fingerprint: Fingerprint; readonly relation: Relation }[];
}

/** Distinct certificates that are remembered, so that a thousand copies are looked at once. */
const remembered = 10_000;

/** One CA may be several (kubeadm's can be given the same one), so the answer is a list. */
export const knownCas = (
  known: readonly KnownCa[],
  tools: { readonly digests: Digests; readonly verifySignature: VerifySignature },
): KnownCas => {
  const roots = new Map<string, { ca: ClusterCa[]; certificate: Certificate; text: string }>();
  for (const { ca, certificate } of known) {
    const { fingerprint, der } = certificate;
    const root = roots.get(fingerprint);
    if (root === undefined) roots.set(fingerprint, { ca: [ca], certificate, text: latin1Of(der) });
    else if (!root.ca.includes(ca)) root.ca.push(ca);
  }
  const issued = new Map<string, Relation | undefined>();
  const issuersOf = (der: Uint8Array): Relation | undefined => {
    try {
      const leaf = parseCertificate(der, { digests: tools.digests, reading: "tolerant" });
      const cas = [...roots.values()]
        .filter(
          ({ certificate: { subject, publicKey } }) =>
            equalBytes(subject.der, leaf.issuer.der) &&
            tools.verifySignature(
              publicKey.spki,
              leaf.signatureAlgorithm,
              leaf.tbs,
              leaf.signature,
            ),
        )
        .flatMap(({ ca }) => ca);
      return cas.length === 0 ? undefined : { holds: "certificate", cas: [...new Set(cas)] };
    } catch (error) {
      if (error instanceof CertwrightError) return undefined;
      throw error;
    }
  };
  return {
    relate(der) {
      const fingerprint = tools.digests.sha256Hex(der) as Fingerprint;
      const root = roots.get(fingerprint);
      if (root !== undefined) return { fingerprint, relation: { holds: "trust", cas: root.ca } };
      if (!issued.has(fingerprint)) {
        if (issued.size >= remembered) issued.clear();
        issued.set(fingerprint, issuersOf(der));
      }
      const relation = issued.get(fingerprint);
      return relation === undefined ? undefined : { fingerprint, relation };
    },
    within: (bytes) =>
      [...roots.values()]
        .filter(({ text }) => bytes.includes(text))
        .map(({ ca, certificate }) => ({
          fingerprint: certificate.fingerprint,
          relation: { holds: "trust", cas: ca },
        })),
  };
};
