import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, namesOf, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const spiffe = "spiffe://example.org/ns/default/sa/web";

test("URIs are refused in Vault's words when the role allows none", () => {
  assert.equal(
    refusal({ commonName: "a", uriSans: [spiffe] }, any).message,
    "URI Subject Alternative Names are not allowed in this role, but were provided via the API",
  );
  assert.equal(
    refusal({ csr: csr({ commonName: "a", names: [{ kind: "uri", value: spiffe }] }) }, any)
      .message,
    "URI Subject Alternative Names are not allowed in this role, but were provided via CSR",
  );
});

test("a URI that no glob matches is refused in Vault's words", () => {
  const role = { ...any, allowedUriSans: ["spiffe://example.net/*"] };
  assert.equal(
    refusal({ commonName: "a", uriSans: [spiffe] }, role).message,
    "URI Subject Alternative Names were provided via the API which are not valid for this role",
  );
  assert.equal(
    refusal({ csr: csr({ commonName: "a", names: [{ kind: "uri", value: spiffe }] }) }, role)
      .message,
    "URI Subject Alternative Names were provided via CSR which are not valid for this role",
  );
});

test("a glob goes over the whole text, slashes included", () => {
  const role = { ...any, allowedUriSans: ["spiffe://example.org/*"] };
  assert.deepEqual(namesOf(issued({ commonName: "a", uriSans: [spiffe] }, role).template), [
    "dns a",
    `uri ${spiffe}`,
  ]);
});

test("a text without a scheme is no URI", () => {
  assert.equal(
    refusal({ commonName: "a", uriSans: ["no uri"] }, { ...any, allowedUriSans: ["*"] }).message,
    'the provided URI Subject Alternative Name "no uri" is not a valid URI',
  );
});
