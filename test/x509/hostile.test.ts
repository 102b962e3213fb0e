/** Nothing that a file can hold crashes, hangs or outgrows the readers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import { maxCertificateBytes } from "../../src/core/x509/budgets.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { formatGeneralName, formatName, parseName } from "../../src/core/x509/names.ts";
import { readPem, writePem } from "../../src/core/x509/pem.ts";
import { certificatesOfPkcs7 } from "../../src/core/x509/pkcs7.ts";
import { parseRevocationList, writeTbsCertList } from "../../src/core/x509/revocation-list.ts";
import { parseSigningRequest } from "../../src/core/x509/signing-request.ts";
import { assembleSigned } from "../../src/core/x509/write-certificate.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";
import { signedCertificate, signedRequest, testKey } from "./material.ts";
import { numRuns, seed } from "./seed.ts";

/** Certificate with every extension that is decoded. */
const certificate = signedCertificate({
  extensions: {
    basicConstraints: { ca: true, pathLength: 2 },
    keyUsage: ["keyCertSign", "cRLSign", "decipherOnly"],
    extendedKeyUsage: ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"],
    subjectKeyIdentifier: Uint8Array.of(1, 2, 3),
    authorityKeyIdentifier: {
      keyIdentifier: Uint8Array.of(1, 2, 3),
      issuer: [{ kind: "directory", name: { der: encodeName(parseName("CN=a,O=b")), rdns: [] } }],
      serial: "0102",
    },
    subjectAltName: [
      { kind: "dns", value: "a.example" },
      { kind: "ip", bytes: Uint8Array.of(10, 0, 0, 1), value: "" },
      { kind: "uri", value: "spiffe://a/b" },
      { kind: "email", value: "a@b" },
      { kind: "registeredId", oid: "1.2.3" },
      { kind: "other", oid: "1.3.6.1.4.1.311.20.2.3", value: Uint8Array.of(12, 1, 65) },
    ],
    nameConstraints: {
      permitted: [{ kind: "dns", value: "example" }],
      excluded: [{ kind: "ip", bytes: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0), value: "" }],
    },
    crlDistributionPoints: [
      {
        fullName: [{ kind: "uri", value: "http://a/c" }],
        crlIssuer: [],
        reasons: Uint8Array.of(0x60),
      },
    ],
    authorityInfoAccess: [
      { method: "1.3.6.1.5.5.7.48.1", location: { kind: "uri", value: "http://o" } },
    ],
    policies: [{ oid: "2.5.29.32.0", qualifiers: Uint8Array.of(0x30, 4, 0x30, 2, 5, 0) }],
    other: [{ oid: "1.2.3.4", critical: false, value: Uint8Array.of(5, 0) }],
  },
});
const request = signedRequest();
const key = testKey("P-256");
const tbsList = writeTbsCertList({
  issuer: encodeName(parseName("CN=a")),
  thisUpdate: 0,
  nextUpdate: 86_400_000,
  number: 12n,
  revoked: [
    { serial: "01", revokedAt: 0, reason: "superseded" },
    { serial: "02ff", revokedAt: 0 },
  ],
  authorityKeyIdentifier: Uint8Array.of(1, 2, 3),
  signatureAlgorithm: "ecdsa-sha256",
});
const list = assembleSigned(tbsList, "ecdsa-sha256", key.sign("ecdsa-sha256", tbsList));

/** Uses all that was read, as inspect does: a getter must not throw later. */
const useCertificate = (der: Uint8Array, reading: "strict" | "tolerant"): number => {
  const c = parseCertificate(der, { digests, reading });
  verifySignature(c.publicKey.spki, c.signatureAlgorithm, c.tbs, c.signature);
  const names = [
    ...(c.subjectAltName ?? []),
    ...(c.nameConstraints?.permitted ?? []),
    ...(c.nameConstraints?.excluded ?? []),
  ];
  return (
    formatName(c.subject).length +
    formatName(c.issuer).length +
    names.map(formatGeneralName).join().length +
    c.extensions.length +
    c.fingerprint.length +
    c.publicKey.id.length +
    c.flaws.length
  );
};

