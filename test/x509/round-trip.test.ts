/** What is written is read again, whatever it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { ExtensionsTemplate } from "../../src/core/model/template.ts";
import type { RevocationReason, RevokedCertificate } from "../../src/core/model/revocation-list.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { formatName, parseName } from "../../src/core/x509/names.ts";
import { parseRevocationList, writeTbsCertList } from "../../src/core/x509/revocation-list.ts";
import {
  parseSigningRequest,
  writeSigningRequestInfo,
} from "../../src/core/x509/signing-request.ts";
import { assembleSigned, writeTbsCertificate } from "../../src/core/x509/write-certificate.ts";
import { encodeName } from "../../src/core/x509/write-name.ts";
import { readPem, writePem } from "../../src/core/x509/pem.ts";
import { extensions, instant, oid, serial, subject } from "./arbitraries.ts";
import { testKey } from "./material.ts";
import { numRuns, seed } from "./seed.ts";

const { spki } = testKey("P-256");
const options = { digests, reading: "strict" } as const;
/** Equal as data: generated objects have no prototype, read ones may have getters. */
const assertSame = (actual: unknown, expected: unknown, what?: string): void =>
  assert.deepEqual(structuredClone(actual), structuredClone(expected), what);
const hexOfSerial = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/^(?:00)+(?=..)/, "");

const sort = (usages: readonly string[]): string[] => [...usages].toSorted();

const assertExtensions = (
  read: ReturnType<typeof parseCertificate>,
  written: ExtensionsTemplate,
): void => {
  const { other = [], keyUsage = [], ...rest } = written;
  for (const [field, value] of Object.entries(rest))
    assertSame(read[field as keyof typeof rest], value, field);
  assert.deepEqual(sort(read.keyUsage ?? []), sort(keyUsage));
  assertSame(read.extensions.slice(read.extensions.length - other.length), other);
  assert.equal(
    read.extensions.length,
    other.length + Object.keys(rest).length + (written.keyUsage ? 1 : 0),
  );
};

test("a certificate is read as it was written", () => {
  fc.assert(
    fc.property(
      serial,
      subject,
      subject,
      instant,
      instant,
      extensions,
      (number, issuer, name, from, to, ext) => {
        fc.pre(issuer.length > 0);
        const tbs = writeTbsCertificate({
          serial: number,
          issuer: encodeName(issuer),
          subject: name,
          notBefore: from,
          notAfter: to,
          spki,
          signatureAlgorithm: "ecdsa-sha256",
          extensions: ext,
        });
        const der = assembleSigned(tbs, "ecdsa-sha256", Uint8Array.of(1, 2, 3));
        const read = parseCertificate(der, options);
        assert.equal(read.serial, hexOfSerial(number));
        assertSame(read.issuer.rdns, issuer);
        assertSame(read.subject.rdns, name);
        assert.deepEqual([read.notBefore, read.notAfter], [from, to]);
        assert.deepEqual([read.tbs, read.signature], [tbs, Uint8Array.of(1, 2, 3)]);
        assert.deepEqual(read.publicKey.spki, spki);
        assertExtensions(read, ext);
        // Read once more and written once more, it is the same certificate.
        const again = writeTbsCertificate({
          serial: number,
          issuer: read.issuer.der,
          subject: { der: read.subject.der },
          notBefore: read.notBefore,
          notAfter: read.notAfter,
          spki: read.publicKey.spki,
          signatureAlgorithm: "ecdsa-sha256",
          extensions: ext,
        });
        assert.deepEqual(again, tbs);
        assert.deepEqual(readPem(Buffer.from(writePem("CERTIFICATE", der))).blocks[0]?.der, der);
      },
    ),
    { seed, numRuns },
  );
});

test("a signing request is read as it was written", () => {
  fc.assert(
    fc.property(subject, extensions, (name, ext) => {
      const info = writeSigningRequestInfo({ subject: name, spki, extensions: ext });
      const read = parseSigningRequest(assembleSigned(info, "ed25519", Uint8Array.of(7)), options);
      assertSame(read.subject.rdns, name);
      assert.deepEqual(read.info, info);
      assertSame(read.subjectAltName, ext.subjectAltName);
      assert.equal(
        read.extensions.length,
        Object.keys(ext).length - (ext.other ? 1 : 0) + (ext.other?.length ?? 0),
      );
    }),
    { seed, numRuns },
  );
});

const reason = fc.constantFrom<RevocationReason | undefined>(
  undefined,
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
);

test("a revocation list is read as it was written", () => {
  const entry = fc
    .tuple(serial, instant, reason)
    .map(([number, revokedAt, why]): RevokedCertificate =>
      why === undefined
        ? { serial: hexOfSerial(number), revokedAt }
        : { serial: hexOfSerial(number), revokedAt, reason: why },
    );
  fc.assert(
    fc.property(
      subject,
      instant,
      instant,
      fc.bigInt({ min: 0n, max: 2n ** 150n }),
      fc.array(entry, { maxLength: 8 }),
      fc.uint8Array({ minLength: 1, maxLength: 32 }),
      (issuer, thisUpdate, nextUpdate, number, revoked, keyIdentifier) => {
        const tbs = writeTbsCertList({
          issuer: encodeName(issuer),
          thisUpdate,
          nextUpdate,
          number,
          revoked,
          authorityKeyIdentifier: keyIdentifier,
          signatureAlgorithm: "rsa-pss-sha256",
        });
        const read = parseRevocationList(
          assembleSigned(tbs, "rsa-pss-sha256", Uint8Array.of(7)),
          options,
        );
        assert.deepEqual(
          [read.thisUpdate, read.nextUpdate, read.number],
          [thisUpdate, nextUpdate, number],
        );
        assertSame(read.revoked, revoked);
        assert.deepEqual(read.authorityKeyIdentifier, keyIdentifier);
        assert.deepEqual(read.tbs, tbs);
      },
    ),
    { seed, numRuns },
  );
});

test("a name is the same after it was put into text and read from it", () => {
  fc.assert(
    fc.property(subject, (name) => {
      const written = name.map((rdn) => rdn.map((a) => ({ oid: a.oid, value: a.value })));
      assertSame(parseName(formatName(written)), written);
    }),
    { seed, numRuns },
  );
});

test("an object identifier is the same after it was encoded and read", () => {
  fc.assert(
    fc.property(oid, (text) => {
      const tbs = writeTbsCertificate({
        serial: Uint8Array.of(1),
        issuer: encodeName([[{ oid: text, value: "x" }]]),
        subject: [],
        notBefore: 0,
        notAfter: 0,
        spki,
        signatureAlgorithm: "ed25519",
        extensions: {},
      });
      const read = parseCertificate(assembleSigned(tbs, "ed25519", Uint8Array.of(1)), options);
      assert.equal(read.issuer.rdns[0]?.[0]?.oid, text);
    }),
    { seed, numRuns },
  );
});
