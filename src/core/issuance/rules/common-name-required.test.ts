import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, namesOf, refusal } from "../../../../test/issuance/question.ts";

test("a missing common name is refused in Vault's words", () => {
  assert.equal(
    refusal({ altNames: ["a.example.com"] }, { allowAnyName: true }).message,
    'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
  );
});

test("a role with require_cn=false does without", () => {
  const { template } = issued(
    { altNames: ["a.example.com"] },
    { allowAnyName: true, requireCn: false },
  );
  assert.deepEqual(template.subject, []);
  assert.deepEqual(namesOf(template), ["dns a.example.com"]);
});
