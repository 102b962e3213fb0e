import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import {
  ascii,
  certificateWith,
  element,
  extensionOf,
  extensionsOf,
  nameOf,
  validityOf,
  withExtension,
} from "../../../test/x509/der-builder.ts";
import { parseCertificate } from "./certificate.ts";
import { instantOf } from "./time.ts";

const strict = (der: Uint8Array) => parseCertificate(der, { digests, reading: "strict" });
const tolerant = (der: Uint8Array) => parseCertificate(der, { digests, reading: "tolerant" });

test("a plain certificate is read with its fields, and has no flaw", () => {
  const c = strict(certificateWith());
  assert.deepEqual(c.flaws, []);
  assert.deepEqual(
    [c.version, c.serial, c.serialNegative, c.notBefore, c.notAfter],
    [3, "0a", false, instantOf(2026, 1, 1), instantOf(2027, 1, 1)],
  );
  assert.deepEqual(
    [c.publicKey.algorithm, c.publicKey.curve, c.publicKey.bits],
    ["ec", "P-256", 256],
  );
  assert.equal(c.signatureAlgorithm.oid, "1.2.840.10045.4.3.2");
  assert.deepEqual(c.signature, Uint8Array.of(1, 2));
  assert.deepEqual([c.extensions, c.keyUsage, c.subjectAltName], [[], undefined, undefined]);
});

test("views and hashes are the same objects each time", () => {
  const c = strict(certificateWith());
  assert.equal(c.publicKey.spki, c.publicKey.spki);
  assert.equal(c.tbs, c.tbs);
  assert.equal(c.fingerprint, Buffer.from(digests.sha256(c.der)).toString("hex"));
  assert.equal(c.publicKey.id, Buffer.from(digests.sha256(c.publicKey.spki)).toString("hex"));
});

test("a Buffer is read into plain arrays", () => {
  const c = strict(Buffer.from(certificateWith()));
  assert.equal(Object.getPrototypeOf(c.der), Uint8Array.prototype);
  assert.equal(Object.getPrototypeOf(c.tbs), Uint8Array.prototype);
});

