import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { globMatches } from "./glob.ts";

const seed = Number(process.env["FC_SEED"] ?? 20261123);

test("a star stands for any run, dots included, and nothing else is special", () => {
  assert.ok(globMatches("ftp*.example.com", "ftp.a.b.example.com"));
  assert.ok(globMatches("*", ""));
  assert.ok(!globMatches("a?c", "abc"));
  assert.ok(!globMatches("[ab]", "a"));
  assert.ok(!globMatches("", "a"));
  assert.ok(!globMatches("ab*ba", "aba"), "the ends do not overlap");
});

test("it agrees with a regular expression on any pattern and text", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      const expression = pattern
        .split("*")
        .map((part) => part.replaceAll(".", "\\."))
        .join("[^]*");
      assert.equal(globMatches(pattern, text), new RegExp(`^${expression}$`).test(text));
    }),
    { seed, numRuns: 2000 },
  );
});
