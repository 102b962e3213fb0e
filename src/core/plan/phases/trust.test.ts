import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { planFor } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);

test("taking trust back is proved by a leaf of the new generation that is turned away, not by process times alone", () => {
  // Seed 164 of the simulator: a clock that was set forward passed for a restart, and a member kept both in memory.
  const inventory = exampleCluster({
    digests,
    now,
    members: 3,
    issuers: "shared",
    clients: [],
    clientsComplete: true,
  });
  const planned = planFor({ kind: "rotate", issuers: ["etcd-ca"], protocol: "bundle" }, inventory, {
    now,
    digests,
  });
  assert.ok(planned.ok);
  const trust = planned.plan.phases.find(({ id }) => id === "trust")!;
  const restarts = trust.rollback.filter(({ effect }) => effect.kind === "consumer.restart");
  assert.equal(restarts.length, 3);
  for (const { id, proves } of restarts) {
    const refused = proves.filter((claim) => claim.kind === "refuses");
    assert.deepEqual(
      refused.map(({ generation }) => generation),
      [2, 2],
      id,
    );
  }
});
