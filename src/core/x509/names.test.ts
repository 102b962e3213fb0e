import assert from "node:assert/strict";
import { test } from "node:test";
import { CertwrightError } from "../errors/certwright-error.ts";
import { attributesOf, commonNameOf, formatName, parseName, subjectOf } from "./names.ts";
import { oidOctets } from "./object-identifier.ts";
import { oidName } from "./oids.ts";
import { encodeName } from "./write-name.ts";

test("a name is read from RFC 4514's text and written to it", () => {
  for (const text of [
    "CN=a",
    "CN=kubernetes-admin,O=kubeadm:cluster-admins",
    'CN=a\\,b\\+c\\"d\\\\e,O=x',
    "CN=\\ a\\ ,O=\\#1",
    "OU=b+OU=a,O=x",
    "CN=Größe",
    "1.2.3.4=x,CN=y",
    "CN=a\\0Ab",
  ])
    assert.equal(formatName(parseName(text)), text);
});

test("other spellings of the same name are understood", () => {
  for (const [text, expected] of [
    ["cn = a , o = b", "CN=a,O=b"],
    ["CN=a;O=b", "CN=a,O=b"],
    ['CN="a,b"', "CN=a\\,b"],
    ["CN=a\\2Cb", "CN=a\\,b"],
    ["CN=Gr\\C3\\B6sse", "CN=Grösse"],
    ["OID.2.5.4.3=a", "CN=a"],
    ["email=a@b", "emailAddress=a@b"],
    ["", ""],
  ] as const)
    assert.equal(formatName(parseName(text)), expected);
});

test("a text that is no name is refused with what is wrong with it", () => {
  for (const [text, why] of [
    ["CN", /has no "="/],
    ["XX=a", /"XX" is no attribute type; known are CN/],
    ["CN=", /CN has no value/],
    ["CN=a,,O=b", /has no "="/],
    ["CN=a\\FF", /not UTF-8/],
    ["CN=a\\", /backslash/],
  ] as const)
    assert.throws(
      () => parseName(text),
      (error) => error instanceof CertwrightError && why.test(error.message),
      text,
    );
});

test("control characters in a name cannot reach a terminal", () => {
  const text = formatName([[{ oid: "2.5.4.3", value: "a\u001B[31m\u0085\u007F" }]]);
  assert.equal(text, "CN=a\\1B[31m\\C2\\85\\7F");
  assert.equal(formatName(parseName(text)), text);
});

test("a subject has its attributes in Go's order, values of one type in one set", () => {
  const subject = subjectOf({
    commonName: "c",
    organization: ["b", "a"],
    country: ["DE"],
    serialNumber: "7",
  });
  assert.equal(formatName(subject), "serialNumber=7,CN=c,O=b+O=a,C=DE");
  const name = {
    der: encodeName(subject),
    rdns: subject.map((rdn) => rdn.map((a) => ({ ...a, tag: 12 }))),
  };
  assert.equal(commonNameOf(name), "c");
  assert.deepEqual(attributesOf(name, "2.5.4.10"), ["b", "a"]);
  // In DER's order, whatever the order given.
  assert.deepEqual(
    encodeName(subjectOf({ organization: ["a", "b"] })),
    encodeName(subjectOf({ organization: ["b", "a"] })),
  );
});

test("what has no encoding is refused when it is written", () => {
  for (const wrong of ["C=Germany", "CN=a,serialNumber=a_b", "DC=ö"])
    assert.throws(() => encodeName(parseName(wrong)), { code: "x509.cannot-write" }, wrong);
  assert.throws(() => encodeName([[{ oid: "2.5.4.3", value: "" }]]), { code: "x509.cannot-write" });
  assert.throws(() => encodeName([[{ oid: "not one", value: "a" }]]), {
    code: "x509.cannot-write",
  });
});

test("object identifiers that are none have no octets", () => {
  for (const wrong of [
    "",
    "1",
    "1.",
    "3.1",
    "1.40",
    "1.2.x",
    "1.02",
    "-1.2",
    `1.${"2.".repeat(400)}3`,
  ])
    assert.equal(oidOctets(wrong), undefined, wrong);
  assert.deepEqual(oidOctets("2.999.1"), Uint8Array.of(0x88, 0x37, 1));
  assert.equal(oidName("2.5.29.37"), "extKeyUsage");
  assert.equal(oidName("1.2.3"), "1.2.3");
});
