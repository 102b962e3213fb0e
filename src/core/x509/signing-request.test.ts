import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { element, extensionOf, nameOf, type Part } from "../../../test/x509/der-builder.ts";
import { testKey } from "../../../test/x509/material.ts";
import { parseSigningRequest, writeSigningRequestInfo } from "./signing-request.ts";

const strict = (der: Uint8Array) => parseSigningRequest(der, { digests, reading: "strict" });
const tolerant = (der: Uint8Array) => parseSigningRequest(der, { digests, reading: "tolerant" });

/** A request with these attributes; its signature is no signature. */
const requestWith = (attributes: Part, version: Part = "020100"): Uint8Array =>
  element(
    0x30,
    element(0x30, version, nameOf("0c0161"), testKey("P-256").spki, attributes),
    "300a06082a8648ce3d040302",
    "0303000102",
  );

const extensionRequest = (...extensions: Part[]): Uint8Array =>
  element(0x30, "06092a864886f70d01090e", element(0x31, element(0x30, ...extensions)));

const keyUsage = extensionOf("551d0f", "03020780", "0101ff");

test("the extensions that a request asks for are read, other attributes passed over", () => {
  const challenge = element(0x30, "06092a864886f70d010907", element(0x31, "0c0161"));
  const request = strict(requestWith(element(0xa0, challenge, extensionRequest(keyUsage))));
  assert.deepEqual(request.extensions, [
    { oid: "2.5.29.15", critical: true, value: Uint8Array.of(3, 2, 7, 0x80) },
  ]);
  assert.deepEqual(strict(requestWith("a000")).extensions, []);
});

for (const [code, what, der] of [
  ["signing-request.version", "version 2", requestWith("a000", "020101")],
  ["signing-request.no-attributes", "no attributes field", requestWith("")],
  [
    "signing-request.two-extension-requests",
    "extensions asked for twice",
    requestWith(element(0xa0, extensionRequest(keyUsage), extensionRequest(keyUsage))),
  ],
  [
    "extension.malformed",
    "a key usage that is none",
    requestWith(element(0xa0, extensionRequest(extensionOf("551d0f", "0500")))),
  ],
  [
    "extensions.duplicate",
    "an extension twice",
    requestWith(element(0xa0, extensionRequest(keyUsage, keyUsage))),
  ],
] as const)
  test(`a request with ${what} is refused by a strict reading and named by a tolerant one`, () => {
    assert.throws(() => strict(der), { code: "x509.malformed" });
    assert.ok(
      tolerant(der).flaws.some((flaw) => flaw.code === code),
      JSON.stringify(tolerant(der).flaws),
    );
  });

test("a request that has no correct encoding is not written", () => {
  const { spki } = testKey("P-256");
  const write = (extensions: Parameters<typeof writeSigningRequestInfo>[0]["extensions"]) =>
    writeSigningRequestInfo({ subject: [], spki, extensions });
  for (const extensions of [
    { subjectAltName: [] },
    { subjectAltName: [{ kind: "dns", value: "bücher.example" }] },
    { subjectAltName: [{ kind: "ip", bytes: Uint8Array.of(1, 2, 3), value: "" }] },
    { keyUsage: [] },
    { extendedKeyUsage: [] },
    { extendedKeyUsage: ["serverAuth"] },
    { basicConstraints: { ca: false, pathLength: 0 } },
    { basicConstraints: { ca: true, pathLength: -1 } },
    { nameConstraints: { permitted: [], excluded: [] } },
    { authorityKeyIdentifier: { serial: "0" } },
    {
      keyUsage: ["digitalSignature"],
      other: [{ oid: "2.5.29.15", critical: false, value: new Uint8Array(0) }],
    },
  ] as const)
    assert.throws(
      () => write(extensions),
      { code: "x509.cannot-write" },
      JSON.stringify(extensions),
    );
});
