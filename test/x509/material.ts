import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import type { KeySpec, SignatureAlgorithm } from "../../src/core/model/key.ts";
import type { CertificateTemplate } from "../../src/core/model/template.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";
import { subjectOf } from "../../src/core/x509/names.ts";
import { instantOf } from "../../src/core/x509/time.ts";
import { assembleSigned, writeTbsCertificate } from "../../src/core/x509/write-certificate.ts";
import { writeSigningRequestInfo } from "../../src/core/x509/signing-request.ts";
import type { ExportableKey } from "../../src/ports/private-key.ts";

/** Every key that the product makes, with the algorithms it signs with. */
export const keyKinds = {
  "RSA-2048": [
    { algorithm: "rsa", bits: 2048 },
    [
      "rsa-sha256",
      "rsa-sha384",
      "rsa-sha512",
      "rsa-pss-sha256",
      "rsa-pss-sha384",
      "rsa-pss-sha512",
    ],
  ],
  "RSA-3072": [{ algorithm: "rsa", bits: 3072 }, ["rsa-sha256"]],
  "RSA-4096": [{ algorithm: "rsa", bits: 4096 }, ["rsa-sha256", "rsa-sha512"]],
  "P-256": [{ algorithm: "ec", curve: "P-256" }, ["ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512"]],
  "P-384": [{ algorithm: "ec", curve: "P-384" }, ["ecdsa-sha384"]],
  "P-521": [{ algorithm: "ec", curve: "P-521" }, ["ecdsa-sha512"]],
  Ed25519: [{ algorithm: "ed25519" }, ["ed25519"]],
} as const satisfies Record<string, readonly [KeySpec, readonly SignatureAlgorithm[]]>;

export type KeyKind = keyof typeof keyKinds;

const keys = new Map<KeyKind, ExportableKey>();

/** One key of each kind a process: RSA keys of 4096 bits take a second. */
export const testKey = (kind: KeyKind): ExportableKey => {
  const known = keys.get(kind);
  if (known !== undefined) return known;
  const key = keyMaker.generate(keyKinds[kind][0]);
  keys.set(kind, key);
  return key;
};

/** DER of a certificate signed by its own key; P-256 unless said otherwise. */
export const signedCertificate = (
  fields: Partial<CertificateTemplate> = {},
  kind: KeyKind = "P-256",
  algorithm: SignatureAlgorithm = keyKinds[kind][1][0],
): Uint8Array => {
  const key = testKey(kind);
  const name = encodeName(subjectOf({ commonName: "test", organization: ["certwright"] }));
  const tbs = writeTbsCertificate({
    serial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    issuer: name,
    subject: { der: name },
    notBefore: instantOf(2026, 1, 1),
    notAfter: instantOf(2036, 1, 1),
    spki: key.spki,
    signatureAlgorithm: algorithm,
    extensions: {
      basicConstraints: { ca: true },
      keyUsage: ["keyCertSign", "cRLSign"],
      subjectKeyIdentifier: digests.sha1(key.spki),
    },
    ...fields,
  });
  return assembleSigned(tbs, algorithm, key.sign(algorithm, tbs));
};

/** DER of a signing request, for one DNS name where `fields` say nothing else. */
export const signedRequest = (
  kind: KeyKind = "P-256",
  algorithm: SignatureAlgorithm = keyKinds[kind][1][0],
  fields: Partial<Omit<Parameters<typeof writeSigningRequestInfo>[0], "spki">> = {},
): Uint8Array => {
  const key = testKey(kind);
  const info = writeSigningRequestInfo({
    subject: subjectOf({ commonName: "etcd-1", organization: ["etcd"] }),
    extensions: { subjectAltName: [{ kind: "dns", value: "etcd-1.example" }] },
    ...fields,
    spki: key.spki,
  });
  return assembleSigned(info, algorithm, key.sign(algorithm, info));
};
