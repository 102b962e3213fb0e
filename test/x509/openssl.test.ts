/** OpenSSL 3 reads and verifies all that is written, and what it writes is read. */
import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import type { SignatureAlgorithm } from "../../src/core/model/key.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { formatGeneralName, formatName, parseName, subjectOf } from "../../src/core/x509/names.ts";
import { parseIp, parseIpRange } from "../../src/core/x509/ip.ts";
import { purpose } from "../../src/core/x509/oids.ts";
import { readPem, writePem } from "../../src/core/x509/pem.ts";
import {
  encodeRevoked,
  parseRevocationList,
  writeTbsCertList,
} from "../../src/core/x509/revocation-list.ts";
import { parseSigningRequest } from "../../src/core/x509/signing-request.ts";
import { instantOf } from "../../src/core/x509/time.ts";
import { assembleSigned } from "../../src/core/x509/write-certificate.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";
import { leaveOut } from "../left-out.ts";
import { keyKinds, signedCertificate, signedRequest, testKey, type KeyKind } from "./material.ts";
import { openssl, openssl3, opensslBytes } from "./openssl-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-openssl-"));
after(() => rmSync(folder, { recursive: true }));
const strict = { digests, reading: "strict" } as const;
const ip = (text: string) => ({ kind: "ip", bytes: parseIp(text)!, value: text }) as const;
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const name = encodeName(subjectOf({ commonName: "test", organization: ["certwright"] }));

const each: readonly (readonly [KeyKind, SignatureAlgorithm])[] = Object.entries(keyKinds).flatMap(
  ([kind, [, algorithms]]) => algorithms.map((algorithm) => [kind as KeyKind, algorithm] as const),
);

for (const [kind, algorithm] of each) {
  test(`OpenSSL verifies a certificate, a request and a list signed with ${kind} and ${algorithm}`, (t) => {
    if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
    const key = testKey(kind);
    const der = signedCertificate({}, kind, algorithm);
    const ca = file("ca.pem", writePem("CERTIFICATE", der));
    assert.match(openssl(["verify", "-check_ss_sig", "-CAfile", ca, ca]), /: OK/);
    assert.match(openssl(["x509", "-in", ca, "-noout", "-text"]), /CA:TRUE/);

    const request = signedRequest(kind, algorithm);
    const csr = file("request.pem", writePem("CERTIFICATE REQUEST", request));
    assert.match(
      openssl(["req", "-in", csr, "-noout", "-verify", "-text"]),
      /DNS:etcd-1.example[\s\S]*verify OK/,
    );
    const readRequest = parseSigningRequest(request, strict);
    const verifies = (
      s: { signatureAlgorithm: Parameters<typeof verifySignature>[1]; signature: Uint8Array },
      data: Uint8Array,
    ) => verifySignature(key.spki, s.signatureAlgorithm, data, s.signature);
    assert.ok(verifies(readRequest, readRequest.info));

    const tbs = writeTbsCertList({
      issuer: name,
      thisUpdate: instantOf(2026, 1, 1),
      nextUpdate: instantOf(2050, 1, 1),
      number: 1n << 64n,
      revoked: [
        { serial: "c801", revokedAt: instantOf(2026, 1, 1), reason: "keyCompromise" },
        encodeRevoked({ serial: "02", revokedAt: instantOf(2026, 1, 2), reason: "unspecified" }),
      ],
      authorityKeyIdentifier: digests.sha1(key.spki),
      signatureAlgorithm: algorithm,
    });
    const list = assembleSigned(tbs, algorithm, key.sign(algorithm, tbs));
    const crl = file("list.pem", writePem("X509 CRL", list));
    const text = openssl(["crl", "-in", crl, "-noout", "-CAfile", ca, "-text"]);
    assert.match(text, /verify OK/);
    assert.match(text, /Serial Number: C801[\s\S]*Key Compromise[\s\S]*Serial Number: 02\n/);
    const readList = parseRevocationList(list, strict);
    assert.ok(verifies(readList, readList.tbs));

    const certificate = parseCertificate(der, strict);
    assert.ok(verifies(certificate, certificate.tbs));
    assert.ok(!verifies(certificate, certificate.tbs.with(20, certificate.tbs[20]! ^ 1)));
    assert.ok(
      !verifySignature(
        key.spki.with(key.spki.length - 1, key.spki.at(-1)! ^ 1),
        certificate.signatureAlgorithm,
        certificate.tbs,
        certificate.signature,
      ),
    );
  });
}

