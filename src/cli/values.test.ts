import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, instant, integer } from "./values.ts";

const refused = { name: "CertwrightError", code: "usage.invalid-option" };

test("durations are Go's, with days, weeks and years", () => {
  assert.equal(duration("90d", "--ttl"), 90 * 86_400_000);
  assert.equal(duration("1h30m", "--ttl"), 5_400_000);
  assert.equal(duration("60", "--ttl"), 60_000);
  for (const text of ["", "d", "-1h", "1 h", "1x", "9".repeat(30)]) {
    assert.throws(() => duration(text, "--ttl"), refused, text);
  }
});

test("times are RFC 3339 or dates in UTC", () => {
  assert.equal(instant("2027-01-31", "--at"), Date.UTC(2027, 0, 31));
  assert.equal(instant("2027-01-31T12:00:00+01:00", "--at"), Date.UTC(2027, 0, 31, 11));
  for (const text of ["tomorrow", "2027", "31.01.2027", "2027-13-01"]) {
    assert.throws(() => instant(text, "--at"), refused, text);
  }
});

test("whole numbers keep within their bounds", () => {
  const port = integer(1, 65_535);
  assert.equal(port("2379", "--port"), 2379);
  for (const text of ["0", "65536", "1.5", "-1", "1e3", ""]) {
    assert.throws(() => port(text, "--port"), refused, text);
  }
});
