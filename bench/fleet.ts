import { createHash } from "node:crypto";
import { digests } from "../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../src/adapters/crypto/node-keys.ts";
import { attribute, purpose } from "../src/core/x509/oids.ts";
import { instantOf } from "../src/core/x509/time.ts";
import { assembleSigned, writeTbsCertificate } from "../src/core/x509/write-certificate.ts";
import { encodeName } from "../src/core/x509/write-name.ts";
import type { GeneralName } from "../src/core/model/name.ts";
import type { SignatureAlgorithm } from "../src/core/model/key.ts";
import type { CertificateTemplate } from "../src/core/model/template.ts";

/** Seeded octets: the same fleet on every machine, except for its keys. */
const octets = (seed: string, length: number): Uint8Array => {
  const out = new Uint8Array(length);
  for (let at = 0, block = 0; at < length; at += 32, block++)
    out.set(
      createHash("sha256")
        .update(`${seed}/${block}`)
        .digest()
        .subarray(0, length - at),
      at,
    );
  return out;
};

/** SEQUENCE of two INTEGERs of 32 octets: an ECDSA signature's form. */
const ecdsaForm = (seed: string): Uint8Array => {
  const r = octets(`${seed}/r`, 32);
  const s = octets(`${seed}/s`, 32);
  r[0] = (r[0]! & 0x7f) | 1;
  s[0] = (s[0]! & 0x7f) | 1;
  return Uint8Array.of(0x30, 68, 2, 32, ...r, 2, 32, ...s);
};

interface Issuer {
  readonly kind: "rsa" | "ec";
  readonly name: Uint8Array;
  readonly spki: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

const issuers = (): Issuer[] =>
  Array.from({ length: 20 }, (_, i): Issuer => {
    const kind = i % 2 === 0 ? "rsa" : "ec";
    const { spki } = keyMaker.generate(
      kind === "rsa" ? { algorithm: "rsa", bits: 2048 } : { algorithm: "ec", curve: "P-256" },
    );
    const name = encodeName([
      [{ oid: attribute.O, value: "example" }],
      [{ oid: attribute.CN, value: `cluster-${i}-ca-2026-01` }],
    ]);
    return { kind, name, spki, keyIdentifier: digests.sha1(spki) };
  });

const ip = (bytes: Uint8Array): GeneralName => ({ kind: "ip", bytes, value: "" });

/** What a leaf of a cluster and its mesh looks like: node, service and workload names. */
const leafNames = (i: number): GeneralName[] => [
  { kind: "dns", value: `node-${i}.cluster-${i % 20}.internal.example` },
  { kind: "dns", value: `service-${i % 500}.namespace-${i % 40}.svc.cluster.local` },
  ip(Uint8Array.of(10, (i >> 16) & 255, (i >> 8) & 255, i & 255)),
  { kind: "uri", value: `spiffe://cluster.local/ns/namespace-${i % 40}/sa/service-${i % 500}` },
];

const template = (i: number, issuer: Issuer): CertificateTemplate => {
  const ca = i % 20 === 0;
  const signatureAlgorithm: SignatureAlgorithm =
    issuer.kind === "rsa" ? "rsa-sha256" : "ecdsa-sha256";
  const notBefore = instantOf(2026, 1 + (i % 12), 1 + (i % 28), i % 24);
  return {
    serial: octets(`serial/${i}`, 16).with(0, 0x4a),
    issuer: issuer.name,
    subject: ca
      ? { der: issuer.name }
      : [
          [{ oid: attribute.O, value: `system:group-${i % 30}` }],
          [{ oid: attribute.CN, value: `system:node:node-${i}` }],
        ],
    notBefore,
    notAfter: notBefore + 365 * 86_400_000,
    spki: issuer.spki,
    signatureAlgorithm,
    extensions: {
      ...(ca
        ? { basicConstraints: { ca: true, pathLength: 1 } }
        : {
            subjectAltName: leafNames(i),
            extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
          }),
      keyUsage: ca ? ["keyCertSign", "cRLSign"] : ["digitalSignature", "keyEncipherment"],
      subjectKeyIdentifier: issuer.keyIdentifier,
      authorityKeyIdentifier: { keyIdentifier: issuer.keyIdentifier },
    },
  };
};

/**
 * A fleet of certificates: half RSA-2048, half P-256, one in twenty a CA, 20 issuers and their 20 keys.
 * Signatures have the right form and are random: neither side of the benchmark verifies them, and real ones take
 * a minute to make.
 */
export const fleet = (size: number): Uint8Array[] => {
  const cas = issuers();
  return Array.from({ length: size }, (_, i) => {
    // CAs are every twentieth: 7 is prime to 20, so that both kinds of key come among them.
    const issuer = cas[(i * 7 + Math.floor(i / 20)) % cas.length]!;
    const t = template(i, issuer);
    const signature = issuer.kind === "rsa" ? octets(`signature/${i}`, 256) : ecdsaForm(String(i));
    return assembleSigned(writeTbsCertificate(t), t.signatureAlgorithm, signature);
  });
};
