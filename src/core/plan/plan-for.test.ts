import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { exampleCluster } from "./examples/cluster.ts";
import { planFor } from "./plan-for.ts";
import { walk } from "./walk/walk.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "three",
  clients: [
    { name: "root", reload: "handshake", service: "none" },
    { name: "app", reload: "start", service: "none" },
  ],
  clientsComplete: true,
});
const issuers = inventory.issuers.map(({ name }) => name);

const rotation = (protocol: "bundle" | "cross-signed") => {
  const planned = planFor({ kind: "rotate", issuers, protocol }, inventory, { now, digests });
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan;
};

test("both protocols are planned and break no connection", () => {
  assert.deepEqual(
    rotation("bundle").phases.map(({ id }) => id),
    ["preflight", "stage", "trust", "switch", "drop"],
  );
  assert.deepEqual(
    rotation("cross-signed").phases.map(({ id }) => id),
    ["preflight", "stage", "switch", "drop"],
  );
});

test("a bundle rotation without its first move breaks a connection, and the walk says which", () => {
  const plan = rotation("bundle");
  const breach = walk({ phases: plan.phases.filter(({ id }) => id !== "trust") }, inventory, now);
  assert.equal(breach?.kind, "edge");
  assert.equal(breach.phase, "switch");
});

test("a trust phase without restarts is caught at the switch: a bundle written is not a bundle loaded", () => {
  const phases = rotation("bundle").phases.map(({ id, title, why, steps, rollback }) => ({
    id,
    title,
    why,
    rollback,
    steps: steps.filter(({ effect }) => effect.kind !== "consumer.restart"),
  }));
  assert.equal(walk({ phases }, inventory, now)?.phase, "switch");
});
