import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, now, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const soon = { notAfter: now + 3_600_000 };

test("a leaf that would outlive its issuer is refused in Vault's words, with the ttl that would pass", () => {
  const got = refusal({ commonName: "a" }, any, { issuer: soon });
  assert.equal(
    got.message,
    "cannot satisfy request, as TTL would result in notAfter of 2026-12-25T12:00:00Z that is beyond the expiration of the CA certificate at 2026-11-23T13:00:00Z",
  );
  assert.match(
    got.wouldPass,
    /^a ttl of at most 3600s; or an issuer with leaf_not_after_behavior=truncate/,
  );
  assert.equal(refusal({ commonName: "a", ttl: 3600 }, any, { issuer: soon }).message, "");
});

test("truncate cuts it at the issuer's end and says so, which Vault does not", () => {
  const c = { issuer: soon, settings: { leafNotAfter: "truncate" } } as const;
  const { template, warnings } = issued({ commonName: "a" }, any, c);
  assert.equal(template.notAfter, soon.notAfter);
  assert.match(
    warnings.join(),
    /ends with its issuer at 2026-11-23T13:00:00Z, not at 2026-12-25T12:00:00Z/,
  );
  const vault = { ...c, settings: { ...c.settings, vaultIdentical: true } };
  assert.deepEqual(issued({ commonName: "a" }, any, vault).warnings, []);
});

test("permit leaves it", () => {
  const { template } = issued({ commonName: "a" }, any, {
    issuer: soon,
    settings: { leafNotAfter: "permit" },
  });
  assert.ok(template.notAfter > soon.notAfter);
});
