import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("a signing request with another type of key is refused in Vault's words", () => {
  const got = refusal({ csr: csr({ commonName: "a", key: ["ec", 256] }) }, any);
  assert.equal(got.message, "role requires keys of type rsa");
  assert.equal(got.rule, "key-type");
});

test("a role of any type needs the request to name one for a new key, in Vault's words", () => {
  assert.equal(
    refusal({ commonName: "a" }, { ...any, keyType: "any" }).message,
    'role key type "any" not allowed for issuing certificates without providing key_type and/or key_bits request parameters',
  );
  assert.equal(refusal({ commonName: "a", keyType: "ec" }, { ...any, keyType: "any" }).message, "");
});

test("under any, RSA, EC and Ed25519 keys pass and others do not", () => {
  const role = { ...any, keyType: "any" } as const;
  for (const key of [
    ["rsa", 2048],
    ["ec", 256],
    ["ed25519", 256],
  ] as const) {
    assert.equal(refusal({ csr: csr({ commonName: "a", key }) }, role).message, "", key[0]);
  }
  assert.equal(
    refusal({ csr: csr({ commonName: "a", key: ["dsa", 2048] }) }, role).message,
    "Unknown key type in CSR: dsa",
  );
});