const readers: readonly [
  string,
  Uint8Array,
  (bytes: Uint8Array, reading: "strict" | "tolerant") => unknown,
][] = [
  ["certificate", certificate, useCertificate],
  ["signing request", request, (der, reading) => parseSigningRequest(der, { digests, reading })],
  ["revocation list", list, (der, reading) => parseRevocationList(der, { reading })],
];

/** The only error is ours; returns whether it was read. */
const survives = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof CertwrightError) return false;
    throw error;
  }
};

const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array =>
  bytes.with(at, bytes[at]! ^ mask);

for (const [what, bytes, read] of readers) {
  test(`a ${what} with any octet changed is refused with a reason or read`, () => {
    assert.ok(survives(() => read(bytes, "strict")));
    let refused = 0;
    let strictOnly = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const mask of [
        0x01,
        0x20,
        0x80,
        0xff,
        bytes[at]!,
        bytes[at]! ^ 0x80,
        bytes[at]! ^ 0x1f,
      ]) {
        if (mask === 0) continue;
        const bad = flipped(bytes, at, mask);
        const strict = survives(() => read(bad, "strict"));
        const tolerant = survives(() => read(bad, "tolerant"));
        assert.ok(tolerant || !strict, `strict reads what tolerant refuses: octet ${at} ^ ${mask}`);
        if (!tolerant) refused += 1;
        if (tolerant && !strict) strictOnly += 1;
      }
    // Were the readers to take anything, or nothing, this test would be void.
    assert.ok(
      refused > 100 && strictOnly > 100,
      `${refused} refused, ${strictOnly} only by strict`,
    );
  });

  test(`a ${what} cut off anywhere, or with octets put in or taken out, is refused with a reason or read`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assert.ok(!survives(() => read(bytes.slice(0, length), "strict")));
      assert.ok(!survives(() => read(bytes.slice(0, length), "tolerant")), `cut at ${length}`);
    }
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(8),
        fc.uint8Array({ maxLength: 8 }),
        fc.constantFrom("strict" as const, "tolerant" as const),
        (at, removed, put, reading) => {
          survives(() =>
            read(
              Uint8Array.from([...bytes.slice(0, at), ...put, ...bytes.slice(at + removed)]),
              reading,
            ),
          );
        },
      ),
      { seed, numRuns: numRuns * 10 },
    );
  });

  test(`octets of any kind are no ${what}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        survives(() => read(noise, "tolerant"));
        survives(() =>
          read(
            Uint8Array.from([0x30, 0x82, noise.length >> 8, noise.length & 255, ...noise]),
            "tolerant",
          ),
        );
        survives(() => certificatesOfPkcs7(noise));
      }),
      { seed, numRuns: numRuns * 10 },
    );
  });
}

test("a PEM file with any octet changed is read as far as it goes, with a fault when less is read", () => {
  const text = new Uint8Array(
    Buffer.from(`# CA\r\n${writePem("CERTIFICATE", certificate)}${key.pem("pkcs8")}`),
  );
  const whole = readPem(text);
  assert.equal(whole.blocks.length, 2);
  for (let at = 0; at < text.length; at++)
    for (const mask of [
      0x01,
      0x20,
      0x80,
      text[at]!,
      text[at]! ^ 0x0a,
      text[at]! ^ 0x2d,
      text[at]! ^ 0x5c,
      text[at]! ^ 0x3a,
    ]) {
      const { blocks, faults } = readPem(flipped(text, at, mask));
      assert.ok(
        blocks.length === 2 || faults.some((fault) => !fault.harmless),
        `octet ${at} ^ ${mask}: ${blocks.length} blocks and no fault`,
      );
      for (const block of blocks)
        if (block.label === "CERTIFICATE") survives(() => useCertificate(block.der, "tolerant"));
    }
  for (let length = 0; length < text.length; length++) readPem(text.slice(0, length));
});

