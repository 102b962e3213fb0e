import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { awayAtOnce, breachedBudgets, type Budget, type WorkloadObject } from "./budget.ts";
import { selects } from "./selector.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);

const deployment = (replicas: number, rollingUpdate?: object, type = "RollingUpdate") => ({
  spec: {
    replicas,
    strategy: { type, ...(rollingUpdate === undefined ? {} : { rollingUpdate }) },
    template: { metadata: { labels: { app: "web" } } },
  },
});

const budget = (disruptionsAllowed: number, app = "web"): Budget => ({
  metadata: { name: "keep", namespace: "shop" },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed, currentHealthy: 2, desiredHealthy: 2 },
});

test("what a rollout takes away at once is what its controller rounds it to", () => {
  const of = (kind: Parameters<typeof awayAtOnce>[0], object: WorkloadObject, wanted: number) =>
    assert.equal(awayAtOnce(kind, object), wanted, JSON.stringify(object));
  // A quarter, rounded down: a new pod comes before an old one goes.
  of("Deployment", deployment(1), 0);
  of("Deployment", deployment(3), 0);
  of("Deployment", deployment(8), 2);
  of("Deployment", deployment(3, { maxUnavailable: "50%" }), 1);
  of("Deployment", deployment(2, { maxUnavailable: 5, maxSurge: 0 }), 2);
  of("Deployment", deployment(3, { maxUnavailable: 0, maxSurge: 0 }), 1);
  of("Deployment", deployment(3, undefined, "Recreate"), 3);
  of("Deployment", deployment(0), 0);
  of("StatefulSet", { spec: { replicas: 3 } }, 1);
  const nodes = { status: { desiredNumberScheduled: 9 } };
  of("DaemonSet", nodes, 1);
  const withUpdate = (rollingUpdate: object) => ({
    ...nodes,
    spec: { updateStrategy: { rollingUpdate } },
  });
  of("DaemonSet", withUpdate({ maxUnavailable: "15%" }), 2);
  of("DaemonSet", withUpdate({ maxSurge: 1, maxUnavailable: 0 }), 0);
});

test("a budget of no room stops a rollout that takes pods away, and none that brings new ones first", () => {
  const taking = deployment(2, { maxUnavailable: 1 });
  assert.deepEqual(breachedBudgets("Deployment", taking, [budget(0)]), [
    { budget: "keep", allowed: 0, away: 1, healthy: 2, needed: 2 },
  ]);
  assert.deepEqual(breachedBudgets("Deployment", taking, [budget(1)]), []);
  assert.deepEqual(breachedBudgets("Deployment", taking, [budget(0, "other")]), []);
  assert.deepEqual(breachedBudgets("Deployment", deployment(2), [budget(0)]), []);
});

test("an empty selector is everything's, and none is nothing's", () => {
  assert.ok(selects({}, { app: "web" }));
  assert.ok(!selects(undefined, { app: "web" }));
  const labels = { app: "web", tier: "front" };
  const one = (operator: "In" | "NotIn" | "Exists" | "DoesNotExist", key: string) => ({
    matchExpressions: [{ key, operator, values: ["front"] }],
  });
  assert.deepEqual(
    (["In", "NotIn", "Exists", "DoesNotExist"] as const).map((operator) => [
      selects(one(operator, "tier"), labels),
      selects(one(operator, "none"), labels),
    ]),
    [
      [true, false],
      [false, true],
      [true, false],
      [false, true],
    ],
  );
});

test("no rollout takes more pods away than there are, and more room in a budget breaches no more", () => {
  const amount = fc.oneof(
    fc.nat(20),
    fc.nat(100).map((percent) => `${percent}%`),
  );
  fc.assert(
    fc.property(
      fc.nat(30),
      amount,
      amount,
      fc.nat(5),
      (replicas, maxUnavailable, maxSurge, room) => {
        const object = deployment(replicas, { maxUnavailable, maxSurge });
        const away = awayAtOnce("Deployment", object);
        assert.ok(away >= 0 && away <= replicas);
        const breached = (allowed: number) =>
          breachedBudgets("Deployment", object, [budget(allowed)]).length;
        assert.ok(breached(room) >= breached(room + 1));
        assert.equal(breached(away), 0);
      },
    ),
    { seed },
  );
});
