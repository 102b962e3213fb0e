import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("a usage that a CA above does not allow is refused, because Go and OpenSSL would", () => {
  const serverOnly = { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] };
  const got = refusal({ commonName: "a" }, any, { issuer: serverOnly });
  assert.equal(got.message, "a CA above the certificate does not allow the usage clientAuth");
  assert.match(got.wouldPass, /only serverAuth/);
  assert.equal(
    refusal({ commonName: "a" }, { ...any, clientFlag: false }, { issuer: serverOnly }).message,
    "",
  );
  assert.equal(
    refusal({ commonName: "a" }, any, { issuer: { extendedKeyUsage: ["2.5.29.37.0"] } }).message,
    "",
  );
});
