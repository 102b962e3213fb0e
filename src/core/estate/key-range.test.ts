import assert from "node:assert/strict";
import test from "node:test";
import { compareBytes } from "../bytes/compare.ts";
import { utf8Bytes } from "../bytes/utf8.ts";
import {
  formatPermission,
  formatRange,
  halfOpenRange,
  inRange,
  keyOutside,
  prefixRange,
  singleKey,
} from "./key-range.ts";

test("a prefix holds its keys and not the ones behind them", () => {
  const range = prefixRange("/app/");
  assert.deepEqual([...range.end], [...utf8Bytes("/app0")]);
  for (const [key, inside] of [
    ["/app/", true],
    ["/app/x", true],
    ["/app0", false],
    ["/app", false],
  ] as const) {
    assert.equal(inRange(range, utf8Bytes(key)), inside, key);
  }
});

test("a prefix that ends in the last octet is raised one octet earlier", () => {
  // U+FFFF is EF BF BF: its last octets can be raised; a lone 0xff cannot be written as text.
  assert.deepEqual([...prefixRange("a\uffff").end], [0x61, 0xef, 0xbf, 0xc0]);
});

test("a key outside is found for every set of ranges that leaves one", () => {
  const cases = [
    [prefixRange("/app/")],
    [prefixRange("certwright"), prefixRange("/")],
    [singleKey("certwright/check"), halfOpenRange("\u0000", "zz")],
    [{ key: utf8Bytes("b"), end: new Uint8Array([0]) }, prefixRange("certwright")],
  ];
  for (const ranges of cases) {
    const key = keyOutside(ranges, "certwright/check");
    assert.ok(key !== undefined);
    assert.ok(
      ranges.every((range) => !inRange(range, key)),
      String(key),
    );
  }
});

test("no key is outside of every key", () => {
  assert.equal(keyOutside([prefixRange("")], "certwright/check"), undefined);
  const halves = [
    { key: utf8Bytes("m"), end: new Uint8Array([0]) },
    { key: new Uint8Array([0]), end: utf8Bytes("m") },
  ];
  assert.equal(keyOutside(halves, "certwright/check"), undefined);
});

test("ranges read as an operator wrote them", () => {
  assert.equal(formatRange(prefixRange("/app/")), "/app/*");
  assert.equal(formatRange(prefixRange("")), "every key");
  assert.equal(formatRange(singleKey("/one")), "/one");
  assert.equal(formatRange(halfOpenRange("/a", "/k")), "[/a, /k)");
  assert.equal(formatRange({ key: new Uint8Array([0xff]), end: new Uint8Array(0) }), "\\xff");
  assert.equal(
    formatPermission({ access: "readwrite", range: prefixRange("/app/") }),
    "readwrite /app/*",
  );
  assert.equal(compareBytes(prefixRange("").key, new Uint8Array([0])), 0);
});
