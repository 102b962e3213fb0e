import assert from "node:assert/strict";
import { test } from "node:test";
import type { GeneralName } from "../../model/name.ts";
import { parseIp, parseIpRange } from "../ip.ts";
import { encodeName } from "../write-name.ts";
import { parseName } from "../names.ts";
import { defaultBudget, meterOf } from "./budget.ts";
import { checkNameConstraints } from "./name-constraints.ts";
import { profiles, type ProfileName } from "./profile.ts";
import { ca, issue, leaf } from "../../../../test/path/workshop.ts";

const dns = (value: string): GeneralName => ({ kind: "dns", value });
const uri = (value: string): GeneralName => ({ kind: "uri", value });
const email = (value: string): GeneralName => ({ kind: "email", value });
const ip = (value: string): GeneralName => ({ kind: "ip", value, bytes: parseIp(value)! });
const range = (value: string): GeneralName => ({ kind: "ip", value, bytes: parseIpRange(value)! });
const directory = (text: string): GeneralName => ({
  kind: "directory",
  name: { der: encodeName(parseName(text)), rdns: [] },
});

interface Bounds {
  readonly permitted?: readonly GeneralName[];
  readonly excluded?: readonly GeneralName[];
}

/** Undefined when all names fit, else why the first does not. */
const why = (
  bounds: Bounds,
  names: readonly GeneralName[],
  profile: ProfileName = "rfc5280",
  subject = "CN=x",
): string | undefined => {
  const bound = ca("CN=bound", {
    extensions: { nameConstraints: { permitted: [], excluded: [], ...bounds } },
  });
  const below = issue({ subject, issuer: bound, extensions: { subjectAltName: names } });
  const outcome = checkNameConstraints(
    [below.certificate, bound.certificate],
    profiles[profile],
    meterOf(defaultBudget),
  );
  return outcome === "budget" ? outcome : outcome?.message;
};

const fits = (...args: Parameters<typeof why>): void => assert.equal(why(...args), undefined);
const breaks = (...args: Parameters<typeof why>): void => assert.notEqual(why(...args), undefined);

test("a DNS subtree holds its own name and all below, and no name that only ends alike", () => {
  for (const name of ["example.com", "a.example.com", "a.b.EXAMPLE.com"])
    fits({ permitted: [dns("Example.com")] }, [dns(name)]);
  for (const name of ["notexample.com", "com", "example.com.evil.org"])
    breaks({ permitted: [dns("example.com")] }, [dns(name)]);
});

test("an empty DNS subtree holds all names: permitted it frees, excluded it forbids", () => {
  fits({ permitted: [dns("")] }, [dns("a.example.com")]);
  breaks({ excluded: [dns("")] }, [dns("a.example.com")]);
});

test("exclusion wins over permission", () => {
  breaks({ permitted: [dns("example.com")], excluded: [dns("bad.example.com")] }, [
    dns("a.bad.example.com"),
  ]);
  fits({ permitted: [dns("example.com")], excluded: [dns("bad.example.com")] }, [
    dns("good.example.com"),
  ]);
});

test("every name is held to the constraints, not only the one that is asked for", () => {
  breaks({ permitted: [dns("example.com")] }, [dns("a.example.com"), dns("a.example.org")]);
});

test("a kind of name without constraints of its kind is free", () => {
  fits({ permitted: [range("10.0.0.0/8")] }, [dns("a.example.com")]);
  fits({ permitted: [dns("example.com")] }, [ip("10.0.0.1")]);
});

test("a wildcard that may stand for an excluded name is excluded (CVE-2025-61727), but not by OpenSSL", () => {
  for (const profile of ["go", "rfc5280", "openssl"] as const)
    breaks({ permitted: [dns("foo.example.com")] }, [dns("*.example.com")], profile);
  for (const profile of ["go", "rfc5280"] as const)
    breaks({ excluded: [dns("foo.example.com")] }, [dns("*.example.com")], profile);
  fits({ excluded: [dns("foo.example.com")] }, [dns("*.example.com")], "openssl");
  fits({ excluded: [dns("a.foo.example.com")] }, [dns("*.example.com")]);
});

test("addresses are compared under the mask, each family on its own", () => {
  fits({ permitted: [range("10.1.0.0/16")] }, [ip("10.1.255.3")]);
  breaks({ permitted: [range("10.1.0.0/16")] }, [ip("10.2.0.1")]);
  breaks({ permitted: [range("10.0.0.0/8")] }, [ip("2001:db8::1")]);
  fits({ permitted: [range("10.0.0.0/8"), range("2001:db8::/32")] }, [ip("2001:db8::1")]);
  breaks({ excluded: [range("0.0.0.0/0")] }, [ip("192.0.2.1")]);
});

