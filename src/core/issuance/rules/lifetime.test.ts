import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, now, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const day = 86_400;

test("ttl and not_after together are refused in Vault's words", () => {
  const message =
    "Either ttl or not_after should be provided. Both should not be provided in the same request.";
  assert.equal(refusal({ commonName: "a", ttl: 60, notAfter: now + 60_000 }, any).message, message);
  assert.equal(
    refusal({ commonName: "a", ttl: 60 }, { ...any, notAfter: "2027-01-01T00:00:00Z" }).message,
    message,
  );
});

test("a ttl above the role's maximum is cut, with Vault's warning", () => {
  const { template, warnings } = issued(
    { commonName: "a", ttl: 100 * 3600 },
    { ...any, maxTtl: 72 * 3600 },
  );
  assert.deepEqual(warnings, [
    'TTL "100h0m0s" is longer than permitted maxTTL "72h0m0s", so maxTTL is being used',
  ]);
  assert.equal(template.notAfter, now + 72 * 3_600_000);
});

test("without any ttl it is the role's, then the mount's, then Vault's 768 hours", () => {
  const days = (role: object, settings = {}) =>
    (issued({ commonName: "a" }, { ...any, ...role }, { settings }).template.notAfter - now) /
    (day * 1000);
  assert.equal(days({ ttl: 3 * day }), 3);
  assert.equal(days({}, { defaultTtl: 90 * day, maxTtl: 365 * day }), 90);
  assert.equal(days({}), 32);
});

test("not_after goes beyond max_ttl as in Vault, unless not_after_bound forbids it", () => {
  const request = { commonName: "a", notAfter: now + 400 * day * 1000 };
  const role = { ...any, maxTtl: day };
  assert.equal(issued(request, role).template.notAfter, request.notAfter);
  assert.match(
    refusal(request, { ...role, notAfterBound: "forbid" }).message,
    /not_after field is not allowed/,
  );
  assert.match(
    refusal(request, { ...role, notAfterBound: "ttl-limited" }).message,
    /beyond 2026-11-24T12:00:00Z, the latest this role allows \(max_ttl 24h0m0s\)/,
  );
  assert.match(
    refusal(request, { ...role, notAfterBound: "2027-01-01T00:00:00Z" }).message,
    /beyond 2027-01-01/,
  );
  assert.equal(refusal(request, { ...role, notAfterBound: "2028-01-01T00:00:00Z" }).message, "");
});

test("an end before or at the beginning is refused", () => {
  assert.equal(
    refusal({ commonName: "a", notAfter: now - 60_000 }, any).message,
    "The certificate's Not Before (2026-11-23T11:59:30Z) is later than the certificate's Not After (2026-11-23T11:59:00Z)",
  );
  assert.match(refusal({ commonName: "a", notAfter: now - 30_000 }, any).message, /is equal to/);
});

test("notBefore lies 30 seconds back, but not before the issuer's own", () => {
  assert.equal(issued({ commonName: "a" }, any).template.notBefore, now - 30_000);
  const young = { notBefore: now - 5000 };
  assert.equal(issued({ commonName: "a" }, any, { issuer: young }).template.notBefore, now - 5000);
  assert.equal(
    issued({ commonName: "a" }, any, { issuer: young, settings: { vaultIdentical: true } }).template
      .notBefore,
    now - 30_000,
  );
});
