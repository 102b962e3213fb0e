import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import { test } from "node:test";
import { toAsciiName } from "./punycode.ts";

test("writes labels beyond ASCII as Node does", () => {
  for (const name of [
    "bücher.example",
    "BÜCHER.example",
    "xn--bcher-kva.example",
    "etcd1.local",
    "他们为什么不说中文.example",
    "почемужеонинеговорятпорусски.example",
    "a.münchen.ελλάδα",
    "𠮷野家.example",
  ])
    assert.equal(toAsciiName(name), domainToASCII(name));
});

test("leaves alone what is too long for a name", () => {
  const long = "ü".repeat(100_000);
  assert.equal(toAsciiName(long), long);
});