for (const kind of Object.keys(keyKinds) as KeyKind[]) {
  test(`OpenSSL reads a ${kind} private key in each form, and we read it again`, (t) => {
    if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
    const key = testKey(kind);
    for (const form of ["pkcs8", "traditional"] as const) {
      const pem = key.pem(form);
      assert.match(openssl(["pkey", "-noout", "-check"], pem), /valid/);
      assert.deepEqual(
        opensslBytes(["pkey", "-pubout", "-outform", "der"], Buffer.from(pem)),
        key.spki,
      );
      assert.ok(createPrivateKey(pem));
    }
    const loaded = keyMaker.load(key.pkcs8());
    assert.deepEqual(loaded.spki, key.spki);
    assert.deepEqual(loaded.pkcs8(), key.pkcs8());
  });
}

test("OpenSSL sees every extension as it was meant", (t) => {
  if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
  const der = signedCertificate({
    extensions: {
      basicConstraints: { ca: true, pathLength: 1 },
      keyUsage: ["keyCertSign", "cRLSign", "decipherOnly"],
      extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
      subjectKeyIdentifier: Uint8Array.of(0xab, 0xcd),
      authorityKeyIdentifier: {
        keyIdentifier: Uint8Array.of(0xab, 0xcd),
        issuer: [{ kind: "directory", name: { der: name, rdns: [] } }],
        serial: "0102",
      },
      subjectAltName: [
        { kind: "dns", value: "*.example" },
        ip("10.0.0.1"),
        ip("fd00::1"),
        { kind: "uri", value: "spiffe://cluster.local/ns/a/sa/b" },
        { kind: "email", value: "ops@example" },
        { kind: "registeredId", oid: "1.2.3.4" },
        { kind: "directory", name: { der: name, rdns: [] } },
        {
          kind: "other",
          oid: "1.3.6.1.4.1.311.20.2.3",
          value: Uint8Array.of(12, 3, 0x75, 0x70, 0x6e),
        },
      ],
      nameConstraints: {
        permitted: [
          { kind: "dns", value: "example" },
          { kind: "ip", bytes: parseIpRange("10.0.0.0/8")!, value: "" },
        ],
        excluded: [{ kind: "ip", bytes: parseIpRange("fd00::/8")!, value: "" }],
      },
      crlDistributionPoints: [
        {
          fullName: [{ kind: "uri", value: "http://pki.example/ca.crl" }],
          crlIssuer: [],
          reasons: Uint8Array.of(0x60),
        },
      ],
      authorityInfoAccess: [
        { method: "1.3.6.1.5.5.7.48.1", location: { kind: "uri", value: "http://ocsp.example" } },
        {
          method: "1.3.6.1.5.5.7.48.2",
          location: { kind: "uri", value: "http://pki.example/ca.crt" },
        },
      ],
      policies: [{ oid: "2.5.29.32.0" }, { oid: "1.2.3.4.5" }],
      other: [{ oid: "1.2.3.4.6", critical: true, value: Uint8Array.of(5, 0) }],
    },
  });
  const text = openssl(["x509", "-inform", "der", "-noout", "-text"], der);
  for (const expected of [
    /Basic Constraints: critical\n +CA:TRUE, pathlen:1/,
    /Key Usage: critical\n +Certificate Sign, CRL Sign, Decipher Only/,
    /Extended Key Usage: \n +TLS Web Server Authentication, TLS Web Client Authentication/,
    /DNS:\*\.example, IP Address:10\.0\.0\.1, IP Address:FD00:0:0:0:0:0:0:1, URI:spiffe:\/\/cluster\.local\/ns\/a\/sa\/b, email:ops@example, Registered ID:1\.2\.3\.4, DirName:\/O=certwright\/CN=test, othername: UPN::upn/,
    /Subject Key Identifier: \n +AB:CD\n/,
    /Authority Key Identifier: \n +keyid:AB:CD\n +DirName:\/O=certwright\/CN=test\n +serial:01:02/,
    /Name Constraints: critical\n +Permitted:\n +DNS:example\n +IP:10\.0\.0\.0\/255\.0\.0\.0\n +Excluded:\n +IP:FD00:0:0:0:0:0:0:0\/FF00/,
    /Full Name:\n +URI:http:\/\/pki\.example\/ca\.crl\s+Reasons:\n +Key Compromise, CA Compromise/,
    /OCSP - URI:http:\/\/ocsp\.example\n +CA Issuers - URI:http:\/\/pki\.example\/ca\.crt/,
    /Policy: X509v3 Any Policy\n +Policy: 1\.2\.3\.4\.5/,
    /1\.2\.3\.4\.6: critical/,
  ])
    assert.match(text, expected);
});

