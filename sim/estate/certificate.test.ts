import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccepted, keyNamed, makeCertificate, type SymbolicCertificate } from "./certificate.ts";

const make = (name: string, signer: string, ca: boolean, notAfter = 100): SymbolicCertificate =>
  makeCertificate(`${name} by ${signer}`, {
    key: keyNamed(name),
    signedBy: keyNamed(signer),
    ca,
    issuer: "ca",
    generation: 1,
    subject: `CN=${name}`,
    notBefore: 0,
    notAfter,
  });

const old = make("old", "old", true);
const young = make("young", "young", true);
const cross = make("young", "old", true);
const leaf = make("leaf", "young", false);

test("a leaf is accepted by whoever holds its signer, and by nobody else", () => {
  assert.ok(isAccepted([leaf], [young], 50));
  assert.ok(!isAccepted([leaf], [old], 50));
  assert.ok(!isAccepted([], [young], 50));
});

test("a cross certificate leads to the old anchor, as long as it and the anchor are valid", () => {
  assert.ok(isAccepted([leaf, cross], [old], 50));
  assert.ok(!isAccepted([leaf, make("young", "old", true, 40)], [old], 50));
  assert.ok(!isAccepted([leaf, cross], [make("old", "old", true, 40)], 50));
});

test("a certificate that is no CA leads nowhere", () => {
  assert.ok(!isAccepted([leaf, make("young", "old", false)], [old], 50));
});
