import assert from "node:assert/strict";
import { test } from "node:test";
import { issuer, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const constrained = {
  nameConstraints: {
    permitted: [
      { kind: "dns", value: "example.com" },
      { kind: "ip", value: "10.0.0.0/8", bytes: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) },
    ],
    excluded: [{ kind: "dns", value: "secret.example.com" }],
  },
} as const;

test("names outside of the issuer's constraints are refused, with those within that would pass", () => {
  const got = refusal({ commonName: "a.example.net" }, any, { issuer: constrained });
  assert.equal(got.rule, "name-constraints");
  assert.match(got.message, /^dns "a.example.net" is not within the issuer's name constraints/);
  assert.equal(got.wouldPass, "a name within example.com; or another issuer");
  assert.match(
    refusal({ commonName: "x.secret.example.com" }, any, { issuer: constrained }).message,
    /excluded by dns "secret.example.com"/,
  );
  assert.match(
    refusal({ commonName: "a.example.com", ipSans: ["192.0.2.1"] }, any, { issuer: constrained })
      .message,
    /^ip "192.0.2.1"/,
  );
  assert.equal(
    refusal({ commonName: "a.example.com", ipSans: ["10.1.1.1"] }, any, { issuer: constrained })
      .message,
    "",
  );
});

test("the constraints of CAs further up bind as well", () => {
  const settings = { ancestors: [{ ...issuer, ...constrained }] };
  assert.equal(
    refusal({ commonName: "a.example.net" }, any, { settings }).rule,
    "name-constraints",
  );
});

test("with vaultIdentical nobody asks, as in Vault", () => {
  assert.equal(
    refusal({ commonName: "a.example.net" }, any, {
      issuer: constrained,
      settings: { vaultIdentical: true },
    }).message,
    "",
  );
});
