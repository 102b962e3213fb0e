import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleCluster, type ExampleCluster } from "../examples/cluster.ts";
import { planFor } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);
const example: ExampleCluster = {
  digests,
  now,
  members: 3,
  issuers: "shared",
  clients: [{ name: "root", reload: "handshake", service: "none" }],
  clientsComplete: true,
};

const chosen = (change: Partial<ExampleCluster>, pathLength?: number) => {
  const inventory = exampleCluster({ ...example, ...change });
  const issuers = inventory.issuers.map(({ name, generations }) => ({
    name,
    generations: generations.map((one) =>
      pathLength === undefined ? one : Object.assign({ ...one }, { pathLength }),
    ),
  }));
  const result = planFor(
    { kind: "rotate", issuers: ["etcd-ca"] },
    { ...inventory, issuers },
    { now, digests },
  );
  assert.ok(result.ok && result.plan.goal.kind === "rotate");
  return [result.plan.goal.protocol, result.plan.reason] as const;
};

test("with all clients known, the cross-signature saves a restart of each member", () => {
  const [protocol, reason] = chosen({});
  assert.equal(protocol, "cross-signed");
  assert.match(reason ?? "", /all clients are known/);
});

test("with clients that nobody named, both generations are accepted until the drop", () => {
  const [protocol, reason] = chosen({ clientsComplete: false });
  assert.equal(protocol, "bundle");
  assert.match(reason ?? "", /clients that the estate does not name/);
});

test("a client that reads its trust at its start only, and nobody restarts, is restarted once instead of twice", () => {
  const [protocol, reason] = chosen({
    clientsComplete: false,
    clients: [{ name: "app", reload: "start", service: "none" }],
  });
  assert.equal(protocol, "cross-signed");
  assert.match(reason ?? "", /client\/app reads its trust at the start only/);
});

test("a CA that allows no other below it leaves only bundles, and the reason says so", () => {
  const [protocol, reason] = chosen({}, 0);
  assert.equal(protocol, "bundle");
  assert.match(reason ?? "", /path length of 0/);
});
