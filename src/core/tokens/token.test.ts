import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { keyOfKid, keysInSet, readToken } from "./token.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const digest = createHash("sha256")
  .update(publicKey.export({ type: "spki", format: "der" }))
  .digest();
const kid = digest.toString("base64url");

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (header: unknown, claims: unknown): string => {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
};

test("a token's key is the one that its key ID is the digest of", () => {
  const token = signed({ alg: "RS256", kid }, { sub: "system:serviceaccount:shop:wéb" });
  assert.deepEqual(readToken(token), {
    key: digest.toString("hex"),
    subject: "system:serviceaccount:shop:wéb",
  });
  assert.equal(keyOfKid(kid), digest.toString("hex"));
});

test("a key ID of another making, a token without one, and no token at all are told apart", () => {
  assert.deepEqual(readToken(signed({ alg: "RS256", kid: "2026-11" }, {})), {});
  assert.deepEqual(readToken(signed({ alg: "RS256" }, { sub: 7 })), {});
  for (const text of ["", "a.b.c", "e30", "null.null.x", `${part(null)}.${part([])}.`]) {
    assert.equal(readToken(text), undefined, text);
  }
});

test("a key set tells its keys, and what is none tells nothing", () => {
  assert.deepEqual(keysInSet(JSON.stringify({ keys: [{ kid }, { kid: "x" }, {}] })), [
    digest.toString("hex"),
  ]);
  for (const text of ["", "{}", "[]", "null", '{"keys":1}'])
    assert.equal(keysInSet(text), undefined);
});
