import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, issuer, refusal } from "../../../../test/issuance/question.ts";

test("an issuer with a key that we do not sign with is refused", () => {
  const publicKey = { ...issuer.publicKey, algorithm: "dsa" } as const;
  assert.match(
    refusal({ commonName: "a" }, { allowAnyName: true }, { issuer: { publicKey } }).message,
    /of algorithm dsa, which we do not sign with/,
  );
});

test("the signature follows the issuer's key, and for RSA the role", () => {
  const algorithm = (bits: number, type: "rsa" | "ec" | "ed25519", role = {}) =>
    issued(
      { commonName: "a" },
      { allowAnyName: true, ...role },
      {
        issuer: { publicKey: { ...issuer.publicKey, algorithm: type, bits } },
      },
    ).template.signatureAlgorithm;
  assert.equal(algorithm(2048, "rsa"), "rsa-sha256");
  assert.equal(algorithm(2048, "rsa", { signatureBits: 512, usePss: true }), "rsa-pss-sha512");
  assert.equal(algorithm(384, "ec", { signatureBits: 256 }), "ecdsa-sha384");
  assert.equal(algorithm(521, "ec"), "ecdsa-sha512");
  assert.equal(algorithm(256, "ed25519"), "ed25519");
});
