import assert from "node:assert/strict";
import { test } from "node:test";
import { patternOf } from "./pattern.ts";
import type { CaseVerdict } from "./verdict.ts";

const ok = (of: string): CaseVerdict => ({ of, outcome: "ok", also: [], missing: [] });
const broken = (of: string, subject: string): CaseVerdict => ({
  ...ok(of),
  outcome: "fault",
  finding: {
    fault: "client.expired",
    title: "",
    side: "client",
    severity: "fault",
    text: "",
    subject,
    certainty: "proved",
    evidence: [],
    breaks: "",
    fix: [],
  },
});

test("a single endpoint has nothing in common with others", () => {
  assert.equal(patternOf([ok("a")]), undefined);
});

test("one of three is told apart", () => {
  assert.equal(patternOf([ok("a"), broken("b", "x"), ok("c")]), "b only; 2 others are healthy");
});

test("all that fail by one thing are told by that thing", () => {
  assert.equal(
    patternOf([broken("a", "tls.crt"), broken("b", "tls.crt")]),
    "all 2 endpoints fail alike: tls.crt",
  );
});
