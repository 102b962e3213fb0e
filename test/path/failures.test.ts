import assert from "node:assert/strict";
import { test } from "node:test";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { failuresOf } from "../../src/core/diagnosis/failures.ts";
import type { PathInput } from "../../src/core/x509/path.ts";
import { ca, day, leaf, now, type Entity } from "./workshop.ts";

const failures = (subject: Entity, anchors: readonly Entity[], rest: Partial<PathInput> = {}) =>
  failuresOf({
    leaf: subject.certificate,
    intermediates: [],
    anchors: anchors.map(({ certificate }) => certificate),
    at: now,
    usages: ["serverAuth"],
    profile: "go",
    verifySignature,
    ...rest,
  }).map(({ code }) => code);

const root = ca("CN=root");

test("a chain that verifies has no failures", () => {
  assert.deepEqual(failures(leaf(["a.example"], root), [root]), []);
});

test("an expired certificate for another name from an unknown CA has three failures, in the order of meeting them", () => {
  const subject = leaf(["a.example"], ca("CN=stranger"), {
    notBefore: now - 20 * day,
    notAfter: now - day,
  });
  const name = { kind: "dns", value: "b.example" } as const;
  assert.deepEqual(failures(subject, [root], { name }), [
    "expired",
    "name-mismatch",
    "unknown-authority",
  ]);
});

test("an expired CA above an expired leaf gives both", () => {
  const old = { notBefore: now - 20 * day, notAfter: now - day };
  const oldRoot = ca("CN=old-root", old);
  const subject = leaf(["a.example"], oldRoot, old);
  assert.deepEqual(failures(subject, [oldRoot]), ["expired", "expired"]);
});