test("dates up to 2049 are UTCTime and later ones GeneralizedTime, to the second", (t) => {
  if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
  const der = signedCertificate({
    notBefore: instantOf(2049, 12, 31, 23, 59, 59),
    notAfter: instantOf(2050, 1, 1),
  });
  const structure = openssl(["asn1parse", "-inform", "der"], der);
  assert.match(structure, /UTCTIME +:491231235959Z[\s\S]*GENERALIZEDTIME +:20500101000000Z/);
  // RFC 5280 section 4.1.2.5: no well-defined expiry.
  const forever = signedCertificate({ notAfter: instantOf(9999, 12, 31, 23, 59, 59) });
  assert.match(
    openssl(["asn1parse", "-inform", "der"], forever),
    /GENERALIZEDTIME +:99991231235959Z/,
  );
});

test("a certificate with an empty subject has a critical subjectAltName", (t) => {
  if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
  const der = signedCertificate({ subject: [], extensions: { subjectAltName: [ip("10.0.0.1")] } });
  assert.match(
    openssl(["x509", "-inform", "der", "-noout", "-text"], der),
    /Alternative Name: critical/,
  );
});

const requestConfig = `
[req]
distinguished_name = dn
req_extensions = ext
prompt = no
string_mask = utf8only
[dn]
C = DE
O = Größe AG
CN = node-1
[ext]
basicConstraints = critical, CA:TRUE, pathlen:3
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth, 1.2.3.4
subjectAltName = DNS:node-1, DNS:*.example, IP:10.1.2.3, IP:fd00::1, URI:spiffe://a/b, email:a@b, RID:1.2.3.4, otherName:1.3.6.1.4.1.311.20.2.3;UTF8:upn, dirName:dir
subjectKeyIdentifier = hash
authorityInfoAccess = OCSP;URI:http://ocsp.example
crlDistributionPoints = URI:http://pki.example/ca.crl
certificatePolicies = 1.2.3.4
nameConstraints = permitted;DNS:example, excluded;IP:10.0.0.0/255.0.0.0
1.2.3.4.5 = ASN1:UTF8String:own
[dir]
CN = directory
`;