test("a mailbox, a host and a domain in e-mail constraints are three things", () => {
  fits({ permitted: [email("ops@example.com")] }, [email("ops@EXAMPLE.com")]);
  breaks({ permitted: [email("ops@example.com")] }, [email("Ops@example.com")]);
  fits({ permitted: [email("example.com")] }, [email("anyone@example.com")]);
  breaks({ permitted: [email("example.com")] }, [email("anyone@mail.example.com")]);
  fits({ permitted: [email(".example.com")] }, [email("anyone@mail.example.com")]);
  breaks({ permitted: [email(".example.com")] }, [email("anyone@example.com")]);
});

test("Go takes a host in an e-mail or URI constraint for its whole tree", () => {
  fits({ permitted: [email("example.com")] }, [email("anyone@mail.example.com")], "go");
  fits({ permitted: [uri("example.com")] }, [uri("https://a.example.com/")], "go");
  breaks({ permitted: [uri("example.com")] }, [uri("https://a.example.com/")]);
});

test("a URI is held to the constraints by its host, as SPIFFE ids are by their trust domain", () => {
  fits({ permitted: [uri("cluster.local")] }, [uri("spiffe://cluster.local/ns/a/sa/b")]);
  breaks({ permitted: [uri("cluster.local")] }, [uri("spiffe://other.local/ns/a/sa/b")]);
  breaks({ permitted: [uri("cluster.local")] }, [uri("https://cluster.local@evil.org/")]);
  fits({ permitted: [uri("cluster.local")] }, [uri("https://user@cluster.local:8443/")]);
});

test("a URI without a host, or with an address for one, cannot be compared and is refused", () => {
  for (const value of ["urn:uuid:1", "https://10.0.0.1/", "https://[::1]/"])
    assert.match(
      why({ permitted: [uri("cluster.local")] }, [uri(value)]) ?? "",
      /cannot be compared/,
    );
  fits({ permitted: [dns("example.com")] }, [uri("urn:uuid:1")]);
});

test("Go refuses a name that it cannot understand below any constraint, of whatever kind", () => {
  assert.match(
    why({ permitted: [dns("example.com")] }, [uri("urn:uuid:1")], "go") ?? "",
    /has the name uri "urn:uuid:1", which has no host/,
  );
});

test("the subject is held to directory constraints, whatever its case and blanks", () => {
  const bounds = { permitted: [directory("O=Example,C=DE")] };
  fits(bounds, [dns("x")], "rfc5280", "CN=a,O=Example,C=DE");
  fits(bounds, [dns("x")], "rfc5280", "CN=a,O=  example ,C=DE");
  breaks(bounds, [dns("x")], "rfc5280", "CN=a,O=Other,C=DE");
  breaks(bounds, [dns("x")], "openssl", "CN=a,O=Other,C=DE");
  breaks(bounds, [directory("O=Other,C=DE")], "rfc5280", "CN=a,O=Example,C=DE");
});

test("an e-mail attribute of the subject counts when there is no e-mail name", () => {
  breaks({ excluded: [email("example.com")] }, [dns("x")], "rfc5280", "emailAddress=a@example.com");
});

test("OpenSSL holds a common name to DNS constraints when it would take it for a host name", () => {
  const bounds = { permitted: [dns("example.com")] };
  const bound = ca("CN=bound", {
    extensions: { nameConstraints: { permitted: bounds.permitted, excluded: [] } },
  });
  const bare = leaf([], bound, { subject: "CN=a.example.org" });
  const check = (profile: ProfileName): unknown =>
    checkNameConstraints(
      [bare.certificate, bound.certificate],
      profiles[profile],
      meterOf(defaultBudget),
    );
  assert.equal(check("go"), undefined);
  assert.notEqual(check("openssl"), undefined);
});

test("an otherName is refused under a constraint of its type, and free under one of another", () => {
  const other = (oid: string): GeneralName => ({ kind: "other", oid, value: Uint8Array.of(5, 0) });
  breaks({ excluded: [other("1.2.3.4")] }, [other("1.2.3.4")]);
  fits({ excluded: [other("1.2.3.4")] }, [other("1.2.3.5")]);
  fits({ excluded: [other("1.2.3.4")] }, [dns("x")]);
});

test("constraints pass over a self-issued CA in the middle, but not in Go", () => {
  const bound = ca("CN=roll", {
    extensions: { nameConstraints: { permitted: [dns("example.com")], excluded: [] } },
  });
  const next = ca("CN=roll", { issuer: bound, extensions: { subjectAltName: [dns("other.org")] } });
  const below = leaf(["a.example.com"], next);
  const chain = [below, next, bound].map((one) => one.certificate);
  assert.equal(checkNameConstraints(chain, profiles.rfc5280, meterOf(defaultBudget)), undefined);
  assert.notEqual(checkNameConstraints(chain, profiles.go, meterOf(defaultBudget)), undefined);
});
