import assert from "node:assert/strict";
import test from "node:test";
import { readAddress, urlHost } from "./address.ts";

test("names and addresses are told apart", () => {
  for (const [text, kind] of [
    ["etcd-1.example.org", "dns"],
    ["localhost", "dns"],
    ["10.240.1.2", "ip4"],
    ["::1", "ip6"],
    ["fd00::2", "ip6"],
    ["2001:db8:0:0:0:0:0:1", "ip6"],
  ] as const) {
    assert.equal(readAddress(text)?.kind, kind, text);
  }
});

test("an IPv6 address has one spelling, whatever was typed", () => {
  assert.equal(readAddress("FD00:0:0::0002")?.value, "fd00::2");
});

test("what is neither a name nor an address is refused", () => {
  for (const text of [
    "",
    "10.240.1",
    "10.240.1.256",
    "https://etcd-1",
    "etcd-1:2379",
    "a b",
    "-a.example",
    "a..b",
    "fd00::1::2",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7::8",
    "*.example.org",
    `${"a".repeat(64)}.example`,
  ]) {
    assert.equal(readAddress(text), undefined, text);
  }
});

test("an IPv6 address stands in brackets in a URL", () => {
  assert.equal(urlHost(readAddress("fd00::2")!), "[fd00::2]");
  assert.equal(urlHost(readAddress("etcd-1")!), "etcd-1");
});
