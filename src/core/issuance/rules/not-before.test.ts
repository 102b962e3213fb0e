import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, now, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const request = { commonName: "a", notBefore: now - 3_600_000 };

test("not_before passes unless not_before_bound limits it", () => {
  assert.equal(issued(request, any).template.notBefore, request.notBefore);
  assert.match(
    refusal(request, { ...any, notBeforeBound: "forbid" }).message,
    /not_before field is not allowed/,
  );
  assert.match(
    refusal(request, { ...any, notBeforeBound: "duration", notBeforeDuration: 60 }).message,
    /more than 1m0s in the past/,
  );
  assert.equal(
    refusal(request, { ...any, notBeforeBound: "duration", notBeforeDuration: 7200 }).message,
    "",
  );
});

test("Vault ignores it when it signs, and with vaultIdentical so do we", () => {
  const signing = { ...request, csr: csr({ commonName: "a" }) };
  assert.equal(issued(signing, any).template.notBefore, request.notBefore);
  assert.equal(
    issued(signing, any, { settings: { vaultIdentical: true } }).template.notBefore,
    now - 30_000,
  );
});
