import assert from "node:assert/strict";
import { test } from "node:test";
import { hostsEntries, searchNames } from "./name-lookup.ts";

const hosts =
  "127.0.0.1 localhost  vm # me\n# 10.0.0.9 etcd1\n10.0.0.1\tETCD1 etcd1.lab\nfd00::1 etcd1\n";

test("a hosts file gives all addresses of a name, whatever its case, and no comment", () => {
  assert.deepEqual(hostsEntries(hosts, "etcd1"), ["10.0.0.1", "fd00::1"]);
  assert.deepEqual(hostsEntries(hosts, "VM"), ["127.0.0.1"]);
  assert.deepEqual(hostsEntries(hosts, "me"), []);
});

test("the search list and ndots decide which names are asked, in which order", () => {
  const pod =
    "nameserver 10.96.0.10\nsearch kube-system.svc.cluster.local svc.cluster.local\noptions ndots:5\n";
  assert.deepEqual(searchNames(pod, "etcd"), [
    "etcd.kube-system.svc.cluster.local",
    "etcd.svc.cluster.local",
    "etcd",
  ]);
  assert.deepEqual(searchNames("search lab.test\n", "a.b"), ["a.b", "a.b.lab.test"]);
  assert.deepEqual(searchNames(pod, "etcd.lab."), ["etcd.lab"]);
  assert.deepEqual(searchNames("", "etcd"), ["etcd"]);
});
