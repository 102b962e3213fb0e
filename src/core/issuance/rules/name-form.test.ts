import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true, enforceHostnames: false };

test("labels that DNS cannot hold are refused in the words that Vault passes on", () => {
  assert.equal(refusal({ commonName: "a..b" }, any).message, 'idna: invalid label "a..b"');
  const long = "a".repeat(64);
  assert.equal(
    refusal({ commonName: `${long}.example.com` }, any).message,
    `idna: invalid label "${long}"`,
  );
  const whole = `${"abcdefghi.".repeat(26)}com`;
  assert.equal(refusal({ commonName: whole }, any).rule, "name-form");
  assert.equal(refusal({ commonName: "a.example.com." }, any).message, "");
});
