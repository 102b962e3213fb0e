import assert from "node:assert/strict";
import { test } from "node:test";
import { readingOf, type ProgramFile } from "./slot.ts";

const changed: ProgramFile = {
  title: "a CA's file",
  settings: ["--some-ca"],
  reload: "start",
  later: { since: "1.36", reload: "watch" },
  note: "",
  source: "",
};

test("a rule that a later version changed counts from that version on", () => {
  assert.deepEqual(readingOf(changed, "1.35.4"), { reload: "start", basis: "documented" });
  assert.deepEqual(readingOf(changed, "v1.36.0"), { reload: "watch", basis: "documented" });
});

test("what was tried on the real program counts as probed in that version only", () => {
  const probed = { ...changed, probed: true };
  assert.equal(readingOf(probed, "1.35.9").basis, "probed");
  assert.equal(readingOf(probed, "1.36.1").basis, "documented");
});

test("of a version whose sources were not read the nearest rule is assumed", () => {
  assert.deepEqual(readingOf(changed, "1.34.2"), { reload: "start", basis: "assumed" });
  assert.deepEqual(readingOf(changed, "1.40.0"), { reload: "watch", basis: "assumed" });
  assert.deepEqual(readingOf(changed, "latest"), { reload: "start", basis: "assumed" });
});