/** Deviations that a strict reading refuses and a tolerant one names. */
const flaws: readonly (readonly [code: string, what: string, der: Uint8Array])[] = [
  [
    "certificate.serial-negative",
    "a negative serial number",
    certificateWith({ serial: "0201ff" }),
  ],
  ["certificate.serial-zero", "a serial number of zero", certificateWith({ serial: "020100" })],
  [
    "certificate.serial-long",
    "a serial number of 21 octets",
    certificateWith({ serial: element(2, "01".repeat(21)) }),
  ],
  [
    "der.integer-not-minimal",
    "a serial number with a needless zero",
    certificateWith({ serial: "0202000a" }),
  ],
  [
    "der.integer-not-minimal",
    "a serial number with needless ones",
    certificateWith({ serial: "0202ff80" }),
  ],
  ["der.default-written", "version 1 written out", certificateWith({ version: "a003020100" })],
  [
    "certificate.algorithm-mismatch",
    "two different algorithms",
    certificateWith({ outerAlgorithm: "300a06082a8648ce3d040303" }),
  ],
  [
    "algorithm.parameters",
    "ECDSA with parameters",
    certificateWith({
      algorithm: "300c06082a8648ce3d0403020500",
      outerAlgorithm: "300c06082a8648ce3d0403020500",
    }),
  ],
  [
    "algorithm.parameters",
    "RSA without NULL",
    certificateWith({
      algorithm: "300b06092a864886f70d01010b",
      outerAlgorithm: "300b06092a864886f70d01010b",
    }),
  ],
  ["certificate.issuer-empty", "an empty issuer", certificateWith({ issuer: "3000" })],
  ["der.trailing-data", "octets behind the certificate", certificateWith({ behind: "00" })],
  ["der.trailing-data", "octets behind the extensions", certificateWith({ rest: "0500" })],
  [
    "der.bit-string-padding",
    "unused bits that are set",
    certificateWith({ signature: "0303010103" }),
  ],
  [
    "der.bit-string-partial",
    "a signature that is no whole number of octets",
    certificateWith({ signature: "0303010102" }),
  ],
  [
    "time.generalized-before-2050",
    "GeneralizedTime in 2026",
    certificateWith({ validity: validityOf([0x18, "20260101000000Z"], [0x17, "270101000000Z"]) }),
  ],
  [
    "time.form",
    "a time without seconds",
    certificateWith({ validity: validityOf([0x17, "2601010000Z"], [0x17, "270101000000Z"]) }),
  ],
  [
    "time.form",
    "a time with an offset",
    certificateWith({ validity: validityOf([0x17, "260101000000+0100"], [0x17, "270101000000Z"]) }),
  ],
  [
    "time.form",
    "a time with a fraction",
    certificateWith({ validity: validityOf([0x17, "260101000000Z"], [0x18, "20500101000000.5Z"]) }),
  ],
  [
    "string.printable",
    "an underscore in a PrintableString",
    certificateWith({ subject: nameOf(element(0x13, ascii("a_b"))) }),
  ],
  ["string.utf8", "a name that is no UTF-8", certificateWith({ subject: nameOf("0c02c328") })],
  ["string.ascii", "an IA5String above 127", certificateWith({ subject: nameOf("1601e9") })],
  [
    "string.width",
    "half a character in a BMPString",
    certificateWith({ subject: nameOf("1e03006100") }),
  ],
  ["name.empty-value", "an empty attribute", certificateWith({ subject: nameOf("0c00") })],
  ["name.empty-rdn", "an empty set", certificateWith({ subject: "30023100" })],
  ["name.malformed", "a subject that is no name", certificateWith({ subject: "3003020101" })],
  [
    "der.set-order",
    "attributes out of order",
    certificateWith({
      subject: element(
        0x30,
        element(0x31, element(0x30, "06035504030c0162"), element(0x30, "06035504030c0161")),
      ),
    }),
  ],
  ["public-key.malformed", "a key that is none", certificateWith({ spki: "3003020101" })],
  [
    "public-key.ec-point",
    "a point of the wrong length",
    certificateWith({
      spki: element(0x30, "301306072a8648ce3d020106082a8648ce3d030107", "03030004ff"),
    }),
  ],
  [
    "public-key.ec-compressed",
    "a compressed point",
    certificateWith({
      spki: element(
        0x30,
        "301306072a8648ce3d020106082a8648ce3d030107",
        element(3, "0002", "11".repeat(32)),
      ),
    }),
  ],
  [
    "public-key.rsa-exponent",
    "an RSA exponent of 1",
    certificateWith({
      spki: element(
        0x30,
        "300d06092a864886f70d0101010500",
        element(3, "00", element(0x30, element(2, "00", "c1".repeat(256)), "020101")),
      ),
    }),
  ],
  [
    "public-key.length",
    "an Ed25519 key of 31 octets",
    certificateWith({ spki: element(0x30, "300506032b6570", element(3, "00", "11".repeat(31))) }),
  ],
  [
    "certificate.extensions-version",
    "extensions in version 1",
    certificateWith({ version: "", rest: extensionsOf(extensionOf("551d0e", "040101")) }),
  ],
  [
    "certificate.unique-id-version",
    "a unique identifier in version 1",
    certificateWith({ version: "", rest: "81020001" }),
  ],
  ["extensions.none", "an empty list of extensions", certificateWith({ rest: "a3023000" })],
  [
    "extensions.duplicate",
    "an extension twice",
    certificateWith({
      rest: extensionsOf(extensionOf("551d0e", "040101"), extensionOf("551d0e", "040101")),
    }),
  ],
  [
    "extensions.duplicate",
    "one of many extensions twice",
    certificateWith({
      rest: extensionsOf(
        ...Array.from({ length: 20 }, (_, i) =>
          extensionOf(`2a${(i % 19).toString(16).padStart(2, "0")}`, "0500"),
        ),
      ),
    }),
  ],
  ["der.default-written", "critical FALSE", withExtension(14, "040101", "010100")],
  ["der.boolean", "critical 01", withExtension(14, "040101", "010101")],
  ["extension.malformed", "a key usage that is none", withExtension(15, "0500")],
  ["der.trailing-data", "octets behind a value", withExtension(14, "0401010500")],
  ["der.default-written", "cA FALSE", withExtension(19, "3003010100")],
  [
    "basic-constraints.path-length-without-ca",
    "a path length without cA",
    withExtension(19, "3003020100"),
  ],
  ["extension.malformed", "a negative path length", withExtension(19, "30060101ff0201ff")],
  ["key-usage.none", "no key usage", withExtension(15, "030100")],
  ["der.named-bits", "key usage with zeros at its end", withExtension(15, "03020080")],
  ["extended-key-usage.none", "no extended key usage", withExtension(37, "3000")],
  [
    "extension.malformed",
    "an identifier with a leading zero arc",
    withExtension(37, element(0x30, "06038001 01".replaceAll(" ", ""))),
  ],
  ["extension.malformed", "an identifier cut off", withExtension(37, "3003060188")],
  ["general-name.none", "no alternative name", withExtension(17, "3000")],
  ["general-name.ip-length", "an IP address of 5 octets", withExtension(17, "300787050a00000001")],
  ["string.ascii", "a DNS name above 127", withExtension(17, "30038201e9")],
  ["extension.malformed", "a name of no kind", withExtension(17, "30038901e9")],
  ["key-identifier.empty", "an empty key identifier", withExtension(14, "0400")],
  [
    "authority-key-identifier.half",
    "an issuer without its serial number",
    withExtension(35, element(0x30, element(0xa1, element(0x82, ascii("a"))))),
  ],
  ["name-constraints.none", "no name constraints", withExtension(30, "3000")],
  [
    "name-constraints.minimum",
    "a minimum",
    withExtension(
      30,
      element(0x30, element(0xa0, element(0x30, element(0x82, ascii("a")), "800101"))),
    ),
  ],
  [
    "general-name.ip-mask",
    "a mask that is no prefix",
    withExtension(30, element(0x30, element(0xa0, element(0x30, "87080a000000ff00ff00")))),
  ],
  [
    "general-name.ip-length",
    "an address without mask",
    withExtension(30, element(0x30, element(0xa0, element(0x30, "87040a000000")))),
  ],
  ["distribution-points.none", "no distribution point", withExtension(31, "3000")],
  ["policies.none", "no policy", withExtension(32, "3000")],
  [
    "policies.duplicate",
    "a policy twice",
    withExtension(32, element(0x30, "300306012a", "300306012a")),
  ],
];

