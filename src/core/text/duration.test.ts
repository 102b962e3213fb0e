import assert from "node:assert/strict";
import { test } from "node:test";
import { goDuration, parseDuration, shortDuration } from "./duration.ts";

test("durations are read in Go's form, with days, weeks and years, and a bare number is seconds", () => {
  assert.equal(parseDuration("2160h0m0s"), 2160 * 3_600_000);
  assert.equal(parseDuration("1h30m"), 5_400_000);
  assert.equal(parseDuration("1.5h"), 5_400_000);
  assert.equal(parseDuration("1d"), 86_400_000);
  assert.equal(parseDuration("10y"), 3650 * 86_400_000);
  assert.equal(parseDuration("3600"), 3_600_000);
  for (const wrong of ["soon", "", "-1h", "1h-2m", "h", "1 h", "9".repeat(20)]) {
    assert.equal(parseDuration(wrong), undefined, wrong);
  }
});

test("durations are written as Go writes them and in the shortest whole form", () => {
  assert.equal(goDuration(360_000), "100h0m0s");
  assert.equal(goDuration(90), "1m30s");
  assert.equal(goDuration(0), "0s");
  assert.equal(shortDuration(7_776_000), "90d");
  assert.equal(shortDuration(315_360_000), "10y");
  assert.equal(shortDuration(31_536_001), "31536001s");
});
