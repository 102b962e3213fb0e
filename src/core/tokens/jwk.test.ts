import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { publicKeysInSet } from "./jwk.ts";

const kinds = {
  "RSA 2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  "P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "P-384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
} as const;

for (const [name, make] of Object.entries(kinds)) {
  test(`a key of ${name} in a set is the key that node:crypto exports`, () => {
    const { publicKey } = make();
    const set = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "x" }] });
    const [spki] = publicKeysInSet(set);
    assert.deepEqual(Buffer.from(spki!), publicKey.export({ format: "der", type: "spki" }));
  });
}

test("what is no set, and keys of other kinds, give nothing", () => {
  for (const text of ["", "{}", '{"keys":7}', '{"keys":[{"kty":"oct","k":"AA"},{"kty":"RSA"}]}'])
    assert.deepEqual(publicKeysInSet(text), [], text);
});
