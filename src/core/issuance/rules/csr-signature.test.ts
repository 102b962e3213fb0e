import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, refusal } from "../../../../test/issuance/question.ts";

const request = { csr: csr({ commonName: "a" }) };
const any = { allowAnyName: true };

test("a signing request whose signature does not verify is refused in Vault's words", () => {
  assert.equal(
    refusal(request, any, { settings: { verifySignature: () => false } }).message,
    "request signature invalid",
  );
});

test("a signature that nobody can verify passes no more than a wrong one", () => {
  const unset = { verifySignature: undefined } as unknown as { verifySignature: () => boolean };
  assert.equal(refusal(request, any, { settings: unset }).rule, "csr-signature");
});

test("the organization of a signing request is left out: only the role puts anybody into a group", () => {
  const asked = { csr: csr({ commonName: "a", organization: "system:masters" }) };
  assert.deepEqual(issued(asked, any).template.subject, [[{ oid: "2.5.4.3", value: "a" }]]);
});
