import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, bigInt, integer, nat, oneof, property, tuple } from "fast-check";
import { oidOctets, oidText } from "./object-identifier.ts";

const seed = Number(process.env["SEED"] ?? 2026);

const arc = oneof(nat(), bigInt({ min: 0n, max: 2n ** 130n }));
const identifier = tuple(integer({ min: 0, max: 2 }), arc, array(arc, { maxLength: 8 })).map(
  ([root, second, rest]) => [root, root < 2 ? BigInt(second) % 40n : second, ...rest].join("."),
);

test("an object identifier is its text and its octets, whatever the size of its arcs", () => {
  const roundTrip = property(identifier, (text) => {
    const octets = oidOctets(text)!;
    assert.equal(oidText(octets, 0, octets.length), text);
  });
  check(roundTrip, { seed, numRuns: 500 });
});

test("known encodings", () => {
  const hex = (text: string) => Buffer.from(oidOctets(text)!).toString("hex");
  assert.equal(hex("1.2.840.113549.1.1.11"), "2a864886f70d01010b");
  assert.equal(hex("2.5.29.37.0"), "551d2500");
  // X.690 section 8.19.5.
  assert.equal(hex("2.100.3"), "813403");
});

test("a text that is no object identifier has no octets", () => {
  for (const text of ["", "1", "3.1", "1.40", "0.100", "1.2.", "1.02", "1..2", "a.b", "1.2.-3"]) {
    assert.equal(oidOctets(text), undefined, text);
  }
});