for (const [code, what, der] of flaws) {
  test(`${what} is refused by a strict reading and named by a tolerant one as ${code}`, () => {
    assert.throws(() => strict(der), { code: "x509.malformed" });
    const found = tolerant(der).flaws;
    assert.ok(
      found.some((flaw) => flaw.code === code),
      JSON.stringify(found),
    );
    for (const flaw of found)
      assert.ok(flaw.offset >= 0 && flaw.offset <= der.length, flaw.message);
  });
}

/** What neither reading can make a certificate of. */
const fatal: readonly (readonly [what: string, why: RegExp, der: Uint8Array])[] = [
  ["nothing", /certificate is missing/, new Uint8Array(0)],
  ["an indefinite length", /indefinite length/, Uint8Array.of(0x30, 0x80, 0, 0)],
  ["a length of five octets", /length of 5 octets/, Uint8Array.of(0x30, 0x85, 0, 0, 0, 0, 1, 0)],
  ["a length beyond the end", /are left/, Uint8Array.of(0x30, 5, 0)],
  ["a high tag number", /tag number above 30/, Uint8Array.of(0x3f, 0x21, 0)],
  ["a wrong tag", /should be a SEQUENCE, not an OCTET STRING/, Uint8Array.of(4, 1, 0)],
  ["version 4", /version 4/, certificateWith({ version: "a003020103" })],
  ["no serial number", /serialNumber should be an INTEGER/, certificateWith({ serial: "" })],
  ["an empty serial number", /serialNumber has no octets/, certificateWith({ serial: "0200" })],
  [
    "the 30th of February",
    /is no date/,
    certificateWith({ validity: validityOf([0x17, "260230000000Z"], [0x17, "270101000000Z"]) }),
  ],
  [
    "24 o'clock",
    /is no date/,
    certificateWith({ validity: validityOf([0x17, "260101240000Z"], [0x17, "270101000000Z"]) }),
  ],
  [
    "letters in a date",
    /is no date/,
    certificateWith({ validity: validityOf([0x17, "26AB01000000Z"], [0x17, "270101000000Z"]) }),
  ],
  ["a signature of 9 unused bits", /unused bits/, certificateWith({ signature: "0303090102" })],
  ["no signature", /signatureValue is missing/, certificateWith({ signature: "" })],
];

