import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const upn = "1.3.6.1.4.1.311.20.2.3";

test("other names are refused in Vault's words by oid and by value", () => {
  const request = { commonName: "a", otherSans: [`${upn};UTF8:joe@example.com`] };
  assert.equal(refusal(request, any).message, `other SAN OID ${upn} not allowed by this role`);
  assert.equal(
    refusal(request, { ...any, allowedOtherSans: [`${upn};utf-8:*@example.net`] }).message,
    `other SAN joe@example.com not allowed for OID ${upn} by this role`,
  );
  assert.equal(refusal(request, { ...any, allowedOtherSans: ["*"] }).message, "");
});

test("a form that is not oid;UTF8:value is refused in Vault's words", () => {
  for (const [text, why] of [
    ["1.2.3", 'expected a semicolon in other SAN "1.2.3"'],
    ["1.2.3;UTF8", 'expected a colon in other SAN "1.2.3;UTF8"'],
    [
      "1.2.3;INT:5",
      'only utf8 other SANs are supported; found non-supported type in other SAN "1.2.3;INT:5"',
    ],
  ] as const) {
    assert.equal(
      refusal({ commonName: "a", otherSans: [text] }, any).message,
      `could not parse requested other SAN: ${why}`,
    );
  }
});

test("an allowed one is written as a UTF8String", () => {
  const { template } = issued(
    { commonName: "a", otherSans: [`${upn};UTF8:joe`] },
    { ...any, allowedOtherSans: [`${upn};UTF8:j*`] },
  );
  assert.deepEqual(template.extensions.subjectAltName?.[0], {
    kind: "other",
    oid: upn,
    value: Uint8Array.of(0x0c, 3, 0x6a, 0x6f, 0x65),
    text: "joe",
  });
});
