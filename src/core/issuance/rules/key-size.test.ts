import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("key_bits is a minimum for signing requests, in Vault's words", () => {
  assert.equal(
    refusal({ csr: csr({ commonName: "a", key: ["rsa", 2048] }) }, { ...any, keyBits: 4096 })
      .message,
    "role requires a minimum of a 4096-bit key, but CSR's key is 2048 bits",
  );
  assert.equal(
    refusal(
      { csr: csr({ commonName: "a", key: ["ec", 256] }) },
      { ...any, keyType: "ec", keyBits: 384 },
    ).message,
    "role requires a minimum of a 384-bit key, but CSR's key is 256 bits",
  );
  assert.equal(
    refusal({ csr: csr({ commonName: "a", key: ["rsa", 4096] }) }, { ...any, keyBits: 2048 })
      .message,
    "",
  );
});

test("RSA keys below 2048 bits are refused under any type, in Vault's words, whatever key_bits says", () => {
  assert.equal(
    refusal({ csr: csr({ commonName: "a", key: ["rsa", 1024] }) }, { ...any, keyType: "any" })
      .message,
    "RSA keys < 2048 bits are unsafe and not supported",
  );
});

test("sizes that we do not make are refused with those that we make", () => {
  const got = refusal({ commonName: "a" }, { ...any, keyType: "ec", keyBits: 224 });
  assert.match(got.message, /^EC keys of 224 bits are not made here$/);
  assert.match(got.wouldPass, /256, 384 or 521/);
});