test("noise of PEM's own words is read without a crash", () => {
  const word = fc.constantFrom(
    "-----",
    "BEGIN ",
    "END ",
    "CERTIFICATE",
    "PRIVATE KEY",
    "\n",
    "\r\n",
    " ",
    "\\n",
    "MIIB",
    "====",
    "Proc-Type: 4,ENCRYPTED",
    ":",
    "\uFEFF",
    "\0",
    "-",
    '"',
    "LS0tLS1CRUdJTi",
    "0\x82",
  );
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 40 }),
      fc.constantFrom("utf8" as const, "utf16le" as const, "latin1" as const),
      (words, encoding) => {
        const { faults } = readPem(Buffer.from(words.join(""), encoding), "certificate");
        for (const fault of faults)
          assert.ok(fault.line >= 1 && fault.offset >= 0 && fault.evidence.length <= 40);
      },
    ),
    { seed, numRuns: numRuns * 10 },
  );
});

test("what is larger than its budget is refused before it is read", () => {
  const huge = new Uint8Array(maxCertificateBytes + 1);
  for (const read of [useCertificate, readers[1]![2]])
    assert.throws(() => read(huge, "tolerant"), { code: "x509.too-big" });
});

test("the costliest certificates of the largest size are refused or read within a second", () => {
  const size = maxCertificateBytes - 1024;
  const fill = (unit: readonly number[]): Uint8Array =>
    Uint8Array.from(
      { length: Math.floor(size / unit.length) * unit.length },
      (_, i) => unit[i % unit.length]!,
    );
  const nest = (): Uint8Array => {
    const out = new Uint8Array(size);
    for (let at = 0, left = size; left > 5; at += 5, left -= 5)
      out.set([0x30, 0x83, (left - 5) >> 16, ((left - 5) >> 8) & 255, (left - 5) & 255], at);
    return out;
  };
  const value = (contents: Uint8Array): Uint8Array =>
    Uint8Array.from([
      0x30,
      0x83,
      contents.length >> 16,
      (contents.length >> 8) & 255,
      contents.length & 255,
      ...contents,
    ]);
  const cases: readonly (readonly [string, string, Uint8Array])[] = [
    ["names", "2.5.29.17", value(fill([0x82, 0]))],
    [
      "otherNames with nested values",
      "2.5.29.17",
      value(fill([0xa0, 9, 6, 1, 0x2a, 0xa0, 4, 0x30, 2, 0x30, 0])),
    ],
    ["purposes", "2.5.29.37", value(fill([6, 1, 0x2a]))],
    ["policies, all the same", "2.5.29.32", value(fill([0x30, 3, 6, 1, 0x2a]))],
    [
      "a deep nest of qualifiers",
      "2.5.29.32",
      value(Uint8Array.from([0x30, 0x83, 3, 0xf0, 0, 6, 1, 0x2a, ...nest()])),
    ],
    [
      "one endless identifier",
      "2.5.29.37",
      value(Uint8Array.from([6, 0x83, 3, 0, 0, ...fill([0xff]).slice(0, 0x30000 - 1), 1])),
    ],
  ];
  for (const [what, oid, contents] of cases) {
    const der = signedCertificate({
      extensions: { other: [{ oid, critical: false, value: contents }] },
    });
    const before = process.cpuUsage();
    for (const reading of ["strict", "tolerant"] as const)
      survives(() => useCertificate(der, reading));
    const { user } = process.cpuUsage(before);
    assert.ok(user < 2_000_000, `${what}: ${user} µs`);
  }
  const many = Array.from({ length: 20_000 }, (_, i) => ({
    oid: `1.2.${i}`,
    critical: false,
    value: new Uint8Array(0),
  }));
  const before = process.cpuUsage();
  survives(() =>
    useCertificate(signedCertificate({ extensions: { other: many.slice(0, 15_000) } }), "tolerant"),
  );
  assert.ok(process.cpuUsage(before).user < 2_000_000);
});
