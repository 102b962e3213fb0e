import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { test } from "node:test";
import * as fc from "fast-check";
import { seed } from "../../../test/x509/seed.ts";
import { formatIp, formatIpRange, parseIp, parseIpRange, prefixOfMask } from "./ip.ts";

test("an address is the same after it was put into text and read from it", () => {
  const v6 = fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0x0abc), { minLength: 8, maxLength: 8 })
    .map((g) => Uint8Array.from(g.flatMap((x) => [x >> 8, x & 255])));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        v6,
      ),
      (bytes) => {
        const text = formatIp(bytes) ?? "";
        assert.ok(bytes.length === 4 ? isIPv4(text) : isIPv6(text), text);
        assert.deepEqual(parseIp(text), bytes);
      },
    ),
    { seed, numRuns: 2000 },
  );
});

test("IPv6 is written as RFC 5952 has it", () => {
  for (const [text, expected] of [
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["FD00::A", "fd00::a"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
    ["1:0:0:0:2:0:0:0", "1::2:0:0:0"],
  ] as const)
    assert.equal(formatIp(parseIp(text) ?? new Uint8Array(0)), expected);
});

test("what Node takes for an address is one, and nothing else", () => {
  const word = fc.constantFrom(
    "0",
    "1",
    "01",
    "255",
    "256",
    "ffff",
    "10000",
    ":",
    "::",
    ".",
    "%eth0",
    " ",
    "g",
    "1.2.3.4",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const text = words.join("");
      // Zones are Node's alone: they name an interface of one machine, which no certificate can.
      assert.equal(
        parseIp(text) !== undefined,
        isIPv4(text) || (isIPv6(text) && !text.includes("%")),
        text,
      );
    }),
    { seed, numRuns: 20_000 },
  );
});

test("a range is address and mask, with the bits behind the prefix cleared", () => {
  assert.deepEqual(parseIpRange("10.1.2.3/8"), Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0));
  assert.equal(
    formatIpRange(parseIpRange("192.168.77.1/20") ?? new Uint8Array(0)),
    "192.168.64.0/20",
  );
  assert.equal(formatIpRange(parseIpRange("fd00:1::/32") ?? new Uint8Array(0)), "fd00:1::/32");
  for (const wrong of [
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "fd00::/129",
    "/8",
    "10.0.0.0/-1",
    "x/8",
  ])
    assert.equal(parseIpRange(wrong), undefined, wrong);
  assert.equal(formatIpRange(Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0)), "10.0.0.0/255.0.255.0");
  assert.equal(prefixOfMask(Uint8Array.of(255, 255, 255, 254)), 31);
  assert.equal(prefixOfMask(Uint8Array.of(255, 0, 1, 0)), undefined);
  assert.equal(formatIp(Uint8Array.of(1, 2, 3)), undefined);
});
