/** Plans whose moves are thrown together into one phase: only the steps' needs keep them in order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Phase, Step, StepId } from "../../model/plan.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { planFor } from "../plan-for.ts";
import { walk } from "./walk.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "shared",
  clients: [{ name: "root", reload: "handshake", service: "none" }],
  clientsComplete: true,
});
const planned = planFor({ kind: "rotate", issuers: ["etcd-ca"], protocol: "bundle" }, inventory, {
  now,
  digests,
});
assert.ok(planned.ok);
const phase = (id: string): Phase => planned.plan.phases.find((one) => one.id === id)!;
const trust = phase("trust");
const swap = phase("switch");

const idsOf = (steps: readonly Step[], kind?: string): readonly StepId[] =>
  steps.filter(({ effect }) => kind === undefined || effect.kind === kind).map(({ id }) => id);

/** The steps, each of which waits for these as well. */
const afterThose = (steps: readonly Step[], needs: readonly StepId[]): readonly Step[] =>
  steps.map((step) => Object.assign({ ...step }, { needs: [...step.needs, ...needs] }));

const together = (steps: readonly Step[], rollback: readonly Step[]): readonly Phase[] => [
  { ...trust, id: "both", steps, rollback },
];

test("both moves in one phase are fine while every leaf waits for every restart, both ways", () => {
  const forward = [...trust.steps, ...afterThose(swap.steps, idsOf(trust.steps))];
  const back = [...swap.rollback, ...afterThose(trust.rollback, idsOf(swap.rollback))];
  assert.equal(walk({ phases: together(forward, back) }, inventory, now), undefined);
});

test("a leaf that waits for the bundles to be written, not loaded, meets a verifier that knows the old CA only", () => {
  const written = idsOf(trust.steps, "slots.write");
  const forward = [...trust.steps, ...afterThose(swap.steps, written)];
  const breach = walk({ phases: together(forward, []) }, inventory, now);
  assert.equal(breach?.kind, "edge");
  assert.match(breach.order.at(-1) ?? "", /^switch\.write\./);
});

test("a rollback that takes the trust back before the leaves breaks what the way forward kept", () => {
  const forward = [...trust.steps, ...afterThose(swap.steps, idsOf(trust.steps))];
  const back = [...trust.rollback, ...swap.rollback];
  const breach = walk({ phases: together(forward, back) }, inventory, now);
  assert.equal(breach?.kind, "edge");
  assert.match(breach.order.at(-1) ?? "", /^undo\./);
});
