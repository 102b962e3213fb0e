import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { seed } from "../../../test/x509/seed.ts";
import { civilOf, encodeTime, formatInstant, instantOf } from "./time.ts";

const instant = fc
  .integer({ min: instantOf(0, 1, 1) / 1000, max: instantOf(9999, 12, 31, 23, 59, 59) / 1000 })
  .map((s) => s * 1000);

test("instants and civil dates are Node's in both directions", () => {
  fc.assert(
    fc.property(instant, (at) => {
      const date = new Date(at);
      const { year, month, day, hour, minute, second } = civilOf(at);
      assert.deepEqual(
        [year, month, day, hour, minute, second],
        [
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
          date.getUTCSeconds(),
        ],
      );
      assert.equal(instantOf(year, month, day, hour, minute, second), at);
      assert.equal(formatInstant(at), `${date.toISOString().slice(0, 19)}Z`);
    }),
    { seed, numRuns: 5000 },
  );
});

test("2049 is written in two digits, 2050 and what is before 1950 in four", () => {
  const text = (at: number): string => Buffer.from(encodeTime(at)?.subarray(2) ?? []).toString();
  assert.equal(text(instantOf(2049, 12, 31, 23, 59, 59)), "491231235959Z");
  assert.equal(text(instantOf(2050, 1, 1)), "20500101000000Z");
  assert.equal(text(instantOf(1950, 1, 1)), "500101000000Z");
  assert.equal(text(instantOf(1949, 12, 31, 23, 59, 59)), "19491231235959Z");
  assert.equal(text(instantOf(2026, 3, 1) + 999), "260301000000Z");
  assert.equal(encodeTime(instantOf(9999, 12, 31) + 86_400_000), undefined);
  assert.equal(encodeTime(instantOf(0, 1, 1) - 1), undefined);
  assert.equal(encodeTime(Number.NaN), undefined);
});
