import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { nameAdvice } from "./name-advice.ts";
import { isPermittedName } from "./permitted-name.ts";
import { defaultRole, type Role } from "./role.ts";

const seed = Number(process.env["FC_SEED"] ?? 20261123);
const permitted = (name: string, role: Partial<Role>): boolean =>
  isPermittedName(name, { ...defaultRole, ...role }, {});

/** Each line was read in OpenBao's validateNames, or seen with OpenBao 2.6. */
const cases: readonly (readonly [boolean, string, Partial<Role>])[] = [
  [true, "example.com", { allowedDomains: ["example.com"], allowBareDomains: true }],
  [true, "EXAMPLE.com", { allowedDomains: ["example.com"], allowBareDomains: true }],
  [false, "example.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [true, "a.b.example.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [false, "a.example.com", { allowedDomains: ["Example.com"], allowSubdomains: true }],
  [true, "*.EXAMPLE.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [false, "notexample.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [true, "*.example.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [true, "*.a.example.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [false, "*.example.com", { allowedDomains: ["example.com"], allowBareDomains: true }],
  [false, "*.example.com", { allowAnyName: true, allowWildcardCertificates: false }],
  [false, "*.*.example.com", { allowAnyName: true }],
  [false, "a.*.example.com", { allowAnyName: true }],
  [true, "a*b.example.com", { allowAnyName: true }],
  [false, "-*.example.com", { allowAnyName: true }],
  [true, "-*.example.com", { allowAnyName: true, enforceHostnames: false }],
  [true, "*", { allowAnyName: true }],
  [false, "a_b.example.com", { allowAnyName: true }],
  [true, "a_b.example.com", { allowAnyName: true, enforceHostnames: false }],
  [true, "ftp.a.b.example.com", { allowedDomains: ["ftp*.example.com"], allowGlobDomains: true }],
  [false, "ftp.example.com", { allowedDomains: ["ftp*.example.com"], allowSubdomains: true }],
  [true, "localhost", {}],
  [true, "localdomain", {}],
  [false, "a.localhost", {}],
  [true, "a.localhost", { allowSubdomains: true }],
  // The reduced name of "*.localhost" is "localhost", which passes before subdomains are thought of.
  [true, "*.localhost", {}],
  [false, "localhost", { allowLocalhost: false }],
  [true, "user@localhost", {}],
  [true, "user@example.com", { allowedDomains: ["example.com"], allowBareDomains: true }],
  [true, "user@a.example.com", { allowedDomains: ["example.com"], allowSubdomains: true }],
  [false, "a@b@example.com", { allowAnyName: true }],
  [false, "user@*.example.com", { allowAnyName: true }],
  [false, "anything", { allowedDomains: [""] }],
  [true, "example.com.", { allowAnyName: true }],
];

test("names are permitted exactly as Vault permits them", () => {
  for (const [expected, name, role] of cases) {
    assert.equal(permitted(name, role), expected, `${name} with ${JSON.stringify(role)}`);
  }
});

test("a domain that is an identity template matches what it is filled in with, and nothing when it cannot be", () => {
  const role = {
    ...defaultRole,
    allowedDomains: ["{{identity.entity.name}}.example.com"],
    allowedDomainsTemplate: true,
    allowBareDomains: true,
  };
  const identity = (template: string) => template.replace("{{identity.entity.name}}", "web");
  assert.ok(isPermittedName("web.example.com", role, { identity }));
  assert.ok(!isPermittedName("web.example.com", role, {}));
});

test("advice that names a change of the role always lets the name pass", () => {
  const label = fc.constantFrom("a", "b", "example", "Example", "com", "*", "a_b", "x*");
  const name = fc
    .tuple(fc.boolean(), fc.array(label, { minLength: 1, maxLength: 4 }))
    .map(([email, labels]) => (email ? "user@" : "") + labels.join("."));
  const role = fc.record({
    allowedDomains: fc.array(fc.constantFrom("example.com", "Example.com", "a*.com", "b"), {
      maxLength: 2,
    }),
    allowBareDomains: fc.boolean(),
    allowSubdomains: fc.boolean(),
    allowGlobDomains: fc.boolean(),
    allowWildcardCertificates: fc.boolean(),
    enforceHostnames: fc.boolean(),
    allowLocalhost: fc.boolean(),
  });
  let advised = 0;
  fc.assert(
    fc.property(name, role, (asked, some) => {
      const full = { ...defaultRole, ...some };
      if (isPermittedName(asked, full, {})) return;
      const advice = nameAdvice(asked, full, (n, r) => isPermittedName(n, r, {}));
      if (advice.roleChange === undefined) return;
      advised += 1;
      assert.ok(isPermittedName(asked, { ...full, ...advice.roleChange }, {}), advice.wouldPass);
    }),
    { seed, numRuns: 1000 },
  );
  assert.ok(advised > 300, `only ${advised} pieces of advice were tried`);
});
