import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Fingerprint } from "../model/certificate.ts";
import type { Goal, Plan } from "../model/plan.ts";
import { exampleIssuers, exampleKubernetes } from "../plan/examples/kubernetes.ts";
import { planFor } from "../plan/plan-for.ts";
import { comparePlans } from "./compare-plans.ts";
import { ownGoal } from "./own-goal.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleKubernetes({
  digests,
  now,
  masters: 1,
  workers: 1,
  workloads: [],
  clientsComplete: true,
});

const planned = (goal: Goal): Plan => {
  const result = planFor(goal, inventory, { now, digests });
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
};

const { cluster, frontProxy } = exampleIssuers;
const goal = { kind: "rotate", issuers: [cluster, frontProxy], protocol: "bundle" } as const;

test("a copy's plan is the same plan, and what is missing in it, added or moved is told", () => {
  const plan = planned(goal);
  assert.deepEqual(comparePlans(plan, planned(ownGoal(plan.goal))), []);
  const [first, ...others] = plan.phases;
  const [step, ...steps] = first!.steps;
  const shorter = { ...plan, phases: [{ ...first!, steps }, ...others] };
  assert.deepEqual(comparePlans(plan, shorter), [`not rehearsed: ${step!.title}`]);
  assert.deepEqual(comparePlans(shorter, plan), [`on the copy only: ${step!.title}`]);
  const moved = { ...plan, phases: [...others, first!] };
  assert.match(comparePlans(plan, moved).join(), /^another order from ".+" on$/);
});

test("a copy makes the CAs by itself that an external one signs, and is no other plan for that", () => {
  const external = { subject: "CN=Corporate Root", fingerprint: "ab".repeat(32) as Fingerprint };
  const plan = planned({ ...goal, external });
  assert.deepEqual(ownGoal(plan.goal), goal);
  const copy = planned(ownGoal(plan.goal));
  assert.deepEqual(comparePlans(plan, copy), []);
  const phases = copy.phases.filter(({ id }) => id !== "trust");
  assert.ok(comparePlans(plan, { ...copy, phases }).length > 0);
});
