import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson } from "./canonical-json.ts";

test("the order in which members were set does not show", () => {
  assert.equal(
    canonicalJson({ b: 1, a: { d: [2, null], c: "é\n" } }),
    canonicalJson({ a: { c: "é\n", d: [2, null] }, b: 1 }),
  );
  assert.equal(canonicalJson({ b: 1, a: 2 }), '{"a":2,"b":1}');
});

test("names are ordered by UTF-16 units and numbers written as ECMAScript does (RFC 8785 3.2.2, 3.2.3)", () => {
  const value = {
    "\u20ac": 1,
    "\r": 2,
    "1": Number("333333333.33333329"),
    "\u{1f600}": 1e30,
    "\ufb33": 0.002,
  };
  assert.equal(
    canonicalJson(value),
    '{"\\r":2,"1":333333333.3333333,"\u20ac":1,"\u{1f600}":1e+30,"\ufb33":0.002}',
  );
});

test("what is read back has the same text", () => {
  const value = { x: [1, { y: undefined, z: true }], w: undefined };
  const text = canonicalJson(value);
  assert.equal(text, '{"x":[1,{"z":true}]}');
  assert.equal(canonicalJson(JSON.parse(text)), text);
});
