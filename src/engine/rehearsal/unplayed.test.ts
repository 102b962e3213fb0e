import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "../../core/estate/settle.ts";
import type { Claim } from "../../core/model/claim.ts";
import type { ConsumerId, EdgeId, SlotId } from "../../core/model/inventory.ts";
import type { World } from "../../ports/world.ts";
import { layoutOf } from "../rotation/layout.ts";
import { withoutPods } from "./unplayed.ts";

const settled = settle(
  {
    nodes: { m1: { addresses: ["10.0.0.1"] } },
    kubernetes: {
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "10.0.0.1:6443",
      controlPlane: ["m1"],
      workloads: [{ kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" }],
    },
  },
  (path) => path,
);
assert.ok(settled.ok);
const layout = layoutOf(settled.estate);

const proxy = "daemonset/kube-system/kube-proxy";
const issuer = { issuer: "kubernetes-ca", generation: 2 };
const unseen: readonly Claim[] = [
  { kind: "healthy", group: proxy },
  { kind: "restarted", consumer: proxy as ConsumerId },
  { kind: "accepts", slot: `${proxy}/trust` as SlotId, ...issuer },
  { kind: "verifies", edge: `${proxy}>m1/kube-apiserver` as EdgeId },
  { kind: "refuses", slot: "m1/kubelet/client-trust" as SlotId, ...issuer },
];
const seen: readonly Claim[] = [
  { kind: "healthy", group: "m1/kubelet" },
  { kind: "restarted", consumer: "m1/kubelet" as ConsumerId },
  { kind: "accepts", slot: "m1/kube-apiserver/client-trust" as SlotId, ...issuer },
  { kind: "accepts", slot: "m1/kubelet/kubeconfig-trust" as SlotId, ...issuer },
  { kind: "same-data", group: "etcd/main" },
];

/** One in which nothing holds. */
const failing = (): World & { readonly asked: Claim[]; readonly done: string[] } => {
  const asked: Claim[] = [];
  const done: string[] = [];
  return {
    asked,
    done,
    observe: (claims) => {
      asked.push(...claims);
      return Promise.resolve(
        claims.map((claim) => ({
          claim,
          verdict: "fails",
          method: "api",
          observedAt: 1,
          evidence: "",
        })),
      );
    },
    perform: (effect) => {
      done.push(effect.kind);
      return Promise.resolve({ kind: "done" });
    },
  };
};

test("only what pods and a kubelet's port would show is taken for granted, and each is told", async () => {
  const inner = failing();
  const { world, unplayed } = withoutPods(inner, layout);
  const mixed = [seen[0]!, unseen[0]!, seen[1]!, unseen[1]!, ...unseen.slice(2), ...seen.slice(2)];
  const proofs = await world.observe(mixed);
  assert.deepEqual(
    proofs.map(({ claim }) => claim),
    mixed,
  );
  for (const { claim, verdict, evidence } of proofs) {
    assert.equal(verdict, unseen.includes(claim) ? "holds" : "fails", JSON.stringify(claim));
    if (unseen.includes(claim)) assert.match(evidence, /^not rehearsed: /);
  }
  assert.deepEqual(inner.asked, seen);
  assert.deepEqual(unplayed(), [
    `whether the pods of ${proxy} are well`,
    `whether the pods of ${proxy} are new`,
    `what the pods of ${proxy} trust`,
    "whom m1/kubelet lets in at its port",
  ]);
});

test("pods are not replaced; whatever else restarts is", async () => {
  const inner = failing();
  const { world, unplayed } = withoutPods(inner, layout);
  const attempt = { run: "r", step: "s" as never, number: 1, epoch: 1 };
  for (const consumer of [proxy, "m1/kubelet", "m1/kube-apiserver"] as ConsumerId[]) {
    const performed = await world.perform({ kind: "consumer.restart", consumer }, attempt);
    assert.deepEqual(performed, { kind: "done" });
  }
  assert.equal(inner.done.length, 2);
  assert.deepEqual(unplayed(), [`the replacement of the pods of ${proxy}, which nobody starts`]);
});
