import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import { formatGeneralName, formatName } from "../../core/x509/names.ts";
import { oidName } from "../../core/x509/oids.ts";
import { writePem } from "../../core/x509/pem.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Generation, Issuer } from "../../engine/authority/authority.ts";
import type { StoredCertificate } from "../../ports/store.ts";

// The shapes that -o json and -o yaml print. Fields are added, never renamed or removed.

export const certificateData = (certificate: Certificate) => ({
  serial: certificate.serial,
  fingerprint: certificate.fingerprint,
  keyId: certificate.publicKey.id,
  subject: formatName(certificate.subject),
  issuer: formatName(certificate.issuer),
  notBefore: formatInstant(certificate.notBefore),
  notAfter: formatInstant(certificate.notAfter),
  names: (certificate.subjectAltName ?? []).map(formatGeneralName),
  usages: (certificate.extendedKeyUsage ?? []).map(oidName),
});

const generationData = (generation: Generation, keys: ReadonlySet<KeyId> | undefined) => ({
  number: generation.number,
  stage: generation.stage,
  keyId: generation.keyId,
  ...(keys === undefined ? {} : { canSign: keys.has(generation.keyId) }),
  createdAt: formatInstant(generation.createdAt),
  ...(generation.certificate === undefined
    ? {}
    : { certificate: certificateData(generation.certificate) }),
  ...(generation.signingRequest === undefined
    ? {}
    : { signingRequest: writePem("CERTIFICATE REQUEST", generation.signingRequest) }),
  chain: generation.chain.map(certificateData),
  crossSigns: generation.crossSigns.map(({ by, certificate }) => ({
    by,
    certificate: certificateData(certificate),
  })),
});

/** `keys`: those that are in the keystore, when that was looked up. */
export const issuerData = (issuer: Issuer, keys?: ReadonlySet<KeyId>) => ({
  name: issuer.name,
  ...(issuer.current === undefined ? {} : { current: issuer.current.number }),
  generations: issuer.generations.map((one) => generationData(one, keys)),
});

export const storedData = (stored: StoredCertificate) => ({
  issuer: stored.issuer,
  generation: stored.generation,
  serial: stored.serial,
  fingerprint: stored.fingerprint,
  keyId: stored.keyId,
  subject: stored.subject,
  profile: stored.profile,
  notBefore: formatInstant(stored.notBefore),
  notAfter: formatInstant(stored.notAfter),
  issuedAt: formatInstant(stored.issuedAt),
  ...(stored.revokedAt === undefined
    ? {}
    : { revokedAt: formatInstant(stored.revokedAt), reason: stored.reason }),
});

export const certificatePem = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("");
