import assert from "node:assert/strict";
import { test } from "node:test";
import { meantBy, mismatchOf, referenceOf, type PresentedNames } from "./presented-names.ts";

const names = (dns: readonly string[], rest: Partial<PresentedNames> = {}): PresentedNames => ({
  dns,
  ips: [],
  uris: [],
  ...rest,
});

test("tells why a name does not match", () => {
  const cases: readonly (readonly [string, PresentedNames, string])[] = [
    ["localhost", names(["etcd1"]), "host-mismatch"],
    ["localhost", names(["localhost."]), "trailing-dot"],
    ["localhost.", names(["localhost"]), "target-trailing-dot"],
    ["a.b.lab.test", names(["*.lab.test"]), "wildcard-depth"],
    ["a.b.lab.test", names(["*.*.lab.test"]), "wildcard-depth"],
    ["lab.test", names(["*.lab.test"]), "wildcard-apex"],
    ["etcd1.lab.test", names(["etcd*.lab.test"]), "wildcard-partial"],
    ["bücher.example", names(["xn--bcher-kva.example"]), "idn"],
    ["xn--bcher-kva.example", names(["bücher.example"]), "idn"],
    ["localhost", names(["localhost:2379"]), "san-malformed"],
    ["localhost", names(["DNS:localhost"]), "san-malformed"],
    ["localhost", names(["old:2379", "etcd1"]), "host-mismatch"],
    ["10.0.0.1", names(["10.0.0.1"]), "ip-as-dns"],
    ["10.0.0.1", names(["10.0.0.1:2379"]), "san-malformed"],
    ["10.0.0.1", names(["etcd1"]), "ip-missing"],
    ["localhost", names([], { commonName: "localhost" }), "cn-only"],
    ["localhost", names([], { ips: ["10.0.0.1"], commonName: "localhost" }), "cn-only"],
    ["localhost", names([]), "no-names"],
    ["localhost", names([], { uris: ["spiffe://a/b"] }), "spiffe-only"],
    ["hook.prod.svc", names(["hook.default.svc"]), "service-dns"],
    ["hook.prod.svc.cluster.local", names(["hook.prod"]), "service-dns"],
  ];
  for (const [wanted, presented, kind] of cases)
    assert.equal(
      mismatchOf(referenceOf(wanted), presented).kind,
      kind,
      `${wanted} among ${JSON.stringify(presented)}`,
    );
});

test("finds the names that were meant by what is no name", () => {
  assert.deepEqual(meantBy("https://a:2379/health, b"), ["a", "b"]);
  assert.deepEqual(meantBy("IP:10.0.0.1;DNS:x"), ["10.0.0.1", "x"]);
  assert.deepEqual(meantBy("[::1]:2379"), ["::1"]);
});
