import assert from "node:assert/strict";
import { test } from "node:test";

import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { makeLeaf } from "./make-leaf.ts";

const order = { issuer: "ca", profile: "tls-server" };

test("once a certificate is made an interruption says which one is in the store", async () => {
  const said: string[] = [];
  const terminal = { leaving: (words: string) => void said.push(words) };
  const certificate = { serial: "4f1c" } as Certificate;
  await makeLeaf(terminal, order, async () => {
    assert.deepEqual(said, []);
    return { certificate, chain: [], warnings: [] };
  });
  assert.equal(said.length, 1);
  assert.match(said[0]!, /issued and in the store.*certwright ca list --serial 4f1c$/);
});

test("a refusal keeps its message and gets advice that can be typed, and leaves nothing behind", async () => {
  const refusal = {
    rule: "common-name-required",
    message: "the common_name field is required",
    wouldPass: "a request with common_name; or a role with require_cn=false",
  };
  const terminal = { leaving: () => assert.fail("nothing was made") };
  await assert.rejects(
    makeLeaf(terminal, order, async () => {
      throw failure("issuance.refused", refusal);
    }),
    {
      message: refusal.message,
      hint: "would pass: a request with --cn; or a role with require_cn=false (rule common-name-required)",
    },
  );
});