for (const [what, args] of [
  ["RSA", ["-newkey", "rsa:2048", "-sha384"]],
  [
    "RSA-PSS",
    [
      "-newkey",
      "rsa:2048",
      "-sha256",
      "-sigopt",
      "rsa_padding_mode:pss",
      "-sigopt",
      "rsa_pss_saltlen:32",
    ],
  ],
  ["P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256"]],
  ["P-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"]],
  ["P-521", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"]],
  ["Ed25519", ["-newkey", "ed25519"]],
] as const) {
  test(`what OpenSSL writes for ${what} is read strictly, its own signature verifies`, (t) => {
    if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
    const config = file("req.cnf", requestConfig);
    const keyFile = join(folder, `${what}.key`);
    const common = ["req", ...args, "-nodes", "-config", config, "-utf8", "-keyout", keyFile];
    const csr = readPem(Buffer.from(openssl([...common, "-out", "-"]))).blocks.find(
      (b) => b.label === "CERTIFICATE REQUEST",
    );
    assert.ok(csr);
    const request = parseSigningRequest(csr.der, strict);
    assert.equal(formatName(request.subject), "CN=node-1,O=Größe AG,C=DE");
    assert.ok(
      verifySignature(
        request.publicKey.spki,
        request.signatureAlgorithm,
        request.info,
        request.signature,
      ),
    );

    const pem = openssl([...common, "-x509", "-days", "30", "-extensions", "ext", "-out", "-"]);
    const block = readPem(Buffer.from(pem)).blocks.find((b) => b.label === "CERTIFICATE");
    assert.ok(block);
    const c = parseCertificate(block.der, strict);
    assert.ok(verifySignature(c.publicKey.spki, c.signatureAlgorithm, c.tbs, c.signature));
    assert.deepEqual(c.basicConstraints, { ca: true, pathLength: 3 });
    assert.deepEqual(c.keyUsage, ["digitalSignature", "keyEncipherment"]);
    assert.deepEqual(c.extendedKeyUsage, [purpose.serverAuth, purpose.clientAuth, "1.2.3.4"]);
    assert.deepEqual(c.subjectAltName?.map(formatGeneralName), [
      "DNS:node-1",
      "DNS:*.example",
      "IP:10.1.2.3",
      "IP:fd00::1",
      "URI:spiffe://a/b",
      "email:a@b",
      "RID:1.2.3.4",
      "othername:1.3.6.1.4.1.311.20.2.3;upn",
      "DirName:CN=directory",
    ]);
    // The SKI is the SHA-1 of the key's BIT STRING (RFC 5280 section 4.2.1.2, method 1).
    assert.equal(c.subjectKeyIdentifier?.length, 20);
    assert.deepEqual(c.nameConstraints?.permitted.map(formatGeneralName), ["DNS:example"]);
    assert.deepEqual(c.nameConstraints?.excluded.map(formatGeneralName), ["IP:10.0.0.0/8"]);
    assert.deepEqual(c.policies, [{ oid: "1.2.3.4" }]);
    assert.ok(c.extensions.some((e) => e.oid === "1.2.3.4.5"));
    const peer = new X509Certificate(block.der);
    assert.equal(c.fingerprint, peer.fingerprint256.replaceAll(":", "").toLowerCase());
  });
}

test("names of every string type that OpenSSL writes are read alike", (t) => {
  if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
  const key = file("names.key", testKey("P-256").pem("pkcs8"));
  for (const mask of ["default", "utf8only", "pkix", "nombstr", "MASK:0x800", "MASK:0x100"]) {
    const config = file(
      "names.cnf",
      `[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=${mask}\n[dn]\nO=a b\nCN=x\n`,
    );
    const der = opensslBytes([
      "req",
      "-x509",
      "-new",
      "-key",
      key,
      "-config",
      config,
      "-outform",
      "der",
    ]);
    const { subject } = parseCertificate(der, strict);
    assert.equal(formatName(subject), "CN=x,O=a b", mask);
    assert.equal(formatName(parseName(formatName(subject))), "CN=x,O=a b");
  }
});

test("what OpenSSL makes of our certificate in PKCS#7, PKCS#12 and its trusted form is named and read", (t) => {
  if (!openssl3) return leaveOut(t, "no OpenSSL 3 command line");
  const der = signedCertificate();
  const pem = file("one.pem", writePem("CERTIFICATE", der));
  const p7 = openssl(["crl2pkcs7", "-nocrl", "-certfile", pem]);
  const reading = readPem(Buffer.from(p7));
  assert.deepEqual(
    [reading.faults.map((f) => f.id), reading.blocks.map((b) => b.der)],
    [["file.pkcs7"], [der]],
  );
  const p7der = opensslBytes(["crl2pkcs7", "-nocrl", "-certfile", pem, "-outform", "der"]);
  assert.deepEqual(
    readPem(p7der).blocks.map((b) => b.der),
    [der],
  );
  const p12 = opensslBytes(["pkcs12", "-export", "-nokeys", "-in", pem, "-passout", "pass:x"]);
  assert.deepEqual(
    readPem(p12).faults.map((f) => f.id),
    ["file.pkcs12"],
  );
  const trusted = readPem(
    Buffer.from(openssl(["x509", "-in", pem, "-trustout", "-addtrust", "serverAuth"])),
  );
  assert.deepEqual(
    [trusted.faults.map((f) => f.id), trusted.blocks.map((b) => b.der)],
    [["file.trusted-cert"], [der]],
  );
  for (const [args, fault] of [
    [["pkey", "-aes256", "-passout", "pass:x"], "file.encrypted-key"],
    [["ec", "-aes256", "-passout", "pass:x"], "file.encrypted-key"],
  ] as const)
    assert.ok(
      readPem(Buffer.from(openssl(args, testKey("P-256").pem("pkcs8")))).faults.some(
        (f) => f.id === fault,
      ),
    );
});
