import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import type { Certificate, Instant } from "../../src/core/model/certificate.ts";
import type { RevocationList, RevokedCertificate } from "../../src/core/model/revocation-list.ts";
import type { ExtensionsTemplate, SubjectTemplate } from "../../src/core/model/template.ts";
import type { KeySpec, SignatureAlgorithm } from "../../src/core/model/key.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { parseName } from "../../src/core/x509/names.ts";
import { purpose } from "../../src/core/x509/oids.ts";
import { parsePublicKey } from "../../src/core/x509/public-key.ts";
import { buildPath, type PathInput, type PathResult } from "../../src/core/x509/path.ts";
import { parseRevocationList, writeTbsCertList } from "../../src/core/x509/revocation-list.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";
import { assembleSigned, writeTbsCertificate } from "../../src/core/x509/write-certificate.ts";
import type { ExportableKey } from "../../src/ports/private-key.ts";

/** A certificate with its key: what can issue another. */
export interface Entity {
  readonly certificate: Certificate;
  readonly key: ExportableKey;
}

/** 2026-11-23T00:00:00Z: the clock of these tests. */
export const now: Instant = Date.UTC(2026, 10, 23);
export const day = 86_400_000;

export interface Wish {
  readonly subject: string | SubjectTemplate | { readonly der: Uint8Array };
  /** Itself when left out. */
  readonly issuer?: Entity;
  readonly key?: ExportableKey;
  readonly spec?: KeySpec;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  readonly extensions?: ExtensionsTemplate;
}

let serials = 0;
const nextSerial = (): Uint8Array => {
  serials += 1;
  return Uint8Array.of(0x40, serials >> 16, serials >> 8, serials);
};

const keyIdentifier = (key: ExportableKey): Uint8Array => digests.sha1(key.spki);

const algorithmFor = (signer: ExportableKey): SignatureAlgorithm => {
  const kind = parsePublicKey(signer.spki, digests).algorithm;
  return kind === "rsa" ? "rsa-sha256" : kind === "ed25519" ? "ed25519" : "ecdsa-sha256";
};

const read = (der: Uint8Array): Certificate =>
  parseCertificate(der, { digests, reading: "tolerant" });

/** Makes a certificate just as wished, right or wrong. */
export const issue = (wish: Wish): Entity => {
  const spec = wish.spec ?? { algorithm: "ec", curve: "P-256" };
  const key = wish.key ?? keyMaker.generate(spec);
  const subject = typeof wish.subject === "string" ? parseName(wish.subject) : wish.subject;
  const signer = wish.issuer?.key ?? key;
  const signatureAlgorithm = algorithmFor(signer);
  const template = {
    serial: nextSerial(),
    subject,
    notBefore: wish.notBefore ?? now - 30 * day,
    notAfter: wish.notAfter ?? now + 335 * day,
    spki: key.spki,
    signatureAlgorithm,
    extensions: wish.extensions ?? {},
  };
  const own = "der" in subject ? subject.der : encodeName(subject);
  const issuer = wish.issuer?.certificate.subject.der ?? own;
  const tbs = writeTbsCertificate({ ...template, issuer });
  const signature = signer.sign(signatureAlgorithm, tbs);
  return { certificate: read(assembleSigned(tbs, signatureAlgorithm, signature)), key };
};

const identifiers = (key: ExportableKey, issuer: Entity | undefined): ExtensionsTemplate => ({
  subjectKeyIdentifier: keyIdentifier(key),
  ...(issuer === undefined
    ? {}
    : { authorityKeyIdentifier: { keyIdentifier: keyIdentifier(issuer.key) } }),
});

/** A CA as it should be, but for what the wish says. */
export const ca = (subject: Wish["subject"], wish: Omit<Wish, "subject"> = {}): Entity => {
  const key = wish.key ?? keyMaker.generate(wish.spec ?? { algorithm: "ec", curve: "P-256" });
  return issue({
    ...wish,
    subject,
    key,
    notAfter: wish.notAfter ?? now + 3650 * day,
    extensions: {
      ...identifiers(key, wish.issuer),
      basicConstraints: { ca: true },
      keyUsage: ["keyCertSign", "cRLSign"],
      ...wish.extensions,
    },
  });
};

/** A leaf for TLS on both sides as it should be, for DNS names, but for what the wish says. */
export const leaf = (
  names: readonly string[],
  issuer: Entity,
  wish: Partial<Omit<Wish, "issuer">> = {},
): Entity => {
  const key = wish.key ?? keyMaker.generate(wish.spec ?? { algorithm: "ec", curve: "P-256" });
  return issue({
    ...wish,
    subject: wish.subject ?? `CN=${names[0] ?? "client"}`,
    issuer,
    key,
    extensions: {
      ...identifiers(key, issuer),
      keyUsage: ["digitalSignature"],
      extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
      ...(names.length === 0
        ? {}
        : { subjectAltName: names.map((value) => ({ kind: "dns" as const, value })) }),
      ...wish.extensions,
    },
  });
};

/** A revocation list of that CA. */
export const crl = (
  issuer: Entity,
  revoked: readonly RevokedCertificate[],
  dates: { readonly thisUpdate?: Instant; readonly nextUpdate?: Instant } = {},
): RevocationList => {
  const tbs = writeTbsCertList({
    issuer: issuer.certificate.subject.der,
    thisUpdate: dates.thisUpdate ?? now - day,
    nextUpdate: dates.nextUpdate ?? now + 7 * day,
    number: 1n,
    revoked,
    authorityKeyIdentifier: keyIdentifier(issuer.key),
    signatureAlgorithm: "ecdsa-sha256",
  });
  return parseRevocationList(
    assembleSigned(tbs, "ecdsa-sha256", issuer.key.sign("ecdsa-sha256", tbs)),
    { reading: "strict" },
  );
};

/** Builds a path for Go's reader at {@link now}, for a TLS server, unless asked otherwise. */
export const build = (
  subject: Entity,
  intermediates: readonly Entity[],
  anchors: readonly Entity[],
  more: Partial<PathInput> = {},
): PathResult =>
  buildPath({
    leaf: subject.certificate,
    intermediates: intermediates.map((one) => one.certificate),
    anchors: anchors.map((one) => one.certificate),
    at: now,
    usages: ["serverAuth"],
    profile: "go",
    verifySignature,
    ...more,
  });
