import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, namesOf, refusal } from "../../../../test/issuance/question.ts";

const role = { allowedDomains: ["example.com"], allowBareDomains: true };

test("an e-mail address of another domain is refused in Vault's words", () => {
  assert.equal(
    refusal({ commonName: "example.com", altNames: ["user@evil.org"] }, role).message,
    "email address user@evil.org not allowed by this role",
  );
});

test("an e-mail address of an allowed domain is an e-mail name, whatever the domain's case", () => {
  const { template } = issued({ commonName: "user@EXAMPLE.com" }, role);
  assert.deepEqual(namesOf(template), ["email user@EXAMPLE.com"]);
});

test("two at signs or a wildcard make no address", () => {
  for (const name of ["a@b@example.com", "a@*.example.com"]) {
    assert.equal(
      refusal({ commonName: "example.com", altNames: [name] }, { ...role, allowSubdomains: true })
        .message,
      `email address ${name} not allowed by this role`,
    );
  }
});
