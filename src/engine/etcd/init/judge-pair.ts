import type { Certificate, Instant } from "../../../core/model/certificate.ts";
import type { Digests, VerifySignature } from "../../../core/model/cryptography.ts";
import { equalBytes } from "../../../core/bytes/compare.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import { commonNameOf } from "../../../core/x509/names.ts";
import { readPem } from "../../../core/x509/pem.ts";
import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { KeyMaker } from "../../../ports/private-key.ts";
import type { WantedPair } from "./pairs.ts";

export interface PairTools {
  readonly digests: Digests;
  readonly verifySignature: VerifySignature;
  readonly keyMaker: KeyMaker;
  readonly now: Instant;
}

export type PairVerdict =
  | { readonly keep: true; readonly certificate: Certificate }
  | { readonly keep: false; readonly why: string };

const issue = (why: string): PairVerdict => ({ keep: false, why });

/** A new one is taken when this part of the lifetime is left, as cert-manager and the kubelet do it. */
const renewalShare = 1 / 3;

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && new Set([...a, ...b]).size === new Set(a).size;

const difference = (a: readonly string[], b: readonly string[]): readonly string[] =>
  a.filter((one) => !b.includes(one));

/**
 * Whether what lies at the pair's paths is what would be issued now: its issuer's current generation signed it,
 * names and usages are the wanted ones, key and certificate belong together, and a third of its life is left.
 */
export const judgePair = (
  wanted: WantedPair,
  issuer: Certificate,
  present: { readonly certificate: Uint8Array; readonly key: Uint8Array },
  tools: PairTools,
): PairVerdict => {
  let certificate: Certificate;
  try {
    const block = readPem(present.certificate).blocks.find((b) => b.label === "CERTIFICATE");
    if (block === undefined) return issue("what is there is no certificate");
    certificate = parseCertificate(block.der, { digests: tools.digests, reading: "strict" });
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return issue("what is there is no certificate");
  }
  const key = readPem(present.key).blocks.find((b) => b.label === "PRIVATE KEY");
  if (key === undefined) return issue("its key is no unencrypted PKCS#8 key");
  if (!belongs(certificate, key.der, tools.keyMaker)) {
    return issue("key and certificate do not belong together");
  }
  const { signatureAlgorithm, tbs, signature } = certificate;
  if (!tools.verifySignature(issuer.publicKey.spki, signatureAlgorithm, tbs, signature)) {
    return issue(`the current ${wanted.order.issuer} did not sign it`);
  }
  const names = namesIn(certificate);
  const expected = [...(wanted.order.dns ?? []), ...(wanted.order.ip ?? [])];
  if (!sameSet(names, expected)) {
    const missing = difference(expected, names);
    const extra = difference(names, expected);
    return issue(
      [
        ...(missing.length === 0 ? [] : [`lacks ${missing.join(", ")}`]),
        ...(extra.length === 0 ? [] : [`has ${extra.join(", ")} too many`]),
      ].join(" and "),
    );
  }
  const { commonName } = wanted.order;
  if (commonName !== undefined && commonNameOf(certificate.subject) !== commonName) {
    return issue(`its common name is not ${commonName}`);
  }
  if (!sameSet(certificate.extendedKeyUsage ?? [], wanted.purposes)) {
    return issue("its extended key usages are others");
  }
  const { notBefore, notAfter } = certificate;
  if (tools.now < notBefore) return issue("it is not valid yet");
  if (tools.now >= notAfter) return issue("it has expired");
  if (notAfter - tools.now < (notAfter - notBefore) * renewalShare) {
    return issue("less than a third of its life is left");
  }
  return { keep: true, certificate };
};

const belongs = (certificate: Certificate, pkcs8: Uint8Array, keyMaker: KeyMaker): boolean => {
  try {
    return equalBytes(keyMaker.load(pkcs8).spki, certificate.publicKey.spki);
  } catch {
    // A key that the platform cannot read belongs to nothing.
    return false;
  }
};

const namesIn = (certificate: Certificate): readonly string[] =>
  (certificate.subjectAltName ?? []).map((name) =>
    name.kind === "dns" || name.kind === "ip" ? name.value : name.kind,
  );
