import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { CertwrightError } from "../errors/certwright-error.ts";
import { parseRole, roleToJson, wireName } from "./parse-role.ts";
import { defaultRole, type Role } from "./role.ts";

const seed = Number(process.env["FC_SEED"] ?? 20261123);

const fault = (
  input: unknown,
  where?: string,
): { code: string; message: string; hint: string | undefined } => {
  try {
    parseRole(input, where === undefined ? {} : { where });
  } catch (error) {
    const { code, message, hint } = error as CertwrightError;
    return { code, message, hint };
  }
  return { code: "", message: "", hint: undefined };
};

test("a role without fields has Vault's defaults", () => {
  assert.deepEqual(parseRole({}), { role: defaultRole, warnings: [] });
});

test("Vault's names, durations and lists are read in every form that its clients send", () => {
  const { role } = parseRole({
    ttl: "72h",
    max_ttl: "30d",
    not_before_duration: 60,
    allowed_domains: "example.com, example.net",
    allow_subdomains: "true",
    allow_ip_sans: "0",
    key_bits: "4096",
    organization: ["Home"],
    allowed_ip_sans_cidr: "10.0.0.0/8",
    use_csr_common_name: false,
    basic_constraints_valid_for_non_ca: true,
    policy_identifiers: '[{"oid":"1.3.6.1.4.1.1","cps":"https://example.com/cps"}]',
    allow_token_displayname: false,
  });
  assert.equal(role.ttl, 259_200);
  assert.equal(role.maxTtl, 2_592_000);
  assert.equal(role.notBeforeDuration, 60);
  assert.deepEqual(role.allowedDomains, ["example.com", "example.net"]);
  assert.equal(role.allowSubdomains, true);
  assert.equal(role.allowIpSans, false);
  assert.equal(role.keyBits, 4096);
  assert.deepEqual(role.organization, ["Home"]);
  assert.deepEqual(role.allowedIpSansCidr, ["10.0.0.0/8"]);
  assert.equal(role.useCsrCommonName, false);
  assert.equal(role.basicConstraintsValidForNonCa, true);
  assert.deepEqual(role.policyIdentifiers, [
    { oid: "1.3.6.1.4.1.1", cps: "https://example.com/cps" },
  ]);
});

test("a field that no role has is refused with the nearest one, or warned about for API clients", () => {
  assert.deepEqual(fault({ allow_subdomain: true }, "role.json"), {
    code: "role.unknown-field",
    message: 'role.json: a role has no field "allow_subdomain"',
    hint: 'did you mean "allow_subdomains"?',
  });
  assert.equal(fault({ allow_glob_domain: false }).hint, 'did you mean "allow_glob_domains"?');
  assert.deepEqual(parseRole({ allow_subdomain: true }, { unknown: "warn" }).warnings, [
    'a role has no field "allow_subdomain"; it is ignored; did you mean "allow_subdomains"?',
  ]);
});

test("a wrong value is refused with field, value and what is right", () => {
  for (const [input, message, hint] of [
    [
      { key_type: "rssa" },
      'key_type: "rssa" is not one of rsa, ec, ed25519, any',
      'did you mean "rsa"?',
    ],
    [
      { ttl: "soon" },
      'ttl: "soon" is not a duration such as "72h", "90d" or 3600 (seconds)',
      undefined,
    ],
    [{ ttl: -1 }, 'ttl: -1 is not a duration such as "72h", "90d" or 3600 (seconds)', undefined],
    [{ allow_any_name: "yes" }, 'allow_any_name: "yes" is not true or false', undefined],
    [
      { key_bits: 2000 },
      "key_bits: 2000 is not one of 0, 224, 256, 384, 521, 2048, 3072, 4096, 8192",
      undefined,
    ],
    [
      { key_type: "ec", key_bits: 2048 },
      "key_bits: 2048 is not one of 0, 224, 256, 384, 521, the sizes of ec keys",
      undefined,
    ],
    [{ ou: [1] }, 'ou: [1] is not a list of texts such as ["a", "b"] or "a,b"', undefined],
    [
      { ttl: 7200, max_ttl: 3600 },
      "ttl: 7200 is not at most max_ttl, which is 3600 seconds",
      undefined,
    ],
    [
      { not_after: "tomorrow" },
      'not_after: "tomorrow" is not a time such as 2027-01-31T12:00:00Z',
      undefined,
    ],
    [
      { not_after_bound: "forbidden" },
      'not_after_bound: "forbidden" is not permit, ttl-limited, forbid, a time such as 2027-01-31T12:00:00Z',
      'did you mean "forbid"?',
    ],
    [
      { ext_key_usage_oids: "abc" },
      'ext_key_usage_oids: "abc" is not an object identifier such as 1.3.6.1.5.5.7.3.1',
      undefined,
    ],
    [
      { policy_identifiers: "abc" },
      'policy_identifiers: "abc" is not a list of policy oids or of {"oid", "notice", "cps"}',
      undefined,
    ],
  ] as const) {
    const got = fault(input);
    assert.equal(got.code, "role.invalid-value");
    assert.equal(got.message, message);
    assert.equal(got.hint, hint);
  }
});

test("what is no object is no role", () => {
  for (const [input, found] of [
    [null, "null"],
    [[], "a list"],
    ["x", "string"],
  ] as const) {
    assert.equal(fault(input).message, `a role is an object of fields, but this is ${found}`);
  }
});

test("usages that mean nothing are kept and warned about, where Vault drops them without a word", () => {
  const { warnings } = parseRole({
    key_usage: "DigitalSignatur",
    ext_key_usage: ["ServerAuth", "Foo"],
  });
  assert.deepEqual(warnings, [
    'key_usage: "DigitalSignatur" is no usage and is left out; did you mean "DigitalSignature"?',
    'ext_key_usage: "Foo" is no usage and is left out',
  ]);
});

test("a changed role keeps what the change does not name", () => {
  const base: Role = { ...defaultRole, allowAnyName: true, ttl: 60 };
  assert.deepEqual(parseRole({ ttl: 30 }, { base }).role, { ...base, ttl: 30 });
});

test("parseRole(roleToJson(role)) is the role, and any JSON either parses or names its fault", () => {
  assert.equal(wireName("basicConstraintsValidForNonCa"), "basic_constraints_valid_for_non_ca");
  assert.deepEqual(parseRole(roleToJson(defaultRole)).role, defaultRole);
  const names = Object.keys(defaultRole).map((field) => wireName(field as keyof Role));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { maxKeys: 6 }),
      (input) => {
        let role;
        try {
          role = parseRole(input).role;
        } catch (error) {
          assert.match((error as CertwrightError).code, /^role\./);
          return;
        }
        assert.deepEqual(parseRole(JSON.parse(JSON.stringify(roleToJson(role)))).role, role);
      },
    ),
    { seed, numRuns: 500 },
  );
});
