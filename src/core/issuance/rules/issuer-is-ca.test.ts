import assert from "node:assert/strict";
import { test } from "node:test";
import { now, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("an issuer that is no CA, may not sign or has expired signs nothing", () => {
  for (const [issuer, message] of [
    [{ basicConstraints: undefined }, "the issuer's certificate is not a CA certificate"],
    [{ basicConstraints: { ca: false } }, "the issuer's certificate is not a CA certificate"],
    [{ keyUsage: ["cRLSign"] }, "the issuer's key usage does not allow it to sign certificates"],
    [{ notAfter: now }, "the issuer's certificate expired at 2026-11-23T12:00:00Z"],
  ] as const) {
    assert.equal(refusal({ commonName: "a" }, any, { issuer }).message, message);
  }
  assert.equal(refusal({ commonName: "a" }, any, { issuer: { keyUsage: undefined } }).message, "");
});
