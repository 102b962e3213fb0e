import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("user ids are refused in Vault's words, and allowed by name whatever the case, or by glob", () => {
  const request = { commonName: "a", userIds: ["bob"] };
  assert.equal(refusal(request, any).message, "user_id bob is not allowed by this role");
  assert.equal(refusal(request, { ...any, allowedUserIds: ["BOB"] }).message, "");
  assert.equal(refusal(request, { ...any, allowedUserIds: ["b*"] }).message, "");
  assert.deepEqual(issued(request, { ...any, allowedUserIds: ["*"] }).template.subject, [
    [{ oid: "2.5.4.3", value: "a" }],
    [{ oid: "0.9.2342.19200300.100.1.1", value: "bob" }],
  ]);
});
