import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { isSignedByToken } from "./bootstrap-signature.ts";

const token = { id: "abcdef", secret: "0123456789abcdef" };
const text = "apiVersion: v1\nclusters: []\n";

/** As cluster-bootstrap's token/jws makes it with go-jose. */
const signed = (header: object, secret: string, payload: string): string => {
  const head = Buffer.from(JSON.stringify(header)).toString("base64url");
  const body = Buffer.from(payload).toString("base64url");
  const signature = createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url");
  return `${head}..${signature}`;
};

test("a token's signature is over this kubeconfig, by this secret, under its identifier", () => {
  const good = signed({ alg: "HS256", kid: token.id }, token.secret, text);
  assert.equal(isSignedByToken(text, good, token, digests), true);
  assert.equal(isSignedByToken(`${text} `, good, token, digests), false);
  assert.equal(isSignedByToken(text, good, { ...token, secret: "other" }, digests), false);
  assert.equal(isSignedByToken(text, good, { ...token, id: "ghijkl" }, digests), false);
  const none = signed({ alg: "none", kid: token.id }, token.secret, text);
  assert.equal(isSignedByToken(text, none, token, digests), false);
});

test("what is no detached JWS is none", () => {
  for (const jws of ["", "a", "a..b", "a.b.c", "e30..", "bm8..AAAA"]) {
    assert.equal(isSignedByToken(text, jws, token, digests), false, jws);
  }
});