for (const [what, why, der] of fatal) {
  test(`${what} is no certificate in either reading, with the place`, () => {
    for (const read of [strict, tolerant])
      assert.throws(
        () => read(der),
        (error: Error) => why.test(error.message) && /at byte \d+/.test(error.message),
      );
  });
}

test("a length that is not in its shortest form is a flaw", () => {
  const plain = certificateWith({ spki: "3003020101" });
  const inner = plain.slice(2);
  assert.ok(plain[1]! < 0x80);
  const long = Uint8Array.of(0x30, 0x81, plain[1]!, ...inner);
  assert.ok(tolerant(long).flaws.some((flaw) => flaw.code === "der.length-not-minimal"));
  assert.throws(() => strict(long), /shortest form/);
});

test("a tolerant reading takes times as they were meant", () => {
  const at = (before: readonly [number, string]) =>
    tolerant(certificateWith({ validity: validityOf(before, [0x17, "270101000000Z"]) })).notBefore;
  assert.equal(at([0x17, "260101120000+0130"]), instantOf(2026, 1, 1, 10, 30));
  assert.equal(at([0x17, "2601011200-0130"]), instantOf(2026, 1, 1, 13, 30));
  assert.equal(at([0x18, "20260101120000.25Z"]), instantOf(2026, 1, 1, 12) + 250);
  assert.equal(at([0x17, "500101000000Z"]), instantOf(1950, 1, 1));
  assert.equal(at([0x17, "491231235959Z"]), instantOf(2049, 12, 31, 23, 59, 59));
});

test("of an extension that appears twice the first counts", () => {
  const der = certificateWith({
    rest: extensionsOf(extensionOf("551d0e", "040101"), extensionOf("551d0e", "040102")),
  });
  assert.deepEqual(tolerant(der).subjectKeyIdentifier, Uint8Array.of(1));
});

test("a flawed name is flawed each time, although names are remembered", () => {
  const der = certificateWith({ issuer: nameOf(element(0x13, ascii("a_b"))) });
  for (let i = 0; i < 3; i++)
    assert.deepEqual(
      tolerant(der).flaws.map((flaw) => flaw.code),
      ["string.printable"],
    );
});

test("what is remembered does not change with the bytes it was read from", () => {
  const der = certificateWith({ issuer: nameOf(element(0x0c, ascii("remembered"))) });
  const first = strict(der.slice());
  const copy = der.slice();
  const second = strict(copy);
  copy.fill(0);
  assert.deepEqual(second.issuer, first.issuer);
  assert.deepEqual(strict(der).issuer.rdns, first.issuer.rdns);
  assert.deepEqual(strict(der).signatureAlgorithm, { oid: "1.2.840.10045.4.3.2" });
});

test("at most a hundred flaws are kept of a certificate that has one an octet", () => {
  const names = element(0x30, ...Array.from({ length: 500 }, () => "8201e9"));
  assert.equal(tolerant(withExtension(17, names)).flaws.length, 100);
});
