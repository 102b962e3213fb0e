import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, refusal } from "../../../../test/issuance/question.ts";

const role = { allowedDomains: ["example.com"] };

test("a common name outside of the role is refused in Vault's words, with what would pass", () => {
  const got = refusal({ commonName: "evil.org" }, { ...role, allowSubdomains: true });
  assert.equal(got.message, "common name evil.org not allowed by this role");
  assert.equal(got.rule, "common-name");
  assert.equal(
    got.wouldPass,
    "a name under .example.com; or a role with allowed_domains=example.com,evil.org and allow_bare_domains=true",
  );
});

test("the smallest change of the role that helps is advised", () => {
  assert.match(refusal({ commonName: "example.com" }, role).wouldPass, /allow_bare_domains=true$/);
  assert.match(refusal({ commonName: "a.example.com" }, role).wouldPass, /allow_subdomains=true$/);
  assert.match(
    refusal(
      { commonName: "*.example.com" },
      { ...role, allowSubdomains: true, allowWildcardCertificates: false },
    ).wouldPass,
    /allow_wildcard_certificates=true$/,
  );
  assert.match(
    refusal({ commonName: "a_b.example.com" }, { ...role, allowSubdomains: true }).wouldPass,
    /enforce_hostnames=false$/,
  );
});

test("a name that only its case keeps out is told to be written in lower case", () => {
  assert.equal(
    refusal({ commonName: "a.Example.com" }, { ...role, allowSubdomains: true }).wouldPass,
    'the name in lower case, "a.example.com"',
  );
});

test("cn_validations decide on the kind, and a single disabled lets everything pass", () => {
  const any = { allowAnyName: true, enforceHostnames: false };
  assert.equal(
    refusal({ commonName: "a@example.com" }, { ...any, cnValidations: ["hostname"] }).message,
    "common name a@example.com not allowed by this role",
  );
  assert.equal(
    refusal({ commonName: "a@example.com" }, { ...any, cnValidations: ["email"] }).message,
    "",
  );
  assert.equal(
    refusal({ commonName: "a.example.com" }, { ...any, cnValidations: ["email"] }).message,
    "common name a.example.com not allowed by this role",
  );
  assert.equal(
    refusal({ commonName: "system:node:a" }, { cnValidations: ["disabled"] }).message,
    "",
    "it is no host name either, so that it is no DNS name",
  );
});

test("a common name is asked although it stays out of the alternative names", () => {
  assert.equal(
    refusal({ commonName: "evil.org", excludeCnFromSans: true }, role).message,
    "common name evil.org not allowed by this role",
  );
});

test("the common name of a signing request counts before the request's, unless the role says otherwise", () => {
  const request = { commonName: "api.example.com", csr: csr({ commonName: "csr.example.com" }) };
  const any = { allowAnyName: true };
  const fromCsr = issued(request, any);
  assert.deepEqual(fromCsr.template.subject, [[{ oid: "2.5.4.3", value: "csr.example.com" }]]);
  assert.match(
    fromCsr.warnings.join(),
    /the common_name field was provided but the role is set with "use_csr_common_name"/,
  );
  assert.deepEqual(issued(request, { ...any, useCsrCommonName: false }).template.subject, [
    [{ oid: "2.5.4.3", value: "api.example.com" }],
  ]);
});
