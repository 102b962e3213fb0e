import assert from "node:assert/strict";
import { test } from "node:test";
import { ascii, element, extensionOf, nameOf, type Part } from "../../../test/x509/der-builder.ts";
import { encodeRevoked, parseRevocationList, writeTbsCertList } from "./revocation-list.ts";
import { instantOf } from "./time.ts";
import { assembleSigned } from "./write-certificate.ts";
import { encodeName } from "./write-name.ts";
import { parseName } from "./names.ts";

const strict = (der: Uint8Array) => parseRevocationList(der, { reading: "strict" });
const tolerant = (der: Uint8Array) => parseRevocationList(der, { reading: "tolerant" });
const time = element(0x17, ascii("260101000000Z"));
const algorithm = "300a06082a8648ce3d040302";

const listWith = (f: {
  version?: Part;
  next?: Part;
  revoked?: Part;
  extensions?: Part;
  outer?: Part;
  behind?: Part;
}): Uint8Array => {
  const {
    version = "020101",
    next = time,
    revoked = "",
    extensions = "",
    outer = algorithm,
    behind = "",
  } = f;
  const tbs = element(0x30, version, algorithm, nameOf("0c0161"), time, next, revoked, extensions);
  return Uint8Array.from([
    ...element(0x30, tbs, outer, "0303000102"),
    ...Buffer.from(String(behind), "hex"),
  ]);
};

test("a list without entries, next update or extensions is read", () => {
  const list = strict(listWith({ next: "", version: "" }));
  assert.deepEqual(list.revoked, []);
  assert.deepEqual(
    [list.thisUpdate, list.nextUpdate, list.number],
    [instantOf(2026, 1, 1), undefined, undefined],
  );
});

const entry = (extensions: Part = ""): Uint8Array =>
  element(0x30, element(0x30, "020105", time, extensions));
const reason = (value: Part): Uint8Array => element(0x30, extensionOf("551d15", value));

test("an entry has serial number, time and reason", () => {
  assert.deepEqual(strict(listWith({ revoked: entry(reason("0a0101")) })).revoked, [
    { serial: "05", revokedAt: instantOf(2026, 1, 1), reason: "keyCompromise" },
  ]);
});

for (const [code, what, der] of [
  ["revocation-list.version", "version 1 written out", listWith({ version: "020100" })],
  [
    "revocation-list.extensions-version",
    "extensions in version 1",
    listWith({
      version: "",
      extensions: element(0xa0, element(0x30, extensionOf("551d14", "020101"))),
    }),
  ],
  ["revocation-list.empty-sequence", "an empty list of entries", listWith({ revoked: "3000" })],
  ["revocation-list.reason", "reason 7", listWith({ revoked: entry(reason("0a0107")) })],
  ["extension.malformed", "a reason that is none", listWith({ revoked: entry(reason("0500")) })],
  [
    "revocation-list.number",
    "a negative number",
    listWith({ extensions: element(0xa0, element(0x30, extensionOf("551d14", "0201ff"))) }),
  ],
  [
    "revocation-list.number",
    "a number of 21 octets",
    listWith({
      extensions: element(0xa0, element(0x30, extensionOf("551d14", element(2, "01".repeat(21))))),
    }),
  ],
  [
    "revocation-list.algorithm-mismatch",
    "two algorithms",
    listWith({ outer: "300a06082a8648ce3d040303" }),
  ],
  ["der.trailing-data", "octets behind it", listWith({ behind: "00" })],
] as const)
  test(`a list with ${what} is refused by a strict reading and named by a tolerant one`, () => {
    assert.throws(() => strict(der), { code: "x509.malformed" });
    assert.ok(
      tolerant(der).flaws.some((flaw) => flaw.code === code),
      JSON.stringify(tolerant(der).flaws),
    );
  });

const template = {
  issuer: encodeName(parseName("CN=a")),
  thisUpdate: instantOf(2026, 1, 1),
  nextUpdate: instantOf(2026, 1, 2),
  number: 1n,
  revoked: [],
  authorityKeyIdentifier: Uint8Array.of(1),
  signatureAlgorithm: "ed25519",
} as const;

test("entries encoded before make the same list as entries", () => {
  const revoked = [
    { serial: "01", revokedAt: 0, reason: "superseded" },
    { serial: "ff02", revokedAt: instantOf(2026, 1, 1) },
  ] as const;
  assert.deepEqual(
    writeTbsCertList({ ...template, revoked: revoked.map(encodeRevoked) }),
    writeTbsCertList({ ...template, revoked }),
  );
});

test("what has no correct encoding is not written", () => {
  assert.throws(() => writeTbsCertList({ ...template, number: -1n }), {
    code: "x509.cannot-write",
  });
  assert.throws(() => writeTbsCertList({ ...template, number: 1n << 160n }), {
    code: "x509.cannot-write",
  });
  assert.throws(() => encodeRevoked({ serial: "5", revokedAt: 0 }), { code: "x509.cannot-write" });
  assert.throws(() => encodeRevoked({ serial: "05", revokedAt: Number.NaN }), {
    code: "x509.cannot-write",
  });
});

test("a list of 100,000 entries is written and read within two seconds", () => {
  const revoked = Array.from({ length: 100_000 }, (_, i) =>
    encodeRevoked({
      serial: (i + 0x100000).toString(16),
      revokedAt: instantOf(2026, 1, 1),
      reason: "superseded",
    }),
  );
  const before = process.cpuUsage();
  const der = assembleSigned(
    writeTbsCertList({ ...template, revoked }),
    "ed25519",
    Uint8Array.of(1),
  );
  assert.equal(strict(der).revoked.length, revoked.length);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 2_000_000, `${user} µs`);
});
