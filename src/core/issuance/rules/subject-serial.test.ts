import assert from "node:assert/strict";
import { test } from "node:test";
import { issued, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };
const request = { commonName: "a.example.com", serialNumber: "37" };

test("a subject's serialNumber is refused in Vault's words unless a glob allows it", () => {
  assert.equal(refusal(request, any).message, "serial_number 37 not allowed by this role");
  assert.equal(refusal(request, { ...any, allowedSerialNumbers: ["3*"] }).message, "");
  assert.equal(refusal(request, { ...any, allowedSerialNumbers: ["4*"] }).rule, "subject-serial");
});

test("the allowed one stands in the subject", () => {
  const { template } = issued(request, { ...any, allowedSerialNumbers: ["37"] });
  assert.deepEqual(template.subject, [
    [{ oid: "2.5.4.3", value: "a.example.com" }],
    [{ oid: "2.5.4.5", value: "37" }],
  ]);
});
