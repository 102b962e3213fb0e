import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { signedCertificate } from "../../../test/x509/material.ts";
import { parseCertificate } from "./certificate.ts";
import { purpose } from "./oids.ts";

const read = (der: Uint8Array) => parseCertificate(der, { digests, reading: "strict" });

test("a serial number is positive, has a sign octet where needed and at most 20 octets with it", () => {
  const serialOf = (serial: Uint8Array): string => read(signedCertificate({ serial })).serial;
  assert.equal(serialOf(Uint8Array.of(0, 0, 0x80)), "80");
  assert.equal(serialOf(new Uint8Array(20).fill(0x7f)), "7f".repeat(20));
  for (const wrong of [
    new Uint8Array(0),
    Uint8Array.of(0, 0),
    new Uint8Array(20).fill(0x80),
    new Uint8Array(21).fill(1),
  ])
    assert.throws(() => signedCertificate({ serial: wrong }), { code: "x509.cannot-write" });
});

test("criticality is as RFC 5280 has it", () => {
  const { extensions } = read(
    signedCertificate({
      subject: [],
      extensions: {
        basicConstraints: { ca: false },
        keyUsage: ["digitalSignature"],
        extendedKeyUsage: [purpose.serverAuth],
        subjectAltName: [{ kind: "dns", value: "a" }],
        nameConstraints: { permitted: [{ kind: "dns", value: "a" }], excluded: [] },
        subjectKeyIdentifier: Uint8Array.of(1),
        authorityKeyIdentifier: { keyIdentifier: Uint8Array.of(1) },
      },
    }),
  );
  assert.deepEqual(
    extensions.filter((e) => e.critical).map((e) => e.oid),
    ["2.5.29.19", "2.5.29.15", "2.5.29.17", "2.5.29.30"],
  );
  const named = read(
    signedCertificate({ extensions: { subjectAltName: [{ kind: "dns", value: "a" }] } }),
  );
  assert.equal(named.extensions[0]?.critical, false);
});

test("extensions larger than any buffer to begin with are written whole", () => {
  const names = Array.from(
    { length: 3000 },
    (_, i) => ({ kind: "dns", value: `node-${i}.example` }) as const,
  );
  assert.deepEqual(
    read(signedCertificate({ extensions: { subjectAltName: names } })).subjectAltName,
    names,
  );
});

test("a date outside of four-digit years is refused", () => {
  for (const notAfter of [Number.POSITIVE_INFINITY, Number.NaN, -1e15, 1e15])
    assert.throws(
      () => signedCertificate({ notAfter }),
      { code: "x509.cannot-write" },
      String(notAfter),
    );
});
