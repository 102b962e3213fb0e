import assert from "node:assert/strict";
import test from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { keyMaker } from "../../../adapters/crypto/node-keys.ts";
import { verifySignature } from "../../../adapters/crypto/node-verify.ts";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import { parseIp } from "../../../core/x509/ip.ts";
import { subjectOf } from "../../../core/x509/names.ts";
import { purpose } from "../../../core/x509/oids.ts";
import { writePem } from "../../../core/x509/pem.ts";
import { assembleSigned, writeTbsCertificate } from "../../../core/x509/write-certificate.ts";
import { encodeName } from "../../../core/x509/write-name.ts";
import { judgePair } from "./judge-pair.ts";
import type { WantedPair } from "./pairs.ts";

const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const keyOf = () => keyMaker.generate({ algorithm: "ec", curve: "P-256" });

interface Shape {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly purposes?: readonly string[];
  readonly from?: number;
  readonly to?: number;
}

const sign = (
  issuer: ReturnType<typeof keyOf>,
  key: ReturnType<typeof keyOf>,
  shape: Shape,
): Uint8Array => {
  const { dns = ["etcd-1"], ip = ["10.0.0.1"], purposes = [purpose.serverAuth] } = shape;
  const tbs = writeTbsCertificate({
    serial: new Uint8Array([1]),
    issuer: encodeName(subjectOf({ commonName: "ca" })),
    subject: subjectOf({ commonName: "etcd-1" }),
    notBefore: shape.from ?? now - day,
    notAfter: shape.to ?? now + 365 * day,
    spki: key.spki,
    signatureAlgorithm: "ecdsa-sha256",
    extensions: {
      extendedKeyUsage: purposes,
      subjectAltName: [
        ...dns.map((value) => ({ kind: "dns" as const, value })),
        ...ip.map((value) => ({ kind: "ip" as const, bytes: parseIp(value)!, value })),
      ],
    },
  });
  return assembleSigned(tbs, "ecdsa-sha256", issuer.sign("ecdsa-sha256", tbs));
};

const caKey = keyOf();
const ca: Certificate = parseCertificate(sign(caKey, caKey, {}), { digests, reading: "strict" });
const pair: WantedPair = {
  title: "server certificate of etcd-1",
  order: { issuer: "etcd-server-ca", profile: "etcd-server", dns: ["etcd-1"], ip: ["10.0.0.1"] },
  purposes: [purpose.serverAuth],
  certificate: "server.crt",
  key: "server.key",
  owner: {},
};

const judge = (shape: Shape, signer = caKey, keyFile?: string): string => {
  const key = keyOf();
  const verdict = judgePair(
    pair,
    ca,
    {
      certificate: utf8Bytes(writePem("CERTIFICATE", sign(signer, key, shape))),
      key: utf8Bytes(keyFile ?? key.pem("pkcs8")),
    },
    { digests, verifySignature, keyMaker, now },
  );
  return verdict.keep ? "keep" : verdict.why;
};

test("a pair that is as the estate says is kept", () => {
  assert.equal(judge({}), "keep");
});

test("the names must be the estate's, no fewer and no more", () => {
  assert.equal(judge({ ip: [] }), "lacks 10.0.0.1");
  assert.equal(
    judge({ dns: ["etcd-1", "old"], ip: ["10.0.0.2"] }),
    "lacks 10.0.0.1 and has old, 10.0.0.2 too many",
  );
});

test("a certificate of another CA, or of an earlier key of the same, is issued anew", () => {
  assert.equal(judge({}, keyOf()), "the current etcd-server-ca did not sign it");
});

test("a key that is another's, encrypted or no key at all is noticed", () => {
  assert.equal(
    judge({}, caKey, keyOf().pem("pkcs8")),
    "key and certificate do not belong together",
  );
  for (const text of [
    "",
    "not a key",
    writePem("ENCRYPTED PRIVATE KEY", new Uint8Array([0x30, 0])),
  ]) {
    assert.equal(judge({}, caKey, text), "its key is no unencrypted PKCS#8 key");
  }
});

test("a usage too many is a fault: a server certificate must be no client", () => {
  assert.equal(
    judge({ purposes: [purpose.serverAuth, purpose.clientAuth] }),
    "its extended key usages are others",
  );
});

test("it is renewed when a third of its life is left", () => {
  assert.equal(judge({ from: now - 61 * day, to: now + 31 * day }), "keep");
  assert.equal(
    judge({ from: now - 62 * day, to: now + 30 * day }),
    "less than a third of its life is left",
  );
  assert.equal(judge({ to: now }), "it has expired");
  assert.equal(judge({ from: now + 1000 }), "it is not valid yet");
});
