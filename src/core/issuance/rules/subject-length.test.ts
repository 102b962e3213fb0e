import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true, enforceHostnames: false };

test("a common name or organization above RFC 5280's upper bound is refused, and by Vault it is not", () => {
  const long = "a".repeat(65);
  const got = refusal({ commonName: long, excludeCnFromSans: true }, any);
  assert.equal(got.message, "the common name has 65 characters, but at most 64 are allowed");
  assert.match(got.wouldPass, /require_cn=false/);
  assert.match(
    refusal({ commonName: "a" }, { ...any, organization: [long] }).message,
    /^the organization has 65/,
  );
  assert.equal(
    refusal({ commonName: long, excludeCnFromSans: true }, any, {
      settings: { vaultIdentical: true },
    }).message,
    "",
  );
});
