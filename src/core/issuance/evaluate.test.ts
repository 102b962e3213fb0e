import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, issuer, now, refusal } from "../../../test/issuance/question.ts";
import { explain } from "./evaluate.ts";
import { defaultRole } from "./role.ts";
import { rules } from "./rules.ts";

test("of several faults the one that Vault comes to first is reported", () => {
  const request = {
    commonName: "evil.org",
    altNames: ["b.evil.org"],
    ipSans: ["nonsense"],
    ttl: 1,
    notAfter: now,
  };
  const fixes: readonly (readonly [string, object])[] = [
    ["common-name", {}],
    ["dns-names", { cnValidations: ["disabled"] }],
    ["ip-addresses", { allowAnyName: true }],
  ];
  for (const [rule, role] of fixes) assert.equal(refusal(request, role).rule, rule);
  assert.equal(refusal({ ...request, ipSans: [] }, { allowAnyName: true }).rule, "lifetime");
});

test("explain shows every rule: those that pass, the one that refuses, those that were not reached", () => {
  const all = explain({ commonName: "evil.org" }, defaultRole, issuer, now);
  assert.deepEqual(
    all.map(({ rule }) => rule),
    rules.map(({ name }) => name),
  );
  const verdicts = all.map(({ verdict }) => verdict);
  const refused = verdicts.indexOf("refuses");
  assert.equal(all[refused]?.rule, "common-name");
  assert.equal(all[refused]?.message, "common name evil.org not allowed by this role");
  assert.match(
    all[refused]?.wouldPass ?? "",
    /allowed_domains=evil.org and allow_bare_domains=true/,
  );
  assert.ok(verdicts.slice(0, refused).every((verdict) => verdict === "passes"));
  assert.ok(verdicts.slice(refused + 1).every((verdict) => verdict === "not-reached"));
  assert.ok(all.every(({ citation, demands }) => citation !== "" && demands !== ""));
});

test("rules have names of their own", () => {
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
});

test("an EC key gets no keyEncipherment, and with vaultIdentical what Vault writes", () => {
  const role = { allowAnyName: true, keyType: "ec" } as const;
  assert.deepEqual(issued({ commonName: "a" }, role).template.extensions.keyUsage, [
    "digitalSignature",
    "keyAgreement",
  ]);
  assert.deepEqual(
    issued({ commonName: "a" }, role, { settings: { vaultIdentical: true } }).template.extensions
      .keyUsage,
    ["digitalSignature", "keyEncipherment", "keyAgreement"],
  );
  const own = issued({ commonName: "a" }, { ...role, keyUsage: ["KeyEncipherment"] });
  assert.deepEqual(own.template.extensions.keyUsage, ["digitalSignature"]);
  assert.deepEqual(own.warnings, ["ec keys cannot have the key usage keyEncipherment: left out"]);
});

test("extended key usages come from the flags, the words and the oids, each once and in one order", () => {
  const { extensions } = issued(
    { commonName: "a" },
    {
      allowAnyName: true,
      extKeyUsage: ["TimeStamping", " serverauth "],
      extKeyUsageOids: ["1.3.6.1.4.1.1", "1.3.6.1.5.5.7.3.2"],
    },
  ).template;
  assert.deepEqual(extensions.extendedKeyUsage, [
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.2",
    "1.3.6.1.5.5.7.3.8",
    "1.3.6.1.4.1.1",
  ]);
});

test("a role without usages writes no extension for them", () => {
  const { extensions } = issued(
    { commonName: "a" },
    { allowAnyName: true, keyUsage: [], serverFlag: false, clientFlag: false },
  ).template;
  assert.equal(extensions.keyUsage, undefined);
  assert.equal(extensions.extendedKeyUsage, undefined);
  assert.equal(extensions.basicConstraints, undefined);
});

test("the subject is the role's, in the order of C, O, OU, L, ST, STREET, postalCode, CN", () => {
  const { subject } = issued(
    { commonName: "a" },
    {
      allowAnyName: true,
      country: ["UA"],
      organization: ["Home", "Home", "Lab"],
      ou: ["IT"],
      locality: ["Kharkiv"],
      province: ["K"],
      streetAddress: ["S"],
      postalCode: ["61172"],
    },
  ).template;
  assert.ok(Array.isArray(subject));
  assert.deepEqual(
    subject.map((rdn: readonly { value: string }[]) => rdn.map(({ value }) => value)),
    [["UA"], ["Home", "Lab"], ["IT"], ["Kharkiv"], ["K"], ["S"], ["61172"], ["a"]],
  );
});

test("a signing request's key decides on the key usages", () => {
  const { extensions } = issued(
    { csr: csr({ commonName: "a", key: ["ed25519", 256] }) },
    { allowAnyName: true, keyType: "any" },
  ).template;
  assert.deepEqual(extensions.keyUsage, ["digitalSignature"]);
});

test("policies are written with their qualifiers", () => {
  const { extensions } = issued(
    { commonName: "a" },
    {
      allowAnyName: true,
      policyIdentifiers: [{ oid: "1.3.6.1.4.1.1" }, { oid: "1.2.3", cps: "http://a", notice: "n" }],
    },
  ).template;
  assert.deepEqual(extensions.policies?.[0], { oid: "1.3.6.1.4.1.1" });
  assert.equal(
    [...(extensions.policies?.[1]?.qualifiers ?? [])]
      .map((b) => b.toString(16).padStart(2, "0"))
      .join(""),
    "3027" +
      "3014" +
      "06082b06010505070201" +
      "1608687474703a2f2f61" +
      "300f" +
      "06082b06010505070202" +
      "30030c016e",
  );
});
