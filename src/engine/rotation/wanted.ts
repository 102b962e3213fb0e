import type { Content } from "../../core/model/claim.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { VerifySignature } from "../../core/model/cryptography.ts";
import { equalBytes } from "../../core/bytes/compare.ts";
import type { Issuer, SigningGeneration } from "../authority/authority.ts";
import { generationOf } from "../authority/issuers.ts";
import { crossingOf, presentedChain } from "../authority/presented.ts";
import type { SlotContent } from "./read-slot.ts";

/** "sha256 3f29ab…" is enough to find a certificate again and short enough to read. */
export const short = (fingerprint: string): string => `${fingerprint.slice(0, 12)}…`;

/** "etcd-ca 2" */
export const generationWords = (issuer: string, number: number): string => `${issuer} ${number}`;

/** Whether that generation's key signed the certificate. */
export const isSignedBy = (
  certificate: Certificate,
  generation: SigningGeneration,
  verifySignature: VerifySignature,
): boolean =>
  equalBytes(certificate.issuer.der, generation.certificate.subject.der) &&
  verifySignature(
    generation.certificate.publicKey.spki,
    certificate.signatureAlgorithm,
    certificate.tbs,
    certificate.signature,
  );

/** Undefined when the certificates found are the wanted content; else what differs, in words. Throws authority.*. */
export const differsFrom = (
  content: Exclude<Content, { kind: "before" }>,
  issuer: Issuer,
  found: SlotContent,
  verifySignature: VerifySignature,
): string | undefined => {
  if (content.kind === "nothing") {
    const there = found.held !== undefined || found.key?.facts !== undefined;
    return there ? "it is still there" : undefined;
  }
  if (found.held === undefined) return "there is nothing";
  switch (content.kind) {
    case "bundle":
      return bundleDiffers(content, issuer, found);
    case "signer":
      return signerDiffers(content, issuer, found);
    case "leaf":
      return leafDiffers(content, issuer, found, verifySignature);
  }
};

/** kube-controller-manager refuses a file with more than one certificate (ca_provider.go: "expected 1 certificate"). */
const signerDiffers = (
  { generation: number }: Extract<Content, { kind: "signer" }>,
  issuer: Issuer,
  { certificates, key, keyAlone }: SlotContent,
): string | undefined => {
  const { certificate, keyId } = generationOf(issuer, number);
  const there = certificates.map(({ fingerprint }) => fingerprint);
  if (keyAlone !== true && (there.length !== 1 || there[0] !== certificate.fingerprint)) {
    return `it holds ${listed(there)}, not ${short(certificate.fingerprint)} alone`;
  }
  return key?.id === keyId ? undefined : "the key is not the CA's";
};

/** Of several objects each has to hold it. */
const bundleDiffers = (
  content: Extract<Content, { kind: "bundle" }>,
  issuer: Issuer,
  { certificates, variants, unordered, bareKeys }: SlotContent,
): string | undefined => {
  if (bareKeys !== undefined) {
    const keys = content.generations.map((number) => generationOf(issuer, number).keyId as string);
    const all = [...keys, ...content.others];
    return bareKeys.length === all.length && bareKeys.every(({ id }, i) => id === all[i])
      ? undefined
      : `it holds ${listed(bareKeys.map(({ id }) => id))}, not ${listed(all)}`;
  }
  const wanted = [
    ...content.generations.map((number) => generationOf(issuer, number).certificate.fingerprint),
    ...content.others,
  ];
  const differing = (there: readonly Certificate[]): string | undefined => {
    const found = there.map(({ fingerprint }) => fingerprint as string);
    const [a, b] = unordered === true ? [wanted.toSorted(), found.toSorted()] : [wanted, found];
    if (a.length === b.length && a.every((one, i) => one === b[i])) return undefined;
    return `holds ${listed(found)}, not ${listed(wanted)}`;
  };
  if (variants === undefined) {
    const differs = differing(certificates);
    return differs === undefined ? undefined : `it ${differs}`;
  }
  const wrong = variants.flatMap(({ where, certificates: there }) => {
    const differs = differing(there);
    return differs === undefined ? [] : [`${where} ${differs}`];
  });
  return wrong.length === 0 ? undefined : wrong.join("; ");
};

const listed = (fingerprints: readonly string[]): string =>
  fingerprints.length === 0 ? "nothing" : fingerprints.map(short).join(", ");

const leafDiffers = (
  content: Extract<Content, { kind: "leaf" }>,
  issuer: Issuer,
  { certificates, key }: SlotContent,
  verifySignature: VerifySignature,
): string | undefined => {
  const [leaf, ...chain] = certificates;
  if (leaf === undefined) return "it holds no certificate";
  if (leaf.fingerprint === content.insteadOf) {
    return `its leaf is still ${short(leaf.fingerprint)}, which was to be renewed`;
  }
  const generation = generationOf(issuer, content.generation);
  if (!isSignedBy(leaf, generation, verifySignature)) {
    return `its leaf ${short(leaf.fingerprint)} is not signed by ${generationWords(issuer.name, content.generation)}`;
  }
  if (key !== undefined && key.id !== leaf.publicKey.id) {
    return "the key beside it is not the leaf's";
  }
  const wanted = presentedChain(
    leaf,
    generation,
    crossingOf(issuer, generation, content.via),
  ).slice(1);
  const has = (one: Certificate) =>
    chain.some(({ fingerprint }) => fingerprint === one.fingerprint);
  if (!wanted.every(has)) return "its chain lacks a certificate between the leaf and the root";
  // A cross certificate that nobody asked for would let those in who trust the older generation only.
  const crossed = chain.find(
    (one) =>
      one.publicKey.id === generation.keyId &&
      !wanted.some(({ fingerprint }) => fingerprint === one.fingerprint) &&
      one.fingerprint !== generation.certificate.fingerprint,
  );
  return crossed === undefined
    ? undefined
    : `its chain has a cross certificate, ${short(crossed.fingerprint)}`;
};
