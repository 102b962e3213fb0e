import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issuer, namesOf, now } from "../../../test/issuance/question.ts";
import type { CertwrightError } from "../errors/certwright-error.ts";
import { evaluate } from "./evaluate.ts";
import { parseRole, roleToJson } from "./parse-role.ts";
import type { LeafProfile } from "./profile.ts";
import { profileRequest } from "./profile-request.ts";
import { profileOf, profiles } from "./profiles.ts";
import type { IssueRequest } from "./request.ts";

const leaf = (name: string): LeafProfile => {
  const profile = profileOf(name);
  assert.ok(profile.kind === "leaf");
  return profile;
};

const decide = (name: string, asked: IssueRequest) => {
  const prepared = profileRequest(leaf(name), asked, { settings: { verifySignature: () => true } });
  return evaluate(prepared.request, prepared.role, issuer, now, prepared.settings);
};

const made = (name: string, asked: IssueRequest) => {
  const evaluation = decide(name, asked);
  assert.ok(evaluation.ok, JSON.stringify(evaluation));
  return evaluation;
};

const commonName = (subject: unknown): string | undefined =>
  (subject as readonly (readonly { oid: string; value: string }[])[])
    .flat()
    .find(({ oid }) => oid === "2.5.4.3")?.value;

const thrown = (action: () => unknown): CertwrightError => {
  try {
    action();
  } catch (error) {
    return error as CertwrightError;
  }
  throw new assert.AssertionError({ message: "it did not throw" });
};

test("every profile has a name of its own, a reason, a source, and a role that can be written and read back", () => {
  assert.equal(new Set(profiles.map(({ name }) => name)).size, profiles.length);
  for (const profile of profiles) {
    for (const text of [profile.summary, profile.why, profile.citation])
      assert.ok(text.length > 10, profile.name);
    if (profile.kind === "leaf") {
      assert.deepEqual(parseRole(roleToJson(profile.role)), { role: profile.role, warnings: [] });
      if (profile.issuer !== undefined) assert.equal(profileOf(profile.issuer).kind, "authority");
    }
  }
});

test("an unknown profile is refused with the nearest one", () => {
  const error = thrown(() => profileOf("etcd-servr"));
  assert.equal(error.code, "issuance.no-profile");
  assert.equal(error.hint, 'did you mean "etcd-server"?');
});

test("a server's certificate is no client's: etcd-server has serverAuth alone, etcd-server-gateway has both", () => {
  const usages = (name: string) =>
    made(name, { commonName: "a.example.com" }).template.extensions.extendedKeyUsage;
  assert.deepEqual(usages("etcd-server"), ["1.3.6.1.5.5.7.3.1"]);
  assert.deepEqual(usages("etcd-server-gateway"), ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  assert.deepEqual(usages("etcd-peer"), ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
});

test("a client's certificate can carry no host name", () => {
  const evaluation = decide("etcd-client", { commonName: "root", altNames: ["etcd.example.com"] });
  assert.ok(!evaluation.ok);
  assert.equal(evaluation.refusal.rule, "dns-names");
  const { template } = made("etcd-client", { commonName: "root" });
  assert.deepEqual(namesOf(template), []);
  assert.deepEqual(template.extensions.extendedKeyUsage, ["1.3.6.1.5.5.7.3.2"]);
  assert.equal(commonName(template.subject), "root");
});

test("a server without a common name is called by its first name, and one too long for that has none", () => {
  const { template } = made("tls-server", { altNames: ["*.a.example.com", "b.example.com"] });
  assert.equal(commonName(template.subject), "b.example.com");
  assert.deepEqual(namesOf(template), ["dns *.a.example.com", "dns b.example.com"]);
  const long = `${"a".repeat(60)}.example.com`;
  assert.equal(commonName(made("tls-server", { altNames: [long] }).template.subject), undefined);
});

test("a server without any name is refused", () => {
  const evaluation = decide("tls-server", {});
  assert.ok(!evaluation.ok);
  assert.equal(evaluation.refusal.rule, "server-name");
});

test("names that a program always needs are added", () => {
  assert.deepEqual(
    namesOf(made("etcd-server", { commonName: "a.example.com", ipSans: ["192.0.2.1"] }).template),
    ["dns a.example.com", "dns localhost", "ip 192.0.2.1", "ip 127.0.0.1", "ip ::1"],
  );
});

test("a fixed common name is filled in, and another one is refused", () => {
  const { template } = made("kubernetes-admin", {});
  assert.deepEqual(template.subject, [
    [{ oid: "2.5.4.10", value: "kubeadm:cluster-admins" }],
    [{ oid: "2.5.4.3", value: "kubernetes-admin" }],
  ]);
  const error = thrown(() => decide("kubernetes-admin", { commonName: "me" }));
  assert.equal(error.code, "issuance.profile-fixes");
  assert.match(
    error.message,
    /fixes the common name as "kubernetes-admin", but "me" was asked for/,
  );
});

test("a node is named with or without the prefix, and must be named", () => {
  for (const asked of ["node-1", "system:node:node-1"]) {
    assert.equal(
      commonName(made("kubelet-client", { commonName: asked }).template.subject),
      "system:node:node-1",
    );
  }
  assert.equal(thrown(() => decide("kubelet-client", {})).code, "issuance.profile-needs");
});

test("the profile's key is made unless another is asked for", () => {
  assert.deepEqual(made("kube-apiserver", {}).key, { algorithm: "rsa", bits: 2048 });
  assert.deepEqual(made("tls-client", { commonName: "a" }).key, {
    algorithm: "ec",
    curve: "P-256",
  });
  const prepared = profileRequest(
    leaf("tls-client"),
    { commonName: "a" },
    { key: { algorithm: "ec", curve: "P-521" } },
  );
  assert.deepEqual([prepared.request.keyType, prepared.request.keyBits], ["ec", 521]);
});

test("a certificate ends with its issuer rather than being refused, and says so", () => {
  const prepared = profileRequest(leaf("tls-client"), { commonName: "a" });
  const soon = { ...issuer, notAfter: now + 60_000 };
  const evaluation = evaluate(prepared.request, prepared.role, soon, now, prepared.settings);
  assert.ok(evaluation.ok);
  assert.equal(evaluation.template.notAfter, soon.notAfter);
  assert.match(evaluation.warnings.join(), /ends with its issuer/);
});

test("a signing request brings its names, and the profile keeps the rest", () => {
  const request = csr({
    commonName: "a.example.com",
    organization: "system:masters",
    names: [{ kind: "dns", value: "a.example.com" }],
    key: ["ec", 256],
  });
  const { template, key } = made("tls-server", { csr: request });
  assert.equal(key, undefined);
  assert.deepEqual(template.subject, [[{ oid: "2.5.4.3", value: "a.example.com" }]]);
  assert.deepEqual(namesOf(template), ["dns a.example.com"]);
  assert.deepEqual(template.extensions.keyUsage, ["digitalSignature"]);
});
