import assert from "node:assert/strict";
import { test } from "node:test";
import { agoText } from "./duration.ts";

const day = 86_400_000;

for (const [then, text] of [
  [0, "now"],
  [-999, "now"],
  [-1000, "1 second ago"],
  [119_000, "in 119 seconds"],
  [-120_000, "2 minutes ago"],
  [-22 * day, "22 days ago"],
  [-729 * day, "729 days ago"],
  [-730 * day, "2 years ago"],
] as const)
  test(`${then} ms from now is "${text}"`, () => {
    assert.equal(agoText(then, 0), text);
  });
