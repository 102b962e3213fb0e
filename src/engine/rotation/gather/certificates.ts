import type { Certificate, Fingerprint, Instant, KeyId } from "../../../core/model/certificate.ts";
import type { CertificateFacts } from "../../../core/model/inventory.ts";
import { hexOf } from "../../../core/bytes/hex.ts";
import { formatName } from "../../../core/x509/names.ts";
import { isSigned } from "../../authority/issuers.ts";
import { issuerNames } from "../layout.ts";
import type { Look } from "../look.ts";
import type { RotationPorts } from "../ports.ts";

/** Every certificate that a slot, a port or a generation shows, once, each with the key that signed it where it is known. */
export const certificateFacts = async (look: Look): Promise<readonly CertificateFacts[]> => {
  const all = new Map<string, Certificate>();
  const bare = new Set<KeyId>();
  const add = (certificates: readonly Certificate[]): void => {
    for (const one of certificates) all.set(one.fingerprint, one);
  };
  for (const name of issuerNames(look.at.layout)) {
    for (const { certificate, chain, crossSigns } of (await look.issuer(name)).generations.filter(
      isSigned,
    )) {
      add([certificate, ...chain, ...crossSigns.map((one) => one.certificate)]);
    }
  }
  for (const slot of look.at.layout.slots.values()) {
    const content = await look.content(slot.id);
    if (content.ok) {
      add(content.value.certificates);
      for (const { id } of content.value.bareKeys ?? []) bare.add(id);
      for (const { certificates } of content.value.variants ?? []) add(certificates);
    }
    if (slot.role !== "presents" || slot.port === undefined) continue;
    const served = await look.served(slot.id);
    if (served.ok) add(served.value);
  }
  const signers = bySubject([...all.values()]);
  return [
    ...[...all.values()].map((one) => factsOf(look.at.ports, one, signers)),
    ...[...bare].map(bareKeyFacts),
  ];
};

/** The last moment that a certificate can name, for what has no end (RFC 5280 section 4.1.2.5). */
const endless: Instant = 253_402_300_799_000;

const bareKeyFacts = (key: KeyId): CertificateFacts => ({
  fingerprint: key as string as Fingerprint,
  key,
  subject: "",
  issuer: "",
  notBefore: 0,
  notAfter: endless,
  ca: true,
});

const subjectKey = (der: Uint8Array): string => hexOf(der);

/** CA certificates by their subject, each key once. */
export const bySubject = (
  all: readonly Certificate[],
): ReadonlyMap<string, readonly Certificate[]> => {
  const found = new Map<string, Certificate[]>();
  for (const one of all) {
    if (one.basicConstraints?.ca !== true) continue;
    const key = subjectKey(one.subject.der);
    const list = found.get(key);
    if (list === undefined) found.set(key, [one]);
    else if (!list.some(({ publicKey }) => publicKey.id === one.publicKey.id)) list.push(one);
  }
  return found;
};

export const factsOf = (
  ports: Pick<RotationPorts, "verifySignature">,
  certificate: Certificate,
  signers: ReadonlyMap<string, readonly Certificate[]>,
): CertificateFacts => {
  const { issuer, subject, signatureAlgorithm, tbs, signature } = certificate;
  const signer = signers
    .get(subjectKey(issuer.der))
    ?.find((one) => ports.verifySignature(one.publicKey.spki, signatureAlgorithm, tbs, signature));
  return {
    fingerprint: certificate.fingerprint,
    key: certificate.publicKey.id,
    subject: formatName(subject),
    issuer: formatName(issuer),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ca: certificate.basicConstraints?.ca === true,
    ...(signer === undefined ? {} : { signedBy: signer.publicKey.id }),
  };
};
