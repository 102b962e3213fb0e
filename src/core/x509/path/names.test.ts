import assert from "node:assert/strict";
import { test } from "node:test";
import type { GeneralName } from "../../model/name.ts";
import { parseIp } from "../ip.ts";
import { checkName, type NameVerdict, type ReferenceName } from "./names.ts";
import { profiles, type ProfileName } from "./profile.ts";
import { wildcards } from "../../../../test/path/wildcards.ts";
import { issue } from "../../../../test/path/workshop.ts";

const dns = (value: string): GeneralName => ({ kind: "dns", value });
const ip = (value: string): GeneralName => ({ kind: "ip", value, bytes: parseIp(value)! });

const check = (
  names: readonly GeneralName[] | undefined,
  wanted: string | ReferenceName,
  profile: ProfileName = "go",
  subject = "CN=node",
): NameVerdict =>
  checkName(
    issue({ subject, extensions: names === undefined ? {} : { subjectAltName: names } })
      .certificate,
    typeof wanted === "string" ? { kind: "dns", value: wanted } : wanted,
    profiles[profile],
  );

const whyNot = (verdict: NameVerdict): string | undefined => {
  assert.equal(verdict.ok, false, "the name matched");
  return verdict.ok ? undefined : verdict.why;
};

const matches = (presented: string, wanted: string, profile: ProfileName): boolean =>
  check([dns(presented)], wanted, profile).ok;

test("case does not matter, and a dot at the end of the wanted name neither to Go", () => {
  assert.ok(matches("Etcd-1.Example.com", "etcd-1.example.COM", "go"));
  assert.ok(matches("etcd-1.example.com", "etcd-1.example.com.", "go"));
});

for (const [presented, wanted, go, openssl] of wildcards)
  test(`"${presented}" for "${wanted}" is ${go ? "right" : "wrong"} to Go and ${openssl ? "right" : "wrong"} to OpenSSL`, () => {
    assert.equal(matches(presented, wanted, "go"), go);
    assert.equal(matches(presented, wanted, "openssl"), openssl);
  });

test("addresses are compared as addresses, whatever their text", () => {
  assert.ok(check([ip("2001:db8::1")], { kind: "ip", value: "2001:0db8:0::0001" }).ok);
  assert.ok(
    check([ip("10.0.0.1")], "10.0.0.1").ok,
    "an address given as a host name is an address",
  );
  assert.ok(check([ip("::1")], "[::1]").ok);
  assert.equal(check([ip("10.0.0.1")], "10.0.0.2").ok, false);
});

test("an address that stands as a DNS name is told", () => {
  assert.equal(
    whyNot(check([dns("10.0.0.1")], "10.0.0.1")),
    "the address stands there as a DNS name, and Go (etcd, Kubernetes) looks at IP names only",
  );
});

test("a name in the common name only is told to whom it does not count", () => {
  assert.equal(
    whyNot(check(undefined, "node")),
    "the name stands in the common name only, which Go (etcd, Kubernetes) does not look at",
  );
  assert.ok(check(undefined, "node", "openssl").ok);
  assert.ok(
    check([ip("10.0.0.1")], "node", "openssl").ok,
    "an IP name leaves room for the common name",
  );
  assert.equal(check([dns("other")], "node", "openssl").ok, false, "a DNS name does not");
  assert.equal(
    whyNot(check(undefined, "10.0.0.1", "openssl", "CN=10.0.0.1")),
    "the address stands in the common name only, which does not count",
  );
});

test("what is usually overlooked is said: dots, stars and depths", () => {
  assert.equal(
    whyNot(check([dns("localhost.")], "localhost")),
    "the name in the certificate ends in a dot",
  );
  assert.equal(
    whyNot(check([dns("etcd*.example.com")], "etcd1.example.com")),
    'Go (etcd, Kubernetes) takes "*" only as a whole first label',
  );
  assert.equal(
    whyNot(check([dns("*.example.com")], "a.b.example.com")),
    '"*" stands for one label only',
  );
});

test("a mailbox is compared with case in its local part and without in its domain", () => {
  const mail: GeneralName = { kind: "email", value: "Ops@Example.com" };
  assert.ok(check([mail], { kind: "email", value: "Ops@example.COM" }).ok);
  assert.equal(check([mail], { kind: "email", value: "ops@example.com" }).ok, false);
});

test("a URI is compared as it is", () => {
  const id = "spiffe://cluster.local/ns/default/sa/a";
  assert.ok(check([{ kind: "uri", value: id }], { kind: "uri", value: id }).ok);
  assert.equal(check([{ kind: "uri", value: id }], { kind: "uri", value: `${id}/` }).ok, false);
});

test("twenty names are listed, and the number of the others", () => {
  const verdict = check(
    Array.from({ length: 30 }, (_, i) => dns(`n${i}.example.com`)),
    "other",
  );
  assert.ok(!verdict.ok);
  assert.equal(verdict.present.length, 21);
  assert.equal(verdict.present.at(-1), "10 more");
});
