import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, namesOf, refusal } from "../../../../test/issuance/question.ts";

const role = { allowedDomains: ["example.com"], allowSubdomains: true };

test("an alternative name outside of the role is refused in Vault's words", () => {
  const got = refusal({ commonName: "a.example.com", altNames: ["b.evil.org"] }, role);
  assert.equal(got.message, "subject alternate name b.evil.org not allowed by this role");
  assert.equal(got.rule, "dns-names");
});

test("the common name's copy among the alternative names is asked even with cn_validations=disabled", () => {
  assert.equal(
    refusal({ commonName: "evil.org" }, { ...role, cnValidations: ["disabled"] }).message,
    "subject alternate name evil.org not allowed by this role",
  );
});

test("a common name that is no host name is no DNS name", () => {
  const open = { allowAnyName: true, enforceHostnames: false };
  for (const name of ["system:node:worker-1", "John Doe"]) {
    assert.deepEqual(namesOf(issued({ commonName: name }, open).template), [], name);
  }
});

test("an alternative name that is no host name is left out with a warning, where Vault says nothing", () => {
  const { template, warnings } = issued(
    { commonName: "a.example.com", altNames: ["John Doe"] },
    role,
  );
  assert.deepEqual(namesOf(template), ["dns a.example.com"]);
  assert.match(warnings.join(), /"John Doe" is no host name and is left out/);
});

test("names of a signing request count instead of the request's, and that is said in Vault's words", () => {
  const { template, warnings } = issued(
    {
      commonName: "x.example.com",
      altNames: ["api.example.com"],
      csr: csr({
        commonName: "csr.example.com",
        names: [{ kind: "dns", value: "san.example.com" }],
      }),
    },
    role,
  );
  assert.deepEqual(namesOf(template), ["dns san.example.com", "dns csr.example.com"]);
  assert.match(
    warnings.join(),
    /the alt_names field was provided but the role is set with "use_csr_sans" set to true/,
  );
});

test("a name with other than ASCII letters is asked and written as IDNA has it", () => {
  const toAscii = (name: string) =>
    name === "bücher.example.com" ? "xn--bcher-kva.example.com" : undefined;
  const { template } = issued({ commonName: "bücher.example.com" }, role, {
    settings: { toAscii },
  });
  assert.deepEqual(namesOf(template), ["dns xn--bcher-kva.example.com"]);
});
